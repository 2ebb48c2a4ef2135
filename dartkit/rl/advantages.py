"""Advantages of samples from their rewards. Every token of sample i gets A_i, plus what dense rewards give it.

With the rewards R of the samples of one prompt (mean m, deviation s) and of the whole step:

    group-std      (R - m) / (s + eps)                       GRPO eq. 3, DAPO eq. 9
    batch-std      (R - m) / (deviation of all rewards + eps)  LitePPO
    none           R - m                                     Dr. GRPO
    leave-one-out  R - mean of the prompt's others           RLOO
    batch-whiten   (R - M) / sqrt(V + eps)                   REINFORCE++: M and V over the tokens of the step

Deviations and V are the sample ones (divided by n - 1), as most trainers have it; the papers do not say. Degenerate cases: equal
rewards give exactly 0 to all, and so does a group of one, whatever eps is. In `batch-whiten`, which knows no groups, that holds
for the step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dartkit.algorithm_settings import AdvantageNormaliser

EPSILON = 1e-6


def group_advantages(rewards: Sequence[float]) -> list[float]:
    """Return one advantage for each sample of a group, by `group-std` with the default eps."""
    return step_advantages([rewards], "group-std", epsilon=EPSILON)[0]


def step_advantages(
    rewards: Sequence[Sequence[float]],
    normaliser: AdvantageNormaliser,
    *,
    epsilon: float,
    lengths: Sequence[Sequence[int]] | None = None,
) -> list[list[float]]:
    """Return one advantage for each sample of each group of a step.

    Args:
        rewards: Group by group.
        normaliser: How.
        epsilon: Added to the deviation, or to the variance in `batch-whiten`.
        lengths: Tokens of each sample; needed by `batch-whiten`.
    """
    if normaliser == "batch-whiten":
        assert lengths is not None, "batch-whiten weighs samples by their tokens"
        return _whiten(rewards, lengths, epsilon)
    batch = [reward for group in rewards for reward in group]
    scale = _deviation(batch) + epsilon if normaliser == "batch-std" and len(batch) > 1 else 1.0
    return [_group(group, normaliser, scale, epsilon) for group in rewards]


def _group(
    rewards: Sequence[float], normaliser: AdvantageNormaliser, scale: float, epsilon: float
) -> list[float]:
    count = len(rewards)
    if count < 2 or min(rewards) == max(rewards):
        return [0.0] * count
    mean = math.fsum(rewards) / count
    if normaliser == "group-std":
        scale = _deviation(rewards) + epsilon
    elif normaliser == "leave-one-out":
        scale = (count - 1) / count
    return [(reward - mean) / scale for reward in rewards]


def _whiten(
    rewards: Sequence[Sequence[float]], lengths: Sequence[Sequence[int]], epsilon: float
) -> list[list[float]]:
    pairs = [
        (reward, length)
        for group, sizes in zip(rewards, lengths, strict=True)
        for reward, length in zip(group, sizes, strict=True)
        if length
    ]
    tokens = sum(length for _, length in pairs)
    if tokens < 2 or min(pairs)[0] == max(pairs)[0]:
        return [[0.0] * len(group) for group in rewards]
    mean = math.fsum(reward * length for reward, length in pairs) / tokens
    variance = math.fsum((reward - mean) ** 2 * length for reward, length in pairs) / (tokens - 1)
    scale = math.sqrt(variance + epsilon)
    return [[(reward - mean) / scale for reward in group] for group in rewards]


def _deviation(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
