"""How many draws of one problem may be in flight: pure functions of its posterior.

A draw is wasted when the draws before it already met the target. With c correct ones to go, the last of m draws in flight is wasted
with probability P(N < m), where N is the number of draws until c are correct; the number in flight is the largest m for which that
stays under a risk. The pass rate has the posterior Beta(a, b), so N - c is beta-negative-binomial: near a ratio of gamma variables
(of shape c, narrowed by b / (a + b) for the draws that do not fail, over shape a), whose quantile follows from the cube roots of
both being near normal (Wilson and Hilferty 1931, Paulson 1942). It is within a few draws of the exact one for a >= 1, which is why
the prior is uniform. And c draws are never wasted, for c correct ones need at least c draws.

The risk of a problem is an allowance times its target, since what is drawn in vain while the last correct ones are awaited weighs less
the more there were. A problem that is always topped up to what is safe draws 0 to 2 % in vain at the first allowance and 7 to 37 % at the
last (measured; see tests/unit/dart/test_pacing.py), which is why the last ones are for the end of a run alone.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

from dartkit.difficulty.intervals import upper_bound

ALLOWANCES = (0.0002, 0.001, 0.005, 0.02, 0.1)
"""From careful to eager: the first while there is work enough, the others when the engine would not be full otherwise."""
LARGEST_RISK = 0.5


@lru_cache(maxsize=4096)
def _score(risk: float) -> float:
    """Return the standard normal quantile of the risk."""
    return NormalDist().inv_cdf(risk)


def risk_of(allowance: float, target: int) -> float:
    """Return the probability with which the last draw in flight may be wasted, for a target of so many correct draws."""
    return min(LARGEST_RISK, allowance * target)


def safe_in_flight(need: int, a: float, b: float, risk: float) -> int:
    """Return how many draws may be in flight.

    Args:
        need: Correct draws still wanted, at least 1.
        a: First parameter of the pass rate's posterior.
        b: Second parameter.
        risk: Largest probability that the last draw in flight is wasted, in (0, 1).
    """
    if need == 1:
        # P(no success in m - 1 draws) is B(a, b + m - 1) / B(a, b): with x = b + (a - 1) / 2 near (x / (x + m - 1))^a.
        odds: float = (1 - risk) ** (-1 / a) - 1
        return 1 + math.floor((b + (a - 1) / 2) * odds)
    z = _score(risk)
    spread_a, spread_c = 1 / (9 * a), b / (9 * need * (a + b))
    rest_a, rest_c = 1 - spread_a, 1 - spread_c
    divisor = rest_a**2 - z * z * spread_a
    if divisor <= 0:
        return need
    inner = rest_a**2 * spread_c + rest_c**2 * spread_a - z * z * spread_a * spread_c
    root: float = (rest_a * rest_c + z * math.sqrt(max(inner, 0.0))) / divisor
    return need + math.floor(max(root, 0.0) ** 3 * need * b / a)


@lru_cache(maxsize=65536)
def hopeless_after(correct: int, threshold: float) -> int | None:
    """Return the number of judged draws at which a problem with so many correct ones is hopeless; None for a threshold of 0.

    It is the smallest n with correct / n and the one-sided 95 % upper bound of the pass rate (Jeffreys) both under the threshold.
    """
    if threshold <= 0:
        return None
    low = math.floor(correct / threshold)  # not hopeless: the rate itself is not under the threshold
    high = max(2 * low, 16)
    while not _is_hopeless(correct, high, threshold):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if _is_hopeless(correct, middle, threshold):
            high = middle
        else:
            low = middle
    return high


def _is_hopeless(correct: int, judged: int, threshold: float) -> bool:
    return judged > 0 and correct / judged < threshold and upper_bound(correct, judged) < threshold
