"""Intervals against an independent implementation (mpmath) and published values."""

from __future__ import annotations

import math
from collections.abc import Callable

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.difficulty.intervals import (
    beta_cdf,
    beta_quantile,
    credible_interval,
    jeffreys_interval,
    upper_bound,
    wilson_interval,
)


@given(st.floats(0.001, 0.999), st.floats(0.5, 300), st.floats(0.5, 300))
def test_beta_cdf_is_mpmaths(x: float, a: float, b: float) -> None:
    expected = float(mpmath.betainc(a, b, 0, x, regularized=True))
    assert math.isclose(beta_cdf(x, a, b), expected, rel_tol=1e-8, abs_tol=1e-12)


@given(st.floats(0.01, 0.99), st.floats(0.5, 50), st.floats(0.5, 50))
def test_quantile_inverts_the_cdf(p: float, a: float, b: float) -> None:
    """Where the density is finite the round trip is exact to the bisection's tolerance."""
    x = beta_quantile(p, a, b)
    assert 0 <= x <= 1
    below, above = (beta_cdf(min(max(x + step, 0), 1), a, b) for step in (-1e-9, 1e-9))
    assert below - 1e-6 <= p <= above + 1e-6


def test_wilson_by_hand() -> None:
    """K = 3, n = 8, z = 1.959964: centre (0.375 + z^2/16)/(1 + z^2/8) = 0.41556, half width 0.27870."""
    low, high = wilson_interval(3, 8)
    assert low == pytest.approx(0.41556 - 0.27870, abs=2e-5)
    assert high == pytest.approx(0.41556 + 0.27870, abs=2e-5)


def test_jeffreys_published_values() -> None:
    """Brown, Cai and DasGupta (2001), table 5: for n = 10 the limits at x = 0, 1 and 5 are 0-.217, .011-.381 and .224-.776."""
    for k, expected in ((0, (0.0, 0.217)), (1, (0.011, 0.381)), (5, (0.224, 0.776))):
        assert jeffreys_interval(k, 10) == pytest.approx(expected, abs=6e-4)


@given(st.integers(0, 60), st.integers(0, 60))
def test_intervals_hold_the_rate_and_mirror(k: int, wrong: int) -> None:
    """The rate lies inside; swapping right and wrong mirrors the interval."""
    n = k + wrong
    for interval in (wilson_interval, jeffreys_interval):
        low, high = interval(k, n)
        assert 0 <= low <= high <= 1
        if n:
            assert low <= k / n <= high
        mirrored = interval(wrong, n)
        assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-9)


def test_nothing_drawn_is_everything_possible() -> None:
    assert wilson_interval(0, 0) == jeffreys_interval(0, 0) == (0.0, 1.0)
    assert upper_bound(0, 0) == 1.0


def test_upper_bound_by_formula() -> None:
    """For k = 0 the bound solves I_x(1/2, n + 1/2) = 0.95; checked with mpmath's incomplete beta."""
    for n in (8, 50, 400):
        x = upper_bound(0, n)
        assert float(mpmath.betainc(0.5, n + 0.5, 0, x, regularized=True)) == pytest.approx(0.95, abs=1e-9)


def average_coverage(
    interval: Callable[[int, int], tuple[float, float]], prior: tuple[float, float], n: int
) -> float:
    """Chance that the interval holds a rate from the prior: sum over k of P(k) times the posterior mass inside, by mpmath."""
    a, b = prior
    total = mpmath.mpf(0)
    for k in range(n + 1):
        low, high = interval(k, n)
        weight = mpmath.binomial(n, k) * mpmath.beta(a + k, b + n - k) / mpmath.beta(a, b)
        total += weight * mpmath.betainc(a + k, b + n - k, low, high, regularized=True)
    return float(total)


POLARIS, MATH = (0.32, 0.50), (0.74, 0.13)  # Beta fits to the released rollouts of both, 16 draws each


@pytest.mark.parametrize("prior", [POLARIS, MATH, (1.0, 1.0), (2.0, 3.0)])
@pytest.mark.parametrize("n", [4, 8, 16, 64])
def test_credible_intervals_cover_exactly(prior: tuple[float, float], n: int) -> None:
    """Under its own prior the posterior interval covers with its confidence, at k = 0 and k = n too."""
    assert average_coverage(lambda k, m: credible_interval(k, m, prior), prior, n) == pytest.approx(
        0.95, abs=1e-6
    )
    assert average_coverage(lambda k, m: credible_interval(k, m, prior, 0.8), prior, n) == pytest.approx(
        0.8, abs=1e-6
    )


@pytest.mark.parametrize("prior", [POLARIS, MATH, (0.5, 0.5), (1.0, 1.0), (2.0, 3.0)])
def test_wilson_is_the_raw_interval_that_stays_within_two_points(prior: tuple[float, float]) -> None:
    """From n = 8 on Wilson's average coverage is 0.93 to 0.970 on real and made-up sets; Jeffreys' is 0.976 on MATH at n = 8."""
    for n in (8, 16, 32):
        assert 0.93 <= round(average_coverage(wilson_interval, prior, n), 3) <= 0.97
    assert average_coverage(jeffreys_interval, MATH, 8) == pytest.approx(0.9756, abs=5e-4)


def test_credible_interval_holds_the_raw_rate_at_the_ends() -> None:
    low, high = credible_interval(0, 8, POLARIS)
    assert low == 0.0
    assert float(mpmath.betainc(0.32, 8.5, 0, high, regularized=True)) == pytest.approx(0.95, abs=1e-9)
    assert credible_interval(8, 8, MATH)[1] == 1.0
    assert credible_interval(0, 0, MATH) == (0.0, 1.0)
