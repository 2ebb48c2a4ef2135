"""Each labelled spelling in both directions: the outcome is the label's, and swapping the sides changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dartkit.verify import Verifier
from tests.unit.verify.spelling_cases import VALUES
from tests.unit.verify.structure_cases import STRUCTURES

TEXTS = [*VALUES.values(), *STRUCTURES.values()]


def _pairs() -> list[tuple[str, str, bool]]:
    """Return the sides of each line and whether they are equal."""
    found: list[tuple[str, str, bool]] = []
    for line in "\n".join(TEXTS).split("\n"):
        for sign in (" == ", " != "):
            if sign in line:
                left, right = line.split(sign)
                found.append((left, right, sign == " == "))
    return found


PAIRS = _pairs()


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    """One verifier for the table; none of its pairs needs the symbolic tier."""
    with Verifier() as shared:
        yield shared


def test_every_line_of_the_table_is_a_pair() -> None:
    """A line without a sign, or with two, would be left out silently."""
    lines = [line for text in TEXTS for line in text.strip().split("\n")]
    assert len(lines) == len(PAIRS) == len(set(PAIRS)) > 450


@pytest.mark.parametrize(("left", "right", "same"), PAIRS)
def test_label(verifier: Verifier, left: str, right: str, same: bool) -> None:
    """Equal answers are `correct`, others anything but that."""
    forth, back = verifier.check_answer(left, right), verifier.check_answer(right, left)
    assert (forth.outcome == "correct") == same, forth
    assert back.outcome == forth.outcome, back
