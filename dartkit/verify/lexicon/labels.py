r"""Read what numbers a thing: `No. 7`, `row 4`, `#4`, `the 5th`, `5^{\text{th}}`, `the twelfth term`, `Quadrant II`."""

from __future__ import annotations

import re
from typing import NamedTuple

from dartkit.text.symbols import names
from dartkit.verify.lexicon.number_words import read_number_words
from dartkit.verify.lexicon.plain import plain

_LONGEST = 80
_NOUNS = names(
    "number row column line problem question exercise item step case day week month page figure table chapter section "
    "lesson grade term place position rank quadrant door bus box house room player team group class level stage round "
    "year hour lane seat gate card ball machine floor century version type option choice answer part book volume track "
    "platform route ticket locker plant tree stop diagram picture pattern shape set person child student digit element "
    "octant test game event trial experiment jar bag urn cup bucket cell block bin batch model car train flight player"
)
_ALIASES = {"no": "number", "nos": "number", "nr": "number", "№": "number", "#": "number", "col": "column", "fig": "figure",
            "ex": "exercise", "ch": "chapter", "sec": "section", "prob": "problem", "q": "question"}  # fmt: skip
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8}
_WITH_ROMAN = frozenset(
    {"quadrant", "octant", "type", "case", "part", "class", "chapter", "volume", "figure"}
)
_LEADS = re.compile(r"(?:(?:in|on|at|by|is|it is|it was|the) ){0,3}")
_RAISED = re.compile(
    r"\$?\s?\^\s?\{?\s?(?:\\(?:text|mathrm|rm|textrm)\s?\{?\s?)?(st|nd|rd|th)\b[\s}]{0,4}\$?"
    r"|\\textsuperscript\s?\{\s?(st|nd|rd|th)\s?\}"
)
_LABEL = re.compile(r"([a-z]{1,12}|№|#)( number| no| #)?[.:]? ?\(?(?:([0-9]{1,9})|([a-z][a-z-]{0,24}))\)?")


class Label(NamedTuple):
    """A number that names one of many things.

    Attributes:
        noun: What is numbered, in the singular; empty where it is not said, as in `the 5th`.
        number: The number, from 0.
    """

    noun: str
    number: int


def read_label(text: str) -> Label | None:
    """Return the number that a text gives to a thing of a table, in figures, as an ordinal or in Roman numerals."""
    if len(text) > _LONGEST:
        return None
    words = plain(without_raised_endings(text).replace("\\#", "#"), _LONGEST)
    if not words:
        return None
    words = words.lower().rstrip(" .")
    words = words[_LEADS.match(words).end() :] if words[:1] in "ioabt" else words  # type: ignore[union-attr]
    return _read_named(words) or _read_ordinal(words)


def same_label(left: Label, right: Label) -> bool:
    """Say whether two labels name the same thing; what is not said may be anything, and `number` says nothing."""
    nouns = {left.noun, right.noun} - {"", "number"}
    return left.number == right.number and len(nouns) < 2


def without_raised_endings(text: str) -> str:
    r"""Write `5^{\text{th}}` and `5\textsuperscript{th}` as `5th`."""
    return _RAISED.sub(r"\1\2", text) if "^" in text or "\\textsuperscript" in text else text


def _read_named(words: str) -> Label | None:
    found = _LABEL.fullmatch(words)
    if found is None:
        return None
    noun = _ALIASES.get(found[1], found[1])
    if noun not in _NOUNS or (found[1] in ("q", "ex", "sec", "ch") and "." not in words[:4]):
        return None
    if not found[3] and found[1] in ("no", "nos"):
        return None  # no one
    if found[3]:
        return Label(noun, int(found[3]))
    number = _ROMAN.get(found[4]) if noun in _WITH_ROMAN else None
    return Label(noun, number) if number is not None else _label(noun, found[4], ordinals=False)


def _read_ordinal(words: str) -> Label | None:
    head, _, noun = words.rpartition(" ")
    if noun in _WITH_ROMAN and head in _ROMAN:
        return Label(noun, _ROMAN[head])
    whole = _label("", words, ordinals=True)
    return _label(noun, head, ordinals=True) if whole is None and head and noun in _NOUNS else whole


def _label(noun: str, words: str, *, ordinals: bool) -> Label | None:
    """Return the label of a number in words; with `ordinals`, of an ordinal only."""
    number = read_number_words(words, ordinals=ordinals)
    if number is None or number.denominator != 1 or number < 0:
        return None
    if ordinals and read_number_words(words) is not None:
        return None  # a cardinal
    return Label(noun, int(number))
