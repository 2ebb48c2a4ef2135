r"""The last sentences of a response: the last one with a value, and the last ones that say something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dartkit.verify.extraction.endings import VALUE
from dartkit.verify.extraction.formulas import last_formula
from dartkit.verify.extraction.trimming import trim

Span = tuple[int, int]
_TAIL = 1_200
_MAX_SENTENCES = 4
_MAX_SEARCHED = 12  # sentences looked at from the end for one with a value
_BREAK = re.compile(r"(?:[.?]|(?<![0-9)])!)(?:\s|\Z)|\n|[。！？]")
_CONCLUDES = re.compile(
    r"[\s*_>]{0,6}(?:so|thus|therefore|hence|consequently|in conclusion)\b", re.IGNORECASE
)
# a sentence that only adds to the conclusion before it
_ASIDE = re.compile(
    r"[\s*_>(]{0,6}(?:by the way|incidentally|btw|as an aside|equality|(?:this|the) (?:maximum|minimum|value|bound) (?:is|occurs)|this (?:happens|occurs|is because"
    r"|is (?:attained|achieved|reached))|it (?:is|['’]s) (?:attained|achieved|reached)|indeed|for (?:example|instance|comparison)|an example|one example"
    r"|in percent|in percentages?|as a (?:decimal|percentage|fraction)|in decimals?|in decimal form|numerically|approximately)\b"
    r"|\b(?:by the way|incidentally)\b[\s.!)*]{0,6}\Z",
    re.IGNORECASE,
)
_EQUALITY = re.compile(r"[\s*_>(]{0,6}equality (?:holds|occurs|is)\b", re.IGNORECASE)  # never a result
_BOILERPLATE = re.compile(
    r"(?:i hope|hope (?:this|that|it)|let me know|feel free|if you (?:have|need|want|would|'d)|thank|please|good luck|is there anything|would you like"
    r"|do you have|does this|this (?:completes|concludes)|note\b|q\.?e\.?d|done\b|```|---)",
    re.IGNORECASE,
)


def last_with_value(text: str) -> Span | None:
    """Return the last sentence with a value in prose, but none that only adds to a conclusion before it; None where a display formula is the last that does."""
    begin = max(len(text) - _TAIL, 0)
    formula = last_formula(text, None)
    cuts = [begin, *(found.end() for found in _BREAK.finditer(text, begin)), len(text)]
    aside: Span | None = None
    for start, end in list(zip(cuts[-2::-1], cuts[:0:-1], strict=True))[:_MAX_SEARCHED]:
        if formula is not None and formula.display and start < formula.end:
            return aside
        if VALUE.search(text, start, end) is None:
            continue
        sentence = start, start + len(text[start:end].rstrip())
        if aside is not None and _CONCLUDES.match(text, start) is None:
            return sentence if _EQUALITY.match(text, aside[0]) else aside
        if aside is not None or _ASIDE.search(text, *sentence) is None:
            return sentence
        aside = sentence
    return aside


def last_sentences(text: str) -> Iterator[Span]:
    """Yield the last sentences, the last first, without blank ones and polite ones."""
    begin = max(len(text) - _TAIL, 0)
    cuts = [begin, *(found.end() for found in _BREAK.finditer(text, begin)), len(text)]
    given = 0
    for start, end in zip(cuts[-2::-1], cuts[:0:-1], strict=True):
        first, last = trim(text, start, end)
        if (
            first < last
            and any(char.isalnum() for char in text[first:last])
            and not _BOILERPLATE.match(text, first)
        ):
            yield first, last
            given += 1
            if given >= _MAX_SENTENCES:
                return
