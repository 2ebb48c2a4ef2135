r"""Turn inequalities into the region of the line they describe, where one variable stands linearly in them.

`2x + 1 > 5`, `1 < x \le 5`, `x \ne 3` and `|x - 2| < 3` become regions with exact end points; relations with several
variables or powers stay differences with signs, compared up to a positive factor.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dartkit.verify.algebra.rational import NotRational, Oversized, exact_value, value_of
from dartkit.verify.algebra.regions import (
    LINE,
    Interval,
    Region,
    Unordered,
    complement,
    intersect,
    make_interval,
    point_region,
    position,
    union,
)
from dartkit.verify.algebra.tree import (
    INFINITY,
    MINUS_INFINITY,
    ZERO,
    Node,
    add,
    difference,
    mul,
    neg,
    number,
    variables,
)

TURNED = {"<": ">", ">": "<", "≤": "≥", "≥": "≤", "≠": "≠"}
_ONE: Node = ("num", "1")


class NotLinear(ValueError):
    """The variable does not stand linearly."""


def region_of(sides: Sequence[Node], signs: Sequence[str]) -> tuple[str, Region] | None:
    """Return the variable and the region of a chain of inequalities, None where it is no region of one variable."""
    names: frozenset[str] = frozenset()
    for side in sides:
        names |= variables(side)
    if len(names) != 1:
        return None
    (name,) = names
    found = LINE
    try:
        for left, right, sign in zip(sides, sides[1:], signs, strict=False):
            if name not in variables(left) | variables(right):
                return None
            found = _both(found, _solve(left, right, sign, name))
    except (NotLinear, Unordered):
        return _bounded(sides, signs, name)
    return name, found


def _bounded(sides: Sequence[Node], signs: Sequence[str], name: str) -> tuple[str, Region] | None:
    """Read `a < x < b` with ends that cannot be put in order."""
    if (
        len(sides) != 3
        or sides[1] != ("var", name)
        or (not set(signs) <= {"<", "≤"} and not set(signs) <= {">", "≥"})
    ):
        return None
    low, high, first, second = sides[0], sides[2], signs[0], signs[1]
    if first in (">", "≥"):
        low, high, first, second = high, low, TURNED[second], TURNED[first]
    if name in variables(low) | variables(high):
        return None
    return name, (make_interval(low, high, low_closed=first == "≤", high_closed=second == "≤"),)


def differences(sides: Sequence[Node], signs: Sequence[str]) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """Return each part of a chain as `difference sign 0`, with `<`, `≤` or `≠`."""
    found: list[Node] = []
    kinds: list[str] = []
    for left, right, sign in zip(sides, sides[1:], signs, strict=False):
        if sign in (">", "≥"):
            left, right, sign = right, left, TURNED[sign]
        found.append(difference(left, right))
        kinds.append(sign)
    return tuple(found), tuple(kinds)


def _both(left: Region, right: Region) -> Region:
    if left == LINE:
        return right
    return intersect(left, right)


def _solve(left: Node, right: Node, sign: str, name: str) -> Region:
    absolute = _absolute(left, right, sign, name) or _absolute(right, left, TURNED[sign], name)
    if absolute is not None:
        return absolute
    slope, rest = linear_parts(difference(left, right), name)
    steepness = position(slope)
    if steepness == 0:
        raise NotLinear("the variable cancels")
    end = _simple(mul(neg(rest), ("inv", slope)))
    if sign == "≠":
        return complement(point_region([end]))
    return _half_line(end, sign if steepness > 0 else TURNED[sign])


def _half_line(end: Node, sign: str) -> Region:
    if end in (INFINITY, MINUS_INFINITY):
        return LINE
    closed = sign in ("≤", "≥")
    if sign in ("<", "≤"):
        return (Interval(MINUS_INFINITY, end, False, closed),)
    return (Interval(end, INFINITY, closed, False),)


def _absolute(left: Node, right: Node, sign: str, name: str) -> Region | None:
    if left[:2] != ("fn", "abs") or name in variables(right):
        return None
    low = _solve(left[2], neg(right), TURNED[sign], name)
    high = _solve(left[2], right, sign, name)
    if sign == "≠":
        return intersect(low, high)
    return intersect(low, high) if sign in ("<", "≤") else union([low, high])


def _simple(node: Node) -> Node:
    """Return a constant as a plain numeral or fraction where it is rational."""
    value = exact_value(node)
    return node if value is None else _from_fraction(value)


def linear_parts(node: Node, name: str) -> tuple[Node, Node]:
    """Return slope and rest of a tree that is linear in a variable.

    Raises:
        NotLinear: where it is not.
    """
    if name not in variables(node):
        return ZERO, _simple(node)
    kind = node[0]
    if kind == "var":
        return _ONE, ZERO
    if kind == "neg":
        slope, rest = linear_parts(node[1], name)
        return neg(slope), neg(rest)
    if kind == "add":
        halves = [linear_parts(part, name) for part in node[1:]]
        return _total([slope for slope, _ in halves]), _total([rest for _, rest in halves])
    if kind == "mul":
        inside = [part for part in node[1:] if name in variables(part)]
        if len(inside) == 1:
            others = [part for part in node[1:] if name not in variables(part)]
            slope, rest = linear_parts(inside[0], name)
            return mul(slope, *others), mul(rest, *others)
    try:
        values = [value_of(node, {name: point}) for point in map(Fraction, (0, 1, 2, 5))]
    except (NotRational, Oversized) as error:
        raise NotLinear("the variable is not alone") from error
    step = values[1] - values[0]
    if values[2] - values[1] != step or values[3] - values[0] != 5 * step:
        raise NotLinear("a power of the variable")
    return _from_fraction(step), _from_fraction(values[0])


def _from_fraction(value: Fraction) -> Node:
    top = number(value.numerator)
    return top if value.denominator == 1 else mul(top, ("inv", number(value.denominator)))


def _total(nodes: list[Node]) -> Node:
    kept = [node for node in nodes if node not in (ZERO, ("neg", ZERO))]
    return add(*kept) if kept else ZERO
