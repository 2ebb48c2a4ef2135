"""Dates, months and days of the week, read by hand from the calendar."""

from __future__ import annotations

import calendar

import pytest

from dartkit.verify.lexicon.dates import Date, Day, read_date, same_date

FOURTH = Day(1776, 7, 4)
DATES: tuple[tuple[str, Day], ...] = (
    ("July 4, 1776", FOURTH), ("4 July 1776", FOURTH), ("July 4 1776", FOURTH), ("the 4th of July, 1776", FOURTH),
    ("1776-07-04", FOURTH), ("1776/07/04", FOURTH), ("1776.07.04", FOURTH), ("4.7.1776", FOURTH),
    ("04.07.1776", FOURTH), ("1776年7月4日", FOURTH), ("1776年7月4号", FOURTH), ("Jul. 4, 1776", FOURTH),
    ("JULY 4, 1776", FOURTH), ("on July 4, 1776.", FOURTH), ("\\text{July 4, 1776}", FOURTH),
    ("\\text{July }4,\\ 1776", FOURTH), ("4. Juli 1776", FOURTH), ("le 4 juillet 1776", FOURTH),
    ("4 de julio de 1776", FOURTH), ("**July 4, 1776**", FOURTH), ("$\\text{July } 4, 1776$", FOURTH),
    ("July 4", Day(None, 7, 4)), ("Jul 4th", Day(None, 7, 4)), ("the 4th of July", Day(None, 7, 4)),
    ("the fourth of July", Day(None, 7, 4)), ("July twenty-first", Day(None, 7, 21)), ("July 21st", Day(None, 7, 21)),
    ("7月4日", Day(None, 7, 4)), ("七月四日", Day(None, 7, 4)), ("十二月二十五日", Day(None, 12, 25)), ("July 1776", Day(1776, 7)),
    ("July of 1776", Day(1776, 7)), ("1776年7月", Day(1776, 7)), ("March", Day(None, 3)),
    ("\\text{March}", Day(None, 3)), ("May", Day(None, 5)), ("MAY", Day(None, 5)), ("january", Day(None, 1)),
    ("Sept.", Day(None, 9)), ("7月", Day(None, 7)), ("1776年", Day(1776)), ("44 BC", Day(-44)), ("AD 79", Day(79)),
    ("March 15, 44 BC", Day(-44, 3, 15)), ("February 29", Day(None, 2, 29)), ("February 29, 2024", Day(2024, 2, 29)),
    ("Feb 29, 2000", Day(2000, 2, 29)), ("may 5", Day(None, 5, 5)),
)  # fmt: skip
WEEKDAYS = {
    "Monday": 0, "\\text{Tuesday}": 1, "wednesday": 2, "Thurs.": 3, "Fri": 4, "on Saturday": 5, "Sunday": 6, "Sun": 6,
    "Sundays": 6, "星期三": 2, "周日": 6, "星期天": 6, "礼拜五": 4, "Freitag": 4, "mercredi": 2, "sábado": 5,
}  # fmt: skip
NO_DATES = (
    "", "may", "march", "mar", "sun", "sat", "Mars", "mars", "mon", "second", "the second", "1776", "1776.5", "15",
    "15th", "the 15th", "4/7", "5/12", "1/2/3", "7-4-76", "10-5-3", "2020-13-01", "13/13/2020", "31 February",
    "February 30, 2020", "February 29, 2023", "Feb 29, 1900", "April 31", "July 0", "July 32", "July 99",
    "July 4, 17760", "Monday or Tuesday", "Monday and Friday", "July or August", "July 4 5",
    "first Monday in September", "1st Monday", "5年", "4日", "三天", "13月", "2月30日", "x", "x^2", "\\frac12", "May + 5",
    "May x", "the", "of", "day", "Januarу", "Моnday", "Monday\u200b", "\u202eMonday", "12:30", "4 July 1776 at noon",
    "last Monday", "day 4", "year 5", "Jul 4, 1776 BC AD", "\\sec", "dec", "march 12 miles",
)  # fmt: skip


