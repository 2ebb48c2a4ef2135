r"""Answers in words that are the same or another one, as a whole answer against a whole answer.

Labelled by hand by the conventions of docs/verifier.md: a unit, a currency or a label may be left out, what two sides
both state must agree, and words that mean the opposite never match. Units are converted by their definitions.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dartkit.verify import Verifier

SAME: dict[str, tuple[tuple[str, str], ...]] = {
    "words": (
        ("north-east", "\\text{northeast}"), ("South East", "southeast"), ("right-angled triangle", "\\text{right triangle}"),
        ("semi-circle", "semicircle"), ("anti-clockwise", "counterclockwise"), ("an even function", "\\text{even}"),
        ("trapezium", "trapezoid"), ("neither even nor odd", "neither odd nor even"), ("Alice's", "Alice"),
        ("the second quadrant", "\\text{Quadrant II}"), ("local max", "\\text{relative maximum}"), ("H2O", "H_2O"),
        ("Alice, Bob", "Bob and Alice"), ("to the left", "left"), ("they are equal", "equal"),
    ),
    "choices": (
        ("Both A and C", "A, C"), ("II only", "II"), ("①③", "①, ③"), ("B is correct", "B"), ("I choose D", "D"),
        ("正确答案是 C", "C"), ("C 项", "C"),
    ),
    "booleans": (
        ("#### True", "True"), ("Therefore, yes", "Yes"), ("False statement", "False"), ("T", "True"),
        ("Hence, the statement is false.", "False"), ("True, False", "True, False."),
    ),
    "dates": (
        ("in 2031", "2031"), ("the year 1998", "1998"), ("from 1990 to 1995", "1990-1995"), ("June 5\\textsuperscript{th}", "June 5"),
        ("It falls on a Friday.", "Friday"), ("next Tuesday", "Tuesday"),
    ),
    "times": (
        ("half an hour", "30 minutes"), ("an hour and a half", "90 minutes"), ("2 hours and 30 minutes", "2.5"),
        ("6 months", "half a year"), ("in 3 hours", "3"), ("a quarter of an hour", "15 min"),
        ("6 o'clock in the evening", "6 PM"), ("a fortnight", "14 days"),
    ),
    "money": (
        ("\\text{Rs. } 500", "500"), ("Rs.1,200", "1200"), ("500/-", "500"), ("500 rupees", "Rs. 500"), ("C\\$40", "40"),
        ("twelve dollars and fifty cents", "\\$12.50"), ("\\$5 and 20 cents", "5.20"), ("¥300", "300 yuan"),
        ("\\$40/hour", "\\$40 per hour"), ("Rs. 40 per kg", "40"), ("\\$41/5", "820 cents"), ("\\pounds 3.20", "£3.20"),
    ),
    "numbers": (
        ("twenty percent", "20\\%"), ("a quarter", "25\\%"), ("one in four", "\\frac14"), ("1 out of 4", "0.25"),
        ("seven (7)", "7"), ("there are 21 ways", "21"), ("No. 7", "7"), ("\\#7", "7"), ("row 4", "4"),
        ("the 5th", "5^{\\text{th}}"), ("fifth", "5"), ("third place", "3rd"), ("two-to-one", "2:1"),
    ),
    "units": (
        ("500 nm", "5 \\times 10^{-7} m"), ("6.02 x 10^23", "6.02\\times10^{23}"), ("5'3\"", "63 in"),
        ("8.314 \\frac{J}{mol \\cdot K}", "8.314"), ("2.0 moles of CO2", "2"), ("1 part per million", "1 ppm"),
        ("2.0 g NaCl", "2 g"), ("5 m/s to the left", "5 m/s"), ("0.42 \\mathrm{pm}", "0.42"), ("2.5 \\AA", "0.25 nm"),
    ),
}  # fmt: skip
OTHER: dict[str, tuple[tuple[str, str], ...]] = {
    "words": (
        ("Alice or Bob", "Alice and Bob"), ("Ann Lee", "Lee Ann"), ("SSA", "SAS"), ("non-negative", "negative"),
        ("right", "right triangle"), ("third quadrant", "Quadrant II"), ("Mrs. Smith", "Mr. Smith"), ("CO", "CO2"),
        ("inside", "outside"), ("It significantly increases the pH", "It significantly decreases the pH"),
    ),
    "choices": (("A or C", "A, C"), ("①②", "①③"), ("Both A and B", "A and C"), ("II only", "I only"), ("not A", "A")),
    "booleans": (
        ("True, False", "False, True"), ("True", "True, True"), ("F", "True"), ("not false", "False"), ("No. 7", "No"),
    ),
    "dates": (
        ("1990-1995", "1980-1985"), ("the year 1998", "1989"), ("6 PM on Monday", "6 PM on Tuesday"), ("44 BC", "44 AD"),
    ),
    "times": (
        ("a quarter of an hour", "25 minutes"), ("5 minutes early", "5 minutes late"), ("2 hours 30 minutes", "2.3"),
        ("one hour", "60 hours"),
    ),
    "money": (
        ("Rs. 500", "\\$500"), ("12 dollars", "12 euros"), ("\\$40 per hour", "\\$40 per day"), ("25% profit", "25% loss"),
        ("Rs. 40", "40 paise"), ("\\$5/lb", "\\$5/kg"),
    ),
    "numbers": (
        ("the 5th", "5\\%"), ("2nd", "2 seconds"), ("fifth", "\\frac15"), ("no one", "1"), ("row 4", "column 4"),
        ("row 4", "4 km"), ("there are 20 ways", "21"), ("at least 21", "21"), ("17 boys", "17 girls"), ("7 - 19", "8 - 20"),
        ("two halves", "2"), ("twenty percent", "30\\%"),
    ),
    "units": (
        ("5 square units", "5 cubic units"), ("300 J into the system", "300 J out of the system"), ("5 m north", "5 m south"),
        ("3.0 \\times 10^{-9} m", "3.0 \\text{ Å}"), ("v0^2/(2g)", "v0^2/g"), ("5C4*4C2", "5C2*4C4"), ("5'4\"", "63 in"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    """One verifier for both tables."""
    with Verifier() as shared:
        yield shared


@pytest.mark.parametrize(("left", "right"), [pair for rows in SAME.values() for pair in rows])
def test_one_answer_in_two_wordings(verifier: Verifier, left: str, right: str) -> None:
    """The two sides mean the same, in either order."""
    assert verifier.check_answer(left, right).outcome == "correct"
    assert verifier.check_answer(right, left).outcome == "correct"


@pytest.mark.parametrize(("left", "right"), [pair for rows in OTHER.values() for pair in rows])
def test_another_answer_that_looks_alike(verifier: Verifier, left: str, right: str) -> None:
    """The two sides do not mean the same, in either order."""
    forth, back = verifier.check_answer(left, right), verifier.check_answer(right, left)
    assert forth.outcome in ("incorrect", "undecided")
    assert back.outcome == forth.outcome


def test_different_reasons_are_not_told(verifier: Verifier) -> None:
    """Two sentences of one verdict with other reasons: the rules cannot tell whether the reasons are part of the answer."""
    found = verifier.check_answer("less because the mass is larger", "less because the volume is larger")
    assert found.outcome == "undecided"
