"""Render problems with a prompt template and, where wanted, the model's own chat template.

The text that comes out is final: engines tokenise it with `add_special_tokens=False`, so the renderer is the one place
that adds a begin token. A problem's text is put in by plain replacement and never parsed, so braces and percent signs
survive. Nothing is neutralised: a problem that spells a special token of the model, such as `<|end|>`, gets that token,
as it would in any other tool; the same text gives the same tokens in every engine.
"""

from __future__ import annotations

import difflib
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from dartkit.errors import DataError, EnvironmentProblem, UsageError, boundary
from dartkit.ids import content_id
from dartkit.models import ModelRef, find_chat_template_hash, load_tokenizer
from dartkit.prompts.chat import ChatPrompt
from dartkit.settings import PromptSettings

Endpoint = Literal["chat", "completions"]
SLOT = "{problem}"
TEMPLATE_LIMIT = 1 << 20


def bundled_templates() -> tuple[str, ...]:
    """Return the names that `prompt.template` may take besides `auto` and a file."""
    return tuple(sorted(file.stem for file in Path(__file__).parent.glob("*.txt")))


class PromptRenderer:
    """Turns problem texts into prompts, always the same way.

    Args:
        settings: Template, system message, chat or plain.
        model: The model that will read the prompts. None (the scripted engine, servers, exports) renders plain text.
        endpoint: Which endpoint of a server the prompts go to; a chat is rendered as messages, see `ChatPrompt`.

    Raises:
        UsageError: if the template is neither bundled nor a `.txt` file, or the endpoint does not fit `prompt.chat`.
        DataError: if a template file lacks `{problem}`.
    """

    def __init__(
        self, settings: PromptSettings, model: ModelRef | None, *, endpoint: Endpoint | None = None
    ) -> None:
        _check_endpoint(endpoint, settings.chat, model)
        self._settings = settings
        self._model = model
        self._endpoint = endpoint
        self._template = _read_template(_choose_template(settings.template, model, endpoint))

    @property
    def prompt_hash(self) -> str:
        """Identity of the template's text and of whether a chat template wraps it; not of the chat template itself."""
        return content_id("prompt", {"template": self._template, "chat": self._settings.chat})

    def messages(self, text: str) -> list[dict[str, str]]:
        """Return the system message, if any, and the problem as the user's message."""
        system = self._settings.system
        user = {"role": "user", "content": self._template.replace(SLOT, text)}
        return [user] if system is None else [{"role": "system", "content": system}, user]

    def render(self, text: str) -> str:
        """Return the whole prompt, up to the point where the model is to go on.

        Raises:
            EnvironmentProblem: if a chat is wanted and the model has no chat template.
        """
        messages = self.messages(text)
        if self._endpoint == "chat":
            return ChatPrompt(tuple((message["role"], message["content"]) for message in messages))
        if self._model is None or not self._settings.chat:
            return self._begin_token + "\n\n".join(message["content"] for message in messages)
        with boundary(f"apply the chat template of '{self._model.name}'", fix="Use `prompt.chat=false`."):
            return str(
                self._chat_tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
            )

    @cached_property
    def _tokenizer(self) -> Any:
        return None if self._model is None else load_tokenizer(self._model)

    @cached_property
    def _chat_tokenizer(self) -> Any:
        if self._model is not None and not self._tokenizer.chat_template:
            raise EnvironmentProblem(
                f"the model '{self._model.name}' has no chat template",
                where=self._model.path,
                fix="Set `prompt.chat=false` (base models), or add a chat_template.jinja to the model folder.",
            )
        return self._tokenizer

    @cached_property
    def _begin_token(self) -> str:
        """The begin token where this tokenizer would itself put one before plain text, else nothing."""
        if self._tokenizer is None or self._tokenizer.bos_token_id is None:
            return ""
        ids = self._tokenizer("a").input_ids
        return str(self._tokenizer.bos_token) if ids and ids[0] == self._tokenizer.bos_token_id else ""


def _check_endpoint(endpoint: Endpoint | None, chat: bool, model: ModelRef | None) -> None:
    """Refuse combinations in which `prompt.chat` would say one thing and the server do another."""
    if endpoint == "chat" and not chat:
        raise UsageError(
            "prompt.chat=false, but the server's chat endpoint applies a chat template",
            fix="Set engine.endpoint=completions, which takes the plain text.",
        )
    if endpoint == "completions" and chat and model is None:
        raise UsageError(
            "the completions endpoint takes text as it is, and there is no chat template here to wrap it in",
            fix="Set prompt.chat=false (base models), engine.endpoint=chat (the server's template), or "
            "engine.local_model=true with the same model's folder as --model.",
        )


def _choose_template(template: str, model: ModelRef | None, endpoint: Endpoint | None) -> str:
    if template != "auto":
        return template
    if model is None:
        return "plain" if endpoint is None else "boxed"
    return "plain" if _is_tiny(model) else "boxed"


def _is_tiny(model: ModelRef) -> bool:
    """Recognise the bundled model and those trained from it, which keep its chat template: all were taught `plain`."""
    if model.name == "tiny":
        return True
    from dartkit.tiny import checkpoint_path

    return model.chat_template_hash is not None and model.chat_template_hash == find_chat_template_hash(
        checkpoint_path()
    )


def _read_template(template: str) -> str:
    if template in bundled_templates():
        return _read(Path(__file__).parent / f"{template}.txt")
    file = Path(template).expanduser()
    if file.suffix != ".txt" or not file.is_file():
        raise _unknown_template(template)
    if file.stat().st_size > TEMPLATE_LIMIT:
        raise DataError(
            "the prompt template is larger than 1 MiB", where=str(file), fix="Use a short text file."
        )
    text = _read(file)
    if SLOT not in text:
        raise DataError(
            f"the prompt template has no {SLOT}",
            where=str(file),
            fix=f"Put {SLOT} where the question is to go.",
        )
    return text


def _read(file: Path) -> str:
    """Read a template without the newline that editors leave at the end."""
    with boundary(f"read the prompt template {file}", kind=DataError, fix="Save it as UTF-8 text."):
        return file.read_text(encoding="utf-8").removesuffix("\n")


def _unknown_template(template: str) -> UsageError:
    names = ("auto", *bundled_templates())
    near = difflib.get_close_matches(template, names, n=1, cutoff=0.5)
    hint = f" Nearest: {near[0]}." if near else ""
    return UsageError(
        f"prompt.template '{template}' is neither bundled nor a .txt file",
        fix=f"Bundled: {', '.join(names)}.{hint} A file must end in .txt and contain {SLOT}.",
    )
