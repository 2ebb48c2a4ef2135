"""Exact values of constant trees, as fractions, with a bound on the size of every intermediate number.

A tower or a large factorial is recognised before it is computed: such a tree is `oversized`, and nothing is said of its
value. Bounds: 4,000 digits in a literal, 40,000 bits in a result, exponents up to 4,096.
"""

from __future__ import annotations

import math
from fractions import Fraction

from dartkit.verify.syntax import Node

MAX_DIGITS = 4_000
MAX_BITS = 40_000
MAX_EXPONENT = 4_096
MAX_FACTORIAL = 1_000


class Oversized(ValueError):
    """A number that is too large to be worked out."""


class NotRational(ValueError):
    """The tree has a variable, a function, an irrational constant, or divides by zero."""


def literal(text: str) -> Fraction:
    """Return the value of a number token: `12`, `.5`, `7.15e3`, `0.(7)`.

    Raises:
        Oversized: above 4,000 digits or an exponent above 4,096.
    """
    mantissa, _, exponent = text.partition("e")
    power = int(exponent or "0")
    if len(mantissa) > MAX_DIGITS or abs(power) > MAX_EXPONENT:
        raise Oversized("a very long number")
    whole, _, decimals = mantissa.partition(".")
    fixed, _, repeating = decimals.rstrip(")").partition("(")
    value = Fraction(int((whole or "0") + fixed or "0"), 10 ** len(fixed))
    if repeating:
        value += Fraction(int(repeating), (10 ** len(repeating) - 1) * 10 ** len(fixed))
    return value * Fraction(10) ** power


def based(text: str) -> Fraction:
    """Return the value of `digits_base`.

    Raises:
        NotRational: where a digit does not exist in the base.
        Oversized: above 4,000 digits.
    """
    digits, _, base = text.partition("_")
    if len(digits) > MAX_DIGITS:
        raise Oversized("a very long number")
    if not 2 <= int(base) <= 36 or any(int(digit) >= int(base) for digit in digits):
        raise NotRational("a digit outside the base")
    return Fraction(int(digits, int(base)))


def value_of(node: Node) -> Fraction:
    """Return the exact value of a constant rational tree.

    Raises:
        NotRational: where the tree is none.
        Oversized: where working it out would pass a bound.
    """
    kind = node[0]
    if kind == "num":
        return literal(node[1])
    if kind == "based":
        return based(node[1])
    if kind == "neg":
        return -value_of(node[1])
    if kind == "add":
        return _sum(node)
    if kind == "mul":
        return _product(node)
    if kind == "inv":
        value = value_of(node[1])
        if value == 0:
            raise NotRational("division by zero")
        return 1 / value
    if kind == "pow":
        return _power(value_of(node[1]), value_of(node[2]))
    if kind == "fact":
        return _factorial(value_of(node[1]))
    if kind == "binom":
        return _binomial(value_of(node[1]), value_of(node[2]))
    if kind == "fn" and node[1] in ("abs", "floor", "ceil"):
        return _rounded(node[1], value_of(node[2]))
    raise NotRational(f"{kind} is not rational")


def is_oversized(node: Node) -> bool:
    """Say whether any part of the tree is a number too large to be worked out.

    Parts with variables are looked into: `x^{9^{9^9}}` is oversized, `x^{n}` is not.
    """
    if node[0] in ("num", "based", "var", "const"):
        return _is_too_large(node)
    if any(is_oversized(part) for part in node[1:] if isinstance(part, tuple)):
        return True
    if node[0] == "pow":
        return _has_large_exponent(node[2]) or _is_too_large(node)
    return node[0] in ("fact", "binom") and _is_too_large(node)


def _has_large_exponent(node: Node) -> bool:
    try:
        return abs(value_of(node)) > MAX_EXPONENT
    except Oversized:
        return True
    except NotRational:
        return False


def _is_too_large(node: Node) -> bool:
    try:
        value_of(node)
    except Oversized:
        return True
    except NotRational:
        return False
    return False


def _rounded(name: str, value: Fraction) -> Fraction:
    if name == "abs":
        return abs(value)
    return Fraction(math.floor(value) if name == "floor" else math.ceil(value))


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _bounded(value: Fraction) -> Fraction:
    if _bits(value) > MAX_BITS:
        raise Oversized("a very large number")
    return value


def _sum(node: Node) -> Fraction:
    total = Fraction(0)
    for part in node[1:]:
        total = _bounded(total + value_of(part))
    return total


def _product(node: Node) -> Fraction:
    total = Fraction(1)
    for part in node[1:]:
        total = _bounded(total * value_of(part))
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
    """Return square roots that are rational, such as the root of 4/9; other roots are left to the symbolic tier."""
    if exponent.denominator != 2 or base < 0:
        raise NotRational("an irrational or complex root")
    top, bottom = math.isqrt(base.numerator), math.isqrt(base.denominator)
    if top * top != base.numerator or bottom * bottom != base.denominator:
        raise NotRational("an irrational root")
    return _power(Fraction(top, bottom), Fraction(exponent.numerator))


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
