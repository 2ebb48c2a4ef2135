r"""Read amounts in several units: `3 hours 20 minutes`, `5 ft 3 in`, `6 lb 4 oz`, `30° 15'`, and lengths of time in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from dartkit.text.tokens import Token, TooLong, tokenize
from dartkit.verify.lexicon.number_words import split_number_words
from dartkit.verify.lexicon.plain import plain
from dartkit.verify.lexicon.units import Unit, read_unit, read_unit_text

MAX_TOKENS = 48
_MAX_PARTS = 6
_LONGEST = 120
_MAX_DIGITS = 40
_WORDS = frozenset({"word", "text"})
_TIME = (("s", 1),)
# What every length of time has in it; the search for it spares most other texts the reading.
_TIME_WORD = re.compile(
    r"hour|hr|min|sec|day|week|year|yr|month|decade|centur|fortnight|heure|jour|semaine|stunde|tag|woche|jahr|hora|día"
    r"|[0-9} ](?:[mnpµμ]?s|h|d)(?![a-z])|时|秒|天|周|分钟|年|月|星期",
    re.IGNORECASE,
)
_RUPEES = frozenset({"Rs", "rs"})
_TRAILING = frozenset({"and", ",", ";", "et", "und", "y"})
_MINUTE = Token("text", "min")
_ARC = {"'": Token("text", "arcmin"), "''": Token("text", "arcsec"), '"': Token("text", "arcsec")}


class Amount(NamedTuple):
    """A number of units, or of several units of one dimension that get smaller.

    Attributes:
        value: In base units, without the power of π that `unit.pi` states.
        unit: The first unit.
        parts: How many numbers were added up.
        last: The smallest unit, which is the first where there is one only.
    """

    value: Fraction
    unit: Unit
    parts: int
    last: Unit


def read_amount(tokens: Sequence[Token]) -> Amount | None:
    """Return the amount that all of the tokens make up, or None; every number in it needs a unit of a table."""
    if (
        len(tokens) > 2
        and tokens[1].kind == "number"
        and (tokens[0].kind == "currency" or tokens[0].text in _RUPEES)
    ):
        tokens = (tokens[1], tokens[0], *tokens[2:])  # $5 and 20 cents
    if not 2 <= len(tokens) <= MAX_TOKENS or tokens[0].kind not in ("number", "command", "operator"):
        return None
    negative = tokens[0].text == "-"
    at, parts, total = int(negative), 0, Fraction(0)
    first: Unit | None = None
    last: Unit | None = None
    while at < len(tokens):
        read = _read_number(tokens, at)
        if read is None or parts == _MAX_PARTS:
            return None
        number, begin = read
        at = _find_next_number(tokens, begin)
        unit = _read_part(tokens[begin:at], last)
        if unit is None or (last is not None and not _continues(last, unit)):
            return None
        total += number * unit.factor
        first, last = first or unit, unit
        parts += 1
    if first is None or last is None:
        return None
    return Amount((-total if negative else total) + first.offset, first, parts, last)


def read_duration(text: str) -> Fraction | None:
    """Return the length of time in seconds that a text states in units, in figures or in words, or None.

    `3:20` is none, as it may be hours or minutes; a lone letter needs company: `3h20m`.
    """
    if len(text) > _LONGEST or _TIME_WORD.search(text) is None:
        return None
    first = text.lstrip(" $")[:1]
    if first.isascii() and first.isalpha():
        return _read_duration_in_words(text)
    try:
        tokens = tokenize(text)
    except TooLong:
        return None
    amount = read_amount(tokens)
    if amount is None or amount.unit.dimension != _TIME or amount.unit.nouns:
        return _read_duration_in_words(text) if first == "\\" else None
    return amount.value if amount.parts > 1 or not amount.unit.ambiguous or tokens[1].spaced else None


def _continues(last: Unit, unit: Unit) -> bool:
    """Say whether a smaller unit of the same kind follows, as minutes follow hours."""
    return (
        last.dimension == unit.dimension
        and last.pi == unit.pi
        and unit.factor < last.factor
        and not unit.offset
    )


def _read_part(tokens: Sequence[Token], last: Unit | None) -> Unit | None:
    end = len(tokens)
    while end and tokens[end - 1].text in _TRAILING:
        end -= 1
    unit_tokens = tokens[:end]
    texts = "".join(token.text for token in unit_tokens)
    if last is not None and last.label in ("deg", "arcmin") and texts in _ARC:
        unit_tokens = [_ARC[texts]]
    elif texts == "m" and last is not None and last.label == "h":
        unit_tokens = [_MINUTE]
    unit = read_unit(unit_tokens)
    return unit if unit is not None and unit.known and unit.dimension else None


def _find_next_number(tokens: Sequence[Token], start: int) -> int:
    """Return where the next number begins: outside brackets, after a word and before a unit, or the end."""
    depth = 0
    for at in range(start, len(tokens)):
        kind = tokens[at].kind
        depth += (kind == "open") - (kind == "close")
        if depth or at == start:
            continue
        if kind == "command" and tokens[at].text == "\\frac" and tokens[at - 1].text != "/":
            return at
        if kind == "number" and _ends_unit(tokens[at - 1], spaced=tokens[at].spaced):
            follows = tokens[at + 1] if at + 1 < len(tokens) else None
            glued = not tokens[at].spaced and len(tokens[at].text) == 1
            if follows is not None and (not glued or follows.kind in _WORDS or follows.text == "'"):
                return at
    return len(tokens)


def _ends_unit(token: Token, *, spaced: bool) -> bool:
    if token.kind in ("number", "close"):  # an exponent
        return spaced
    return token.kind in _WORDS or token.text in "°'\",;"


def _read_number(tokens: Sequence[Token], at: int) -> tuple[Fraction, int] | None:
    """Return a decimal, a fraction or a mixed number, and where it ends."""
    whole = _decimal(tokens, at)
    if whole is None:
        return _read_fraction(tokens, at)
    if _is_slash(tokens, at + 1):
        below = _decimal(tokens, at + 2)
        return (whole / below, at + 3) if below else None
    part = _read_fraction(tokens, at + 1)
    if part is None and _is_slash(tokens, at + 2):
        above, below = _decimal(tokens, at + 1), _decimal(tokens, at + 3)
        part = (above / below, at + 4) if above is not None and below else None
    if part is not None and whole.denominator == 1 and part[0] < 1:
        return whole + part[0], part[1]
    return whole, at + 1


def _is_slash(tokens: Sequence[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at].text == "/" and tokens[at + 1].kind == "number"


def _read_fraction(tokens: Sequence[Token], at: int) -> tuple[Fraction, int] | None:
    r"""Read `\frac{1}{2}` or `\frac12`."""
    if at >= len(tokens) or tokens[at].text != "\\frac":
        return None
    at += 1
    values: list[Fraction] = []
    for _ in range(2):
        braced = at < len(tokens) and tokens[at].text == "{"
        value = _decimal(tokens, at + braced)
        at += 1 + 2 * braced
        if value is None or (braced and (at > len(tokens) or tokens[at - 1].text != "}")):
            return None
        values.append(value)
    return (values[0] / values[1], at) if values[1] else None


def _decimal(tokens: Sequence[Token], at: int) -> Fraction | None:
    if at >= len(tokens) or tokens[at].kind != "number":
        return None
    text = tokens[at].text
    if len(text) > _MAX_DIGITS or "e" in text or "(" in text:
        return None
    return Fraction(text if text[0] != "." else "0" + text)


def _read_duration_in_words(text: str) -> Fraction | None:
    words = plain(text, _LONGEST)
    if not words:
        return None
    words = words.lower().rstrip(".")
    whole = _read_one_in_words(words)
    if whole is not None:
        return whole
    total = Fraction(0)
    parts = words.replace(", and ", " and ").replace(", ", " and ").split(" and ")
    if len(parts) > _MAX_PARTS:
        return None
    for part in parts:
        seconds = _read_one_in_words(part)
        if seconds is None:
            return None
        total += seconds
    return total


def _read_one_in_words(words: str) -> Fraction | None:
    """Read `two and a half hours`, `half an hour`, `an hour`, `an hour and a half`."""
    if words.startswith("quarter of an "):
        words = "a " + words
    article, _, rest = words.partition(" ")
    split = split_number_words(words)
    number = split[0] if split is not None else Fraction(1)
    name = split[1] if split is not None else rest if article in ("a", "an") else ""
    if split is None and name.endswith(" and a half"):
        name, number = name.removesuffix(" and a half"), Fraction(3, 2)
    for filler in ("of an ", "of a ", "an ", "a "):
        if number < 1:
            name = name.removeprefix(filler)
    unit = read_unit_text(name) if name and len(name) > 1 else None
    if unit is None or unit.dimension != _TIME or unit.nouns:
        return None
    return number * unit.factor
