"""What every engine with a real model does to a request first and last: tokenise the prompt, word an error row.

Prompts are final text (see `dartkit.prompts`), so no special tokens are added here.
"""

from __future__ import annotations

from typing import Any

from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.errors import DrawError


def encode_prompt(tokenizer: Any, prompt: str, window: int) -> list[int]:
    """Return the prompt's token ids.

    Args:
        tokenizer: A transformers tokenizer.
        prompt: Final text.
        window: Tokens that fit the model, prompt and completion together.

    Raises:
        DrawError: if the prompt is empty or leaves no room for a completion.
    """
    try:
        ids: list[int] = tokenizer(prompt, add_special_tokens=False, verbose=False).input_ids
    except (UnicodeError, ValueError, TypeError) as error:  # lone surrogates cannot be encoded
        raise DrawError(f"the prompt cannot be tokenised: {type(error).__name__}") from error
    if not ids:
        raise DrawError("the prompt is empty")
    if len(ids) >= window:
        raise DrawError(f"the prompt has {len(ids)} tokens and the model's window is {window}")
    return ids


def error_draw(request: DrawRequest, error: str, *, seconds: float = 0.0) -> FinishedDraw:
    """Return the row that stands for a draw that could not be made."""
    return FinishedDraw(request=request, completion="", finish_reason="error", seconds=seconds, error=error)
