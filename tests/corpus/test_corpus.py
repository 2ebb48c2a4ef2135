"""The corpus itself: the same cases every time, no contradictions, and labels that a second, simpler reading confirms.

The second reading knows integers, plain fractions, lists, points and unions of intervals only, and compares them by fractions, sets and
membership of sample points; it shares no code with the generators or the verifier.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from tests.corpus import peer
from tests.corpus.bases import numeral, words
from tests.corpus.build import BUILDERS, corpus, own
from tests.corpus.case import OWN, Case
from tests.corpus.handwritten import handwritten
from tests.corpus.notation import another_digit, decimal, grouped, latex, ordinal, repeating
from tests.corpus.polynomials import multiplied, written
from tests.corpus.regions import Piece, piece
from tests.corpus.sample import sample
from tests.corpus.score import Tally, report, tallies, whole

ROOT = Path(__file__).parents[2]
LEAST_OWN = 5_000


def test_the_own_part_is_large_and_every_kind_has_one() -> None:
    """Nothing of it needs a data set."""
    kinds = {case.kind for case in corpus()}
    assert len(own(corpus())) >= LEAST_OWN
    assert {case.kind for case in own(corpus())} == kinds
    assert len(BUILDERS) == len(kinds)


def test_no_pair_has_both_labels_or_the_same_text_twice() -> None:
    """A reference that equals its own text is another test's business."""
    labels: dict[tuple[str, str, str], bool] = {}
    for case in [*corpus(), *handwritten()]:
        key = (case.prediction.strip(), case.reference.strip(), case.form)
        assert labels.setdefault(key, case.label) == case.label, case
        assert case.form == "response" or key[0] != key[1], case


def test_two_processes_make_the_same_corpus() -> None:
    """Also with other hash seeds, so that no set order decides."""
    program = "import hashlib\nfrom tests.corpus.build import corpus\nprint(len(corpus()), hashlib.sha256(repr(corpus()).encode()).hexdigest())"
    expected = f"{len(corpus())} {hashlib.sha256(repr(corpus()).encode()).hexdigest()}"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
        )
        assert done.stdout.strip() == expected  # fmt: skip


def plain(text: str) -> Fraction | None:
    """Read an integer, a decimal, or a fraction without a unit, a name, or anything else."""
    match = re.fullmatch(
        r"(-?)(?:(\d+(?:\.\d+)?)|\\[dt]?frac\{(-?\d+)\}\{(-?\d+)\}|(\d+)/(\d+))", text.strip()
    )
    if not match:
        return None
    sign, number, top, bottom, left, right = match.groups()
    value = Fraction(number) if number else Fraction(int(top or left), int(bottom or right))
    return -value if sign else value


def elements(text: str) -> frozenset[Fraction] | None:
    """Read a list of plain numbers in braces or without brackets."""
    inner = re.fullmatch(r"\\\{(.*,.*)\\\}|([^(){}\[\]]*,[^(){}\[\]]*)", text.strip())
    values = [plain(part) for part in (inner[1] or inner[2]).split(",")] if inner else [None]
    return None if None in values else frozenset(value for value in values if value is not None)


def point(text: str) -> tuple[Fraction, ...] | None:
    """Read a point of plain numbers."""
    match = re.fullmatch(r"\((.*)\)", text.strip())
    values = [plain(part) for part in match[1].split(",")] if match and "," in match[1] else [None]
    return None if None in values else tuple(value for value in values if value is not None)


def union(text: str) -> list[tuple[Fraction, Fraction, bool, bool]] | None:
    """Read a union of intervals as ends and whether these belong to it; infinity is a million."""
    found = []
    for part in text.split("\\cup"):
        match = re.fullmatch(r"\s*([\[(])\s*([^,]*?)\s*,\s*([^,]*?)\s*([\])])\s*", part)
        low, high = (
            (plain(end.replace("\\infty", "1000000")) for end in (match[2], match[3]))
            if match
            else (None, None)
        )
        if match is None or low is None or high is None:
            return None
        found.append((low, high, match[1] == "[", match[4] == "]"))
    return found  # fmt: skip


def same_value(left: str, right: str) -> bool | None:
    """Compare two plain numbers, sets or points; None where one of them is none of these."""
    for read in (plain, elements, point):
        values = read(left), read(right)
        if None not in values:
            return values[0] == values[1]
    return None


def same_region(left: str, right: str) -> bool | None:
    """Compare two unions of intervals at all their ends, just beside them, and so everywhere; None where one is none."""
    first, second = union(left), union(right)
    if first is None or second is None:
        return None
    ends = {end for low, high, _, _ in [*first, *second] for end in (low, high)}
    samples = [end + step for end in ends for step in (-TINY, Fraction(0), TINY)]
    return all(contains(first, sample_point) == contains(second, sample_point) for sample_point in samples)


TINY = Fraction(1, 10**9)


def contains(pieces: list[tuple[Fraction, Fraction, bool, bool]], x: Fraction) -> bool:
    """Say whether a point lies in one of the pieces."""
    return any(
        low < x < high or (x == low and left) or (x == high and right) for low, high, left, right in pieces
    )


@pytest.mark.parametrize(
    ("compare", "kinds", "least"),
    [
        (same_value, ("number", "fraction"), 250),
        (same_value, ("set",), 25),
        (same_value, ("tuple",), 40),
        (same_region, ("interval",), 100),
    ],
)
def test_labels_agree_with_a_second_reading(
    compare: Callable[[str, str], bool | None], kinds: tuple[str, ...], least: int
) -> None:
    """Where both sides are plain, the label is whether they are equal as values, sets, tuples, or in every point."""
    checked = 0
    for case in corpus():
        same = compare(case.prediction, case.reference) if case.kind in kinds else None
        if same is not None:
            assert same == case.label, case
            checked += 1
    assert checked >= least


def test_notation() -> None:
    """By hand."""
    assert grouped(-1234567, "~") == "-1~234~567"
    assert [decimal(Fraction(n, d)) for n, d in ((1, 8), (-7, 20), (300, 1), (1, 10**4))] == [
        "0.125",
        "-0.35",
        "300",
        "0.0001",
    ]
    with pytest.raises(ValueError, match="no finite decimal"):
        decimal(Fraction(1, 3))
    assert [repeating(Fraction(n, d)) for n, d in ((1, 3), (1, 6), (22, 7), (1, 4))] == [
        ("0.", "3"),
        ("0.1", "6"),
        ("3.", "142857"),
        ("0.25", ""),
    ]
    assert [latex(Fraction(n, d)) for n, d in ((-3, 4), (8, 2))] == ["-\\frac{3}{4}", "4"]
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        "11th",
        "12th",
        "13th",
        "21st",
        "112th",
    ]
    assert [numeral(n, b) for n, b in ((5, 2), (255, 16), (80, 9))] == ["101", "FF", "88"]
    assert [words(n) for n in (7, 19, 40, 42, 300, 715)] == ["seven", "nineteen", "forty", "forty-two",
        "three hundred", "seven hundred fifteen"]  # fmt: skip


def test_another_digit_is_another_digit() -> None:
    """All draws of one place."""
    import random

    changed = {another_digit(random.Random(seed), "17.5", 1) for seed in range(200)}
    assert changed == {f"1{digit}.5" for digit in "12345689"}


def test_polynomials() -> None:
    """(x + 2)(3x - 1) = 3x² + 5x - 2."""
    assert multiplied([[2, 1], [-1, 3]]) == [-2, 5, 3]
    assert written([-2, 5, 3], "x") == "3x^2+5x-2"
    assert written([-2, 0, -1], "t", rising=True, star="*", power="**@") == "-2-t**2"


def test_pieces() -> None:
    """An interval is read back as it was written, and inequalities keep strictness and direction."""
    item = Piece(Fraction(-1, 2), Fraction(3), True, False)
    assert item.interval() == "[-\\frac{1}{2}, 3)"
    assert piece(item.interval()) == item
    assert item.interval(french=True) == "[-\\frac{1}{2}, 3["
    assert item.inequality("x") == "-\\frac{1}{2} \\leq x < 3"
    assert item.inequality("x", falling=True) == "3 > x \\geq -\\frac{1}{2}"
    assert Piece(None, Fraction(2), False, True).inequality("n") == "n \\leq 2"
    assert Piece(Fraction(2), None).inequality("n", falling=True) == "2 < n"
    assert piece("[3, 1]") is None
    assert piece("(1, 2, 3)") is None
    with pytest.raises(ValueError, match="whole line"):
        Piece(None, None).inequality("x")


def test_scores_by_hand() -> None:
    """Two right accepts, one wrong accept, one wrong reject that was undecided: precision and recall 2/3, accuracy 3/5."""
    cases = [Case("p", "r", label, "k", "how") for label in (True, True, False, True, False)]
    equals = [True, True, True, None, False]
    tally = tallies(cases, equals)["k"]
    assert tally == Tally(2, 1, 1, 1, 1)
    assert (tally.precision, tally.recall, tally.f1, tally.accuracy) == (2 / 3, 2 / 3, 2 / 3, 3 / 5)
    assert whole([tally, tally]).total == 10
    text = report(cases, equals, lambda number: f"reason {number}")
    assert "wrong accepts: 1" in text
    assert "reason 2" in text
    assert "reason 3" in text
    assert "reason 4" not in text


def test_a_sample_has_the_same_number_of_every_kind() -> None:
    """Half of each label, and the same one again."""
    chosen = sample(corpus(), 6)
    assert chosen == sample(corpus(), 6)
    for kind in {case.kind for case in corpus()}:
        assert sorted(case.label for case in chosen if case.kind == kind) == [False] * 3 + [True] * 3


def test_sources_are_named() -> None:
    """Every case says where its gold answer comes from; our own are the ones that exist without data."""
    assert all(case.source for case in corpus())
    assert any(case.source == OWN for case in corpus())
    assert peer.boxed("5") == "\\boxed{5}"
    assert peer.boxed("so \\boxed{5}") == "so \\boxed{5}"
