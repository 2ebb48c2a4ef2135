"""Build sympy objects from trees, node by node, and decide whether two of them are equal.

Equality is tested at random real points with 30 digits: |a - b| <= tolerance * max(|a|, |b|), never with an absolute
bound. A difference at one valid point proves the two unequal; agreement at four points, or simplify(a - b) = 0, makes
them equal. This module imports sympy and runs only inside the killable worker.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import sympy

from dartkit.verify.rational import based, literal
from dartkit.verify.syntax import Node

DIGITS = 30
AGREEMENTS = 4
_EXACT = 1e-22
_SCALES = (1, sympy.Rational(1, 8), -1, 60, -8, 1, -1, 8)
_CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "oo": sympy.oo}
_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan, "cot": sympy.cot, "sec": sympy.sec, "csc": sympy.csc,
    "arcsin": sympy.asin, "arccos": sympy.acos, "arctan": sympy.atan, "sinh": sympy.sinh, "cosh": sympy.cosh,
    "tanh": sympy.tanh, "ln": sympy.log, "log": sympy.log, "exp": sympy.exp, "abs": sympy.Abs, "floor": sympy.floor,
    "ceil": sympy.ceiling,
}  # fmt: skip


def build(node: Node) -> Any:
    """Return the sympy object of a tree.

    Raises:
        ValueError: for a node of unknown kind.
    """
    kind, parts = node[0], node[1:]
    if kind in ("num", "based"):
        value = literal(parts[0]) if kind == "num" else based(parts[0])
        return sympy.Rational(value.numerator, value.denominator)
    if kind == "var":
        return sympy.Symbol(parts[0])
    if kind == "const":
        return _CONSTANTS[parts[0]]
    if kind == "fn":
        return _FUNCTIONS[parts[0]](build(parts[1]))
    made = [build(part) for part in parts]
    if kind == "add":
        return sympy.Add(*made)
    if kind == "mul":
        return sympy.Mul(*made)
    if kind == "neg":
        return sympy.Mul(sympy.Integer(-1), made[0])
    if kind == "inv":
        return sympy.Pow(made[0], sympy.Integer(-1))
    if kind == "pow":
        return sympy.Pow(made[0], made[1])
    if kind == "fact":
        return sympy.factorial(made[0])
    if kind == "binom":
        return sympy.binomial(made[0], made[1])
    raise ValueError(f"unknown node {kind}")


def equal_values(left: Node, right: Node, tolerance: float) -> tuple[bool | None, str]:
    """Say whether two trees are equal, and by which rule.

    Trees with other variables than each other are compared all the same: x - x + 1 is 1.
    """
    first, second = build(left), build(right)
    if first == second:
        return True, "canonical-form"
    symbols = sorted(first.free_symbols | second.free_symbols, key=str)
    found = _compare_at_points(first, second, symbols, max(tolerance, _EXACT))
    if found is None:
        found = True if sympy.simplify(first - second) == 0 else None
        return found, "simplify"
    if found is False and _uses_bare_log(left) != _uses_bare_log(right):
        return None, "log-without-base"
    if found is False and (_alternates(left) or _alternates(right)):
        return None, "integer-exponent"
    return found, "random-points"


def equal_equations(left: Node, right: Node) -> tuple[bool | None, str]:
    """Say whether two equations, given as differences of their sides, are non-zero multiples of each other."""
    first, second = build(left), build(right)
    if first.free_symbols != second.free_symbols or not first.free_symbols:
        return (
            (False, "other-variables")
            if first.free_symbols != second.free_symbols
            else (None, "no-variables")
        )
    symbols = sorted(first.free_symbols, key=str)
    ratio = None
    for point in _points(symbols, AGREEMENTS + 2):
        one, other = _at(first, point), _at(second, point)
        if one is None or other is None or other == 0 or one == 0:
            continue
        here = one / other
        if ratio is None:
            ratio = here
        elif abs(here - ratio) > _EXACT * abs(ratio):
            return _no_polynomials(first, second, symbols)
    return (None, "no-valid-point") if ratio is None else (True, "proportional")


def _no_polynomials(first: Any, second: Any, symbols: list[Any]) -> tuple[bool | None, str]:
    """Two polynomials that are not proportional differ; other equations may still have the same solutions."""
    if first.is_polynomial(*symbols) and second.is_polynomial(*symbols):
        return False, "not-proportional"
    return None, "equations-not-polynomial"


def _uses_bare_log(node: Node) -> bool:
    if node[:2] == ("fn", "log"):
        return True
    return any(_uses_bare_log(part) for part in node[1:] if isinstance(part, tuple))


def _alternates(node: Node) -> bool:
    """Say whether a negative number has a variable exponent: (-1)^n means whole n, where the points do not lie."""
    if node[0] == "pow" and node[1][0] == "neg" and node[1][1][0] == "num" and build(node[2]).free_symbols:
        return True
    return any(_alternates(part) for part in node[1:] if isinstance(part, tuple))


def _points(symbols: list[Any], count: int) -> list[dict[Any, Any]]:
    """Return points of both signs and various sizes; the seed is fixed so that a verdict never changes.

    Sizes run from 1/8 to some hundreds, so that |x - 10| does not pass for 10 - x.
    """
    source = random.Random(20240613)
    points = []
    for turn in range(count):
        scale = _SCALES[turn % len(_SCALES)]
        values = (sympy.Rational(source.randint(1_001, 3_999), 1_000) for _ in symbols)
        points.append({symbol: scale * value for symbol, value in zip(symbols, values, strict=True)})
    return points


def _at(expression: Any, point: dict[Any, Any]) -> Any:
    """Return the numeric value at a point, or None where it is not a finite number."""
    value = expression.evalf(DIGITS, subs=point) if point else expression.evalf(DIGITS)
    if not value.is_number or value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        return None
    real, imaginary = value.as_real_imag()
    return real if abs(imaginary) <= _EXACT * abs(real) else value


def _compare_at_points(first: Any, second: Any, symbols: list[Any], tolerance: float) -> bool | None:
    """Compare at real points; points where both sides are complex count only if there are not enough real ones."""
    agreements = complex_agreements = complex_differences = 0
    for point in _points(symbols, 16) if symbols else [{}]:
        one, other = _at(first, point), _at(second, point)
        if one is None or other is None:
            continue
        same = _close(one, other, tolerance)
        if same is None:
            continue
        if symbols and not one.is_real and not other.is_real:
            complex_agreements += same
            complex_differences += not same
        elif not same:
            return False
        else:
            agreements += 1
        if agreements >= AGREEMENTS + 2:
            break
    if agreements >= (AGREEMENTS if symbols else 1):
        return True
    if complex_differences:
        return False
    return True if complex_agreements + agreements >= AGREEMENTS else None


def _close(one: Any, other: Any, tolerance: float) -> bool | None:
    """Compare two numbers relatively; None where one is a zero that may only be rounded."""
    size = max(abs(one), abs(other))
    if size == 0:
        return True
    if min(abs(one), abs(other)) == 0 and size < sympy.Float(10) ** (-DIGITS // 2):
        return None
    return bool(abs(one - other) <= sympy.Float(str(tolerance)) * size)
