"""Which endless sums may be added up: those whose terms are known to shrink for good once they do.

A sum of other terms may come nearer to another number than any digits show: of floors of multiples of an irrational number
(Borwein and Borwein, "Strange series and high precision fraud", 1992), or of exponentials of squares, which is an integral
but for an error without visible digits.
"""

from __future__ import annotations

from fractions import Fraction

from dartkit.verify.algebra.rational import MAX_TERMS, NotRational, Oversized, exact_value, value_of
from dartkit.verify.algebra.tree import Node, parts, size, variables, walk

_MAX_SIZE = 200
_STEPS = frozenset({"floor", "ceil"})
_SLOW = frozenset({"ln", "log", "arctan", "arccot"})
_WAVES = frozenset({"sin", "cos", "exp"})


def is_tame(body: Node, name: str) -> bool:
    """Say whether a term is made of polynomials, powers with linear exponents, factorials, and steps of fractions."""
    if size(body) > _MAX_SIZE:
        return False
    if name not in variables(body):
        return True
    kind = body[0]
    if kind in ("var", "add", "mul", "neg"):
        return all(is_tame(part, name) for part in parts(body))
    if kind == "inv":
        return is_tame(body[1], name) and not any(
            part[0] == "add" and _has_growth(part, name) for part in walk(body[1])
        )
    if kind == "pow":
        return _is_tame_power(body, name)
    if kind in ("fact", "binom"):
        return all(_is_linear(part, name) for part in parts(body))
    if kind == "fn" and body[1] in _STEPS:
        return _is_fraction(body[2])
    if kind != "fn" or len(body) != 3:
        return False
    return is_tame(body[2], name) if body[1] in _SLOW else body[1] in _WAVES and _is_linear(body[2], name)


def settled_after(body: Node, name: str) -> int:
    """Return from which term on nothing new comes: by all numerals that are added to the running variable or bound it."""
    total = 0
    for part in walk(body):
        counts = part[0] in ("add", "fn", "fact", "binom") and name in variables(part)
        for inner in walk(part if counts else part[2]) if counts or part[0] == "pow" else ():
            if inner[0] == "num":
                value = abs(exact_value(inner) or Fraction(0))
                total = min(total + min(int(value), MAX_TERMS) + 1, 2 * MAX_TERMS)
    return total


def _is_tame_power(body: Node, name: str) -> bool:
    _, base, exponent = body
    if name not in variables(exponent):
        power = exact_value(exponent)
        return power is not None and is_tame(base, name) and (power > 0 or is_tame(("inv", base), name))
    if name in variables(base):
        return False
    return exact_value(base) in (1, -1) or _is_linear(exponent, name)


def _has_growth(node: Node, name: str) -> bool:
    return any(part[0] == "pow" and name in variables(part[2]) for part in walk(node))


def _is_linear(node: Node, name: str) -> bool:
    """Say whether a tree is a + b·n, with any constants."""
    if name not in variables(node) or node == ("var", name):
        return True
    if node[0] in ("add", "neg"):
        return all(_is_linear(part, name) for part in parts(node))
    if node[0] == "mul":
        return sum(name in variables(part) for part in parts(node)) == 1 and all(
            _is_linear(part, name) for part in parts(node)
        )
    return False


def _is_fraction(node: Node) -> bool:
    """Say whether a tree has rational values at whole points, so that its steps are known for certain."""
    names = variables(node)
    try:
        value_of(node, dict.fromkeys(names, Fraction(7)))
    except (NotRational, Oversized):
        return False
    return True
