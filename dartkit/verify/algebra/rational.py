"""Exact values of trees, as fractions, with a bound on the size of every intermediate number.

A tower or a large factorial is recognised before it is computed: such a tree is `Oversized`, and nothing is said of its
value. Bounds: 4,000 digits in a literal, 40,000 bits in a result, exponents up to 4,096, 1,000 terms in a sum.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

from dartkit.verify.algebra.tree import Node, is_costly

MAX_DIGITS = 4_000
MAX_BITS = 40_000
MAX_EXPONENT = 4_096
MAX_FACTORIAL = 1_000
MAX_TERMS = 1_000

Point = Mapping[str, Fraction]
_NOWHERE: Point = {}
_ONE = Fraction(1)
_SHORT = 40  # characters of a literal whose value is remembered


class Oversized(ValueError):
    """A number that is too large to be worked out."""


class NotRational(ValueError):
    """The tree has a free variable, a function, an irrational constant, or divides by zero."""


def literal(text: str) -> Fraction:
    """Return the value of a number token: `12`, `.5`, `7.15e3`, `0.(7)`.

    Raises:
        Oversized: above 4,000 digits or an exponent above 4,096.
    """
    return _remembered(text) if len(text) <= _SHORT else _literal(text)


def _literal(text: str) -> Fraction:
    if text.isdigit() and len(text) <= MAX_DIGITS:
        return Fraction(int(text))
    mantissa, _, exponent = text.partition("e")
    if len(mantissa) > MAX_DIGITS or len(exponent) > 6 or abs(int(exponent or "0")) > MAX_EXPONENT:
        raise Oversized("a very long number")
    whole, _, decimals = mantissa.partition(".")
    fixed, _, repeating = decimals.rstrip(")").partition("(")
    value = Fraction(int((whole or "0") + fixed or "0"), 10 ** len(fixed))
    if repeating:
        value += Fraction(int(repeating), (10 ** len(repeating) - 1) * 10 ** len(fixed))
    return value * Fraction(10) ** int(exponent or "0")


_remembered = lru_cache(maxsize=1_024)(_literal)


def based(text: str) -> Fraction:
    """Return the value of `digits_base`; digits from ten on are letters.

    Raises:
        NotRational: where a digit does not exist in the base.
        Oversized: above 4,000 digits.
    """
    digits, _, base = text.partition("_")
    if len(digits) > MAX_DIGITS:
        raise Oversized("a very long number")
    if not 2 <= int(base) <= 36 or any(int(digit, 36) >= int(base) for digit in digits):
        raise NotRational("a digit outside the base")
    return Fraction(int(digits, int(base)))


def value_of(node: Node, point: Point = _NOWHERE) -> Fraction:
    """Return the exact value of a rational tree at a point.

    Raises:
        NotRational: where the tree has none.
        Oversized: where working it out would pass a bound.
    """
    kind = node[0]
    if kind == "num":
        return literal(node[1])
    if kind == "neg":
        return -value_of(node[1], point)
    if kind == "add":
        return _sum(node, point)
    if kind == "mul":
        return _product(node, point)
    if kind == "inv":
        value = value_of(node[1], point)
        if value == 0:
            raise NotRational("division by zero")
        return _ONE / value  # an integer above the line would be looked up among the types of numbers
    if kind == "pow":
        return _power(value_of(node[1], point), value_of(node[2], point))
    if kind == "var" and node[1] in point:
        return point[node[1]]
    return _rare(node, point)


def _rare(node: Node, point: Point) -> Fraction:
    kind = node[0]
    if kind == "based":
        return based(node[1])
    if kind == "fact":
        return _factorial(value_of(node[1], point))
    if kind == "binom":
        return _binomial(value_of(node[1], point), value_of(node[2], point))
    if kind == "fn" and node[1] in _FUNCTIONS:
        return _FUNCTIONS[node[1]](*(value_of(part, point) for part in node[2:]))
    if kind == "big" and node[1] in ("sum", "prod"):
        return _series(node, point)
    raise NotRational(f"{kind} is not rational")


def exact_value(node: Node) -> Fraction | None:
    """Return the exact value of a tree, or None where it is irrational, variable or too large."""
    try:
        return value_of(node)
    except (NotRational, Oversized):
        return None


def _round(value: Fraction, *rest: Fraction) -> Fraction:
    return Fraction(math.floor(value))


def _up(value: Fraction, *rest: Fraction) -> Fraction:
    return Fraction(math.ceil(value))


def _absolute(value: Fraction, *rest: Fraction) -> Fraction:
    return abs(value)


def _divisor(*values: Fraction) -> Fraction:
    return Fraction(math.gcd(*_whole(values)))


def _multiple(*values: Fraction) -> Fraction:
    return Fraction(math.lcm(*_whole(values)))


def _remainder(value: Fraction, modulus: Fraction, *rest: Fraction) -> Fraction:
    if modulus == 0:
        raise NotRational("remainder by zero")
    return value % modulus


def _least(*values: Fraction) -> Fraction:
    return min(values)


def _largest(*values: Fraction) -> Fraction:
    return max(values)


def _double_factorial(value: Fraction) -> Fraction:
    if value.denominator != 1 or value < 0:
        raise NotRational("a factorial of no natural number")
    if value > MAX_FACTORIAL:
        raise Oversized("a large factorial")
    return Fraction(math.prod(range(value.numerator, 1, -2)))


_FUNCTIONS: dict[str, Callable[..., Fraction]] = {
    "abs": _absolute, "floor": _round, "ceil": _up, "gcd": _divisor, "lcm": _multiple, "mod": _remainder, "min": _least,
    "max": _largest, "fact2": _double_factorial,
}  # fmt: skip


def _whole(values: tuple[Fraction, ...]) -> list[int]:
    if any(value.denominator != 1 for value in values):
        raise NotRational("a divisor of no whole numbers")
    return [value.numerator for value in values]


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _bounded(value: Fraction) -> Fraction:
    if value.numerator.bit_length() > MAX_BITS or value.denominator.bit_length() > MAX_BITS:
        raise Oversized("a very large number")
    return value


def _sum(node: Node, point: Point) -> Fraction:
    total = _bounded(value_of(node[1], point))
    for part in node[2:]:
        total = _bounded(total + value_of(part, point))
    return total


def _product(node: Node, point: Point) -> Fraction:
    total = _bounded(value_of(node[1], point))
    for part in node[2:]:
        total = _bounded(total * value_of(part, point))
    return total


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1:
        return _root_power(base, exponent)
    power = exponent.numerator
    if base == 0 and power <= 0:
        raise NotRational("zero to a power that is not positive")
    if base in (0, 1):
        return base
    if base == -1:
        return Fraction(1 if power % 2 == 0 else -1)
    if abs(power) > MAX_EXPONENT or _bits(base) * abs(power) > MAX_BITS:
        raise Oversized("a very large power")
    return base**power


def _root_power(base: Fraction, exponent: Fraction) -> Fraction:
    """Return roots that are rational, such as the cube root of 8/27; an odd root of a negative number is real."""
    index = exponent.denominator
    if index > 64 or (base < 0 and index % 2 == 0):
        raise NotRational("an irrational or complex root")
    if base == 0 and exponent < 0:
        raise NotRational("division by zero")
    top, bottom = _root(abs(base.numerator), index), _root(base.denominator, index)
    return _power(Fraction(-top if base < 0 else top, bottom), Fraction(exponent.numerator))


def _root(value: int, index: int) -> int:
    """Return the whole root of a natural number, by Newton's method from above."""
    if value < 2:
        return value
    if index == 2:
        guess = math.isqrt(value)
    else:
        guess = 1 << -(-value.bit_length() // index)
        while True:
            better = ((index - 1) * guess + value // guess ** (index - 1)) // index
            if better >= guess:
                break
            guess = better
    if guess**index != value:
        raise NotRational("an irrational root")
    return guess


def _factorial(value: Fraction) -> Fraction:
    if value.denominator != 1 or value < 0:
        raise NotRational("a factorial of no natural number")
    if value > MAX_FACTORIAL:
        raise Oversized("a large factorial")
    return Fraction(math.factorial(value.numerator))


def _binomial(top: Fraction, bottom: Fraction) -> Fraction:
    if top.denominator != 1 or bottom.denominator != 1 or top < 0 or bottom < 0:
        raise NotRational("a binomial of no natural numbers")
    if min(bottom, max(top - bottom, Fraction(0))) * top.numerator.bit_length() > MAX_BITS:
        raise Oversized("a large binomial")
    return Fraction(math.comb(top.numerator, bottom.numerator))


def _series(node: Node, point: Point) -> Fraction:
    _, kind, name, lower, upper, body = node
    first, last = value_of(lower, point), value_of(upper, point)
    if first.denominator != 1 or last.denominator != 1:
        raise NotRational("a sum between no whole numbers")
    if last - first > MAX_TERMS or is_costly(body, int(last - first) + 1):
        raise Oversized("a long sum")
    total = Fraction(0 if kind == "sum" else 1)
    for place in range(first.numerator, last.numerator + 1):
        term = value_of(body, {**point, name: Fraction(place)})
        total = _bounded(total + term if kind == "sum" else total * term)
    return total
