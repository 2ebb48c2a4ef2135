"""maj@k against every ordered way to take k draws."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.difficulty.rates import JudgedDraw
from dartkit.evaluate.voting import Votes, count_votes, majority_chance


def first_come(votes: Votes, k: int) -> float:
    """The share of ordered ways to take k draws in which the right answer wins, a tie going to the answer that came first."""
    labels = ["right"] * votes.right + [""] * votes.silent
    for number, size in enumerate(votes.wrong):
        labels += [f"wrong {number}"] * size
    won, ways = 0, 0
    for taken in permutations(labels, k):
        counts = Counter(
            label for label in taken if label
        )  # in order of first appearance, which most_common keeps
        ways += 1
        won += bool(counts) and counts.most_common(1)[0][0] == "right"
    return won / ways


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 3),
    st.lists(st.integers(1, 3), max_size=3),
    st.integers(0, 2),
    st.integers(1, 6),
)
def test_equals_every_ordered_way_to_take_k_draws(right: int, wrong: list[int], silent: int, k: int) -> None:
    votes = Votes(right, tuple(wrong), silent)
    if k <= votes.draws <= 7:
        assert majority_chance(votes, k) == pytest.approx(first_come(votes, k), abs=1e-12)


def test_of_all_draws_it_is_the_plain_majority() -> None:
    assert majority_chance(Votes(3, (2, 2), 1), 8) == pytest.approx(1.0)
    assert majority_chance(Votes(2, (3,), 0), 5) == 0.0
    assert majority_chance(Votes(2, (2, 2), 0), 6) == pytest.approx(1 / 3)


def test_of_one_draw_it_is_the_share_correct() -> None:
    """A draw wins alone: 5 of 12."""
    assert majority_chance(Votes(5, (4, 2), 1), 1) == pytest.approx(5 / 12)


def test_large_numbers_neither_overflow_nor_lose_the_sum() -> None:
    """With 600 right and 400 wrong of one kind, of 3 draws at least two must be right: hypergeometric by hand."""
    right, wrong = 600, 400
    total = Fraction(1000 * 999 * 998, 6)
    two = Fraction(right * (right - 1), 2) * wrong
    three = Fraction(right * (right - 1) * (right - 2), 6)
    assert majority_chance(Votes(right, (wrong,), 0), 3) == pytest.approx(
        float((two + three) / total), rel=1e-9
    )
    assert 0.99 < majority_chance(Votes(right, (wrong,), 0), 201) < 1.0


@pytest.mark.parametrize("k", [0, 4])
def test_k_must_fit_the_draws(k: int) -> None:
    with pytest.raises(ValueError, match="needs 1 to 3 draws"):
        majority_chance(Votes(1, (1, 1), 0), k)


def test_equal_answers_in_other_spellings_vote_together() -> None:
    """1/2 and 0.5 are one wrong answer with two votes; no answer votes for nothing."""
    draws = [
        JudgedDraw("correct", "3", 5, "3"),
        JudgedDraw("incorrect", "1/2", 5, "1/2"),
        JudgedDraw("incorrect", "0.5", 5, "0.5"),
        JudgedDraw("no_answer", None, 5, None),
    ]
    assert count_votes(draws, lambda a, b: Fraction(a) == Fraction(b)) == Votes(1, (2,), 1)
    assert count_votes(draws) == Votes(1, (1, 1), 1)
