"""What goes over the wire: the body of a request, the reading of an answer, and plain text out of a server's words.

An answer is hostile input. It is read with types checked one by one; whatever does not fit raises `Garbage` and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from dartkit.engines.base import DrawRequest
from dartkit.prompts.chat import ChatPrompt
from dartkit.settings import SamplingSettings

Endpoint = Literal["chat", "completions"]
PATHS: dict[Endpoint, str] = {"chat": "/chat/completions", "completions": "/completions"}
MAX_TOKEN_COUNT = 1 << 31
MAX_WORDS = 300
STOPPED = {"stop": "stop", "eos_token": "stop", "stop_sequence": "stop", "length": "length"}
REFUSED = {
    "content_filter": "the server's content filter ended the draw",
    "tool_calls": "the model called a tool instead of answering",
    "function_call": "the model called a function instead of answering",
}
_SURROGATES = re.compile(r"[\ud800-\udfff]")


class Dialect(NamedTuple):
    """How a kind of server says what OpenAI's interface has no word for.

    Servers that are known are told every sampling setting, because left to themselves they apply defaults of their own:
    llama.cpp top-k 40 and min-p 0.05, vLLM and SGLang those of the model's generation_config.json.
    """

    known: bool
    penalty: str = "repetition_penalty"
    takes_special_tokens: bool = False
    gives_tokens: bool = False


UNKNOWN = Dialect(known=False)
DIALECTS = {
    "vllm": Dialect(known=True, takes_special_tokens=True, gives_tokens=True),
    "sglang": Dialect(known=True),
    "llamacpp": Dialect(known=True, penalty="repeat_penalty"),
}
"""By what `owned_by` says in the server's list of models."""


class Garbage(ValueError):
    """An answer that is no answer: not JSON, or not the shape that was asked for."""


class Tokens(NamedTuple):
    """Prompt and completion as token ids, with the log-probabilities of the latter."""

    prompt_ids: tuple[int, ...]
    ids: tuple[int, ...]
    logprobs: tuple[float, ...]


class Choice(NamedTuple):
    """One completion of an answer; `error` says why it is none."""

    text: str
    finish_reason: Literal["stop", "length", "error"]
    error: str | None = None
    tokens: Tokens | None = None


class Answer(NamedTuple):
    """What a server said to one request."""

    choices: list[Choice]
    prompt_tokens: int | None
    completion_tokens: int | None


def sampling_fields(sampling: SamplingSettings, dialect: Dialect) -> dict[str, Any]:
    """Return the sampling settings as body fields; to an unknown server those beyond OpenAI's only where they are not off."""
    fields: dict[str, Any] = {"temperature": sampling.temperature, "top_p": sampling.top_p}
    if sampling.stop:
        fields["stop"] = list(sampling.stop)
    if dialect.known or sampling.top_k:
        fields["top_k"] = sampling.top_k or -1  # -1 is off everywhere, 0 is refused by some
    if dialect.known or sampling.min_p:
        fields["min_p"] = sampling.min_p
    if dialect.known or sampling.repetition_penalty != 1.0:
        fields[dialect.penalty] = sampling.repetition_penalty
        if dialect.penalty == "repeat_penalty" and sampling.repetition_penalty != 1.0:
            fields["repeat_last_n"] = -1  # the whole text, not its last 64 tokens
    return fields


def prompt_fields(prompt: str, endpoint: Endpoint, dialect: Dialect, *, has_begin: bool) -> dict[str, Any]:
    """Return the prompt as body fields.

    Args:
        prompt: Text, or a `ChatPrompt`.
        endpoint: Where it goes.
        dialect: The server's.
        has_begin: The text was rendered for this model's tokenizer and has its begin token already.
    """
    if endpoint == "completions":
        fields: dict[str, Any] = {"prompt": str(prompt)}
        if has_begin and dialect.takes_special_tokens:
            fields["add_special_tokens"] = False
        return fields
    messages = prompt.messages if isinstance(prompt, ChatPrompt) else (("user", prompt),)
    return {"messages": [{"role": role, "content": content} for role, content in messages]}


def token_fields(wanted: bool) -> dict[str, Any]:
    """Return the body fields by which vLLM hands back token ids and the log-probabilities of the sampled tokens."""
    return {"return_token_ids": True, "logprobs": 0} if wanted else {}


def unusable(prompt: str) -> str | None:
    """Say why a prompt cannot be sent, or None."""
    if not prompt.strip():
        return "the prompt is empty"
    return "the prompt has lone surrogates, which are no text" if _SURROGATES.search(prompt) else None


def group_draws(requests: Sequence[DrawRequest], size: int) -> list[list[DrawRequest]]:
    """Put draws of one prompt and one sampling together, at most `size` in a group; greedy draws stay alone."""
    groups: list[list[DrawRequest]] = []
    open_groups: dict[tuple[str, str, SamplingSettings], list[DrawRequest]] = {}
    for request in requests:
        key = (request.problem_id, request.prompt, request.sampling)
        group = open_groups.get(key)
        if group is None or len(group) >= size or request.sampling.temperature == 0:
            group = open_groups[key] = []
            groups.append(group)
        group.append(request)
    return groups


