"""Amounts with units, money, percentages, dates and times of the day, from tables written by hand."""

from __future__ import annotations

import datetime
import random
from fractions import Fraction
from typing import NamedTuple

from tests.property.numerals import finite_decimal

# the size of each unit in the first unit of its row; from the SI brochure and the international yard and pound
UNITS: dict[str, dict[str, Fraction]] = {
    "length": {"m": Fraction(1), "cm": Fraction(1, 100), "km": Fraction(1000), "mm": Fraction(1, 1000), "meters": Fraction(1),
               "feet": Fraction(3048, 10000), "inches": Fraction(254, 10000), "miles": Fraction(1609344, 1000)},
    "mass": {"g": Fraction(1), "kg": Fraction(1000), "mg": Fraction(1, 1000), "grams": Fraction(1), "kilograms": Fraction(1000)},
    "time": {"seconds": Fraction(1), "minutes": Fraction(60), "hours": Fraction(3600), "days": Fraction(86400)},
    "area": {"m^2": Fraction(1), "cm^2": Fraction(1, 10000), "square meters": Fraction(1), "square centimeters": Fraction(1, 10000)},
    "volume": {"liters": Fraction(1), "mL": Fraction(1, 1000), "milliliters": Fraction(1, 1000)},
    "speed": {"m/s": Fraction(1), "km/h": Fraction(1000, 3600)},
    "money": {"dollars": Fraction(1), "cents": Fraction(1, 100)},
}  # fmt: skip


class Amount(NamedTuple):
    """So many of the first unit of a row."""

    sort: str
    size: Fraction


def draw_amount(source: random.Random) -> Amount:
    """Return an amount that is a short number in some unit of its row."""
    sort = source.choice(sorted(UNITS))
    factor = source.choice(sorted(UNITS[sort].values()))
    return Amount(sort, Fraction(source.randint(1, 999), source.choice((1, 1, 2, 4, 10))) * factor)


def spell_amount(value: Amount, source: random.Random) -> str:
    """Write an amount in any unit of its row."""
    unit, factor = source.choice(sorted(UNITS[value.sort].items()))
    number = _number(value.size / factor, source)
    if value.sort == "money" and unit == "dollars" and "frac" not in number and source.random() < 0.4:
        return source.choice(("\\${}", "${}")).format(number)
    unit = unit.replace("^2", source.choice(("^2", "^{2}", "²")))
    frames = ("{} {}", "{} \\text{{ {}}}", "{}\\,\\text{{{}}}", "{} \\mathrm{{{}}}", "{}\\ \\text{{{}}}")
    return source.choice(frames).format(number, unit)


def _number(value: Fraction, source: random.Random) -> str:
    decimal = finite_decimal(value)
    if decimal is not None and source.random() < 0.8:
        return decimal
    if value.denominator == 1:
        return str(value)
    return source.choice(("\\frac{{{}}}{{{}}}", "{}/{}")).format(value.numerator, value.denominator)


def change_amount(value: Amount, source: random.Random) -> Amount:
    """Return another amount of the same sort, or the same number of another sort."""
    if source.random() < 0.3:
        return Amount(source.choice([sort for sort in sorted(UNITS) if sort != value.sort]), value.size)
    return value._replace(
        size=value.size * source.choice((2, 10, 60, 100, 1000, Fraction(1, 10), Fraction(11, 10)))
    )


def draw_percent(source: random.Random) -> Fraction:
    """Return a percentage, as the number before the sign."""
    return Fraction(source.randint(1, 1999), source.choice((1, 1, 2, 4, 10)))


def spell_percent(value: Fraction, source: random.Random) -> str:
    """Write a percentage with its sign or word."""
    return source.choice(("{}%", "{}\\%", "{} \\%", "{} percent", "${}\\%$", "{}\\text{{ percent}}")).format(
        _number(value, source)
    )


def draw_date(source: random.Random) -> datetime.date:
    """Return a day between 1900 and 2100."""
    return datetime.date(1900, 1, 1) + datetime.timedelta(days=source.randrange(73_000))


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip


def spell_date(value: datetime.date, source: random.Random) -> str:
    """Write a date with the name of its month, or as ISO 8601 does."""
    month = _MONTHS[value.month - 1]
    short = month[:3]
    day, year = value.day, value.year
    ending = "th" if 10 < day % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    ways = (
        f"{month} {day}, {year}", f"{day} {month} {year}", f"{short} {day}, {year}", f"{month} {day}{ending}, {year}",
        f"the {day}{ending} of {month} {year}", value.isoformat(), f"\\text{{{month} {day}, {year}}}", f"{month.lower()} {day} {year}",
    )  # fmt: skip
    return source.choice(ways)


def change_date(value: datetime.date, source: random.Random) -> datetime.date:
    """Return another day: the next, one of another year, or one a month later."""
    return value + datetime.timedelta(days=source.choice((1, -1, 31, 365, 3653)))


def draw_clock(source: random.Random) -> datetime.time:
    """Return a time to the minute."""
    return datetime.time(source.randrange(24), source.choice((0, 0, 5, 15, 30, 45, 59)))


def spell_clock(value: datetime.time, source: random.Random) -> str:
    """Write a time with the half of the day, so that there is only one reading."""
    hour = (value.hour - 1) % 12 + 1
    half = "a" if value.hour < 12 else "p"
    mark = source.choice(
        (f" {half}.m.", f" {half.upper()}M", f"{half}m", f" \\text{{ {half}.m.}}", f" {half.upper()}.M.")
    )
    text = f"{hour}:{value.minute:02d}" if value.minute or source.random() < 0.6 else str(hour)
    return text + mark


def change_clock(value: datetime.time, source: random.Random) -> datetime.time:
    """Return another time: twelve hours, an hour or some minutes off."""
    minutes = value.hour * 60 + value.minute + source.choice((720, 60, 1, 15, -30))
    return datetime.time(minutes // 60 % 24, minutes % 60)
