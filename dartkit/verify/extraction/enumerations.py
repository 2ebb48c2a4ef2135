r"""Answers of several values that nothing announces: "4, 6 and 9", "x = 2 and y = -1", bulleted lines, parts (a), (b), (c)."""

from __future__ import annotations

import re

from dartkit.verify.extraction.found import Extraction
from dartkit.verify.extraction.numbers import last_number, numbers_in
from dartkit.verify.extraction.segments import answer_after, items_at
from dartkit.verify.extraction.trimming import trim

Span = tuple[int, int]
_JOINT = re.compile(
    r"(?:\s?[A-Za-z°%]{1,12}[²³]?)?(?P<sign>,\s(?:and\s)?|,(?=[-−0-9])|\s(?:and|und|et|y|e|и)\s|、|;\s)(?P<name>[A-Za-z]\s?=\s?)?"
)
_BY = re.compile(r"(?:\s?[A-Za-z]{1,12})?\s(?:by|×|x)\s")
_FIRST_NAME = re.compile(r"(?<![A-Za-z])[A-Za-z]\s?=\s?\Z")
_PLURAL = re.compile(
    r"\b(?:are|were|sind|sont|son|são|sono)\b[^.\n0-9=]{0,24}\Z|\b(?:numbers|values|roots|solutions|sides|lengths|factors|answers|digits|terms|angles)[ :]{1,3}\Z",
    re.IGNORECASE,
)
_REST = re.compile(r"(?:\s?[A-Za-z°%$*]{1,14}[²³]?){0,2}[\s.*!$)]{0,6}\Z|\s(?:are|both)\s[^0-9\n]{0,60}\Z")
_ARE = re.compile(r"\s(?:are|both)\s")
_PART = re.compile(
    r"(?:^|\n)[\s*_#>-]{0,8}(?:\(?(?P<label>[a-h]|i{1,3}|iv|v)[).][*_:]{0,3}\s|[Pp]art\s\(?(?P<part>[A-Ha-h]|[1-9])[).:]{1,2}[*_:]{0,3}\s)"
)
_MAX_MEMBERS = 24
_MAX_TAIL = 1_200
_LEAD_IN = re.compile(r"(?:values|solutions|answers|roots|numbers|possibilities|integers|pairs|results)\b[^\n]{0,60}:\s{0,4}\Z", re.IGNORECASE)  # fmt: skip
_BULLET_LINE = re.compile(r"[ \t]{0,8}[-•*–][ \t]{1,4}(?=\S)")


def enumerated_numbers(text: str, start: int, end: int, *, wanted: bool) -> Extraction | None:
    """Return the list of numbers that a sentence ends in; None where it ends in one.

    Args:
        text: The response.
        start: Where the sentence begins.
        end: Where it ends.
        wanted: Whether the gold answer is a list, so that two values without a plural before them are one too.
    """
    spans = list(numbers_in(text, start, end))[-_MAX_MEMBERS:]
    if len(spans) < 2 or not _REST.match(text[spans[-1][1] : end]):
        return None
    first = len(spans) - 1
    named = 0
    while first > 0:
        between = text[spans[first - 1][1] : spans[first][0]]
        joint = _JOINT.fullmatch(between)
        if joint is None and not (wanted and _BY.fullmatch(between)):
            break
        named += joint is not None and joint["name"] is not None
        first -= 1
    members = spans[first:]
    if len(members) < 2:
        return None
    begin = members[0][0]
    name = _FIRST_NAME.search(text, max(start, begin - 6), begin)
    is_list = (
        wanted or len(members) > 2 or (named > 0 and name is not None) or _ARE.match(text, members[-1][1])
    )
    if not is_list and _PLURAL.search(text, max(start, begin - 60), begin) is None:
        return None
    if name is not None and named:
        begin = name.start()
        return Extraction(text[begin : members[-1][1]], begin, "closing")
    parts = tuple(text[slice(*member)] for member in members)
    return Extraction(", ".join(parts), begin, "closing", (), parts)


def scattered_numbers(text: str, start: int, end: int) -> Extraction | None:
    """Return all numbers of a sentence as a list: "Anna has 12 marbles, Ben 18 and Carl 30"."""
    spans = list(numbers_in(text, start, end))[-_MAX_MEMBERS:]
    members = tuple(text[slice(*span)] for span in spans)
    return Extraction(", ".join(members), spans[0][0], "closing", (), members) if len(spans) > 1 else None


def bulleted_values(text: str, hint: str | None) -> Extraction | None:
    """Return the short values in bulleted lines at the end that a line such as "The solutions are:" introduces."""
    end = len(text.rstrip())
    start = first = end
    lines = 0
    while start > 0 and lines < _MAX_MEMBERS:
        line = text.rfind("\n", 0, start) + 1
        bullet = _BULLET_LINE.match(text, line, start)
        if bullet is None:
            break
        first = bullet.end()
        start, lines = line - 1, lines + 1
    if lines < 2 or start < 0 or _LEAD_IN.search(text, max(start - 120, 0), start) is None:
        return None
    return items_at(text, first, hint, "closing")


def parts(text: str) -> Extraction | None:
    """Return the values of the parts (a), (b), (c) at the end of a text, one for each line; None for fewer than two."""
    begin = max(len(text) - _MAX_TAIL, 0)
    marks = list(_PART.finditer(text, begin))[-_MAX_MEMBERS:]
    first = max((place for place, mark in enumerate(marks) if _label(mark) in ("a", "i", "1")), default=-1)
    marks = marks[first:] if first >= 0 else []
    if len(marks) < 2 or len({_label(mark) for mark in marks}) < len(marks):
        return None
    found: list[str] = []
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        end = following.start() if following is not None else len(text)
        if following is None and "\n\n" in text[mark.end() : end].strip():
            return None
        value = _part_value(text, *trim(text, mark.end(), end))
        if value is None:
            return None
        found.append(value)
    return Extraction(", ".join(found), marks[0].end(), "closing", (), tuple(found))


def _label(mark: re.Match[str]) -> str:
    return (mark["label"] or mark["part"]).lower()


def _part_value(text: str, start: int, end: int) -> str | None:
    piece = text[start:end]
    answer = answer_after(piece, 0, "rational")
    if answer is not None:
        return answer.text
    number = last_number(piece)
    return None if number is None else piece[slice(*number)]
