"""Random expressions with a value of their own: small trees, and two evaluators that share no code with the verifier.

A tree is a tuple: ("int", n), ("var", name), ("const", "pi" or "e"), ("add", a, b), ("sub", a, b), ("mul", a, b),
("div", a, b), ("neg", a), ("pow", a, whole exponent), ("root", index, a), ("exp", a), ("fn", name, a).
Truth comes from here: exactly, in fractions, where a tree is rational, else from mpmath with 60 digits at real points.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import mpmath

Tree = tuple[Any, ...]
VARIABLES = ("x", "y", "z")
FUNCTIONS = ("sin", "cos", "tan", "ln", "arctan", "abs")
CONTEXT = mpmath.MPContext()
CONTEXT.dps = 60
LARGEST = 10**8
SMALLEST = CONTEXT.mpf(10) ** -6  # nearer to zero than this, no root, logarithm or quotient is trusted


class Undefined(ArithmeticError):
    """The tree has no real value at this point, or one too near to a singularity to be sure of."""


def integer(value: int) -> Tree:
    """Return a whole number; a negative one is the negative of a numeral."""
    return ("int", value) if value >= 0 else ("neg", ("int", -value))


class TreeMaker:
    """Draws trees of a sort: `rational`, `surd` (constants with roots) or `function`."""

    def __init__(self, source: random.Random, sort: str) -> None:
        self._random = source
        self._sort = sort

    def tree(self, depth: int) -> Tree:
        """Return a tree of at most this depth."""
        if depth == 0 or self._random.random() < 0.15:
            return self._leaf()
        kind = self._random.choice(
            ("add", "add", "sub", "mul", "mul", "div", "pow", "neg", "special", "special")
        )
        if kind == "pow":
            return ("pow", self.tree(depth - 1), self._random.choice((2, 2, 3, -1)))
        if kind == "neg":
            return ("neg", self.tree(depth - 1))
        if kind == "special":
            return self._special(depth)
        return (kind, self.tree(depth - 1), self.tree(depth - 1))

    def _leaf(self) -> Tree:
        draw = self._random.random()
        if self._sort != "surd" and draw < 0.55:
            return ("var", self._random.choice(VARIABLES))
        if self._sort == "function" and draw < 0.7:
            return ("const", self._random.choice(("pi", "e")))
        return ("int", self._random.randint(1, 12))

    def _special(self, depth: int) -> Tree:
        if self._random.random() < 0.15:
            return ("sub", ("pow", self.tree(depth - 1), 2), ("pow", self.tree(depth - 1), 2))
        if self._sort == "rational":
            return ("div", self.tree(depth - 1), ("int", self._random.randint(2, 9)))
        if self._sort == "surd":
            return ("root", self._random.choice((2, 2, 2, 3)), ("int", self._random.randint(2, 60)))
        return self._function(depth)

    def _function(self, depth: int) -> Tree:
        draw = self._random.random()
        if draw < 0.1:
            return ("fn", "sin", ("mul", ("int", 2), self.tree(depth - 1)))
        if draw < 0.2:
            return ("root", 2, self.tree(depth - 1))
        if draw < 0.4:
            return ("exp", self.tree(depth - 1))
        return ("fn", self._random.choice(FUNCTIONS), self.tree(depth - 1))


def below(tree: Tree) -> Iterator[Tree]:
    """Yield the tree and all trees in it."""
    yield tree
    for part in tree[1:]:
        if isinstance(part, tuple):
            yield from below(part)


def names(tree: Tree) -> list[str]:
    """Return the variables of a tree in order."""
    return sorted({part[1] for part in below(tree) if part[0] == "var"})


def exact(tree: Tree, point: Mapping[str, Fraction]) -> Fraction:
    """Return the value of a rational tree at a point.

    Raises:
        Undefined: where it divides by zero or is no rational tree.
    """
    kind = tree[0]
    if kind == "int":
        return Fraction(tree[1])
    if kind == "var":
        return point[tree[1]]
    if kind == "pow":
        base = exact(tree[1], point)
        if base == 0 and tree[2] <= 0:
            raise Undefined
        return Fraction(base ** tree[2])
    if kind == "neg":
        return -exact(tree[1], point)
    if kind not in ("add", "sub", "mul", "div"):
        raise Undefined(kind)
    left, right = exact(tree[1], point), exact(tree[2], point)
    if kind == "div" and right == 0:
        raise Undefined
    return {"add": left + right, "sub": left - right, "mul": left * right, "div": left / (right or 1)}[kind]


def real(tree: Tree, point: Mapping[str, Fraction]) -> Any:
    """Return the real value of a tree at a point, with 60 digits.

    Raises:
        Undefined: where it is not real, or larger than anything that could be trusted.
    """
    value = _real(tree, point)
    if not abs(value) < LARGEST:
        raise Undefined("large")
    return value


def _real(tree: Tree, point: Mapping[str, Fraction]) -> Any:
    kind = tree[0]
    if kind == "int":
        return CONTEXT.mpf(tree[1])
    if kind == "var":
        value = point[tree[1]]
        return CONTEXT.mpf(value.numerator) / value.denominator
    if kind == "const":
        return +CONTEXT.pi if tree[1] == "pi" else +CONTEXT.e
    if kind == "pow":
        return _power(real(tree[1], point), tree[2])
    if kind == "root":
        return _root(tree[1], real(tree[2], point))
    if kind in ("fn", "exp", "neg"):
        return _unary(tree, real(tree[-1], point))
    left, right = real(tree[1], point), real(tree[2], point)
    if kind == "div":
        return left / _away_from_zero(right)
    return {"add": left + right, "sub": left - right, "mul": left * right}[kind]


def _unary(tree: Tree, value: Any) -> Any:
    if tree[0] == "neg":
        return -value
    if tree[0] == "exp":
        return CONTEXT.exp(value)
    name = str(tree[1])
    if name == "ln":
        if value < SMALLEST:
            raise Undefined("logarithm")
        return CONTEXT.log(value)
    if name == "tan":
        _away_from_zero(CONTEXT.cos(value))
    return getattr(CONTEXT, {"arctan": "atan", "abs": "fabs"}.get(name, name))(value)


def _power(base: Any, exponent: int) -> Any:
    return (_away_from_zero(base) if exponent <= 0 else base) ** exponent


def _root(index: int, value: Any) -> Any:
    if value < SMALLEST:
        raise Undefined("root")
    return CONTEXT.root(value, index)


def _away_from_zero(value: Any) -> Any:
    if abs(value) < SMALLEST:
        raise Undefined("near zero")
    return value


def random_points(source: random.Random, variables: list[str], count: int) -> Iterator[dict[str, Fraction]]:
    """Yield points between 0.2 and 4; one where there is nothing to vary."""
    for _ in range(count if variables else 1):
        yield {name: Fraction(source.randint(200, 4_000), 1_000) for name in variables}


def provably_differ(left: Tree, right: Tree, source: random.Random) -> bool:
    """Say whether two trees have different real values at some point, by a margin no rounding could make."""
    variables = sorted({*names(left), *names(right)})
    for point in random_points(source, variables, 12):
        try:
            first, second = real(left, point), real(right, point)
        except Undefined:
            continue
        if abs(first - second) > SMALLEST * max(abs(first), abs(second), SMALLEST):
            return True
    return False


def has_values(tree: Tree, source: random.Random, enough: int = 3) -> bool:
    """Say whether a tree has real values at most points, so that comparing it with anything means something."""
    found = 0
    variables = names(tree)
    for point in random_points(source, variables, 5):
        try:
            real(tree, point)
        except Undefined:
            continue
        found += 1
    return found >= (enough if variables else 1)
