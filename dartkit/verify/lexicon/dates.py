r"""Read dates: `July 4, 1776`, `the 4th of July`, `1776-07-04`, `07/04/1776`, `1776年7月4日`, `Friday`, `March`."""

from __future__ import annotations

import re
from typing import NamedTuple

from dartkit.verify.lexicon.calendar_names import ERAS, FILLERS, MONTHS, NEVER_ALONE, OTHER_WORDS, WEEKDAYS
from dartkit.verify.lexicon.chinese_numerals import STARTS as CHINESE_DIGITS
from dartkit.verify.lexicon.chinese_numerals import read_chinese_numeral
from dartkit.verify.lexicon.number_table import ORDINALS
from dartkit.verify.lexicon.number_words import read_number_words
from dartkit.verify.lexicon.plain import plain

_LONGEST = 80
_MAX_PARTS = 10
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_NUMBER = "[0-9一二三四五六七八九十〇零]"
_CHINESE = re.compile(
    rf"(?:({_NUMBER}{{4}})\s?年)?\s?(?:({_NUMBER}{{1,3}})\s?月)?\s?(?:({_NUMBER}{{1,3}})\s?[日号])?\s?(\S{{2,3}})?"
)
_DAY = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|er)?")


class Day(NamedTuple):
    """One reading of a date; years before Christ are negative."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


class Date(NamedTuple):
    """A date, as far as it was stated.

    Attributes:
        readings: One or, where day and month cannot be told apart, two.
        weekday: 0 for Monday to 6 for Sunday.
        certain: Whether it is written as nothing but a date is; `1776-7-4` may be a difference.
    """

    readings: tuple[Day, ...]
    weekday: int | None = None
    certain: bool = True


def read_date(text: str) -> Date | None:
    """Return the date, month or day of the week that a text states, or None."""
    if len(text) > _LONGEST:
        return None
    words = plain(text, _LONGEST)
    if not words:
        return None
    first = words[0]
    if first.isdigit() or first in CHINESE_DIGITS or first in "星周礼":
        found = _read_numeric(words.rstrip(".")) or _read_chinese(words)
        return found if found is not None or not first.isdigit() else _read_words(words)
    return _read_words(words) if first.isalpha() else None


def same_date(left: Date, right: Date) -> bool | None:
    """Compare two dates.

    Returns:
        False where a stated part differs in all readings, True where the same parts are stated and some reading is the
        same, None where one states a part that the other leaves out (a day of the week beside a full date may be left out).
    """
    if left.weekday is not None and right.weekday is not None and left.weekday != right.weekday:
        return False
    verdicts = [_same_day(one, other) for one in left.readings for other in right.readings]
    if True in verdicts:
        dated = left.readings[0].day is not None and left.readings[0].month is not None
        return True if dated or left.weekday == right.weekday else None
    return None if None in verdicts else False


def _same_day(left: Day, right: Day) -> bool | None:
    pairs = tuple(zip(left, right, strict=True))
    if any(one is not None and other is not None and one != other for one, other in pairs):
        return False
    return True if left == right else None


def _is_possible(day: Day) -> bool:
    if day.month is not None and not 1 <= day.month <= 12:
        return False
    if day.day is None:
        return True
    last = _DAYS[day.month - 1] if day.month is not None else 31
    if day.month == 2 and day.year is not None and day.year > 0 and not _is_leap(day.year):
        last = 28
    return 1 <= day.day <= last


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _read_numeric(text: str) -> Date | None:
    found = _YEAR_FIRST.fullmatch(text)
    if found is not None:
        day = Day(int(found[1]), int(found[3]), int(found[4]))
        certain = len(found[3]) == len(found[4]) == 2 or found[2] == "."
        return Date((day,), certain=certain) if _is_possible(day) else None
    found = _YEAR_LAST.fullmatch(text)
    if found is None:
        return None
    one, two, year = int(found[1]), int(found[3]), int(found[4])
    day_first, month_first = Day(year, two, one), Day(year, one, two)
    candidates = (day_first,) if found[2] == "." else (month_first, day_first)
    readings = tuple(dict.fromkeys(day for day in candidates if _is_possible(day)))
    certain = len(found[1]) == len(found[3]) == 2 or found[2] == "."
    return Date(readings, certain=certain) if readings else None


def _read_chinese(text: str) -> Date | None:
    found = _CHINESE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (_chinese_number(part) for part in found.group(1, 2, 3))
    weekday = WEEKDAYS.get(found[4] or "")
    if found[4] and weekday is None:
        return None
    stated = Day(year, month, day)
    if day is not None and month is None:
        return None  # 4日 may be four days
    if (weekday is None and stated == Day()) or not _is_possible(stated):
        return None
    return Date((stated,), weekday)


def _chinese_number(text: str | None) -> int | None:
    if text is None:
        return None
    if text.isdigit() and text.isascii():
        return int(text)
    number = read_chinese_numeral(text)
    return int(number) if number is not None else 0  # 0 is no month, so it makes the date impossible


def _read_words(text: str) -> Date | None:
    parts = text.replace(",", " ").split()
    if len(parts) > _MAX_PARTS:
        return None
    year = month = day = weekday = era = None
    counted = False  # the second Friday is not Friday the second
    for part in parts:
        word = part.lower().rstrip(".")
        if word in MONTHS and month is None:
            month = MONTHS[word]
        elif word in WEEKDAYS and weekday is None and not counted:
            weekday = WEEKDAYS[word]
        elif word in ERAS and era is None:
            era = ERAS[word]
        elif word[:1].isdigit():
            found = _DAY.fullmatch(word)
            if found is not None and day is None and int(found[1]) <= 31:
                day = int(found[1])
            elif word.isascii() and word.isdigit() and len(word) <= 4 and year is None:
                year = int(word)
            else:
                return None
        elif day is None and _day_in_words(word) is not None:
            day = _day_in_words(word)
        elif word not in FILLERS:
            return None
        counted = day is not None and (not word.isdigit() and word not in FILLERS and word not in MONTHS)
    if year is None and era is not None:
        year, day = day, None  # 44 BC
    return _build(parts, Day(year if era is None or year is None else era * year, month, day), weekday, era)


def _day_in_words(word: str) -> int | None:
    last = word.rpartition("-")[2]
    number = read_number_words(word, ordinals=True) if last in ORDINALS else None
    return int(number) if number is not None and number <= 31 else None


def _build(parts: list[str], day: Day, weekday: int | None, era: int | None) -> Date | None:
    if day.month is None and weekday is None and (era is None or day.year is None):
        return None
    if (
        day.month is None
        and (day.day is not None or day.year is not None)
        and weekday is None
        and era is None
    ):
        return None
    if not _is_possible(day) or (day.year is not None and len(str(abs(day.year))) < 3 and era is None):
        return None
    if len(parts) == 1:
        word = parts[0].lower().rstrip(".")
        if word in OTHER_WORDS and (parts[0][0].islower() or word in NEVER_ALONE):
            return None
    return Date((day,), weekday)
