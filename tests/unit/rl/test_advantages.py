"""Group advantages worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.rl.advantages import group_advantages


def test_one_right_of_four() -> None:
    """Rewards 1, -1, -1, -1: mean -1/2, deviations 3/2 and -1/2, sample variance (9/4 + 3/4) / 3 = 1, so A = 1.5, -0.5."""
    assert group_advantages([1, -1, -1, -1]) == pytest.approx([1.5, -0.5, -0.5, -0.5], rel=2e-6)


def test_half_right_of_two() -> None:
    """Rewards 1, -1: mean 0, sample variance 2, so A = 1/sqrt(2)."""
    assert group_advantages([1, -1]) == pytest.approx([0.7071068, -0.7071068], rel=2e-6)


@pytest.mark.parametrize("rewards", [[1.0] * 8, [-1.0] * 8, [0.1] * 3, [0.3], []])
def test_nothing_to_tell_apart_is_exactly_zero(rewards: list[float]) -> None:
    assert group_advantages(rewards) == [0.0] * len(rewards)


@given(st.lists(st.floats(-2, 1), min_size=2, max_size=16), st.randoms())
def test_zero_mean_and_blind_to_order(rewards: list[float], random: object) -> None:
    advantages = group_advantages(rewards)
    assert sum(advantages) == pytest.approx(0, abs=1e-6)
    assert group_advantages(rewards[::-1]) == pytest.approx(advantages[::-1], abs=1e-9)


@given(st.integers(1, 7))
def test_plus_minus_one_and_zero_one_give_the_same_advantages(right: int) -> None:
    """Rewards of half the spread have half the deviation: A is the same but for eps beside it, 1e-6 beside 0.35 or more."""
    wide = group_advantages([1.0] * right + [-1.0] * (8 - right))
    narrow = group_advantages([1.0] * right + [0.0] * (8 - right))
    assert narrow == pytest.approx(wide, rel=4e-6)
    assert narrow != [0.0] * 8
