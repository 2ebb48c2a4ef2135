"""The state of one problem is a function of its draws in order of their numbers."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.dart.progress import ProblemProgress
from dartkit.dart.strategies import Quota
from dartkit.difficulty.intervals import upper_bound
from dartkit.records import Outcome
from tests.conftest import make_problem

outcomes = st.lists(st.sampled_from(get_args(Outcome)), min_size=12, max_size=12)


def progress(quota: Quota) -> ProblemProgress:
    return ProblemProgress(make_problem("p"), "p", quota)


def by_hand(sequence: list[Outcome], quota: Quota) -> tuple[str, int, int]:
    """Status, number of draws and correct ones, by a plain walk over the sequence."""
    correct = judged = 0
    for number in range(len(sequence) + 1):
        if correct >= (quota.correct or 0):
            return "met", number, correct
        if (
            judged
            and correct / judged < quota.hopeless_pass_rate
            and upper_bound(correct, judged) < quota.hopeless_pass_rate
        ):
            return "hopeless", number, correct
        if number >= quota.max_draws:
            return "exhausted", number, correct
        if number < len(sequence):
            judged += sequence[number] not in ("undecided", "timeout", "error")
            correct += sequence[number] == "correct"
    return "open", len(sequence), correct


@given(
    outcomes,
    st.permutations(range(12)),
    st.integers(1, 4),
    st.integers(1, 12),
    st.sampled_from([0.0, 0.3, 0.6]),
)
def test_order_of_arrival_does_not_matter(
    sequence: list[Outcome], order: list[int], want: int, most: int, threshold: float
) -> None:
    quota = Quota(correct=want, max_draws=most, hopeless_pass_rate=threshold)
    item = progress(quota)
    for index in order:
        item.add_outcome(index, sequence[index])
    assert (item.status, item.n_draws, item.n_correct) == by_hand(sequence, quota)


def test_a_gap_left_by_a_kill_is_drawn_first() -> None:
    """Draws 0, 1, 4 and 6 exist; 2, 3 and 5 are asked for before anything new, although two correct ones are wanted and exist."""
    item = progress(Quota(correct=2, max_draws=20))
    for index in (0, 1, 4, 6):
        item.add_outcome(index, "correct" if index >= 4 else "incorrect")
    assert (item.status, item.wants()) == ("open", 3)
    assert [item.take_index() for _ in range(3)] == [2, 3, 5]
    for index in (2, 3, 5):
        item.add_outcome(index, "incorrect")
    assert (item.status, item.n_draws) == ("met", 7)


def test_a_number_counts_once() -> None:
    item = progress(Quota(draws=3))
    item.add_outcome(0, "correct")
    item.add_outcome(0, "incorrect")
    assert (item.n_draws, item.n_correct) == (1, 1)


@pytest.mark.parametrize(
    ("quota", "status"),
    [(Quota(draws=0), "met"), (Quota(correct=0, max_draws=5), "met"), (Quota(correct=1), "exhausted")],
)
def test_quotas_that_want_nothing(quota: Quota, status: str) -> None:
    item = progress(quota)
    assert item.status == status
    assert item.wants() == 0
