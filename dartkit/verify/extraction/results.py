r"""The number that a sentence results in: not "the 4 workers" and not "for 3 days", which are given; or a number in words."""

from __future__ import annotations

import re

from dartkit.verify.extraction.endings import NUMBER_WORD
from dartkit.verify.extraction.formulas import formulas_in
from dartkit.verify.extraction.found import Extraction
from dartkit.verify.extraction.numbers import last_number, numbers_in

Span = tuple[int, int]
_GIVEN = re.compile(
    r"(?<!is )(?<!are )(?<!equals )(?<!be )\b(?:the|these|those|all|his|her|their|its)\s(?:(?:other|remaining|first|last|given|original|total)\s)?\Z"
    r"|\b(?:(?<!total )for|per|every|each|out of|among|from|after|within|during|before|divided by)\s(?:the\s|all\s|a\s|about\s)?\Z|\bon\s\Z",
    re.IGNORECASE,
)
_YEAR = re.compile(r"1[5-9][0-9]{2}|20[0-9]{2}")
_IN = re.compile(r"\b(?:in|since)\s(?:the year\s)?\Z")
_TERMS = re.compile(r"(?<![0-9.:])[0-9]{1,6}(?:\s?:\s?[0-9]{1,6}){0,3}\s?:\s?\Z")
_SUBJECT = re.compile(
    r"[\s*_]{0,4}(?:so|thus|hence|therefore|finally|consequently),?\s(?:only\s)?(?P<value>\$[^$\n]{1,60}\$|[-−]?[0-9][0-9.,/]*)\s(?:is|are)\s(?:indeed |therefore )?(?:the|divisible|a|an|our|what)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"\b(?:there (?:are|is)|(?:we|it|this|which) (?:get|gets|find|finds|have|has|gives?|leaves?)|is|are|equals|be)\s(?:exactly |only |a total of |just )?(?P<word>{NUMBER_WORD})(?![A-Za-z-])",
    re.IGNORECASE,
)


def result_number(text: str, start: int) -> Span | None:
    """Return the last number of a text; of its last sentence, which begins at `start`, the last one that is no given."""
    last = last_number(text)
    if last is None or last[0] < start:
        return last
    formulas = formulas_in(text, start, len(text))
    spans = [
        span
        for span in numbers_in(text, start, last[1])
        if not any(first <= span[0] < end for first, end, *_ in formulas)
    ]
    for span in reversed(spans):
        before = max(start, span[0] - 40)
        is_year = _YEAR.fullmatch(text, *span) and _IN.search(text, before, span[0])
        is_given = is_year or _GIVEN.search(text, before, span[0]) is not None
        if not is_given or text[span[0]] in "$€£¥₹":
            return _ratio(text, start, span)
    return last


def _ratio(text: str, start: int, span: Span) -> Span:
    """Widen a number to the ratio it ends: "the ratio is 3 : 2"."""
    terms = _TERMS.search(text, max(start, span[0] - 30), span[0])
    return span if terms is None or "ratio" not in text[start : span[0]] else (terms.start(), span[1])


def subject(text: str, start: int, end: int) -> Span | None:
    """Return the number that a conclusion is about: "So 30 is the least common multiple of 6 and 10"."""
    found = _SUBJECT.match(text, start, end)
    return found and found.span("value")


def number_word(text: str, start: int, end: int) -> Extraction | None:
    """Return the number in words that a sentence without numerals counts: "there are twelve of them"."""
    if any(char.isdigit() for char in text[start:end]):
        return None
    counted = list(_COUNTED.finditer(text, start, end))
    return Extraction(counted[-1]["word"], counted[-1].start("word"), "closing") if counted else None
