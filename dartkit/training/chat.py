"""Conversations as text and tokens, exactly as the engines will see them at sampling time.

A prompt ends where the model is to go on; the response is what follows in the model's own chat template, up to and with its
end token. Prompt and response are tokenised apart, because that is the boundary at which a model samples.

Of a conversation with several assistant's turns every turn is learnt from, each after just what the model would have seen. Where
the template only ever appends, the conversation is one row; where it renders earlier turns anew (templates that drop earlier
reasoning), or there is no template, it becomes one row for each assistant's turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dartkit.errors import DataError, boundary
from dartkit.training.batching import TokenRow

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Messages = list[dict[str, str]]
ROLES = ("system", "user", "assistant")


def read_messages(value: Any) -> Messages | str:
    """Return the messages of a row, or a complaint that completes the sentence "row 3 ...".

    Accepted is an optional system message, then user and assistant in turn; other keys of a message are passed over.
    """
    if not isinstance(value, list) or not value:
        return "has no list of messages"
    messages: Messages = []
    for item in value:
        if (
            not isinstance(item, dict)
            or item.get("role") not in ROLES
            or not isinstance(item.get("content"), str)
        ):
            return f"has a message that is not {{role: {'|'.join(ROLES)}, content: text}}"
        messages.append({"role": item["role"], "content": item["content"]})
    turns = [message["role"] for message in messages]
    turns = turns[1:] if turns[0] == "system" else turns
    if turns != ["user", "assistant"] * (len(turns) // 2) + ["user"] * (len(turns) % 2) or not turns:
        return "has messages that are not: system (optional), then user and assistant in turn"
    return messages


def render_prompt(tokenizer: PreTrainedTokenizerBase, messages: Messages, *, chat: bool = True) -> str:
    """Return the prompt text of messages that end with the user's.

    Without a chat template, or with `chat` off, it is the begin token (where the tokenizer puts one by itself) and the
    contents, as `dartkit.prompts` renders plain prompts.
    """
    if chat and tokenizer.chat_template:
        return _apply(tokenizer, messages, add_generation_prompt=True)
    ids = tokenizer("a").input_ids
    begins = tokenizer.bos_token_id is not None and ids and ids[0] == tokenizer.bos_token_id
    return (str(tokenizer.bos_token) if begins else "") + "\n\n".join(
        message["content"] for message in messages
    )


def tokenize_turns(
    tokenizer: PreTrainedTokenizerBase, messages: Messages, end_ids: set[int]
) -> list[TokenRow]:
    """Return the rows of a conversation that ends with the assistant's message; every assistant's turn is learnt from once.

    Raises:
        DataError: as `tokenize_conversation`.
    """
    turns = [number for number, message in enumerate(messages) if message["role"] == "assistant"]
    joined = None
    if len(turns) > 1 and tokenizer.chat_template:
        joined = _join_turns(tokenizer, messages, turns, end_ids)
    if joined is not None:
        return [joined]
    return [tokenize_conversation(tokenizer, messages[: turn + 1], end_ids) for turn in turns]


def _join_turns(
    tokenizer: PreTrainedTokenizerBase, messages: Messages, turns: list[int], end_ids: set[int]
) -> TokenRow | None:
    """Return one row for all turns, or None where the template does more than append."""
    text, ids, learnt = "", [], []
    for turn in turns:
        prompt = render_prompt(tokenizer, messages[:turn])
        whole = _apply(tokenizer, messages[: turn + 1], add_generation_prompt=False)
        if not prompt.startswith(text) or not whole.startswith(prompt):
            return None
        before = _encode(tokenizer, prompt[len(text) :])
        response = _encode(tokenizer, whole[len(prompt) :])
        closed = _close(response, end_ids, None)
        if not before or not closed or closed[-1] not in end_ids:
            return None
        ids += [*before, *response]
        learnt += [False] * len(before) + [True] * len(closed) + [False] * (len(response) - len(closed))
        text = whole
    first, last = learnt.index(True), len(learnt) - learnt[::-1].index(True)
    return TokenRow(tuple(ids[:first]), tuple(ids[first:last]), tuple(learnt[first:last]))


def tokenize_conversation(
    tokenizer: PreTrainedTokenizerBase, messages: Messages, end_ids: set[int]
) -> TokenRow:
    """Return the tokens of a conversation that ends with the assistant's message.

    Args:
        tokenizer: The model's tokenizer; its chat template is used where it has one.
        messages: At least a user's and an assistant's message.
        end_ids: Tokens that end a completion. The response is cut after its last one (templates may go on with a
            newline), or gets the tokenizer's own end token where it has none.

    Raises:
        DataError: when the template renders the conversation so that it does not begin with its own prompt.
    """
    prompt = render_prompt(tokenizer, messages[:-1])
    response = messages[-1]["content"]
    if tokenizer.chat_template:
        whole = _apply(tokenizer, messages, add_generation_prompt=False)
        if not whole.startswith(prompt):
            raise DataError(
                "the chat template renders a finished conversation so that it does not begin with the open prompt",
                fix="Use a chat template whose generation prompt is a prefix of the assistant's turn.",
            )
        response = whole[len(prompt) :]
    prompt_ids = _encode(tokenizer, prompt)
    whole_ids = _encode(tokenizer, prompt + response)
    # Where the whole splits cleanly it is used: some tokenizers put a space before a text that stands alone.
    clean = whole_ids[: len(prompt_ids)] == prompt_ids
    response_ids = whole_ids[len(prompt_ids) :] if clean else _encode(tokenizer, response)
    return TokenRow(prompt_ids, _close(response_ids, end_ids, tokenizer.eos_token_id))


def _apply(tokenizer: PreTrainedTokenizerBase, messages: Messages, *, add_generation_prompt: bool) -> str:
    with boundary("apply the chat template", fix="Check the model's chat_template.jinja.", kind=DataError):
        return str(
            tokenizer.apply_chat_template(
                messages, tokenize=False, add_generation_prompt=add_generation_prompt
            )
        )


def _encode(tokenizer: PreTrainedTokenizerBase, text: str) -> tuple[int, ...]:
    return tuple(tokenizer(text, add_special_tokens=False).input_ids)


def _close(ids: tuple[int, ...], end_ids: set[int], end_id: int | None) -> tuple[int, ...]:
    places = [place for place, token in enumerate(ids) if token in end_ids]
    if places:
        return ids[: places[-1] + 1]
    return ids if end_id is None else (*ids, end_id)
