"""The bootstrap over problems (Efron 1979): what would the mean have been with other problems of the same kind?

Problems are drawn with putting back, as many as there are; the draws of one problem stay together, since they are not independent. The
interval is the bias-corrected and accelerated one (Efron 1987, BCa): with m resampled means, z0 the normal quantile of the share of
them under the mean, and acceleration a = sum u^3 / (6 (sum u^2)^1.5) of the influences u, its ends are the resampled means at

    Phi(z0 + (z0 + z) / (1 - a (z0 + z)))     for z = -1.96 and 1.96

The percentile interval (z0 = a = 0) covers the truth less often where most problems are too hard (docs/evaluation.md has figures).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from statistics import NormalDist, fmean

RESAMPLES = 2000
SEED = 20_240_707


def bootstrap_interval(
    groups: Sequence[Sequence[float]],
    *,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[float, float]:
    """Return the BCa interval of the mean of group means; each group's values are resampled by themselves.

    Args:
        groups: Values of the problems; one group for one test set, several for the mean over test sets.
        confidence: Coverage.
        resamples: How many means to draw.
        seed: The same values and seed give the same interval.

    Returns:
        The interval; of width zero where all values of each group are equal.
    """
    rng = random.Random(seed)
    means = sorted(fmean(_resampled(group, rng) for group in groups) for _ in range(resamples))
    mean = fmean(fmean(group) for group in groups)
    normal = NormalDist()
    nearly = 1e-12  # sums in another order differ in the last digits
    below = (
        sum(item < mean - nearly for item in means) + sum(abs(item - mean) <= nearly for item in means) / 2
    )
    bias = normal.inv_cdf(min(max(below, 1), resamples - 1) / resamples)
    acceleration = _acceleration(groups)

    def at(tail: float) -> float:
        z = bias + normal.inv_cdf(tail)
        return _quantile(means, normal.cdf(bias + z / (1 - acceleration * z)))

    tail = (1 - confidence) / 2
    return at(tail), at(1 - tail)


def _resampled(values: Sequence[float], rng: random.Random) -> float:
    return sum(rng.choices(values, k=len(values))) / len(values)


def _acceleration(groups: Sequence[Sequence[float]]) -> float:
    influences = [
        (item - mean) / len(group) for group in groups for mean in (fmean(group),) for item in group
    ]
    second = sum(item**2 for item in influences)
    return sum(item**3 for item in influences) / (6 * second**1.5) if second > 0 else 0.0


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile by linear interpolation between order statistics."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
