"""Random counts against the means and variances of their distributions."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from statistics import fmean, variance

import pytest

from dartkit.dart.chance import draw_binomial, draw_failures, draw_poisson, draw_until_success

N = 20_000


def check(draw: Callable[[random.Random], float], mean: float, spread: float) -> None:
    """Mean within 4.5 standard errors, variance within 8 %."""
    rng = random.Random(11)
    values = [draw(rng) for _ in range(N)]
    assert fmean(values) == pytest.approx(mean, abs=4.5 * math.sqrt(spread / N) + 1e-9)
    assert variance(values) == pytest.approx(spread, rel=0.08, abs=1e-9)


@pytest.mark.parametrize("rate", [0.03, 0.5, 0.99])
def test_geometric(rate: float) -> None:
    """Mean 1 / p, variance (1 - p) / p^2."""
    check(lambda rng: draw_until_success(rng, rate), 1 / rate, (1 - rate) / rate**2)


@pytest.mark.parametrize("mean", [0.1, 3.0, 39.0, 300.0])
def test_poisson(mean: float) -> None:
    check(lambda rng: draw_poisson(rng, mean), mean, mean)


@pytest.mark.parametrize(("n", "rate"), [(8, 0.02), (8, 0.9), (50, 0.5), (900, 0.3)])
def test_binomial(n: int, rate: float) -> None:
    check(lambda rng: draw_binomial(rng, n, rate), n * rate, n * rate * (1 - rate))


@pytest.mark.parametrize(("successes", "rate"), [(1, 0.95), (3, 0.2), (100, 0.5)])
def test_negative_binomial(successes: int, rate: float) -> None:
    """Mean r (1 - p) / p, variance r (1 - p) / p^2."""
    mean = successes * (1 - rate) / rate
    check(lambda rng: draw_failures(rng, successes, rate), mean, mean / rate)


def test_the_certain_ends() -> None:
    rng = random.Random(0)
    assert draw_until_success(rng, 1.0) == 1.0
    assert draw_until_success(rng, 0.0) == math.inf
    assert (draw_binomial(rng, 5, 0.0), draw_binomial(rng, 5, 1.0), draw_binomial(rng, 0, 0.5)) == (0, 5, 0)
    assert (draw_failures(rng, 3, 1.0), draw_failures(rng, 3, 0.0)) == (0.0, math.inf)
