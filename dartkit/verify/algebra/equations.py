"""Do two equations, given as differences of their sides, have the same solutions?

Two equations count as equal when one difference is a non-zero multiple of the other, after clearing denominators: the
multiple must be the same at all points. For polynomials without common factors that is exactly when they describe the same
set with the same multiplicities.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction

from dartkit.verify.algebra.evaluate import NoValue, evaluate
from dartkit.verify.algebra.far import far_points
from dartkit.verify.algebra.fields import DOUBLE, Field, Measured, fine_field
from dartkit.verify.algebra.identity import AGREEMENTS, MAX_NODES, Found
from dartkit.verify.algebra.points import points, seeded
from dartkit.verify.algebra.rational import NotRational, Oversized, value_of
from dartkit.verify.algebra.tree import Node, size, variables
from dartkit.verify.clock import keep_time

_POINTS = 3


def same_equation(left: Node, right: Node) -> Found:
    """Say whether two equations `tree = 0` are the same. Symmetric.

    Equations in other variables differ. Equations without variables are not told.
    """
    if left == right:
        return Found(True, "same-tree", 3)
    if size(left) + size(right) > MAX_NODES:
        return Found(None, "oversized", 4)
    names = variables(left)
    if names != variables(right):
        return Found(False, "other-variables", 3)
    if not names:
        return Found(None, "no-variables", 3)
    source = seeded(left, right)
    found = _cleared(left, right, sorted(names), source)
    return found if found is not None else _ratios(left, right, sorted(names), source)


def _cleared(left: Node, right: Node, names: list[str], source: random.Random) -> Found | None:
    """Compare numerators at exact points; None where a side is no rational function."""
    ratio: Fraction | None = None
    for _ in range(_POINTS + 1):
        point = {name: Fraction(source.randrange(2, 1 << 12)) for name in names}
        try:
            first, second = _numerator(left, point), _numerator(right, point)
        except (NotRational, Oversized):
            return None
        if first == 0 or second == 0:
            if first != second:
                return Found(False, "not-proportional", 4)
            continue
        if ratio is not None and first != ratio * second:
            return Found(False, "not-proportional", 4)
        ratio = first / second
    return None if ratio is None else Found(True, "proportional", 4)


def _numerator(node: Node, point: Mapping[str, Fraction]) -> Fraction:
    return _pair(node, point)[0]


def _pair(node: Node, point: Mapping[str, Fraction]) -> tuple[Fraction, Fraction]:
    """Return numerator and denominator at a point, denominators with variables kept apart and never cancelled."""
    kind = node[0]
    if not variables(node) or kind in ("num", "var"):
        return value_of(node, point), Fraction(1)
    if kind == "neg":
        top, bottom = _pair(node[1], point)
        return -top, bottom
    if kind == "add":
        total, under = Fraction(0), Fraction(1)
        for part in node[1:]:
            top, bottom = _pair(part, point)
            if bottom == under:
                total += top
            else:
                total, under = total * bottom + top * under, under * bottom
        return total, under
    if kind == "mul":
        total, under = Fraction(1), Fraction(1)
        for part in node[1:]:
            top, bottom = _pair(part, point)
            total, under = total * top, under * bottom
        return total, under
    if kind == "inv":
        top, bottom = _pair(node[1], point)
        if top == 0:
            raise NotRational("division by zero")
        return bottom, top
    if kind == "pow":
        return _power(node, point)
    raise NotRational(f"{kind} is not rational")


def _power(node: Node, point: Mapping[str, Fraction]) -> tuple[Fraction, Fraction]:
    exponent = value_of(node[2])
    if exponent.denominator != 1:
        raise NotRational("a root")
    if abs(exponent) > 64:
        raise Oversized("a large power")
    top, bottom = _pair(node[1], point)
    if exponent < 0:
        if top == 0:
            raise NotRational("division by zero")
        top, bottom = bottom, top
    return top ** abs(exponent.numerator), bottom ** abs(exponent.numerator)


def _ratios(left: Node, right: Node, names: list[str], source: random.Random) -> Found:
    """Compare the ratio at points in doubles, then at two points with 50 digits."""
    settled: list[dict[str, Fraction]] = []
    for point in points(names, source, whole=False):
        if not _is_usable(left, right, point):
            continue
        settled.append(point)
        if len(settled) > 1 and not _same_ratio(left, right, settled[0], point, DOUBLE):
            return Found(None, "equations-not-proportional", 4)
        if len(settled) > AGREEMENTS:
            break
    if len(settled) < 3:
        return Found(None, "too-few-points", 4)
    if not _same_ratio(left, right, settled[0], settled[1], fine_field()):
        return Found(None, "equations-not-proportional", 4)
    for point in far_points(left, right, names, source, whole=False):
        keep_time()
        if all(_is_other_ratio(left, right, settled[0], point, field) for field in (DOUBLE, fine_field())):
            return Found(None, "equations-not-proportional", 4)
    return Found(True, "proportional", 4)


def _is_usable(left: Node, right: Node, point: Mapping[str, Fraction]) -> bool:
    """Say whether both differences have a value here that is known to some digits."""
    try:
        return all(DOUBLE.is_known(evaluate(tree, point, DOUBLE)) for tree in (left, right))
    except NoValue:
        return False


def _same_ratio(
    left: Node, right: Node, one: Mapping[str, Fraction], other: Mapping[str, Fraction], field: Field
) -> bool:
    """Compare left(one) * right(other) with left(other) * right(one), errors included."""
    products = _crosswise(left, right, one, other, field)
    return products is not None and field.are_close(*products)


def _is_other_ratio(
    left: Node, right: Node, one: Mapping[str, Fraction], other: Mapping[str, Fraction], field: Field
) -> bool:
    """Say whether the ratios differ clearly, as those of real values."""
    products = _crosswise(left, right, one, other, field)
    return products is not None and all(map(field.is_real, products)) and not field.are_close(*products)


def _crosswise(
    left: Node, right: Node, one: Mapping[str, Fraction], other: Mapping[str, Fraction], field: Field
) -> tuple[Measured, Measured] | None:
    """Return the two products, None where a factor is not known to some digits."""
    pairs = ((left, one), (right, other), (left, other), (right, one))
    try:
        first, second, third, fourth = (evaluate(tree, point, field) for tree, point in pairs)
    except NoValue:
        return None
    if not all(field.is_known(value) for value in (first, second, third, fourth)):
        return None
    return first.times(second), third.times(fourth)
