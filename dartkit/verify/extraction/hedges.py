r"""Answers that leave alternatives open: "either 6 or 8", "4 or possibly 5", `$3$ or $5$`.

All alternatives are kept, joined by `or`, so that a comparison never matches one of them alone.
"""

from __future__ import annotations

import re

from dartkit.verify.extraction.numbers import SIGNED
from dartkit.verify.extraction.trimming import trim

Span = tuple[int, int]
_OR = re.compile(r"[\s*_]{0,3},?(?:\s(?:or|oder|ou|или)\s|\s?(?:或者|或|または|또는)\s?)")
_HINTS = ("or ", "oder ", "ou ", "или ", "或", "または", "또는")
_DOUBT = re.compile(
    r"[\s*_,]{0,3}(?:(?:either|maybe|perhaps|possibly|probably|potentially|even|else|rather|it could be|it might be|could be|might be"
    r"|could also be|may be|entweder|vielleicht|soit|peut-être|quizás)\b[\s,*_]{1,3}){0,3}",
    re.IGNORECASE,
)
DOUBT = re.compile(
    r"\b(?:maybe|perhaps|possibly|probably|potentially|could|might|may|vielleicht|peut-être|quizás)\b",
    re.IGNORECASE,
)
_OPEN_END = re.compile(
    r"(?:more|less|fewer|greater|larger|smaller|higher|lower|above|below|so|not|equal|equivalently|simply|about|approximately)\b",
    re.IGNORECASE,
)
_FORMULA = r"\$[^$\n]{1,200}\$|\\\([^\n()]{1,200}\\\)"
_VALUE = rf"(?P<number>{_FORMULA}|{SIGNED.pattern})|(?P<letter>\(?[A-J]\)?(?![A-Za-z]))|(?P<truth>(?i:yes|no|true|false)\b)"
_RIGHT = re.compile(_VALUE)
_LEFT = re.compile(rf"(?<![A-Za-z0-9.])(?:{_VALUE})(?P<noun>\s[A-Za-z]{{1,12}})?[\s*_,]{{0,4}}\Z")
_REACH = 80
_MAX_ALTERNATIVES = 12


def alternatives(text: str, start: int, end: int) -> list[Span] | None:
    """Return the spans of the values that a sentence leaves open, or None where it names one thing only."""
    piece = text[start:end]
    if not any(word in piece for word in _HINTS):
        return None
    spans: list[Span] = []
    for link in _OR.finditer(piece):
        doubt = _DOUBT.match(piece, link.end())
        at = doubt.end() if doubt else link.end()
        right = _RIGHT.match(piece, at)
        if right is None or len(spans) >= _MAX_ALTERNATIVES:
            continue
        left = _left_values(piece, link.start(), right.lastgroup or "")
        if left and _name(piece, left[-1]) == _name(piece, right.span()):
            new = [*left, right.span()]
            spans += [span for span in new if span not in spans]
    trimmed = [trim(text, start + first, start + last) for first, last in spans]
    kept = [span for span in trimmed if span[0] < span[1]]
    return kept if len(kept) > 1 else None


def _left_values(piece: str, end: int, sort: str) -> list[Span]:
    """Return the value that ends here and those before it that only commas divide from it, in order."""
    spans: list[Span] = []
    while len(spans) < _MAX_ALTERNATIVES:
        begin = max(end - _REACH, 0)
        found = _LEFT.search(piece[begin:end])
        if (
            found is None
            or found[sort] is None
            or (spans and (found["noun"] or "," not in piece[begin + found.end(sort) : end]))
        ):
            break
        spans.append((begin + found.start(sort), begin + found.end(sort)))
        end = begin + found.start(sort)
    return spans[::-1]


def _name(piece: str, span: Span) -> str:
    """Return the left side of an equation: `$x=2$ or $y=3$` are no alternatives."""
    return piece[slice(*span)].rpartition("=")[0].strip(" $\\(")


def split_answer(text: str, start: int, end: int) -> list[Span] | None:
    """Split a short answer such as `x = 2 or x = 3` or `Friday or maybe Saturday` at its `or`; None where it is one."""
    piece = text[start:end]
    links = list(_OR.finditer(piece))[:_MAX_ALTERNATIVES]
    if not links:
        return None
    cuts = [0, *(edge for link in links for edge in link.span()), len(piece)]
    spans: list[Span] = []
    for first, last in zip(cuts[::2], cuts[1::2], strict=True):
        doubt = _DOUBT.match(piece, first, last)
        begin = doubt.end() if doubt else first
        if begin >= last or (first and _OPEN_END.match(piece, begin)):
            return None
        spans.append(trim(text, start + begin, start + last))
    return spans if all(first < last for first, last in spans) else None
