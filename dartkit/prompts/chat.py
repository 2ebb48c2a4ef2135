"""A prompt that its reader, a server, will wrap in a chat template of its own."""

from __future__ import annotations

from typing import Self


class ChatPrompt(str):
    """The text of a chat; `messages` are what a chat endpoint is sent.

    A string, so that a prompt is a string everywhere; as such it is the messages one under the other.
    """

    messages: tuple[tuple[str, str], ...]
    """Role and content of each message."""

    def __new__(cls, messages: tuple[tuple[str, str], ...]) -> Self:
        """Join the contents of the messages and keep them."""
        prompt = super().__new__(cls, "\n\n".join(content for _, content in messages))
        prompt.messages = messages
        return prompt

    def __getnewargs__(self) -> tuple[tuple[tuple[str, str], ...]]:  # type: ignore[override]  # our own __new__
        """Make copies and messages to other processes start from the messages."""
        return (self.messages,)
