"""Prompt texts for reinforcement learning: bare questions through the recipe's template, given messages through the chat template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dartkit.prompts import PromptRenderer
from dartkit.training.chat import Messages, render_prompt

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from dartkit.models import ModelRef
    from dartkit.settings import PromptSettings


class RecipePromptWriter:
    """Writes prompts as the recipe's `prompt` block says; the block's `chat` also decides how messages are joined."""

    def __init__(self, settings: PromptSettings, ref: ModelRef, tokenizer: PreTrainedTokenizerBase) -> None:
        self._renderer = PromptRenderer(settings, ref)
        self._tokenizer = tokenizer
        self._chat = settings.chat

    def from_problem(self, text: str) -> str:
        """Ask a bare question with the template."""
        return self._renderer.render(text)

    def from_messages(self, messages: Messages) -> str:
        """Ask with the file's own messages; the template and the system message of the recipe are not used."""
        return render_prompt(self._tokenizer, messages, chat=self._chat)
