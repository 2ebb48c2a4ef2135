"""Targets of the strategies, from the paper's formulas."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.dart.strategies import needs_estimate, quota_of, target_correct
from dartkit.strategy_settings import Prop2Diff, Uniform, Vanilla


@pytest.mark.parametrize(
    ("wrong", "n", "k", "expected"),
    [
        (0, 8, 192, 1),
        (1, 8, 192, 24),
        (7, 8, 192, 168),
        (8, 8, 192, 192),
        (1, 3, 192, 64),
        (1, 7, 10, 2),
        (1, 192, 192, 1),
    ],
)
def test_prop2diff_by_hand(wrong: int, n: int, k: int, expected: int) -> None:
    """ceil(k * wrong / n), at least 1: for example ceil(192 * 1/8) = 24 and ceil(10/7) = 2."""
    assert target_correct(Prop2Diff(max_correct=k), wrong / n) == expected


def test_rounding_up_alone_does_not_cover() -> None:
    """ceil(192 * 0) = 0: the paper's rounding leaves a problem that never failed without a sample."""
    assert target_correct(Prop2Diff(max_correct=192, cover=False), 0.0) == 0
    assert target_correct(Prop2Diff(max_correct=192), 0.0) == 1


@given(st.integers(1, 400), st.integers(1, 64), st.data())
def test_prop2diff_is_exact_for_measured_rates(k: int, n: int, data: st.DataObject) -> None:
    """Against exact rational arithmetic; the float rate 1 - c/n carries noise that must not lift the ceiling."""
    correct = data.draw(st.integers(0, n))
    exact = Fraction(k * (n - correct), n)
    expected = max(1, -(-exact.numerator // exact.denominator))
    assert target_correct(Prop2Diff(max_correct=k), 1 - correct / n) == expected


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 300))
def test_prop2diff_is_monotone_and_bounded(a: float, b: float, k: int) -> None:
    low, high = sorted((a, b))
    strategy = Prop2Diff(max_correct=k)
    first, second = target_correct(strategy, low), target_correct(strategy, high)
    assert first is not None
    assert second is not None
    assert 1 <= first <= second <= k


def test_uniform_and_vanilla() -> None:
    assert target_correct(Uniform(correct_per_problem=40), 0.3) == 40
    assert target_correct(Vanilla(draws_per_problem=52), 0.3) is None
    assert quota_of(Vanilla(draws_per_problem=52), 0.3, max_draws=9, hopeless_pass_rate=0.1).draws == 52
    quota = quota_of(Uniform(correct_per_problem=40), 0.3, max_draws=9, hopeless_pass_rate=0.1)
    assert (quota.draws, quota.correct, quota.max_draws, quota.hopeless_pass_rate) == (None, 40, 9, 0.1)
    assert [needs_estimate(item) for item in (Vanilla(), Uniform(), Prop2Diff())] == [False, False, True]


def test_a_rate_outside_is_refused() -> None:
    with pytest.raises(ValueError, match="not in"):
        target_correct(Prop2Diff(), 1.5)
