"""The forecast against brute force and against the scheduler's own behaviour."""

from __future__ import annotations

import random
from itertools import product

import pytest

from dartkit.dart.forecast import Outlook, expected_draws, forecast
from dartkit.dart.strategies import Quota


def brute_force(target: int, rate: float, cap: int) -> float:
    """Mean of min(draws to the target-th success, cap) over all 2^cap outcomes."""
    total = 0.0
    for outcome in product((0, 1), repeat=cap):
        weight, wins, used = 1.0, 0, cap
        for index, hit in enumerate(outcome):
            weight *= rate if hit else 1 - rate
            wins += hit
            if wins == target and used == cap:
                used = index + 1
        total += weight * used
    return total


@pytest.mark.parametrize(
    ("target", "rate", "cap"), [(1, 0.3, 6), (2, 0.5, 8), (3, 0.9, 7), (3, 0.1, 9), (1, 1.0, 5), (2, 0.0, 4)]
)
def test_expected_draws_by_brute_force(target: int, rate: float, cap: int) -> None:
    assert expected_draws(target, rate, cap) == pytest.approx(brute_force(target, rate, cap))


def test_nothing_wanted_costs_nothing() -> None:
    assert expected_draws(0, 0.5, 9) == 0.0
    assert forecast([]).draws == (0.0, 0.0, 0.0)


def test_vanilla_is_certain() -> None:
    """100 problems, 52 draws each, 8 made: 4,400 draws, of 10 tokens each, with no uncertainty."""
    plan = forecast([Outlook(Quota(draws=52), 4, 8, 10.0)] * 100)
    assert plan.draws == (4400.0, 4400.0, 4400.0)
    assert plan.tokens[0] == pytest.approx(44_000)


def test_interval_covers_simulated_truth() -> None:
    """300 problems with rates from a known prior, a probe of 8, then real Bernoulli draws to 5 correct (cap 60).

    The true total falls into the 90 % interval in at least 15 of 20 repetitions (binomial 0.9: 15 or more has chance 0.99).
    """
    hits = 0
    for seed in range(20):
        rng = random.Random(seed)
        outlooks, spent = [], 0
        for _ in range(300):
            rate = rng.betavariate(1, 1)
            probe = sum(rng.random() < rate for _ in range(8))
            outlooks.append(Outlook(Quota(correct=5, max_draws=60), probe, 8, 1.0))
            wins = probe
            used = 8
            while wins < 5 and used < 60:
                wins += rng.random() < rate
                used += 1
            spent += used - 8
        low, high = forecast(outlooks, seed=seed).draws[1:]
        hits += low <= spent <= high
    assert hits >= 15
