"""Advantages within a group of samples of one prompt (DAPO eq. 9): A_i = (R_i - mean(R)) / (std(R) + 1e-6).

The standard deviation is the sample one (divided by G - 1), as most trainers have it; the paper does not say. Every token of
sample i gets A_i. Degenerate cases: equal rewards give exactly 0 to all, and so does a group of one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

EPSILON = 1e-6


def group_advantages(rewards: Sequence[float]) -> list[float]:
    """Return one advantage for each sample of a group."""
    count = len(rewards)
    if count < 2 or min(rewards) == max(rewards):
        return [0.0] * count
    mean = math.fsum(rewards) / count
    variance = math.fsum((reward - mean) ** 2 for reward in rewards) / (count - 1)
    return [(reward - mean) / (math.sqrt(variance) + EPSILON) for reward in rewards]
