"""Rewards of DAPO equations 7 and 13."""

from __future__ import annotations

from typing import get_args

import pytest

from dartkit.records import Outcome
from dartkit.reward_settings import OverlongReward, VerifierReward
from dartkit.rl.rewards.overlong import OverlongPenalty, overlong_penalty
from tests.unit.rl.rewards.samples import PROBLEM, make_sample


def test_only_correct_earns_one() -> None:
    rewards = {outcome: VerifierReward().earns(outcome) for outcome in get_args(Outcome)}
    assert rewards.pop("correct") == 1.0
    assert set(rewards.values()) == {-1.0}
    assert len(rewards) == 6


def test_what_is_not_stated_follows_incorrect() -> None:
    """0/1 by one key; a value that is stated wins."""
    settings = VerifierReward(incorrect=0.0, truncated=-0.5)
    earned = {outcome: settings.earns(outcome) for outcome in get_args(Outcome)}
    assert earned == {
        "correct": 1.0, "incorrect": 0.0, "no_answer": 0.0, "truncated": -0.5, "undecided": 0.0, "timeout": 0.0, "error": 0.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("tokens", "penalty"),
    [(0, 0.0), (16384, 0.0), (16385, -1 / 4096), (18432, -0.5), (20480, -1.0), (20481, -1.0), (99999, -1.0)],
)
def test_soft_overlong_punishment_of_the_paper(tokens: int, penalty: float) -> None:
    """Limit 20480, buffer 4096: nothing up to 16384, half at 18432, -1 at the limit and beyond."""
    assert overlong_penalty(tokens, max_tokens=20480, buffer_tokens=4096) == penalty


@pytest.mark.parametrize("tokens", [0, 3, 7, 8, 9, 12, 16, 17, 40])
def test_other_implementations(tokens: int) -> None:
    """OpenRLHF's convention, -min(exceed / buffer, 1), everywhere; verl's, min(-exceed / buffer, 0), up to the limit 16."""
    exceed = tokens - (16 - 8)
    ours = overlong_penalty(tokens, max_tokens=16, buffer_tokens=8)
    assert ours == (-min(exceed / 8, 1.0) if exceed > 0 else 0.0)
    if tokens <= 16:
        assert ours == min(-exceed / 8, 0.0)


def test_no_buffer_no_punishment() -> None:
    assert overlong_penalty(600, max_tokens=512, buffer_tokens=0) == 0.0


def test_zero_is_not_minus_zero() -> None:
    assert str(overlong_penalty(1, max_tokens=10, buffer_tokens=5)) == "0.0"


def test_the_reward_counts_response_tokens() -> None:
    """Limit 10, buffer 4: 8 tokens are 2 of 4 over."""
    reward = OverlongPenalty(OverlongReward(buffer_tokens=4), max_tokens=10)
    assert reward.score(PROBLEM, [make_sample(tokens=8)])[0].value == -0.5
