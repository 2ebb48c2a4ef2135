"""Random counts that Python's `random` does not have in 3.11: geometric, Poisson, binomial, negative binomial."""

from __future__ import annotations

import math
import random

NEVER = 1e-12  # a rate under which no run lives to see a success
MANY = 40.0  # from this mean on a rounded normal stands for a Poisson or binomial count


def draw_until_success(rng: random.Random, rate: float) -> float:
    """Return the number of draws up to and with the first success; infinite where there never is one, or as good as never."""
    if rate < NEVER:
        return math.inf
    if rate >= 1.0:
        return 1.0
    return 1.0 + math.floor(math.log(1.0 - rng.random()) / math.log1p(-rate))


def draw_poisson(rng: random.Random, mean: float) -> int:
    """Return a Poisson count, by the product of uniforms where the mean is small."""
    if mean >= MANY:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def draw_binomial(rng: random.Random, n: int, rate: float) -> int:
    """Return the successes of n draws: by the gaps between the rarer outcome, or by a normal where both are many."""
    if n <= 0 or rate <= 0.0:
        return 0
    if rate > 0.5:
        return n - draw_binomial(rng, n, 1.0 - rate)
    spread = n * rate * (1.0 - rate)
    if spread >= MANY:
        return min(n, max(0, round(rng.gauss(n * rate, math.sqrt(spread)))))
    count, at = 0, draw_until_success(rng, rate)
    while at <= n:
        count += 1
        at += draw_until_success(rng, rate)
    return count


def draw_failures(rng: random.Random, successes: int, rate: float) -> float:
    """Return the failures before this many successes: Poisson with a gamma-distributed mean; infinite at rate 0."""
    if rate >= 1.0 or successes <= 0:
        return 0.0
    if rate < NEVER:
        return math.inf
    return float(draw_poisson(rng, rng.gammavariate(successes, (1.0 - rate) / rate)))
