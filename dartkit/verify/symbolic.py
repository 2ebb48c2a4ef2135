"""Build sympy objects from trees, node by node, and compare them where the identity test had no values: sums, integrals, limits.

What sympy works out is compared with 20 digits, and where these prove nothing by simplifying; what it does not work out, at
points with numeric values. This module imports sympy and runs only inside the killable worker.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import sympy

from dartkit.verify.algebra.doubtful import hides_digits
from dartkit.verify.algebra.evaluate import NoValue, evaluate
from dartkit.verify.algebra.fields import DOUBLE
from dartkit.verify.algebra.rational import based, literal
from dartkit.verify.algebra.tree import INFINITY, Node, walk

DIGITS = 25
AGREEMENTS = 3
_CLOSE = sympy.Float("1e-20")
_ASIDE = 1e-3
_LEAST_BITS = 70
_MOST_DIGITS, _FEWEST = 1_500, 1_000  # to work out, and to be zero
_CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "oo": sympy.oo}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan, "cot": sympy.cot, "sec": sympy.sec, "csc": sympy.csc,
    "arcsin": sympy.asin, "arccos": sympy.acos, "arctan": sympy.atan, "arccot": sympy.acot, "arcsec": sympy.asec,
    "arccsc": sympy.acsc, "sinh": sympy.sinh, "cosh": sympy.cosh, "tanh": sympy.tanh, "arsinh": sympy.asinh,
    "arcosh": sympy.acosh, "artanh": sympy.atanh, "ln": sympy.log, "log": sympy.log, "exp": sympy.exp, "abs": sympy.Abs,
    "floor": sympy.floor, "ceil": sympy.ceiling, "gcd": sympy.gcd, "lcm": sympy.lcm, "mod": sympy.Mod, "min": sympy.Min,
    "max": sympy.Max, "fact2": sympy.factorial2, "re": sympy.re, "im": sympy.im, "conj": sympy.conjugate, "sgn": sympy.sign, "arg": sympy.arg,
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
        return _FUNCTIONS[parts[0]](*(build(part) for part in parts[1:]))
    if kind == "big":
        return _big(*parts)
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


def _big(kind: str, name: str, lower: Node, upper: Node, body: Node) -> Any:
    symbol, inside = sympy.Symbol(name), build(body)
    if kind == "lim":
        return sympy.Limit(inside, symbol, build(lower), _side(name, lower, body))
    bounds = (symbol, build(lower), build(upper))
    return {"sum": sympy.Sum, "prod": sympy.Product, "int": sympy.Integral}[kind](inside, bounds)


def _side(name: str, lower: Node, body: Node) -> str:
    """Return `+-`, for a limit from both sides, or the one side on which the body is real."""
    try:
        place = evaluate(lower, {}, DOUBLE).value.real
        beside = [evaluate(body, {name: place + step}, DOUBLE) for step in (_ASIDE, -_ASIDE)]
    except NoValue:
        return "+-"
    after, before = (DOUBLE.is_real(value) for value in beside)
    return "+-" if after == before else "+" if after else "-"


def equal_values(left: Node, right: Node, tolerance: float) -> tuple[bool | None, str]:
    """Say whether two trees are equal, and by which rule.

    Trees with other variables than each other are compared all the same: x - x + 1 is 1.
    """
    first, second = build(left), build(right)
    if first == second:
        return True, "canonical-form"
    symbols = sorted(first.free_symbols | second.free_symbols, key=str)
    close = max(_CLOSE, sympy.Float(tolerance))
    is_telling = not hides_digits(left) and not hides_digits(right)  # or else only a proof counts
    has_values = is_telling and (_is_quadrature(left) or _is_quadrature(right))  # sooner than a proof
    if has_values and _compare_at_points(first, second, symbols, close):
        return True, "random-points"
    done = [side.doit() for side in (first, second)]
    if any(side.has(sympy.Integral, sympy.Sum, sympy.Product, sympy.Limit) for side in done):
        if is_telling and _compare_at_points(first, second, symbols, close):
            return True, "random-points"
        return None, "not-worked-out"  # numeric values of slow integrals and sums prove no difference
    found = _compare_at_points(done[0], done[1], symbols, close)
    if found is False or (found and is_telling and _vanishes(done[0] - done[1], symbols, tolerance)):
        return found, "worked-out"
    return (True, "simplify") if sympy.simplify(done[0] - done[1]) == 0 else (None, "worked-out")


def _vanishes(difference: Any, symbols: list[Any], tolerance: float) -> bool:
    """Say whether no digit other than zero is found in a closed form, among very many."""
    point = _points(symbols, 1)[0]
    return bool(
        tolerance or abs(difference.subs(point).evalf(5, maxn=_MOST_DIGITS)) < sympy.Float(10) ** -_FEWEST
    )


def _is_quadrature(node: Node) -> bool:
    """Say whether a tree has integrals over finite ranges, and of functions without corners."""
    bigs = [part for part in walk(node) if part[0] == "big"]
    corners = any(part[:2] in (("fn", "abs"), ("fn", "sgn")) for part in walk(node))
    finite = all(part[1] == "int" and INFINITY not in (*walk(part[3]), *walk(part[4])) for part in bigs)
    return bool(bigs) and finite and not corners


def _points(symbols: list[Any], count: int) -> list[dict[Any, Any]]:
    """Return positive points; the seed is fixed so that a verdict never changes."""
    source = random.Random(20240613)
    return [{symbol: sympy.Integer(source.randint(2, 9)) for symbol in symbols} for _ in range(count)]


def _at(expression: Any, point: dict[Any, Any]) -> Any:
    """Return the numeric value at a point, or None where it is not a finite number."""
    value = expression.subs(point).evalf(DIGITS)
    if not value.is_Number and not (
        value.is_number and not value.has(sympy.Sum, sympy.Integral, sympy.Limit)
    ):
        return None
    if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        return None
    is_known = all(part._prec >= _LEAST_BITS for part in value.atoms(sympy.Float))
    return value if is_known else None  # `0.e+1` is no value


def _compare_at_points(first: Any, second: Any, symbols: list[Any], close: Any) -> bool | None:
    agreements = 0
    wanted = AGREEMENTS if symbols else 1
    for point in _points(symbols, AGREEMENTS + 1) if symbols else [{}]:
        one, other = _at(first, point), _at(second, point)
        if one is None or other is None:
            continue
        if not bool(abs(one - other) <= close * max(abs(one), abs(other))):
            return False
        agreements += 1
    return True if agreements >= wanted else None
