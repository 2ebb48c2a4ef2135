r"""The number that a sentence results in: not "the 4 workers" and not "for 3 days", which are given; or a number in words."""

from __future__ import annotations

import re

from dartkit.verify.extraction.endings import NUMBER_WORD
from dartkit.verify.extraction.formulas import formulas_in
from dartkit.verify.extraction.found import Extraction
from dartkit.verify.extraction.numbers import is_denied, last_number, numbers_in

Span = tuple[int, int]
_GIVEN = re.compile(
    r"(?<!is )(?<!are )(?<!equals )(?<!be )\b(?:the|these|those|all|his|her|their|its)\s(?:(?:other|remaining|first|last|given|original|total|same)\s)?\Z"
    r"|\b(?:(?<!total )for|per|every|each|out of|among|from|after|within|during|before|divided by)\s(?:the\s|all\s|a\s|about\s)?\Z|(?<![A-Za-z0-9])[0-9]{1,6}\s[a-z]{3,14}\sof\s\Z|\bon\s\Z",
    re.IGNORECASE,
)
_YEAR = re.compile(r"1[5-9][0-9]{2}|20[0-9]{2}")
_IN = re.compile(r"\b(?:in|since)\s(?:the year\s)?\Z")
_TERMS = re.compile(r"(?<![0-9.:])[0-9]{1,6}(?:\s?:\s?[0-9]{1,6}){0,3}\s?:\s?\Z")
_SUBJECT = re.compile(
    r"[\s*_]{0,4}(?:so|thus|hence|therefore|finally|consequently),?\s(?:only\s)?(?P<value>\$[^$\n]{1,60}\$|[-−]?[0-9][0-9.,/]*)(?:\s(?:is|are)\s(?:indeed |therefore )?(?:the|divisible|a|an|our|what)|(?:\s[a-z]{2,14}){1,3}?\s(?:is|are|were)\s(?:needed|required|necessary|sufficient|enough))\b",
    re.IGNORECASE,
)
_NUMBER = r"(?<![0-9.,A-Za-z])[0-9][0-9.,]{0,12}"
_COMPOUND = tuple(
    (re.compile(rf"{_NUMBER}\s?(?:{larger})(?:,|\sand)?\s\Z"), re.compile(rf"\s?(?:{smaller})(?![A-Za-z])"))
    for larger, smaller in (
        ("days?|d", "hours?|hrs?|h"),
        ("hours?|hrs?|h", "minutes?|mins?|min|m"),
        ("minutes?|mins?|min", "seconds?|secs?|s"),
        ("years?", "months?|days?"),
        ("weeks?", "days?"),
        ("dollars?|euros?", "cents?"),
        ("feet|foot|ft", "inch(?:es)?|in"),
        ("pounds?|lbs?", "ounces?|oz"),
        ("meters?|metres?|m", "centimeters?|centimetres?|cm"),
        ("kilometers?|km", "meters?|m"),
    )
)
_SCALE = re.compile(r"\s(?:thousand|million|billion|trillion)(?![a-z])")
_LEFT_PART = re.compile(r"(?:[0-9A-Za-zπ√()+*/^.·²³−-]){1,40}\Z")
_RIGHT_PART = re.compile(r"(?:[ixynkabcz](?![A-Za-z])|[πe](?![A-Za-z])|[)√(+*/^·²³]|[0-9]){1,20}")
_IN_BRACKETS = re.compile(r"[A-Za-z]\s\((?![^()\n]{0,80},)[^()\n]{0,80}\Z")
_WORDS = re.compile(r"[A-Za-z]{2}")
_UNKNOWN = re.compile(r"[√π]|(?<![A-Za-z])[a-z](?![A-Za-z])")
_REAL_PART = re.compile(r"(?<![A-Za-z0-9.])[-−]?[0-9.]{1,10}\s[-+−]\s\Z")
_COUNTED = re.compile(
    rf"(?:\b(?:there (?:are|is)|(?:we|it|this|which) (?:get|gets|find|finds|have|has|gives?|leaves?)|is|are|equals|be|has|have|needs?|takes?|leaves?)\s"
    rf"(?:exactly |only |a total of |just |therefore |thus |hence |then )?|\b(?:only|exactly)\s)(?P<word>{NUMBER_WORD})(?![A-Za-z-])",
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
        if not any(first <= span[0] < end for first, end, *_ in formulas) and not is_denied(text, span[0])
    ]
    for span in reversed(spans):
        if not is_given(text, start, span):
            return widened(text, start, span)
    return widened(text, start, last)


def _is_bracketed(text: str, start: int, span: Span) -> bool:
    """Say whether a number stands in brackets after a word, as in "70 students (10%)"."""
    opened = _IN_BRACKETS.search(text, max(start, span[0] - 80), span[0])
    return opened is not None and text.find(")", span[1], span[1] + 80) >= 0


def widened(text: str, start: int, span: Span) -> Span:
    """Widen a number to what it is a part of: the ratio `3 : 2`, "2 hours and 15 minutes", "3 million", `n(n+1)/2`, `5 - 3i`."""
    first, last = span
    terms = _TERMS.search(text, max(start, first - 30), first)
    if terms is not None and "ratio" in text[start:first]:
        return terms.start(), last
    for larger, smaller in _COMPOUND:
        unit = smaller.match(text, last)
        before = larger.search(text, max(start, first - 40), first) if unit is not None else None
        if unit is not None and before is not None:
            return before.start(), unit.end()
    scale = _SCALE.match(text, last)
    return (first, scale.end()) if scale is not None else _expression(text, start, span)


def _expression(text: str, start: int, span: Span) -> Span:
    """Widen a number over the letters, roots and brackets it is written together with, where they are an expression."""
    first, last = span
    left = _LEFT_PART.search(text, max(start, first - 40), first)
    right = _RIGHT_PART.match(text, last)
    begin = left.start() if left is not None else first
    end = right.end() if right is not None else last
    token = text[begin:end]
    if token.count("(") != token.count(")") or _WORDS.search(token) or not _UNKNOWN.search(token):
        return span
    if token.endswith("i"):
        real = _REAL_PART.search(text, max(start, begin - 24), begin)
        begin = real.start() if real is not None else begin
    return begin, end


def is_given(text: str, start: int, span: Span) -> bool:
    """Say whether a number is one of the givens of its sentence, which begins at `start`: "the 4 workers", "in 1990"."""
    before = max(start, span[0] - 40)
    is_year = _YEAR.fullmatch(text, *span) and _IN.search(text, before, span[0])
    given = is_year or _GIVEN.search(text, before, span[0]) is not None or _is_bracketed(text, start, span)
    return bool(given) and text[span[0]] not in "$€£¥₹"


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