@pytest.mark.parametrize(("text", "day"), DATES, ids=[row[0] for row in DATES])
def test_dates(text: str, day: Day) -> None:
    found = read_date(text)
    assert found is not None
    assert found == Date((day,))


@pytest.mark.parametrize(("text", "weekday"), WEEKDAYS.items())
def test_weekdays(text: str, weekday: int) -> None:
    assert read_date(text) == Date((Day(),), weekday)


@pytest.mark.parametrize(
    ("text", "day", "weekday"),
    [
        ("Friday, July 4, 1776", FOURTH, 4), ("Friday the 13th", Day(None, None, 13), 4),
        ("Monday, the 1st of September", Day(None, 9, 1), 0), ("7月4日星期五", Day(None, 7, 4), 4),
    ],
)  # fmt: skip
def test_weekday_with_a_date(text: str, day: Day, weekday: int) -> None:
    assert read_date(text) == Date((day,), weekday)


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date(text: str) -> None:
    """Numbers, fractions, days that no month has, verbs, planets, lists, Cyrillic look-alikes, invisible marks."""
    assert read_date(text) is None


def test_day_and_month_may_be_swapped() -> None:
    """Americans write the month first, most others the day; above 12 only one reading is left."""
    assert read_date("07/04/1776") == Date((FOURTH, Day(1776, 4, 7)))
    assert read_date("25/12/2020") == Date((Day(2020, 12, 25),))
    assert read_date("12/25/2020") == Date((Day(2020, 12, 25),))
    assert read_date("05/05/2020") == Date((Day(2020, 5, 5),))


@pytest.mark.parametrize(
    ("text", "certain"),
    [("1776-07-04", True), ("1776-7-4", False), ("7/4/1776", False), ("4.7.1776", True), ("July 4", True)],
)
def test_what_may_be_arithmetic_is_marked(text: str, certain: bool) -> None:
    """1776-7-4 is 1765 as a difference."""
    found = read_date(text)
    assert found is not None
    assert found.certain is certain


def test_every_day_of_a_common_and_a_leap_year() -> None:
    """Against the calendar module of the standard library."""
    for year in (1900, 2000, 2023, 2024):
        for month in range(1, 13):
            last = calendar.monthrange(year, month)[1]
            for day in range(1, 33):
                found = read_date(f"{calendar.month_name[month]} {day}, {year}")
                assert (found is not None) == (day <= last), (year, month, day)
                numeric = read_date(f"{year}-{month:02d}-{day:02d}")
                assert numeric == found


PAIRS: tuple[tuple[str, str, bool | None], ...] = (
    ("July 4, 1776", "1776-07-04", True), ("July 4, 1776", "4 July 1776", True),
    ("July 4, 1776", "July 5, 1776", False), ("July 4, 1776", "July 4, 1777", False), ("July 4", "4th of July", True),
    ("July 4", "August 4", False), ("July 4", "July 4, 1776", None), ("July", "July 4", None),
    ("July", "August", False), ("July", "Juli", True), ("07/04/1776", "July 4, 1776", True),
    ("07/04/1776", "April 7, 1776", True), ("07/04/1776", "04/07/1776", True), ("07/04/1776", "July 5, 1776", False),
    ("Friday", "Fri", True), ("Friday", "星期五", True), ("Friday", "Saturday", False), ("Friday", "July 4", None),
    ("Friday, July 4", "July 4", True), ("Friday, July 4", "Friday", None),
    ("Friday, July 4", "Saturday, July 4", False), ("Friday, July 4", "Friday, July 5", False),
    ("44 BC", "AD 44", False), ("Friday the 13th", "Friday", None),
)  # fmt: skip


@pytest.mark.parametrize(("left", "right", "expected"), PAIRS)
def test_same_date(left: str, right: str, expected: bool | None) -> None:
    """A part that only one side states leaves the matter open, but for the day of the week beside a full date."""
    first, second = read_date(left), read_date(right)
    assert first is not None
    assert second is not None
    assert same_date(first, second) is expected
    assert same_date(second, first) is expected
    assert same_date(first, first) is True
