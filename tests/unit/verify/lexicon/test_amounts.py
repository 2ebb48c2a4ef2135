r"""Amounts in several units and lengths of time, in base units by hand (an inch is 0.0254 m, a pound 0.45359237 kg)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dartkit.text.tokens import tokenize
from dartkit.verify.lexicon.amounts import read_amount, read_duration

# Text, value in base units, exponent of π, numbers in it.
AMOUNTS: tuple[tuple[str, str | None, int, int], ...] = (
    ("3 hours 20 minutes", "12000", 0, 2), ("3 hours and 20 minutes", "12000", 0, 2),
    ("3 hours, 20 minutes", "12000", 0, 2), ("3h20m", "12000", 0, 2), ("3h 5m", "11100", 0, 2),
    ("1 h 5 min 3 s", "3903", 0, 3), ("2 days 3 hours", "183600", 0, 2),
    ("3\\text{ hours }20\\text{ minutes}", "12000", 0, 2), ("2 1/2 hours", "9000", 0, 1),
    ("2\\frac{1}{2} hours", "9000", 0, 1), ("2\\frac12\\text{ hours}", "9000", 0, 1), ("2½ hours", "9000", 0, 1),
    ("\\frac{3}{4} \\text{ hour}", "2700", 0, 1), ("1/2 hour", "1800", 0, 1), ("1.5 hours", "5400", 0, 1),
    ("5 ft 3 in", "1.6002", 0, 2), ("5 feet, 3 inches", "1.6002", 0, 2), ("5 ft 3\\frac12 in", "1.6129", 0, 2),
    ("6 lb 4 oz", "2.834952312500", 0, 2), ("5 dollars and 30 cents", "5.3", 0, 2),
    ("30^\\circ 15'", "121/720", 1, 2), ("30° 15' 36''", "1513/9000", 1, 3), ("30 degrees 30 minutes", None, 0, 0),
    ("-40 °C", "233.15", 0, 1), ("25 °C", "298.15", 0, 1), ("-5 m", "-5", 0, 1), ("5 cm^2", "0.0005", 0, 1),
    ("5 cm2", "0.0005", 0, 1), ("7 m^2 3 cm^2", "7.0003", 0, 2), ("3小时20分钟", "12000", 0, 2),
    ("1,200 m", "1200", 0, 1),
)  # fmt: skip
NO_AMOUNTS = (
    "", "5", "x", "5 x", "5 apples", "3 apples 2 oranges", "5 km 20 km", "20 minutes 3 hours", "3 hours 20",
    "3 hours 20 cm", "3 x 5 y", "5 m^2 3", "3:20", "3 + 5 m", "5 m + 3 m", "\\frac{1}{0} m", "1/0 m", "5 m 3 cm 2",
    "hours 3", "5 hours or 3 minutes", "0.\\overline{3} m", "1e999 m", "1 h " * 20, "5 m 3", "25 °C 3 °C",
    "\\frac{a}{b} m", "\\frac{1}{2", "5 m =", "- m", "-",
)  # fmt: skip


@pytest.mark.parametrize(("text", "value", "pi", "parts"), AMOUNTS, ids=[row[0] for row in AMOUNTS])
def test_amounts(text: str, value: str | None, pi: int, parts: int) -> None:
    """15' is 1/4 of a degree, so 30° 15' is 30.25/180 π; minutes after degrees in words are of time, hence nothing."""
    amount = read_amount(tokenize(text))
    if value is None:
        assert amount is None
    else:
        assert amount is not None
        assert (amount.value, amount.unit.pi, amount.parts) == (Fraction(value), pi, parts)


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_what_is_no_amount(text: str) -> None:
    """Numbers without unit, nouns, units of two dimensions or rising order, sums, ranges."""
    assert read_amount(tokenize(text)) is None


DURATIONS = {
    "3 hours 20 minutes": 12000, "3h20m": 12000, "2 1/2 hours": 9000, "1 h 5 min 3 s": 3903, "90 min": 5400,
    "90 minutes": 5400, "1.5 hours": 5400, "\\text{2 hours}": 7200, "5 h": 18000, "half an hour": 1800,
    "half of an hour": 1800, "a quarter of an hour": 900, "an hour": 3600, "an hour and a half": 5400, "a minute": 60,
    "one hour": 3600, "two hours and ten minutes": 7800, "two and a half hours": 9000, "twenty-four hours": 86400,
    "1 week 2 days": 777600, "two weeks": 1209600, "3小时20分钟": 12000, "one hour, ten minutes and five seconds": 4205,
    "250 ms": Fraction(1, 4), "\\frac{1}{2}\\text{ hour}": 1800, "0.5 s": Fraction(1, 2),
}  # fmt: skip
NO_DURATIONS = (
    "", "3:20", "5", "5 m", "5h", "5s", "16h30", "x", "5 km", "5 hours per day", "5 hours of work", "hour", "hours",
    "the hour", "Friday", "4:30 PM", "half", "half past four", "two and ten minutes", "an apple", "5 dollars",
    "two hours and ten", "an hour or two", "and hours", "1 h " * 40, "5 hоurs",
)  # fmt: skip


@pytest.mark.parametrize(("text", "seconds"), DURATIONS.items())
def test_durations(text: str, seconds: Fraction | int) -> None:
    assert read_duration(text) == seconds


@pytest.mark.parametrize("text", NO_DURATIONS)
def test_what_is_no_duration(text: str) -> None:
    """`3:20` may be hours or minutes, a lone letter may be a variable; the last has a Cyrillic о."""
    assert read_duration(text) is None


def test_the_same_length_of_time_in_all_writings() -> None:
    for row in (
        ("90 minutes", "1.5 hours", "1 hour 30 minutes", "1 1/2 hours", "an hour and a half", "1h30m", "5400 s", "one and a half hours"),
        ("36 hours", "1.5 days", "1 day 12 hours", "one and a half days", "thirty-six hours"),
    ):  # fmt: skip
        assert len({read_duration(text) for text in row}) == 1
        assert None not in {read_duration(text) for text in row}
