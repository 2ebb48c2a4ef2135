"""A trial text and the small questions about LaTeX text that the modules of this package share."""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST = 2000  # characters; a longer gold answer is no answer that a model would copy in another notation
_OPENING, _CLOSING = "([{", ")]}"
_DELIMITERS = (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"))
_MACRO = re.compile(r"\\[A-Za-z]+")
_WORDS = re.compile(r"\\(?:text|mathrm|mbox|operatorname|begin)(?![A-Za-z])|\\text(?:rm|bf|it|normal)|\n")
_AMBIGUOUS_COMMA = re.compile(r"[0-9],[0-9]{3}(?![0-9])")


class Candidate(NamedTuple):
    """A text put in the place of a gold answer, and a few words that say how it was made."""

    name: str
    text: str


def strip_mathematics(answer: str) -> str:
    r"""Return an answer without the `$`, `\\(` or `\\[` that enclose all of it."""
    text = answer.strip()
    for opening, closing in _DELIMITERS:
        inner = text[len(opening) : len(text) - len(closing)]
        is_whole = (
            len(text) > len(opening) + len(closing) and text.startswith(opening) and text.endswith(closing)
        )
        if is_whole and opening not in inner.replace("\\$", "") and not inner.endswith("\\"):
            return inner.strip()
    return text


def has_words(answer: str) -> bool:
    """Say whether an answer holds text, environments or line breaks, in which spaces and signs may mean something."""
    return _WORDS.search(answer) is not None


def has_variables(answer: str) -> bool:
    """Say whether letters are left when the macros are taken out."""
    return any(char.isalpha() for char in _MACRO.sub(" ", answer))


def has_ambiguous_comma(answer: str) -> bool:
    """Say whether a comma stands where both a list and a thousands separator can be read."""
    return _AMBIGUOUS_COMMA.search(answer) is not None


def is_enclosed(answer: str) -> bool:
    """Say whether the first character is a bracket that closes at the last one; any bracket closes any other."""
    if len(answer) < 2 or answer[0] not in _OPENING or answer[-1] not in _CLOSING:
        return False
    depth = 0
    for at, char in enumerate(answer):
        depth += (char in _OPENING) - (char in _CLOSING)
        if depth == 0:
            return at == len(answer) - 1
    return False


def split_items(answer: str) -> list[str]:
    r"""Return the parts between commas that stand outside all brackets; a comma in `\,` or `{,}` does not count."""
    parts, depth, begin = [], 0, 0
    for at, char in enumerate(answer):
        depth += (char in _OPENING) - (char in _CLOSING)
        if char == "," and depth == 0 and answer[at - 1 : at] != "\\":
            parts.append(answer[begin:at])
            begin = at + 1
    return [part.strip() for part in (*parts, answer[begin:])]
