"""Intervals for a proportion of `correct` among `n` draws.

Wilson: the set of p with |k/n - p| <= z sqrt(p(1-p)/n).
Jeffreys: the central interval of Beta(k + 1/2, n - k + 1/2), with the lower end 0 at k = 0 and the upper end 1 at k = n
(Brown, Cai and DasGupta 2001). Both are (0, 1) when nothing was drawn.
Credible: the central interval of the posterior Beta(a + k, b + n - k) of a prior; at k = 0 it runs from 0 to the quantile of the whole
confidence, at k = n mirrored, so that it holds the raw rate and still has exactly its confidence. Averaged over problems whose
rates have that prior it covers the truth with exactly its confidence, which the other two do not (docs/difficulty.md).
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

Interval = tuple[float, float]


def wilson_interval(correct: float, n: float, confidence: float = 0.95) -> Interval:
    """Return the Wilson score interval; `correct` and `n` may be effective (fractional) counts."""
    if n <= 0:
        return (0.0, 1.0)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    rate = correct / n
    center = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    low = 0.0 if correct <= 0 else max(0.0, center - half)
    high = 1.0 if correct >= n else min(1.0, center + half)
    return (low, high)


def jeffreys_interval(correct: int, n: int, confidence: float = 0.95) -> Interval:
    """Return the Jeffreys interval."""
    if n <= 0:
        return (0.0, 1.0)
    tail = (1 - confidence) / 2
    a, b = correct + 0.5, n - correct + 0.5
    low = 0.0 if correct == 0 else beta_quantile(tail, a, b)
    high = 1.0 if correct == n else beta_quantile(1 - tail, a, b)
    return (low, high)


def credible_interval(correct: int, n: int, prior: tuple[float, float], confidence: float = 0.95) -> Interval:
    """Return the posterior interval of the pass rate under a Beta prior (a, b); (0, 1) when nothing was drawn."""
    if n <= 0:
        return (0.0, 1.0)
    a, b = prior[0] + correct, prior[1] + n - correct
    if correct == 0:
        return (0.0, beta_quantile(confidence, a, b))
    if correct == n:
        return (beta_quantile(1 - confidence, a, b), 1.0)
    tail = (1 - confidence) / 2
    return (beta_quantile(tail, a, b), beta_quantile(1 - tail, a, b))


def upper_bound(correct: int, n: int, confidence: float = 0.95) -> float:
    """Return the one-sided upper bound of the pass rate, from the Jeffreys posterior; 1 when nothing was drawn."""
    return 1.0 if n <= 0 or correct == n else beta_quantile(confidence, correct + 0.5, n - correct + 0.5)


@lru_cache(maxsize=65_536)  # thousands of problems share a few counts
def beta_quantile(probability: float, a: float, b: float) -> float:
    """Return x with P(Beta(a, b) <= x) = probability, by bisection to 1e-12."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if beta_cdf(middle, a, b) < probability:
            low = middle
        else:
            high = middle
        if high - low < 1e-12:
            break
    return (low + high) / 2


def beta_cdf(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), by its continued fraction (modified Lentz)."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    log_front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(log_front)
    if x < (a + 1) / (a + b + 2):  # where the fraction converges fast; else use the symmetry
        return front * _beta_fraction(x, a, b) / a
    return 1.0 - front * _beta_fraction(1 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    tiny = 1e-300
    c, d = 1.0, 1.0 / _away_from_zero(1 - (a + b) * x / (a + 1), tiny)
    value = d
    for m in range(1, 10_000):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / _away_from_zero(1 + numerator * d, tiny)
            c = _away_from_zero(1 + numerator / c, tiny)
            value *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return value


def _away_from_zero(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny
