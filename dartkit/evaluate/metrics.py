"""Metrics of n draws per problem, and their intervals.

avg@n   mean over problems of correct / n
pass@k  chance that one of k draws is correct, mean over problems of 1 - C(n - c, k) / C(n, k) with c correct among n draws
        (Chen et al. 2021, arXiv 2107.03374, equation 1); unbiased for every k <= n
maj@k   chance that the answer most of k draws give is correct, see `voting`

Draws of one problem are not independent, so intervals are over problems. One rule: avg@n, a mean of shares, has the Wilson
interval at the effective sample size m(1 - m)/s^2 for a mean m with standard error s; with one draw per problem that is the plain
Wilson interval, and it never has width zero. pass@k and maj@k have the bootstrap's (`bootstrap`), and that same Wilson interval where all
problems have one value, since the bootstrap then has no width. Paired differences use the standard error of the
per-problem differences.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

from dartkit.difficulty.intervals import wilson_interval
from dartkit.difficulty.rates import JudgedDraw
from dartkit.evaluate.bootstrap import bootstrap_interval

Z95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float

    def as_list(self) -> list[float]:
        """Return value, low, high rounded to four places."""
        return [round(self.value, 4), round(self.low, 4), round(self.high, 4)]


def share_correct(draws: Sequence[JudgedDraw]) -> float:
    """Return the share of correct draws of one problem; undecided ones count as not correct."""
    return sum(draw.outcome == "correct" for draw in draws) / len(draws)


def pass_chance(correct: int, draws: int, k: int) -> float:
    """Return pass@k of one problem: the chance that k draws, taken from these without putting back, hold a correct one.

    Raises:
        ValueError: when k is not between 1 and the number of draws.
    """
    if not 1 <= k <= draws:
        raise ValueError(f"pass@{k} needs 1 to {draws} draws")
    return 1 - math.comb(draws - correct, k) / math.comb(draws, k)


def chance_figure(values: Sequence[float]) -> Figure:
    """Return the mean of per-problem chances (pass@k, maj@k) with its bootstrap interval; Wilson's where all are equal."""
    figure = mean_figure(values)
    if len(set(values)) < 2:
        return figure
    return Figure(figure.value, *bootstrap_interval([values]))


def mean_figure(values: Sequence[float]) -> Figure:
    """Return the mean of per-problem values in [0, 1] with its interval; (0, 0, 1) for no values."""
    if not values:
        return Figure(0.0, 0.0, 1.0)
    n, mean = len(values), fmean(values)
    variance = stdev(values) ** 2 / n if n > 1 else 0.0
    effective = mean * (1 - mean) / variance if variance > 0 else float(n)
    low, high = wilson_interval(mean * effective, effective)
    return Figure(mean, low, high)


def paired_difference(after: Sequence[float], before: Sequence[float]) -> Figure:
    """Return the mean per-problem gain with its interval.

    Raises:
        ValueError: when the two do not pair up or there are fewer than two problems.
    """
    if len(after) != len(before) or len(after) < 2:
        raise ValueError(f"cannot pair {len(after)} with {len(before)} problems")
    gains = [b - a for a, b in zip(before, after, strict=True)]
    mean, half = fmean(gains), Z95 * stdev(gains) / math.sqrt(len(gains))
    return Figure(mean, mean - half, mean + half)
