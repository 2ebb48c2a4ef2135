"""The prior of the pass rates against mpmath's beta function on a grid, and against priors that are known."""

from __future__ import annotations

import random

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.difficulty.prior import JEFFREYS, Prior, beta_prior, draw_priors, fit_prior


def counts_from(a: float, b: float, problems: int, n: int, seed: int = 1) -> list[tuple[int, int]]:
    rng = random.Random(seed)
    found = []
    for _ in range(problems):
        rate = rng.betavariate(a, b)
        found.append((sum(rng.random() < rate for _ in range(n)), n))
    return found


def likelihood(counts: list[tuple[int, int]], a: float, b: float) -> float:
    """Beta-binomial log likelihood by mpmath, without penalties."""
    table = {pair: counts.count(pair) for pair in set(counts)}
    base = mpmath.log(mpmath.beta(a, b))
    return float(sum(t * (mpmath.log(mpmath.beta(a + k, b + n - k)) - base) for (k, n), t in table.items()))


@pytest.mark.parametrize(("a", "b"), [(0.32, 0.5), (0.74, 0.13), (1.0, 1.0), (3.0, 1.0), (20.0, 30.0)])
def test_no_point_of_a_grid_is_likelier(a: float, b: float) -> None:
    """Brute force by mpmath: no point of a coarse grid (factor 0.67 to 1.5) or of a fine one (0.92 to 1.08) is likelier.

    0.05 is allowed for the penalties, which pull the fit away from the likeliest point a little.
    """
    counts = counts_from(a, b, 2000, 8)
    fitted = fit_prior(counts)
    top = likelihood(counts, *fitted)
    for base in (1.5, 1.08):
        factors = [base ** (i / 5) for i in range(-5, 6)]
        highest = max(likelihood(counts, fitted.a * x, fitted.b * y) for x in factors for y in factors)
        assert highest <= top + 0.05


@pytest.mark.parametrize(("a", "b"), [(1.0, 1.0), (0.4, 1.2), (3.0, 1.0), (0.3, 0.5)])
def test_prior_is_recovered(a: float, b: float) -> None:
    """4,000 problems with rates from a known Beta prior, 16 draws each: mean within 0.02, strength within 15 %."""
    found = fit_prior(counts_from(a, b, 4000, 16))
    assert found.mean == pytest.approx(a / (a + b), abs=0.02)
    assert found.strength == pytest.approx(a + b, rel=0.15)


def test_problems_of_one_rate_are_recognised() -> None:
    """All rates 0.3: the prior is narrow (strength over 100) and its mean is the mean of all draws."""
    rng = random.Random(2)
    counts = [(sum(rng.random() < 0.3 for _ in range(16)), 16) for _ in range(2000)]
    found = fit_prior(counts)
    assert found.strength > 100
    assert found.mean == pytest.approx(sum(k for k, _ in counts) / 32_000, abs=1e-3)


def test_few_problems_keep_jeffreys() -> None:
    assert fit_prior([(3, 8)] * 9) == JEFFREYS
    assert fit_prior([(0, 0)] * 50) == JEFFREYS


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=10, max_size=30))
def test_any_counts_give_a_proper_prior_and_mirror(pairs: list[tuple[int, int]]) -> None:
    """Right and wrong exchanged: a and b are exchanged too, as far as the peak is sharp (equal height)."""
    counts = [(right, right + wrong) for right, wrong in pairs]
    found = fit_prior(counts)
    mirrored = fit_prior([(judged - right, judged) for right, judged in counts])
    assert found.a > 0
    assert found.b > 0
    assert likelihood(counts, *found) == pytest.approx(likelihood(counts, mirrored.b, mirrored.a), abs=0.02)


def test_drawn_priors_scatter_as_the_fit_does() -> None:
    """The deviation of log(a + b) and of the mean over 60 data sets of 150 problems, against that of the drawn ones: within 35 %.

    The relative error of a deviation from 60 values is 1 / sqrt(118) = 9 %; Laplace's error is the rest.
    """
    from math import log
    from statistics import fmean, stdev

    truth = beta_prior(0.4, 1.5)
    fits = [fit_prior(counts_from(*truth, 150, 8, seed)) for seed in range(60)]
    counts = counts_from(*truth, 150, 8, 99)
    drawn = draw_priors(counts, fit_prior(counts), random.Random(0), 2000)
    for figure in (lambda p: log(p.strength), lambda p: p.mean):
        seen, said = stdev(map(figure, fits)), stdev(map(figure, drawn))
        assert said == pytest.approx(seen, rel=0.35)
    assert fmean(p.mean for p in drawn) == pytest.approx(fit_prior(counts).mean, abs=0.01)


def test_too_few_problems_to_scatter() -> None:
    assert draw_priors([(1, 2)], JEFFREYS, random.Random(0), 3) == [JEFFREYS] * 3
    assert Prior(1.0, 3.0).mean == 0.25
