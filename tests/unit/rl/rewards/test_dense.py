"""Discounted returns and the advantages within a group, against sums written down directly and a group by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.reward_settings import RepetitionReward, RewardSettings, VerifierReward
from dartkit.rl.rewards.compose import RewardSet
from dartkit.rl.rewards.dense import dense_advantages, returns_to_go
from dartkit.rl.samples import RolloutGroup
from tests.unit.rl.rewards.samples import PROBLEM, make_sample

STREAMS = st.lists(st.floats(-1, 1, width=32), max_size=20)


@given(STREAMS, st.floats(0.5, 1.0))
def test_returns_are_discounted_sums(stream: list[float], gamma: float) -> None:
    """Against the double sum of the definition."""
    expected = [
        math.fsum(gamma**later * value for later, value in enumerate(stream[place:]))
        for place in range(len(stream))
    ]
    assert returns_to_go(stream, gamma) == pytest.approx(expected, abs=1e-9)


def test_a_group_by_hand() -> None:
    """Baselines: others' mean at each position, 0 where they have ended. Position 0 of the first: (0 - 3) / 2 = -1.5."""
    found = dense_advantages([[-1.0, -2.0], [0.0], [-3.0, 0.0, -5.0]])
    assert found == [(0.5, -2.0), (2.0,), (-2.5, 1.0, -5.0)]


@given(st.lists(STREAMS, min_size=2, max_size=5))
def test_baseline_is_the_mean_of_the_others(returns: list[list[float]]) -> None:
    """Against the definition, with every sample padded by zeros: then each position sums to 0 over the group."""
    width = max(len(values) for values in returns)
    padded = [values + [0.0] * (width - len(values)) for values in returns]
    others = len(returns) - 1
    expected = [
        tuple(
            own[place] - math.fsum(row[place] for other, row in enumerate(padded) if other != index) / others
            for place in range(len(returns[index]))
        )
        for index, own in enumerate(padded)
    ]
    assert [pytest.approx(row, abs=1e-9) for row in expected] == dense_advantages(returns)


def test_degenerate_groups() -> None:
    assert dense_advantages([[-1.0, 0.0]]) == [(-1.0, 0.0)]
    assert dense_advantages([[0.0] * 3, [0.0]]) == [(0.0, 0.0, 0.0), (0.0,)]
    assert dense_advantages([]) == []


def test_only_the_repeater_pays_where_only_it_repeats() -> None:
    """P = -1, bigrams, gamma 1/2. Tokens 1 2 1 2 9: stream 0 0 -1 -1 0, returns -0.375 -0.75 -1.5 -1 0; the other one, 3 tokens, 0.

    The other sample gains 0.375 and 0.75 where it did not head for a repetition, and 1.5 at its last token.
    """
    rewards: tuple[RewardSettings, ...] = (
        VerifierReward(),
        RepetitionReward(ngram_tokens=2, penalty=-0.5, gamma=0.5, weight=2.0),
    )
    with RewardSet(rewards, max_tokens=10) as chosen:
        samples = chosen.score(PROBLEM, [make_sample(tokens=(1, 2, 1, 2, 9)), make_sample(tokens=(4, 5, 6))])
    assert samples[0].token_rewards == (0.0, 0.0, -1.0, -1.0, 0.0)
    group = RolloutGroup(0, PROBLEM, samples)
    assert group.token_advantages == [(-0.375, -0.75, -1.5, -1.0, 0.0), (0.375, 0.75, 1.5)]
    # The dense stream is no part of the sample's reward.
    assert [sample.reward for sample in samples] == [1.0, 1.0]


def test_each_dense_reward_has_its_own_gamma() -> None:
    """Tokens 1 1: unigram penalties -1 at gamma 1 and -10 at gamma 0.1: returns -1 -1 and -1 -10."""
    rewards: tuple[RewardSettings, ...] = (
        RepetitionReward(name="far", ngram_tokens=1, penalty=-1.0, gamma=1.0),
        RepetitionReward(name="near", ngram_tokens=1, penalty=-10.0, gamma=0.1),
    )
    with RewardSet(rewards, max_tokens=10) as chosen:
        (sample,) = chosen.score(PROBLEM, [make_sample(tokens=(1, 1))])
    assert sample.token_returns == pytest.approx((-2.0, -11.0))
    assert sample.token_rewards == (0.0, -11.0)
    assert sample.reward == 0.0
    assert sample.rewards == {"far": -1.0, "near": -10.0}


def test_without_a_dense_reward_that_counts_there_are_none() -> None:
    with RewardSet((RepetitionReward(ngram_tokens=1, weight=0.0),), max_tokens=10) as chosen:
        samples = chosen.score(PROBLEM, [make_sample(tokens=(1, 1))])
    assert samples[0].token_rewards is None
    assert samples[0].rewards == {"repetition": -0.05}
    assert RolloutGroup(0, PROBLEM, samples).token_advantages is None
