"""The mean over seeds and problems with an interval for other seeds *and* other problems of the same kind.

Every seed is measured on every problem: y[s, p] = mean + seed[s] + problem[p] + rest[s, p]. With S seeds, P problems and the mean
squares of the two-way table without replication, the variance of the mean is estimated by

    (MS_seed + MS_problem - MS_rest) / (S P)        not under MS_problem / (S P)

and its degrees of freedom are Satterthwaite's (1946). The floor is the variance over problems alone: an estimate of the seeds' part
below zero counts as none.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

import mpmath

CONFIDENCE = 0.95


class Estimate(NamedTuple):
    """A mean and its interval."""

    mean: float
    low: float
    high: float


def estimate_mean(table_SP: Sequence[Sequence[float]]) -> Estimate:
    """Return mean and 95 % interval of a table with a row for each seed (two or more) and a column for each problem."""
    count, width = len(table_SP), len(table_SP[0])
    mean = fmean(value for row in table_SP for value in row)
    rows = [fmean(row) - mean for row in table_SP]
    columns = [fmean(column) - mean for column in zip(*table_SP, strict=True)]
    seed = width * sum(value**2 for value in rows) / (count - 1)
    problem = count * sum(value**2 for value in columns) / (width - 1)
    rest = sum(
        (value - mean - rows[s] - columns[p]) ** 2
        for s, row in enumerate(table_SP)
        for p, value in enumerate(row)
    ) / ((count - 1) * (width - 1))
    if problem == seed == 0:
        return Estimate(mean, mean, mean)
    square, freedom = seed + problem - rest, 0.0
    if square > problem:
        parts = (seed**2 / (count - 1), problem**2 / (width - 1), rest**2 / ((count - 1) * (width - 1)))
        freedom = square**2 / sum(parts)
    else:
        square, freedom = problem, width - 1
    half = student_quantile((1 + CONFIDENCE) / 2, freedom) * (square / (count * width)) ** 0.5
    return Estimate(mean, mean - half, mean + half)


def student_quantile(share: float, freedom: float) -> float:
    """Return the quantile, for a share above one half, of Student's t with any positive degrees of freedom."""
    low, high = 0.0, 1.0
    while _below(high, freedom) < share:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, freedom) < share else (low, middle)
    return high


def _below(t: float, freedom: float) -> float:
    beyond = mpmath.betainc(freedom / 2, 0.5, 0, freedom / (freedom + t * t), regularized=True)
    return float(1 - beyond / 2)
