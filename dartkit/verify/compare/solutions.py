r"""Compare an inequality in one variable, `x^2 - 4x + 3 < 0`, with the region of the line that is said to solve it.

At every end of the region the inequality is decided exactly; between two ends it must hold, or fail, at many points, among
them the places where a side comes nearest to zero, so that a point at which it only touches zero is not missed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from dartkit.verify.algebra.evaluate import NoValue, evaluate
from dartkit.verify.algebra.fields import DOUBLE
from dartkit.verify.algebra.identity import same_value
from dartkit.verify.algebra.regions import Interval, Region, Unordered, normalise, position
from dartkit.verify.algebra.tree import INFINITY, MINUS_INFINITY, ZERO, Node, size, substitute, variables
from dartkit.verify.compare.finding import Finding, differ, equal, untold
from dartkit.verify.reading.form import Form

MAX_ENDS = 8
MAX_NODES = 200
_STEPS = 24
_FAR = 1e7  # where the line ends
_NEAREST = 1e-4
_STRIDE = 2.5  # growth of the distance from an end
_REFINEMENTS = 60
_TOUCHES = 1e-10


def compare_solutions(relation: Form, region: Region) -> Finding:
    """Say whether the region is the set of solutions; not told where there are several variables or no order."""
    names = frozenset[str]().union(*map(variables, relation.sides)) if relation.sides else frozenset[str]()
    if len(names) != 1 or sum(map(size, relation.sides)) > MAX_NODES:
        return untold("relation-against-region", "an inequality that is not solved")
    (name,) = names
    try:
        parts = normalise(region)
        ends = _ends(parts)
        places = [float(position(end)) for end in ends]
    except (Unordered, OverflowError):
        return untold("relation-against-region", "ends without order")
    if len(ends) > MAX_ENDS:
        return untold("too-many-parts")
    condition = _Condition(relation.sides, relation.signs, name)
    for end, place in zip(ends, places, strict=True):
        holds = condition.holds_exactly(end)
        if holds is None:
            return untold("relation-at-end", "an end at which the inequality cannot be decided")
        if holds != _is_member(parts, place, is_end=True):
            return differ("solutions/end", method="symbolic", tier=4)
    for low, high in zip([-_FAR, *places], [*places, _FAR], strict=True):
        expected = _is_member(parts, _middle(low, high), is_end=False)
        wrong = not expected
        grid = _samples(low, high)
        values = [condition.values(place) for place in grid]
        if any(condition.met_by(found) is wrong for found in values) or any(
            condition.met_by(condition.values(place), noise) is wrong
            for place, noise in condition.touching(grid, values)
        ):
            return differ("solutions/between", method="symbolic", tier=4)
    return equal("solutions", method="symbolic", tier=4)


def _ends(parts: Region) -> list[Node]:
    found = [end for part in parts for end in (part.low, part.high) if end not in (INFINITY, MINUS_INFINITY)]
    return list(dict.fromkeys(found))


def _is_member(parts: Region, place: float, *, is_end: bool) -> bool:
    return any(_contains(part, place, is_end=is_end) for part in parts)


def _contains(part: Interval, place: float, *, is_end: bool) -> bool:
    low, high = float(position(part.low)), float(position(part.high))
    if is_end and place in (low, high):
        return (place == low and part.low_closed) or (place == high and part.high_closed)
    return low < place < high


def _middle(low: float, high: float) -> float:
    return (low + high) / 2


def _samples(low: float, high: float) -> list[float]:
    """Return places between two ends: even ones, some next to the ends, and where a side comes nearest to zero."""
    width = high - low
    grid = [low + width * (step + 0.5) / _STEPS for step in range(_STEPS)]
    for base, sign in ((low, 1), (high, -1)):
        offset = _NEAREST * max(abs(base), 1.0)
        while offset < width / 2:
            grid.append(base + sign * offset)
            offset *= _STRIDE
    return sorted(place for place in set(grid) if low < place < high)


class _Condition:
    """`side sign 0` for each side and sign, in one variable."""

    def __init__(self, sides: tuple[Node, ...], signs: tuple[str, ...], name: str) -> None:
        self._sides, self._signs, self._name = sides, signs, name

    def _at(self, side: Node, place: float) -> float | None:
        """Return the value of a side, NaN where it is not real, None where it is not worked out."""
        try:
            found = evaluate(side, {self._name: place}, DOUBLE)
        except NoValue:
            return None
        return float(found.value.real) if DOUBLE.is_real(found) else math.nan

    def values(self, place: float) -> list[float | None]:
        """Return the values of all sides at a place."""
        return [self._at(side, place) for side in self._sides]

    def met_by(self, values: list[float | None], noise: float = 0.0) -> bool | None:
        """Say whether values meet the inequality; None where one is not worked out. Not real, it fails; within the noise it is zero."""
        if None in values:
            return None
        clean = [0.0 if value is not None and abs(value) <= noise else value for value in values]
        return all(_meets(value, sign) for value, sign in zip(clean, self._signs, strict=True))

    def holds_exactly(self, end: Node) -> bool | None:
        """Say whether it holds at an exact place; None where a side may or may not be zero there."""
        for side, sign in zip(self._sides, self._signs, strict=True):
            value = substitute(side, ("var", self._name), end)
            try:
                found = evaluate(value, {}, DOUBLE)
            except NoValue:
                return False
            if not DOUBLE.is_zero(found):
                if not DOUBLE.is_real(found) or not _meets(float(found.value.real), sign):
                    return False
                continue
            is_zero = same_value(value, ZERO).equal
            if is_zero is None:
                return None
            if not _meets(0.0 if is_zero else float(found.value.real), sign):
                return False
        return True

    def touching(self, grid: list[float], values: list[list[float | None]]) -> Iterator[tuple[float, float]]:
        """Yield the places where a side does not change its sign but comes down to zero, and what zero means there."""
        for number, side in enumerate(self._sides):
            heights = [abs(found) if (found := row[number]) is not None else math.nan for row in values]
            for at in range(1, len(grid) - 1):
                if heights[at] <= heights[at - 1] and heights[at] <= heights[at + 1]:
                    place, noise = self._lowest(side, grid[at - 1], grid[at + 1]), _TOUCHES * heights[at]
                    lowest = self._at(side, place)
                    if lowest is not None and abs(lowest) <= noise:
                        yield place, noise

    def _lowest(self, side: Node, low: float, high: float) -> float:
        for _ in range(_REFINEMENTS):
            first, second = low + (high - low) / 3, high - (high - low) / 3
            one, other = self._at(side, first), self._at(side, second)
            if one is None or other is None or math.isnan(one + other):
                break
            low, high = (low, second) if abs(one) < abs(other) else (first, high)
        return _middle(low, high)


def _meets(value: float | None, sign: str) -> bool:
    if value is None or math.isnan(value):
        return False
    return {"<": value < 0, "≤": value <= 0, "≠": value != 0}.get(sign, False)
