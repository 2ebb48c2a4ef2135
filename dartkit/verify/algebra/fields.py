"""Two number systems for `evaluate`: complex double precision, and 50 digits through mpmath."""

from __future__ import annotations

import cmath
import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

DIGITS = 50
_SHARP = 1e-25


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
    """A number system: its epsilon (with a safety factor), the error that leaves a value clear, functions and constants."""

    epsilon: Any
    clear: float
    number: Callable[[Any], Any]
    functions: Mapping[str, Callable[[Any], Any]]
    power: Callable[[Any, Any], Any]
    pi: Any
    e: Any
    log: Callable[[Any], Any]

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
        return max(0, *(_decimal_exponent(value.error) for value in values))

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
)


_PER_THREAD = threading.local()  # mpmath changes the precision of its context inside functions


def fine_field(digits: int = DIGITS) -> Field:
    """Return this thread's field of at least so many digits, in steps of 50."""
    rounded = -(-digits // DIGITS) * DIGITS
    known: dict[int, Field] = _PER_THREAD.__dict__.setdefault("fields", {})
    if rounded not in known:
        known[rounded] = _make_fine_field(rounded)
    return known[rounded]


def _decimal_exponent(value: Any) -> int:
    """Return the number of decimal digits before the point, also where a float would overflow."""
    if isinstance(value, float):
        return int(math.log10(value)) + 1 if value > 1 else 0
    mantissa, exponent = value.man_exp if hasattr(value, "man_exp") else (int(value), 0)
    return max(0, int((int(mantissa).bit_length() + exponent) * 0.30103) + 1)


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

    return Field(
        epsilon=context.mpf(10) ** (5 - digits),
        clear=1e-25,
        number=number,
        functions={ours: on(theirs) for ours, theirs in named.items()},
        power=lambda base, exponent: context.mpc(context.power(base, exponent)),
        pi=context.mpc(context.pi),
        e=context.mpc(context.e),
        log=lambda value: context.mpc(context.log(value)),
    )
