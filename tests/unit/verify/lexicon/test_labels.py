r"""Numbers that name one of many things: `No. 7`, `the 5th`, `Quadrant II`; read by hand."""

from __future__ import annotations

import pytest

from dartkit.verify.lexicon.labels import read_label, same_label, without_raised_endings

LABELS = {
    "No. 7": ("number", 7), "no. 7.": ("number", 7), "#7": ("number", 7), "\\#7": ("number", 7), "number 7": ("number", 7),
    "\\text{row } 4": ("row", 4), "Row four": ("row", 4), "Problem 3": ("problem", 3), "Fig. 3": ("figure", 3),
    "house no. 12": ("house", 12), "in the year 1998": ("year", 1998), "on the 10th day": ("day", 10),
    "the 5th": ("", 5), "5^{\\text{th}}": ("", 5), "5$^{th}$": ("", 5), "5^\\text{th}": ("", 5), "fifth": ("", 5),
    "twenty-third": ("", 23), "the twelfth term": ("term", 12), "Quadrant II": ("quadrant", 2), "Case (ii)": ("case", 2),
    "2nd quadrant": ("quadrant", 2), "II quadrant": ("quadrant", 2),
}  # fmt: skip
NO_LABELS = (
    "", "7", "seven", "no one", "no", "No", "a third", "two thirds", "one fifth", "base 7", "log 7", "not 7", "under 7",
    "at least 7", "Team V", "row", "row x", "7 rows", "x 7", "5%", "5t", "I 5", "row 4 and 5",
)  # fmt: skip


@pytest.mark.parametrize(("text", "label"), LABELS.items())
def test_label_is_the_one_read_by_hand(text: str, label: tuple[str, int]) -> None:
    """The noun is in the singular and without its abbreviation."""
    assert read_label(text) == label


@pytest.mark.parametrize("text", NO_LABELS)
def test_other_texts_have_no_label(text: str) -> None:
    """A word before a number is a label only if it is one of the table: a base or a bound is none."""
    assert read_label(text) is None


def test_labels_of_different_things_differ() -> None:
    """By the meaning: the fifth may be any fifth, but a row is no column."""
    row, column, fourth = read_label("row 4"), read_label("column 4"), read_label("the 4th")
    assert row is not None
    assert column is not None
    assert fourth is not None
    assert not same_label(row, column)
    assert same_label(row, fourth)
    assert same_label(fourth, column)


def test_raised_endings_come_down() -> None:
    """Written out by hand; an exponent that is no ending stays."""
    assert without_raised_endings("June 5^{\\text{th}}, 2020") == "June 5th, 2020"
    assert without_raised_endings("5\\textsuperscript{th}") == "5th"
    assert without_raised_endings("x^{n} + t^{h}") == "x^{n} + t^{h}"
