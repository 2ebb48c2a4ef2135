"""When two expressions are one: numbers with a percent rule, and differences that vanish.

Wherever upstream asks sympy whether `simplify(a - b)` is zero, the two trees are compared at fixed points of the complex
plane, exactly where both are rational constants; that agrees with sympy wherever its simplification succeeds.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf, isclose

from dartkit.verify.named.dart_math.trees import (
    ZERO,
    Tree,
    Unknown,
    exact_value,
    is_plain,
    magnitude_at,
    sample_point,
    symbols,
    value_at,
)

RELATIVE = 1e-9
ABSOLUTE = 1e-8
PERCENT_RELATIVE = 1e-3
POINTS = 4
_AGREEMENT = 1e-9  # of two values at a point, relative
CONSTANT_AGREEMENT = 1e-12
_ROUNDING = 1e-14  # of a sum, relative to its terms
_NUMERIC = frozenset({"number", "constant", "symbol", "add", "mul", "power"})
_NUMERIC_NAMES = {"pi": 3.141592653589793 + 0j, "E": 2.718281828459045 + 0j, "I": 1j}
"""Names that upstream's last resort, `eval(str(value))`, finds; it finds no function but the square root."""


def same_number(reference: float, prediction: float) -> bool:
    """Compare two numbers: 1e-9 relative or 1e-8 absolute; or one is 100 times the other, both being like percentages."""
    if isclose(reference, prediction, rel_tol=RELATIVE, abs_tol=ABSOLUTE):
        return True
    if not _could_be_percent(prediction):
        return False
    scaled = (value for value in (reference / 100, reference * 100) if _could_be_percent(value))
    return any(isclose(value, prediction, rel_tol=PERCENT_RELATIVE, abs_tol=ABSOLUTE) for value in scaled)


def _could_be_percent(value: float) -> bool:
    return 0 < value < 1 or 1 < value < 100


def same_value(mine: Tree, theirs: Tree) -> bool:
    """Compare two readings as upstream compares sympy objects: structure, a difference that vanishes, then numbers."""
    if mine == theirs or is_truth_value(mine, theirs) or is_truth_value(theirs, mine):
        return True
    if not (is_plain(mine) and is_plain(theirs)):
        return False
    if vanishes(mine, theirs):
        return True
    first, second = _number(mine), _number(theirs)
    return first is not None and second is not None and same_number(first, second)


def is_truth_value(truth: Tree, other: Tree) -> bool:
    """Say whether one side is Python's `True` or `False` and the other equals it: the same truth, or 1 or 0."""
    if truth.kind != "bool":
        return False
    if other.kind == "truth":
        return other.text == truth.text
    return exact_value(other) == (1 if truth.text == "True" else 0)


def vanishes(mine: Tree, theirs: Tree) -> bool:
    """Say whether the difference of two expressions is zero, every symbol standing for any complex number."""
    names = symbols(mine) | symbols(theirs)
    if not names:
        left, right = exact_value(mine), exact_value(theirs)
        if left is not None and right is not None:
            return left == right
        return _agree_at(mine, theirs, {}, CONSTANT_AGREEMENT) is True
    agreed = 0
    for index in range(3 * POINTS):
        verdict = _agree_at(mine, theirs, sample_point(names, index), _AGREEMENT)
        if verdict is False:
            return False
        agreed += verdict is True
        if agreed == POINTS:
            return True
    return False


def _agree_at(mine: Tree, theirs: Tree, point: dict[str, complex], tolerance: float) -> bool | None:
    try:
        left, right = value_at(mine, point), value_at(theirs, point)
    except Unknown:
        return None
    if left == right == 0 and not (_has_zero(mine) or _has_zero(theirs)):
        return None  # underflow says nothing
    if abs(left - right) <= tolerance * max(abs(left), abs(right)):
        return True
    try:
        size = magnitude_at(mine, point) + magnitude_at(theirs, point)
    except (Unknown, OverflowError):
        return None
    return abs(left - right) <= _ROUNDING * size


def _has_zero(tree: Tree) -> bool:
    return tree == ZERO or tree.kind == "add" or any(_has_zero(part) for part in tree.parts)


def _number(tree: Tree) -> float | None:
    """Return the real value of a tree of numbers, the four operations, powers and the three names that upstream knows."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if node.kind not in _NUMERIC or (node.kind == "symbol" and node.text not in _NUMERIC_NAMES):
            return None
        waiting.extend(node.parts)
    try:
        value = value_at(tree, _NUMERIC_NAMES)
    except Unknown:
        return _beyond_double(exact_value(tree))
    return None if value.imag else value.real


def _beyond_double(exact: Fraction | None) -> float | None:
    """Return a double for an exact value; upstream makes an integer that none holds infinite, and infinities equal."""
    if exact is None:
        return None
    try:
        return float(exact)
    except OverflowError:
        return None if exact.denominator != 1 else inf if exact > 0 else -inf
