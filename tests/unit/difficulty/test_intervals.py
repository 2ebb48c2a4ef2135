"""Intervals against an independent implementation (mpmath) and published values."""

from __future__ import annotations

import math

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.difficulty.intervals import (
    beta_cdf,
    beta_quantile,
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
