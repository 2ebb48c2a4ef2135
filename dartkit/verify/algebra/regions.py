"""Unions of intervals of the real line with exact end points: intersect, join, complement, compare."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key

from dartkit.verify.algebra.evaluate import NoValue, evaluate
from dartkit.verify.algebra.fields import DOUBLE
from dartkit.verify.algebra.identity import same_value
from dartkit.verify.algebra.rational import exact_value
from dartkit.verify.algebra.tree import INFINITY, MINUS_INFINITY, Node, variables

MAX_INTERVALS = 64


@dataclass(frozen=True, slots=True)
class Interval:
    """One interval; a single point is closed on both sides. Infinite ends are open."""

    low: Node
    high: Node
    low_closed: bool = False
    high_closed: bool = False


Region = tuple[Interval, ...]
LINE: Region = (Interval(MINUS_INFINITY, INFINITY),)


class Unordered(ValueError):
    """Two end points cannot be put in order, because one is no real constant."""


def make_interval(low: Node, high: Node, *, low_closed: bool, high_closed: bool) -> Interval:
    """Return an interval; a bracket at infinity says nothing."""
    return Interval(low, high, low_closed and low != MINUS_INFINITY, high_closed and high != INFINITY)


def point_region(nodes: Iterable[Node]) -> Region:
    """Return single points as a region."""
    return tuple(Interval(node, node, True, True) for node in nodes)


def position(node: Node) -> Fraction | float:
    """Return where an end point lies.

    Raises:
        Unordered: for a tree with variables or without a real value.
    """
    if node == INFINITY:
        return math.inf
    if node == MINUS_INFINITY:
        return -math.inf
    if variables(node):
        raise Unordered("an end point with variables")
    exact = exact_value(node)
    if exact is not None:
        return exact
    try:
        found = evaluate(node, {}, DOUBLE)
    except NoValue as error:
        raise Unordered(str(error)) from error
    if not DOUBLE.is_real(found):
        raise Unordered("an end point that is not real")
    return float(found.value.real)


def compare_ends(left: Node, right: Node) -> int:
    """Return -1, 0 or 1.

    Raises:
        Unordered: where the two cannot be told.
    """
    if left == right:
        return 0
    first, second = position(left), position(right)
    if isinstance(first, Fraction) and isinstance(second, Fraction):
        return (first > second) - (first < second)
    if _is_near(first, second) and same_value(left, right).equal:
        return 0
    return 1 if first > second else -1


def _is_near(first: Fraction | float, second: Fraction | float) -> bool:
    try:
        return math.isclose(first, second, rel_tol=1e-12)
    except OverflowError:  # a fraction above the range of floats, beside infinity or a float
        return False


def normalise(region: Region) -> Region:
    """Return the same set as disjoint intervals from left to right; touching parts are joined, empty ones dropped.

    Raises:
        Unordered: where end points cannot be ordered.
    """
    if len(region) > MAX_INTERVALS:
        raise Unordered("too many intervals")
    kept = [part for part in region if _is_not_empty(part)]
    kept.sort(key=cmp_to_key(_by_low))
    joined: list[Interval] = []
    for part in kept:
        if joined and _touch(joined[-1], part):
            joined[-1] = _join(joined[-1], part)
        else:
            joined.append(part)
    return tuple(joined)


def intersect(left: Region, right: Region) -> Region:
    """Return what lies in both.

    Raises:
        Unordered: where end points cannot be ordered.
    """
    parts = [_overlap(one, other) for one in left for other in right]
    return normalise(tuple(part for part in parts if part is not None))


def complement(region: Region) -> Region:
    """Return the rest of the line.

    Raises:
        Unordered: where end points cannot be ordered.
    """
    found = LINE
    for part in normalise(region):
        outside = []
        if part.low != MINUS_INFINITY:
            outside.append(Interval(MINUS_INFINITY, part.low, False, not part.low_closed))
        if part.high != INFINITY:
            outside.append(Interval(part.high, INFINITY, not part.high_closed, False))
        found = intersect(found, tuple(outside))
    return found


def as_points(region: Region) -> tuple[Node, ...] | None:
    """Return the points of a region that consists of points only."""
    if all(part.low == part.high for part in region):
        return tuple(part.low for part in region)
    return None


def _is_not_empty(part: Interval) -> bool:
    order = compare_ends(part.low, part.high)
    return order < 0 or (order == 0 and part.low_closed and part.high_closed)


def _by_low(left: Interval, right: Interval) -> int:
    return compare_ends(left.low, right.low) or right.low_closed - left.low_closed


def _touch(left: Interval, right: Interval) -> bool:
    order = compare_ends(left.high, right.low)
    return order > 0 or (order == 0 and (left.high_closed or right.low_closed))


def _join(left: Interval, right: Interval) -> Interval:
    order = compare_ends(left.high, right.high)
    if order > 0:
        return left
    closed = right.high_closed or (order == 0 and left.high_closed)
    return Interval(left.low, right.high, left.low_closed, closed)


def _overlap(left: Interval, right: Interval) -> Interval | None:
    low = compare_ends(left.low, right.low)
    first = left if low > 0 else right
    low_closed = left.low_closed and right.low_closed if low == 0 else first.low_closed
    high = compare_ends(left.high, right.high)
    last = left if high < 0 else right
    high_closed = left.high_closed and right.high_closed if high == 0 else last.high_closed
    found = Interval(first.low, last.high, low_closed, high_closed)
    return found if _is_not_empty(found) else None


def whole_points(region: Region, limit: int = 60) -> tuple[Node, ...] | None:
    """Return the whole numbers in a bounded region, None where there are more than `limit` or it is not bounded.

    Raises:
        Unordered: where end points cannot be ordered.
    """
    found: list[Node] = []
    for part in normalise(region):
        low, high = position(part.low), position(part.high)
        if math.inf in (-low, high) or high - low > limit:
            return None
        first, last = math.ceil(low), math.floor(high)
        first += first == low and not part.low_closed
        last -= last == high and not part.high_closed
        found.extend(
            ("num", str(place)) if place >= 0 else ("neg", ("num", str(-place)))
            for place in range(first, last + 1)
        )
    return tuple(found)


def union(regions: Sequence[Region]) -> Region:
    """Return all parts in one region, joined where they can be ordered."""
    parts = tuple(part for region in regions for part in region)
    try:
        return normalise(parts)
    except Unordered:
        return parts