def read_answer(payload: bytes, endpoint: Endpoint, count: int) -> Answer:
    """Read an answer to a request for `count` completions; it may have fewer, never none.

    Raises:
        Garbage: for anything else.
    """
    try:
        data = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Garbage(f"the answer is no JSON: {plain(payload[:80].decode('utf-8', 'replace'))}") from error
    choices = data.get("choices") if isinstance(data, dict) else None
    if not isinstance(choices, list) or not choices:
        raise Garbage("the answer has no choices")
    read = [_read_choice(item, endpoint) for item in choices[:count]]
    usable = [item for item in read if item is not None]
    if not usable:
        raise Garbage("no choice of the answer is complete: it has no text or no known finish_reason")
    usage = data.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    whole = len(usable) == len(choices)  # what others cost cannot be told apart
    return Answer(
        usable,
        _count(usage.get("prompt_tokens")),
        _count(usage.get("completion_tokens")) if whole else None,
    )


def _count(value: Any) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MAX_TOKEN_COUNT
    return value if is_count else None


def _read_choice(item: Any, endpoint: Endpoint) -> Choice | None:
    """Return a choice; None for one that did not come to an end (a server that stops says `abort`)."""
    if not isinstance(item, dict):
        return None
    reason = item.get("finish_reason")
    if not isinstance(reason, str):
        return None
    if reason in REFUSED:
        return Choice("", "error", REFUSED[reason])
    text = item.get("text") if endpoint == "completions" else _message_text(item.get("message"))
    if reason not in STOPPED or not isinstance(text, str):
        return None
    ending: Literal["length", "stop"] = "length" if STOPPED[reason] == "length" else "stop"
    return Choice(_SURROGATES.sub("\ufffd", text), ending, tokens=_read_tokens(item))


def _read_tokens(item: dict[str, Any]) -> Tokens | None:
    """Return the tokens of a choice; None where they are not all there."""
    prompt_ids, ids = _read_ids(item.get("prompt_token_ids")), _read_ids(item.get("token_ids"))
    logprobs = item.get("logprobs")
    values = logprobs.get("token_logprobs") if isinstance(logprobs, dict) else None
    if prompt_ids is None or ids is None or not isinstance(values, list) or len(values) != len(ids):
        return None
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
        return None
    return Tokens(prompt_ids, ids, tuple(float(value) for value in values))


def _read_ids(value: Any) -> tuple[int, ...] | None:
    if not isinstance(value, list) or not value or any(_count(token) is None for token in value):
        return None
    return tuple(value)


def _message_text(message: Any) -> str | None:
    """Return a message as the model wrote it: its thoughts, where the server took them out, between `<think>` tags."""
    if not isinstance(message, dict):
        return None
    content = message.get("content")
    thoughts = message.get("reasoning_content") or message.get("reasoning")
    if not isinstance(thoughts, str):
        return content if isinstance(content, str) else None
    if not isinstance(content, str) or not content:
        return f"<think>\n{thoughts}"  # cut off while thinking
    return f"<think>\n{thoughts}\n</think>\n\n{content}"


def share_tokens(total: int | None, choices: Sequence[Choice], max_tokens: int) -> list[int | None]:
    """Divide the completion tokens of a request among its choices, so that they add up to the total.

    A choice that ended by length has `max_tokens`; what is left is divided by the length of the texts. With one choice
    nothing is guessed. None where the server did not say.
    """
    if total is None:
        return [None] * len(choices)
    if len(choices) == 1:
        return [total]
    cut = [choice.finish_reason == "length" for choice in choices]
    if sum(cut) * max_tokens > total or (all(cut) and len(cut) * max_tokens != total):
        cut = [False] * len(choices)
    weights = [0 if is_cut else len(choice.text) + 1 for choice, is_cut in zip(choices, cut, strict=True)]
    rest, weight = total - sum(cut) * max_tokens, sum(weights)
    shares: list[int | None] = []
    given = passed = 0
    for is_cut, own in zip(cut, weights, strict=True):
        if is_cut:
            shares.append(max_tokens)
            continue
        passed += own
        upto = rest * passed // weight  # rounding the running sum keeps the total exact
        shares.append(upto - given)
        given = upto
    return shares


def plain(text: str, key: str | None = None) -> str:
    """Return a server's words for a message: one line, bounded, without control characters and without the key."""
    if key:
        text = text.replace(key, "[key]")
    text = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * MAX_WORDS])
    text = " ".join(text.split())
    return text if len(text) <= MAX_WORDS else text[: MAX_WORDS - 3] + "..."


def error_words(payload: bytes, key: str | None) -> str:
    """Return message and code of an error answer in any of the shapes servers use, else the start of its text."""
    text = payload.decode("utf-8", "replace")
    try:
        data = json.loads(payload)
    except (ValueError, RecursionError):
        return plain(text, key)
    code = ""
    for _ in range(3):
        if isinstance(data, dict):
            code = data["code"] if isinstance(data.get("code"), str) else code
            data = next(
                (data[name] for name in ("error", "message", "detail", "msg") if data.get(name)), None
            )
        elif isinstance(data, list):
            data = data[0] if data else None
    words = plain(data if isinstance(data, str) else text, key)
    return f"{words} ({plain(code, key)})" if code and code not in words else words
