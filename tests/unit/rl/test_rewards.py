"""Rewards of DAPO equations 7 and 13."""

from __future__ import annotations

from typing import get_args

import pytest

from dartkit.records import Outcome
from dartkit.rl.rewards import correctness_reward, overlong_penalty


def test_only_correct_earns_one() -> None:
    rewards = {outcome: correctness_reward(outcome) for outcome in get_args(Outcome)}
    assert rewards.pop("correct") == 1.0
    assert set(rewards.values()) == {-1.0}
    assert len(rewards) == 6


@pytest.mark.parametrize(
    ("tokens", "penalty"),
    [(0, 0.0), (16384, 0.0), (16385, -1 / 4096), (18432, -0.5), (20480, -1.0), (20481, -1.0), (99999, -1.0)],
)
def test_soft_overlong_punishment_of_the_paper(tokens: int, penalty: float) -> None:
    """Limit 20480, buffer 4096: nothing up to 16384, half at 18432, -1 at the limit and beyond."""
    assert overlong_penalty(tokens, max_tokens=20480, buffer_tokens=4096) == penalty


def test_no_buffer_no_punishment() -> None:
    assert overlong_penalty(600, max_tokens=512, buffer_tokens=0) == 0.0


def test_zero_is_not_minus_zero() -> None:
    assert str(overlong_penalty(1, max_tokens=10, buffer_tokens=5)) == "0.0"
