"""Two number systems for `evaluate`: complex double precision, and 50 digits through mpmath."""

from __future__ import annotations

import cmath
import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dartkit.verify.algebra.quadrature import NoIntegral, integrate

DIGITS = 50
_SHARP = 1e-25
_MAX_DEGREE = 6  # of the quadrature with 50 digits, which doubles its points at each
_DOUBT = 1_000  # by which its own estimate of its error is taken to be too small


@dataclass(frozen=True, slots=True)
class Measured:
    """A value and its error, in units of epsilon."""

    value: Any
    error: Any

    def times(self, other: Measured) -> Measured:
        """Return the product with its error."""
        error = abs(self.value) * other.error + abs(other.value) * self.error
        return Measured(self.value * other.value, error + abs(self.value * other.value))


@dataclass(frozen=True, slots=True)
class Field:
    """A number system: its epsilon (with a safety factor), the error that leaves a value clear, functions and constants.

    `needs` holds, by node, the digits that a difference may hide behind; see `sharpness`. None where nobody asks.
    """

    epsilon: Any
    clear: float
    number: Callable[[Any], Any]
    functions: Mapping[str, Callable[[Any], Any]]
    power: Callable[[Any, Any], Any]
    pi: Any
    e: Any
    log: Callable[[Any], Any]
    integral: Callable[[Callable[[Any], Any], Any, Any], tuple[Any, Any]]
    digits: int = 16
    needs: dict[int, float] | None = None

    def noting(self) -> Field:
        """Return the same field with an empty book of needs."""
        return replace(self, needs={})

    def need(self, node: Any, digits: float) -> None:
        """Note that a node can hide a difference of so many digits, if needs are noted."""
        if self.needs is not None and digits > self.needs.get(id(node), 0.0):
            self.needs[id(node)] = digits

    def is_zero(self, value: Measured) -> bool:
        """Say whether a value cannot be told from zero."""
        return bool(abs(value.value) <= self.epsilon * value.error)

    def are_close(self, left: Measured, right: Measured) -> bool:
        """Say whether two values cannot be told apart."""
        return bool(abs(left.value - right.value) <= self.epsilon * (left.error + right.error))

    def is_sharp(self, value: Measured) -> bool:
        """Say whether the error is small beside 1, so that equality to it means something."""
        return bool(self.epsilon * value.error <= _SHARP)

    def is_clear(self, value: Measured) -> bool:
        """Say whether the error is small beside the value, or beside 1 where that is larger."""
        return bool(self.epsilon * value.error <= self.clear * max(1, abs(value.value)))

    def is_known(self, value: Measured) -> bool:
        """Say whether the error is small beside the value itself."""
        return bool(self.epsilon * value.error <= self.clear * abs(value.value))

    def magnitude(self, *values: Measured) -> int:
        """Return the decimal digits before the point of the largest error in units of epsilon."""
        return max(0, 0, *(math.ceil(decimal_size(value.error)) for value in values if value.error))

    def is_real(self, value: Measured) -> bool:
        """Say whether the imaginary part cannot be told from zero."""
        return bool(abs(value.value.imag) <= self.epsilon * value.error)


def _sign(value: Any) -> Any:
    return value / abs(value) if value else value


_DOUBLE_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "sin": cmath.sin, "cos": cmath.cos, "tan": cmath.tan, "arcsin": cmath.asin, "arccos": cmath.acos,
    "arctan": cmath.atan, "sinh": cmath.sinh, "cosh": cmath.cosh, "tanh": cmath.tanh, "ln": cmath.log, "log": cmath.log,
    "exp": cmath.exp, "cot": lambda z: 1 / cmath.tan(z), "sec": lambda z: 1 / cmath.cos(z),
    "csc": lambda z: 1 / cmath.sin(z), "arsinh": cmath.asinh, "arcosh": cmath.acosh, "artanh": cmath.atanh,
    "arccot": lambda z: cmath.atan(1 / z), "arcsec": lambda z: cmath.acos(1 / z), "arccsc": lambda z: cmath.asin(1 / z),
    "abs": lambda z: complex(abs(z)), "re": lambda z: complex(z.real), "im": lambda z: complex(z.imag),
    "conj": lambda z: z.conjugate(), "sgn": _sign, "arg": lambda z: complex(cmath.phase(z)),
}  # fmt: skip

DOUBLE = Field(
    epsilon=2e-14,
    clear=1e-7,
    number=complex,
    functions=_DOUBLE_FUNCTIONS,
    power=lambda base, exponent: base**exponent,
    pi=complex(math.pi),
    e=complex(math.e),
    log=cmath.log,
    integral=integrate,
)


_PER_THREAD = threading.local()  # mpmath changes the precision of its context inside functions


def fine_field(digits: int = DIGITS) -> Field:
    """Return this thread's field of at least so many digits, in steps of 50."""
    rounded = -(-digits // DIGITS) * DIGITS
    known: dict[int, Field] = _PER_THREAD.__dict__.setdefault("fields", {})
    if rounded not in known:
        known[rounded] = _make_fine_field(rounded)
    return known[rounded]


def decimal_size(value: Any) -> float:
    """Return about the decimal logarithm of the size of a number other than zero, also where a float would overflow."""
    if isinstance(value, complex | float | int):
        return math.log10(abs(value))
    mantissa, exponent = abs(value).man_exp
    return float((int(mantissa).bit_length() + exponent) * 0.30103)


def _make_fine_field(digits: int) -> Field:
    """Build the field; mpmath is imported here, where it is first needed."""
    import mpmath

    context = mpmath.MPContext()
    context.dps = digits
    named = {
        "sin": "sin", "cos": "cos", "tan": "tan", "cot": "cot", "sec": "sec", "csc": "csc", "arcsin": "asin", "arccos": "acos",
        "arctan": "atan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "ln": "log", "log": "log", "exp": "exp",
        "abs": "fabs", "re": "re", "im": "im", "conj": "conj", "sgn": "sign", "arg": "arg", "arsinh": "asinh",
        "arcosh": "acosh", "artanh": "atanh", "arccot": "acot", "arcsec": "asec", "arccsc": "acsc",
    }  # fmt: skip

    def number(value: Any) -> Any:
        if hasattr(value, "denominator"):
            return context.mpc(context.mpf(value.numerator) / value.denominator)
        return context.mpc(value)

    def on(name: str) -> Callable[[Any], Any]:
        function = getattr(context, name)
        return lambda value: context.mpc(function(value))

    def integral(function: Callable[[Any], Any], low: Any, high: Any) -> tuple[Any, Any]:
        def known(place: Any) -> Any:
            value = function(place)
            if value is None:
                raise NoIntegral("the integrand has no value at some points")
            return value

        value, error = context.quad(known, [low, high], error=True, maxdegree=_MAX_DEGREE)
        return context.mpc(value), max(error * _DOUBT, abs(value) * context.mpf(10) ** (-digits // 2))

    return Field(
        epsilon=context.mpf(10) ** (5 - digits),
        clear=1e-25,
        number=number,
        functions={ours: on(theirs) for ours, theirs in named.items()},
        power=lambda base, exponent: context.mpc(context.power(base, exponent)),
        pi=context.mpc(context.pi),
        e=context.mpc(context.e),
        log=lambda value: context.mpc(context.log(value)),
        integral=integral,
        digits=digits,
    )
