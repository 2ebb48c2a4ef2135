r"""Answers of several lines that nothing announces: bulleted values, parts (a), (b), (c)."""

from __future__ import annotations

import re

from dartkit.verify.extraction.found import Extraction
from dartkit.verify.extraction.numbers import last_number
from dartkit.verify.extraction.segments import answer_after, items_at
from dartkit.verify.extraction.trimming import trim

_PART = re.compile(
    r"(?:^|\n)[\s*_#>-]{0,8}(?:\(?(?P<label>[a-h]|i{1,3}|iv|v)[).][*_:]{0,3}\s|[Pp]art\s\(?(?P<part>[A-Ha-h]|[1-9])[).:]{1,2}[*_:]{0,3}\s)"
)
_MAX_MEMBERS = 24
_MAX_TAIL = 1_200
_LEAD_IN = re.compile(r"(?:values|solutions|answers|roots|numbers|possibilities|integers|pairs|results)\b[^\n]{0,60}:\s{0,4}\Z", re.IGNORECASE)  # fmt: skip
_MAX_CLOSING = 300
_NAMED = re.compile(r"[*_$]{0,3}[A-Za-z](?:_[A-Za-z0-9])?[*_]{0,3}\s?=\s?[^=\n]{1,40}(?:\n|\Z)")
_BULLET_LINE = re.compile(r"[ \t]{0,8}[-•*–][ \t]{1,4}(?=\S)")


def bulleted_values(text: str, hint: str | None) -> Extraction | None:
    """Return the short values in bulleted lines at the end that a line such as "The solutions are:" introduces."""
    start = first = _bullets_end(text)
    lines = 0
    while start > 0 and lines < _MAX_MEMBERS:
        line = text.rfind("\n", 0, start) + 1
        bullet = _BULLET_LINE.match(text, line, start)
        if bullet is None:
            break
        first = bullet.end()
        start, lines = line - 1, lines + 1
    if lines < 2 or (start >= 0 and not _introduced(text, start, first, hint)):
        return None
    return items_at(text, first, hint, "closing")


def _bullets_end(text: str) -> int:
    """Return where the last line ends, or the one before a last paragraph without any figure."""
    end = len(text.rstrip())
    paragraph = text.rfind("\n\n", max(end - _MAX_CLOSING, 0), end)
    if (
        paragraph < 0
        or any(char.isdigit() for char in text[paragraph:end])
        or _BULLET_LINE.match(text, paragraph + 2)
    ):
        return end
    return len(text[:paragraph].rstrip())


def _introduced(text: str, start: int, first: int, hint: str | None) -> bool:
    """Say whether bulleted lines list the answer: a line announces it, or a list is asked for and the first line names a value."""
    if _LEAD_IN.search(text, max(start - 120, 0), start):
        return True
    return hint in ("set", "tuple") and _NAMED.match(text, first) is not None


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
