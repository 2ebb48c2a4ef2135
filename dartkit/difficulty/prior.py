"""What all problems together say of each: a Beta prior of the pass rate, fitted by empirical Bayes.

A problem's count k of n judged draws is Binomial(n, p), and p is Beta(a, b) over the problems of a run; so k is beta-binomial, and
(a, b) are where its likelihood is highest. Real sets of problems are U-shaped, which a Beta with a < 1 and b < 1 is too: measured,
Beta(0.32, 0.50) on 53 Polaris problems and Beta(0.74, 0.13) on 128 MATH problems, 16 draws each by one model.

Few problems say little, and the likelihood of all-wrong or all-right counts has its peak at infinity. Therefore two weak penalties are
added, which a hundred problems outweigh: half a problem solved and half a problem failed for the mean m = a / (a + b), and a
normal density with deviation 2 for the logarithm of the strength a + b.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

MIN_TO_FIT = 10
STRENGTH_DEVIATION = 2.0  # of log(a + b) around 0
SMALLEST_STEP = 1e-5
MOST_STRENGTH = 1e5


class Prior(NamedTuple):
    """Beta(a, b) of the pass rate over the problems."""

    a: float
    b: float

    @property
    def mean(self) -> float:
        """Mean pass rate."""
        return self.a / (self.a + self.b)

    @property
    def strength(self) -> float:
        """Number of draws of a problem that the prior is worth."""
        return self.a + self.b


JEFFREYS = Prior(0.5, 0.5)
Point = tuple[float, float]  # log-odds of the mean, logarithm of the strength


def beta_prior(mean: float, strength: float) -> Prior:
    """Return the Beta with this mean and this strength a + b."""
    return Prior(mean * strength, (1 - mean) * strength)


def fit_prior(counts: Iterable[tuple[int, int]]) -> Prior:
    """Return the Beta prior under which these (correct, judged) counts are likeliest, Jeffreys' for fewer than ten problems."""
    table = _tabulate(counts)
    if table.total() < MIN_TO_FIT:
        return JEFFREYS
    return _prior_at(_climb(lambda point: log_posterior(table, _prior_at(point)), (0.0, 0.0)))


def draw_priors(counts: Iterable[tuple[int, int]], fitted: Prior, rng: random.Random, n: int) -> list[Prior]:
    """Return n priors that the counts also allow, around the fitted one: a normal in log-odds of the mean and log strength.

    Its covariance is the inverse curvature of the penalised likelihood at the peak (Laplace). A forecast that keeps to the one fitted
    prior is too sure of itself when problems are few.
    """
    table = _tabulate(counts)
    if table.total() < MIN_TO_FIT:
        return [fitted] * n
    peak = (math.log(fitted.a / fitted.b), math.log(fitted.strength))
    xx, xy, yy = _curvature(lambda point: log_posterior(table, _prior_at(point)), peak)
    determinant = xx * yy - xy * xy
    if xx <= 0 or determinant <= 0:  # the peak lies on the border of the search
        return [fitted] * n
    first = math.sqrt(yy / determinant)  # deviation of the log-odds; then the log strength given it
    second = math.sqrt(1 / yy)
    drawn = []
    for _ in range(n):
        x = rng.gauss(0.0, first)
        y = -xy / yy * x + rng.gauss(0.0, second)
        drawn.append(_prior_at((peak[0] + x, peak[1] + y)))
    return drawn


def log_posterior(table: Counter[tuple[int, int]], prior: Prior) -> float:
    """Return the penalised beta-binomial log likelihood, without the terms that do not depend on the prior."""
    a, b = prior
    base = _log_beta(a, b)
    likelihood = math.fsum(
        times * (_log_beta(a + correct, b + judged - correct) - base)
        for (correct, judged), times in table.items()
    )
    mean = prior.mean
    penalty = (math.log(mean) + math.log1p(-mean)) / 2
    return likelihood + penalty - (math.log(prior.strength) / STRENGTH_DEVIATION) ** 2 / 2


def _tabulate(counts: Iterable[tuple[int, int]]) -> Counter[tuple[int, int]]:
    return Counter(pair for pair in counts if pair[1] > 0)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _prior_at(point: Point) -> Prior:
    mean = 1 / (1 + math.exp(-min(max(point[0], -12.0), 12.0)))
    return beta_prior(mean, min(math.exp(min(max(point[1], -7.0), 12.0)), MOST_STRENGTH))


def _climb(height: Callable[[Point], float], start: Point) -> Point:
    """Return the highest point that a search by steps in eight directions finds, each halved where none goes up."""
    here, top, step = start, height(start), 1.0
    for _ in range(500):
        around = [(here[0] + i * step, here[1] + j * step) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
        best = max(around, key=height)
        found = height(best)
        if found > top:
            here, top = best, found
        elif step < SMALLEST_STEP:
            break
        else:
            step /= 2
    return here


def _curvature(height: Callable[[Point], float], peak: Point) -> tuple[float, float, float]:
    """Return the negative second derivatives at the peak: xx, xy, yy."""
    h = 0.02
    x, y = peak

    def at(i: int, j: int) -> float:
        return height((x + i * h, y + j * h))

    top = at(0, 0)
    xx = -(at(1, 0) - 2 * top + at(-1, 0)) / h**2
    yy = -(at(0, 1) - 2 * top + at(0, -1)) / h**2
    xy = -(at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * h**2)
    return xx, xy, yy
