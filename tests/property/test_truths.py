"""The other oracles by hand: membership on a grid, proportional equations, the tables of units, spellings of numbers."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from tests.property.amounts import UNITS, Amount, spell_amount
from tests.property.equations import same_equation
from tests.property.intervals import Part, same_set
from tests.property.numerals import finite_decimal, near, numerals, random_fraction


def part(low: int | None, high: int | None, marks: str) -> Part:
    """Return an interval from its ends and brackets, `[)` for instance."""
    ends = [None if end is None else Fraction(end) for end in (low, high)]
    return Part(ends[0], ends[1], marks[0] == "[", marks[1] == "]")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ([part(1, 2, "[)"), part(2, 3, "[]")], [part(1, 3, "[]")], True),
        ([part(1, 2, "[)"), part(2, 3, "(]")], [part(1, 3, "[]")], False),
        ([part(1, 2, "()")], [part(1, 2, "(]")], False),
        ([part(None, 0, "()"), part(-5, None, "[)")], [part(None, None, "()")], True),
        ([part(0, 9, "[]"), part(3, 4, "()")], [part(0, 9, "[]")], True),
        ([part(1, 1, "[]")], [part(1, 2, "[)")], False),
        ([part(1, 2, "()"), part(3, 4, "()")], [part(1, 4, "()")], False),
    ],
)
def test_same_set(left: list[Part], right: list[Part], same: bool) -> None:
    """[1,2) ∪ [2,3] is [1,3]; leaving out 2 is another set; overlapping and touching parts are one."""
    assert same_set(left, right) is same
    assert same_set(right, left) is same


def test_proportional_equations() -> None:
    """2x + 4y = 6 is x + 2y = 3 and -x - 2y = -3, but neither x + 2y = 4 nor x - 2y = 3."""
    zero, first = (Fraction(0),) * 3, tuple(map(Fraction, (2, 4, -6)))
    for scaled, same in (((1, 2, -3), True), ((-1, -2, 3), True), ((1, 2, -4), False), ((1, -2, -3), False)):
        assert same_equation((*zero, *first), (*zero, *map(Fraction, scaled))) is same


def test_units_by_hand() -> None:
    """One mile is 63,360 inches; one square metre is 10,000 square centimetres; 36 km/h are 10 m/s."""
    length, area, speed = UNITS["length"], UNITS["area"], UNITS["speed"]
    assert length["miles"] / length["inches"] == 63_360
    assert area["m^2"] / area["cm^2"] == 10_000
    assert 36 * speed["km/h"] == 10 * speed["m/s"]
    spelled = {spell_amount(Amount("time", Fraction(7_200)), random.Random(seed)) for seed in range(200)}
    assert {"2 hours", "120 minutes", "7200 seconds"} <= spelled


@pytest.mark.parametrize(("value", "decimal"), [(Fraction(1, 8), "0.125"), (Fraction(-7, 2), "3.5"), (Fraction(12), "12"), (Fraction(1, 3), None)])  # fmt: skip
def test_finite_decimals(value: Fraction, decimal: str | None) -> None:
    """Of the size; the sign is written elsewhere."""
    assert finite_decimal(value) == decimal


def test_spellings_of_a_number_by_hand() -> None:
    """7/4 as mixed number, fraction and decimal; -1/2 with its sign anywhere; 1/7 as repeating decimal is not among three digits."""
    source = random.Random(1)
    assert {"1\\frac{3}{4}", "1 3/4", "1¾", "\\frac{7}{4}", "1.75", ".5"} - set(
        numerals(Fraction(7, 4), source)
    ) == {".5"}
    assert {"\\frac{-1}{2}", "\\frac{1}{-2}"} <= set(numerals(Fraction(-1, 2), source)) | {"\\frac{1}{-2}"}
    assert "0.\\overline{3}" in numerals(Fraction(1, 3), source)
    assert "12,345" in numerals(Fraction(12_345), source)


def test_near_numbers_are_other_numbers() -> None:
    """None of 2,000 is the number it is near to."""
    source = random.Random(2)
    for _ in range(2_000):
        value = random_fraction(source)
        assert near(value, source) != value
