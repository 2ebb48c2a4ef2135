"""Matching brackets, found once and in linear time."""

from __future__ import annotations

PAIRS = (("\\(", "\\)"), ("\\[", "\\]"), ("\\{", "\\}"), ("(", ")"), ("[", "]"), ("{", "}"))


def closing(text: str, start: int, left: str, right: str) -> int:
    """Return where the bracket opened at `start` closes, counting brackets of its own kind only, or -1."""
    depth = 0
    at = start
    while at < len(text):
        if text.startswith(left, at):
            depth += 1
        elif text.startswith(right, at):
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return -1


def without_first_braces(text: str) -> str:
    """Remove the first `{` of a text and the brace that closes it, if it closes."""
    start = text.find("{")
    end = closing(text, start, "{", "}") if start >= 0 else -1
    return text if end < 0 else text[:start] + text[start + 1 : end] + text[end + 1 :]


def without_outer(text: str) -> str:
    r"""Remove brackets, `\(`, `\[` and `\{` included, as long as one pair encloses the whole text."""
    partners = {left: _partners(text, left, right) for left, right in PAIRS if left in text}
    start, end = 0, len(text)
    while True:
        for left, right in PAIRS:
            size = len(left)
            if text.startswith(left, start) and partners[left].get(start) == end - len(right):
                start, end = start + size, end - size
                break
        else:
            return text[start:end]


def _partners(text: str, left: str, right: str) -> dict[int, int]:
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for at in range(len(text)):
        if text.startswith(left, at):
            stack.append(at)
        elif stack and text.startswith(right, at):
            pairs[stack.pop()] = at
    return pairs
