"""Metrics of k draws per problem, and their intervals.

avg@k   mean over problems of correct / k
pass@k  share of problems with at least one correct draw
maj@k   share of problems whose most frequent answer is correct (a tie goes to the answer that came first)

Draws of one problem are not independent, so intervals are over problems. For a mean m with standard error s the Wilson
interval is taken at the effective sample size m(1 - m)/s^2; with one draw per problem that is the plain Wilson interval, and it
never has width zero. Paired differences use the standard error of the per-problem differences.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

from dartkit.difficulty.intervals import wilson_interval
from dartkit.difficulty.rates import JudgedDraw

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


def majority_is_correct(draws: Sequence[JudgedDraw]) -> bool:
    """Say whether the most frequent answer of one problem is correct; all correct spellings are one answer."""
    votes = Counter(
        "\x00gold" if draw.outcome == "correct" else (draw.answer or "\x00none") for draw in draws
    )
    return votes.most_common(1)[0][0] == "\x00gold"


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
