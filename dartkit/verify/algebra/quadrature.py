"""Definite integrals in double precision by double-exponential quadrature (Takahasi and Mori 1974), with an error bound.

Two step widths are compared: where they agree to nine digits the integral is taken as known, and their difference is its error;
otherwise nothing is said. At most some 330 values of the integrand are worked out.
"""

from __future__ import annotations

import math
from collections.abc import Callable

_HALF_PI = math.pi / 2
_REACH = 3.4  # beyond it the weights of a bounded integrand vanish in double precision
_STEPS = (1 / 16, 1 / 32)
_AGREE = 1e-9
_NEGLIGIBLE = 1e-17  # share of the sum so far below which a value adds nothing
_COUNTS, _LEAST = 1e-6, 12  # so many values must be more than that share of the largest
_SHARES = (0.123, 0.377, 0.619, 0.871)
_ENOUGH = 2  # as many such values in a row end a side

Integrand = Callable[[float], complex | None]


class NoIntegral(ArithmeticError):
    """The integral does not converge, or not fast enough to be told."""


def integrate(function: Integrand, low: float, high: float) -> tuple[complex, float]:
    """Return an integral and a bound of its error.

    Args:
        function: Returns None where it has no value.
        low: Lower end, may be infinite.
        high: Upper end, may be infinite and may lie below.

    Raises:
        NoIntegral: where two step widths disagree.
    """
    if low == high:
        return 0j, 0.0
    if low > high:
        value, error = integrate(function, high, low)
        return -value, error
    coarse, fine = (_sum(function, low, high, step) for step in _STEPS)
    size = max(abs(fine[0]), 1e-3 * fine[1])
    error = abs(fine[0] - coarse[0])
    if not error <= _AGREE * size:
        raise NoIntegral("two step widths disagree")
    return fine[0], 10 * error + 1e-13 * fine[1]


def _sum(function: Integrand, low: float, high: float, step: float) -> tuple[complex, float]:
    """Return the sum of weighted values and of their sizes, from the middle outwards; in the tails until nothing is added any more."""
    count = round(_REACH / step)
    terms: list[complex] = []
    size = 0.0
    for side in (range(count + 1), range(-1, -count - 1, -1)):
        small = 0
        for place in side:
            point, weight = _node(place * step, low, high)
            if math.isinf(point) or point in (low, high):
                break
            value = function(point)
            if value is None or not abs(value) < math.inf:
                raise NoIntegral("the integrand has no value at some points")
            terms.append(weight * value)
            size += abs(terms[-1])
            small = small + 1 if abs(terms[-1]) <= _NEGLIGIBLE * size else 0
            if small >= _ENOUGH and abs(place * step) > _REACH / 2:
                break
    largest = max(map(abs, terms), default=0.0)
    if largest and sum(abs(term) > _COUNTS * largest for term in terms) < _LEAST:
        raise NoIntegral("the integrand is too narrow to be seen")
    if not largest and any(
        function(low + share * (high - low)) for share in _SHARES if math.isfinite(high - low)
    ):
        raise NoIntegral("the integrand is too narrow to be seen")
    return sum(terms) * step, size * step


def _node(t: float, low: float, high: float) -> tuple[float, float]:
    """Return the point and weight of the transformation that suits the ends."""
    inner, slope = _HALF_PI * math.sinh(t), _HALF_PI * math.cosh(t)
    try:
        if math.isinf(low) and math.isinf(high):
            return math.sinh(inner), slope * math.cosh(inner)
        if math.isinf(high):
            return low + math.exp(inner), slope * math.exp(inner)
        if math.isinf(low):
            return high - math.exp(inner), slope * math.exp(inner)
        width = high - low
        near = width / (1 + math.exp(-2 * inner))  # from the lower end, without cancellation beside it
        return low + near, width / 2 * slope / math.cosh(inner) ** 2
    except OverflowError:
        return math.inf, 0.0
