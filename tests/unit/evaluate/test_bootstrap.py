"""The bootstrap's interval: what it must cover, and where it is known otherwise."""

from __future__ import annotations

import math
import random
from statistics import NormalDist, fmean, pstdev

import pytest

from dartkit.evaluate.bootstrap import bootstrap_interval
from dartkit.evaluate.metrics import pass_chance


def test_covers_the_truth_about_as_often_as_it_says() -> None:
    """250 simulated evaluations, 60 problems with Beta(0.5, 1) rates and 8 draws: pass@4 has mean 1 - E (1 - p)^4 = 1 - prod (1 + i) / (1.5 + i).

    95 % intervals of so few problems cover about 94 %; with a standard error of 1.5 points the count lies within 89 to 98.5 %.
    """
    truth = 1 - math.prod((1 + i) / (1.5 + i) for i in range(4))
    rng = random.Random(7)
    hits = 0
    for _ in range(250):
        values = []
        for _ in range(60):
            rate = rng.betavariate(0.5, 1)
            values.append(pass_chance(sum(rng.random() < rate for _ in range(8)), 8, 4))
        low, high = bootstrap_interval([values], resamples=200, seed=rng.getrandbits(30))
        hits += low <= truth <= high
    assert 0.89 <= hits / 250 <= 0.985


def test_many_symmetric_values_give_the_normal_interval() -> None:
    """No bias, no skew, 400 values: the mean plus and minus 1.96 standard errors, to the noise of 4,000 resamples (4 %)."""
    values = [0.0, 0.25, 0.75, 1.0] * 100
    half = NormalDist().inv_cdf(0.975) * pstdev(values) / 20
    low, high = bootstrap_interval([values], resamples=4000)
    assert (0.5 - low, high - 0.5) == pytest.approx((half, half), rel=0.08)


def test_skewed_values_shift_both_ends_to_the_long_tail() -> None:
    """Of 50 problems 3 are solved: the interval reaches further above the mean than below, as every good one for a small share does."""
    values = [1.0] * 3 + [0.0] * 47
    low, high = bootstrap_interval([values])
    assert high - fmean(values) > 1.2 * (fmean(values) - low)


def test_groups_are_resampled_by_themselves() -> None:
    """A group without spread adds none: of two equal halves, one constant, the mean's interval is half as wide as the other's."""
    values = [0.0, 1.0] * 40
    low, high = bootstrap_interval([values, [0.5] * 1000], resamples=1000)
    alone = bootstrap_interval([values], resamples=1000)
    assert high - low == pytest.approx((alone[1] - alone[0]) / 2, rel=0.1)


def test_the_seed_decides() -> None:
    values = [0.1, 0.4, 0.4, 0.9, 1.0]
    assert bootstrap_interval([values], seed=3) == bootstrap_interval([values], seed=3)
    assert bootstrap_interval([[0.5] * 4]) == (0.5, 0.5)
