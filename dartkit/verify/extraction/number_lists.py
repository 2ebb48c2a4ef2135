r"""Numbers that a sentence lists: "4, 6 and 9", "x = 2 and y = -1", "8 cm by 5 cm"."""

from __future__ import annotations

import re
from dataclasses import replace

from dartkit.verify.extraction.found import Extraction
from dartkit.verify.extraction.numbers import numbers_in

Span = tuple[int, int]
_MAX_MEMBERS = 24
_JOINT = re.compile(
    r"(?:\s?[A-Za-z°%]{1,12}[²³]?)?(?P<sign>,\s(?:and\s)?|,(?=[-−0-9])|\s(?:and|und|et|y|e|и)\s|\s(?P<other>or|ou|oder|o)\s(?=[A-Za-z]\s?=)|、|;\s)(?P<name>[A-Za-z]\s?=\s?)?"
)
_BY = re.compile(r"(?:\s?[A-Za-z]{1,12})?\s(?:by|×|x)\s")
_FIRST_NAME = re.compile(r"(?<![A-Za-z])[A-Za-z]\s?=\s?\Z")
_PLURAL = re.compile(
    r"\b(?:are|were|sind|sont|son|são|sono)\b[^.\n0-9=]{0,24}\Z|\b(?:numbers|values|roots|solutions|sides|lengths|factors|answers|digits|terms|angles)[ :,]{1,3}\Z",
    re.IGNORECASE,
)
_REST = re.compile(r"(?:\s?[A-Za-z°%$*]{1,14}[²³]?){0,2}[\s.*!$)]{0,6}\Z|\s(?:are|both)\s[^0-9\n]{0,60}\Z")
_NAMED = re.compile(r"\s?([A-Za-z])\s?=[^=A-Za-z]{1,20}\Z")
_VALUE = r"(\$[^$\n]{1,60}\$|[-−]?[0-9][0-9.,/]{0,12})"
_CASES = re.compile(
    rf"{_VALUE}\s(?:for|when|if|at)\s[^,;\n]{{1,40}}?(?:,?\sand|,|;)\s{_VALUE}\s(?:for|when|if|at)\s"
)
_ARE = re.compile(r"\s(?:are|both)\s")


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
    named = others = 0
    while first > 0:
        between = text[spans[first - 1][1] : spans[first][0]]
        joint = _JOINT.fullmatch(between)
        if joint is None and not (wanted and _BY.fullmatch(between)):
            break
        named += joint is not None and joint["name"] is not None
        others += joint is not None and joint["other"] is not None
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
        if others:
            values = tuple(text[slice(*member)] for member in members)
            return Extraction(
                text[begin : members[0][1]] + ", " + ", ".join(values[1:]), begin, "closing", (), values
            )
        return Extraction(text[begin : members[-1][1]], begin, "closing")
    parts = tuple(text[slice(*member)] for member in members)
    return Extraction(", ".join(parts), begin, "closing", (), parts)


def values_of_cases(text: str, start: int, end: int) -> Extraction | None:
    """Return both values of a sentence that gives one for each of two cases: "4 for a = 1 and 7 for a = 2"."""
    found = _CASES.search(text, start, end)
    if found is None:
        return None
    parts = (found[1].strip("$"), found[2].strip("$"))
    return Extraction(", ".join(parts), found.start(1), "closing", (), parts)


def last_named(listed: Extraction) -> Extraction:
    """Return the last of several values with a name of its own, `c = 7` of `b = 5, c = 7`; any other list as it is.

    Where one number is asked for, commas without `and` go on to the next value rather than state all of them together.
    """
    members = listed.text.split(",")
    names = [_NAMED.match(member) for member in members]
    if len(members) < 2 or not all(names) or len({name.group(1) for name in names if name}) < len(members):
        return listed
    return replace(
        listed, text=members[-1].strip(), start=listed.start + listed.text.rfind(members[-1].strip())
    )


def scattered_numbers(text: str, start: int, end: int) -> Extraction | None:
    """Return all numbers of a sentence as a list: "Anna has 12 marbles, Ben 18 and Carl 30"."""
    spans = list(numbers_in(text, start, end))[-_MAX_MEMBERS:]
    members = tuple(text[slice(*span)] for span in spans)
    return Extraction(", ".join(members), spans[0][0], "closing", (), members) if len(spans) > 1 else None
