"""Read numbers written in words: `twenty-three`, `one hundred and five`, `three and a half`, `two thirds`, 三十五."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dartkit.verify.lexicon.chinese_numerals import STARTS, read_chinese_numeral
from dartkit.verify.lexicon.number_table import (
    DENOMINATOR_PLURALS,
    DENOMINATORS,
    FOREIGN,
    ORDINALS,
    SCALES,
    SMALL,
    TENS,
)
from dartkit.verify.lexicon.plain import plain

_LONGEST = 240
_SIGNS = frozenset({"minus", "negative"})
_ARTICLES = frozenset({"a", "an"})
_NUMBERS = frozenset(SMALL) | frozenset(TENS) | frozenset(SCALES) | {"hundred"}
_FRACTIONS = frozenset(DENOMINATORS) | frozenset(DENOMINATOR_PLURALS)
_LEADING = _NUMBERS | _SIGNS | _ARTICLES | {"point", "half"}
ALL_WORDS = _LEADING | _FRACTIONS | {"and", "dozen"}
_SUFFIXES = frozenset({"st", "nd", "rd", "th"})


def read_number_words(text: str, *, ordinals: bool = False) -> Fraction | None:
    """Return the number that a text writes in words, or None where anything else stands in it.

    Args:
        text: English up to trillions, Chinese numerals, or a French, German or Spanish number up to 100.
        ordinals: Read `third`, `twenty-first`, `3rd` and 第三 as 3, 21, 3 and 3. `a third` is 1/3 either way.
    """
    if len(text) > _LONGEST:
        return None
    words = plain(text, _LONGEST)
    if not words:
        return None
    words = words.rstrip(" .")
    first = words[:1]
    if first in STARTS:
        return read_chinese_numeral(words, ordinals=ordinals)
    if first.isdigit():
        return _read_numbered(words) if ordinals else None
    lowered = words.lower()
    parts = _split(lowered)
    if parts and (parts[0] in _LEADING or (ordinals and parts[0] in ORDINALS)) and words[0] != "-":
        if ordinals and parts[-1] in ORDINALS and parts[0] not in _ARTICLES:
            value = _read_whole([*parts[:-1], ORDINALS[parts[-1]]])
            return Fraction(value) if value is not None else None
        return _read_english(parts)
    number = FOREIGN.get("-".join(parts) if " " in lowered else lowered)
    return Fraction(number) if number is not None else None


def split_number_words(text: str) -> tuple[Fraction, str] | None:
    """Split an English number in words from what follows: `two and a half hours` is 5/2 and `hours`; None without one."""
    words = plain(text, _LONGEST)
    if not words:
        return None
    parts = _split(words)
    if not parts:
        return None
    end = next((at for at, part in enumerate(parts) if part.lower() not in ALL_WORDS), len(parts))
    while end and parts[end - 1].lower() in ("a", "an", "and"):
        end -= 1
    value = _read_english([part.lower() for part in parts[:end]]) if 0 < end < len(parts) else None
    return (value, " ".join(parts[end:])) if value is not None else None


def _split(text: str) -> list[str]:
    """Return the words of hyphened and comma-grouped numbers; a list of numbers or a subtraction gives nothing."""
    if " -" in text or "- " in text:
        return []
    if "," in text:
        groups = text.split(",")
        if any(not group.endswith(tuple(SCALES)) for group in groups[:-1]):
            return []
        if "hundred" not in groups[-1] and not groups[-1].startswith(" and "):
            return []  # "two thousand, five" is rather two numbers
        text = text.replace(",", " ")
    return text.replace("-", " ").split()


def _read_numbered(text: str) -> Fraction | None:
    digits = text[:-2]
    if text[-2:].lower() not in _SUFFIXES or len(digits) > 9 or not (digits.isascii() and digits.isdigit()):
        return None
    return Fraction(int(digits))


def _read_english(words: list[str]) -> Fraction | None:
    if words[0] in _SIGNS:
        value = _read_positive(words[1:]) if len(words) > 1 and words[1] not in _ARTICLES else None
        return -value if value is not None else None
    return _read_positive(words)


def _read_positive(words: Sequence[str]) -> Fraction | None:
    if not words:
        return None
    last = words[-1]
    if last == "dozen":
        return _read_dozens(words[:-1])
    if "point" in words:
        return _read_decimal(words)
    if "half" in words[:-1] and (last in SCALES or last == "hundred"):
        return _read_halved_scale(words)
    if last in _FRACTIONS:
        return _read_fraction(words)
    value = _read_whole(words)
    return Fraction(value) if value is not None else None


def _read_dozens(words: Sequence[str]) -> Fraction | None:
    if words in (["half", "a"], ["a", "half"], ["half"]):
        return Fraction(6)
    times = 1 if not words or words == ["a"] else _read_whole(words)
    return Fraction(12 * times) if times is not None else None


def _read_halved_scale(words: Sequence[str]) -> Fraction | None:
    """Read `half a million` and `two and a half million`."""
    scale = SCALES.get(words[-1], 100)
    if list(words[:-1]) in (["half", "a"], ["half"], ["a", "half"]):
        return Fraction(scale, 2)
    if list(words[-4:-1]) != ["and", "a", "half"]:
        return None
    whole = _read_whole(words[:-4])
    return (whole + Fraction(1, 2)) * scale if whole is not None and whole < 1000 else None


def _read_fraction(words: Sequence[str]) -> Fraction | None:
    """Read `two thirds`, `one half`, `a quarter`, `half`, and mixed numbers with `and` before such a fraction."""
    last = words[-1]
    if list(words) == ["half"]:
        return Fraction(1, 2)
    if "and" in words:
        cut = len(words) - 1 - list(reversed(words)).index("and")
        left, right = words[:cut], words[cut + 1 :]
        if not left or not right or left[-1] in SCALES or left[-1] == "hundred":
            return None  # one hundred and five thousandths has two readings
        whole, part = _read_whole(left), _read_simple_fraction(right[:-1], last)
        return whole + part if whole is not None and part is not None and part < 1 else None
    return _read_simple_fraction(words[:-1], last)


def _read_simple_fraction(numerator: Sequence[str], denominator: str) -> Fraction | None:
    if len(numerator) == 1 and numerator[0] in ("a", "an", "one"):
        below = DENOMINATORS.get(denominator)
        return Fraction(1, below) if below is not None else None
    below = DENOMINATOR_PLURALS.get(denominator)  # in the singular it would be an ordinal: twenty-third
    above = _read_whole(numerator) if below is not None else None
    return Fraction(above, below) if above is not None and below is not None else None


def _read_decimal(words: Sequence[str]) -> Fraction | None:
    cut = words.index("point")
    whole = _read_whole(words[:cut]) if cut else 0
    digits = [SMALL.get(word, -1) for word in words[cut + 1 :]]
    if whole is None or not 0 < len(digits) <= 30 or any(not 0 <= digit <= 9 for digit in digits):
        return None
    return whole + Fraction(int("".join(map(str, digits))), 10 ** len(digits))


def _read_whole(words: Sequence[str]) -> int | None:
    """Add up a cardinal: every group below a thousand once, scales falling, `and` only after a hundred or a scale."""
    if not words:
        return None
    total = group = 0
    limit = 10**13  # the next scale must be smaller
    room = 1000  # the next word must be smaller, within its group
    before = ""
    for word in words:
        if word in _ARTICLES:
            if before:
                return None
            group = 1
        elif word == "and":
            if before != "hundred" and before not in SCALES:
                return None
        elif word in SMALL or word in TENS:
            value = SMALL[word] if word in SMALL else TENS[word]
            if value >= room or before in _ARTICLES or (value == 0 and len(words) > 1):
                return None
            group += value
            room = 10 if word in TENS else 0
        elif word == "hundred":
            if not 0 < group < 100 or room == 100:
                return None
            group *= 100
            room = 100
        elif word in SCALES:
            if group == 0 or SCALES[word] >= limit:
                return None
            limit = SCALES[word]
            total += group * limit
            group, room = 0, 1000
        else:
            return None
        before = word
    return None if before == "and" or before in _ARTICLES else total + group
