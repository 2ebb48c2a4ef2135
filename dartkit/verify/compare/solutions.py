r"""Compare an inequality in one variable, `x^2 - 4x + 3 < 0`, with the region of the line that is said to solve it.

At every end of the region the inequality is decided exactly; between two ends it must hold, or fail, at many points, among
them the places where a side comes nearest to zero, so that a point at which it only touches zero is not missed.
"""

from __future__ import annotations

from collections.abc import Iterator

from dartkit.verify.algebra.evaluate import NoValue, evaluate
from dartkit.verify.algebra.fields import DOUBLE
from dartkit.verify.algebra.identity import same_value
from dartkit.verify.algebra.regions import Interval, Region, Unordered, normalise, position
from dartkit.verify.algebra.tree import INFINITY, MINUS_INFINITY, ZERO, Node, size, variables
from dartkit.verify.compare.finding import Finding, differ, equal, untold
from dartkit.verify.reading.form import Form

MAX_ENDS = 8
MAX_NODES = 200
_STEPS = 60
_FAR = 1e6
_NEAR = (1e-6, 1e-3)
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
    for low, high in zip([-_FAR * 10, *places], [*places, _FAR * 10], strict=True):
        expected = _is_member(parts, _middle(low, high), is_end=False)
        grid = _samples(low, high)
        touched = condition.touching(grid)
        if any(condition.holds(place) != expected for place in grid) or any(
            condition.holds(place, noise=noise) != expected for place, noise in touched
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
        reach, scale = 1.0, max(abs(base), 1.0)
        grid += [base + sign * width * near for near in _NEAR]
        while reach * scale < width / 2:
            grid.append(base + sign * reach * scale)
            reach *= 1.7
    return sorted(place for place in set(grid) if low < place < high)


class _Condition:
    """`side sign 0` for each side and sign, in one variable."""

    def __init__(self, sides: tuple[Node, ...], signs: tuple[str, ...], name: str) -> None:
        self._sides, self._signs, self._name = sides, signs, name

    def _at(self, side: Node, place: float) -> float | None:
        try:
            found = evaluate(side, {self._name: place}, DOUBLE)
        except NoValue:
            return None
        return float(found.value.real) if DOUBLE.is_real(found) else None

    def holds(self, place: float, noise: float = 0.0) -> bool:
        """Say whether the inequality holds; where a side has no real value it does not, and what is within the noise is zero."""
        values = [self._at(side, place) for side in self._sides]
        clean = [0.0 if value is not None and abs(value) <= noise else value for value in values]
        return all(_meets(value, sign) for value, sign in zip(clean, self._signs, strict=True))

    def holds_exactly(self, end: Node) -> bool | None:
        """Say whether it holds at an exact place; None where a side may or may not be zero there."""
        for side, sign in zip(self._sides, self._signs, strict=True):
            value = _substituted(side, self._name, end)
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

    def touching(self, grid: list[float]) -> Iterator[tuple[float, float]]:
        """Yield the places where a side does not change its sign but comes down to zero, and what zero means there."""
        for side in self._sides:
            values = [self._at(side, place) for place in grid]
            for before, here, after in zip(
                range(len(grid)), range(1, len(grid)), range(2, len(grid)), strict=False
            ):
                three = [values[place] for place in (before, here, after)]
                known = [abs(value) for value in three if value is not None]
                if len(known) == 3 and known[1] <= known[0] and known[1] <= known[2]:
                    place, noise = self._lowest(side, grid[before], grid[after]), _TOUCHES * known[1]
                    lowest = self._at(side, place)
                    if lowest is not None and abs(lowest) <= noise:
                        yield place, noise

    def _lowest(self, side: Node, low: float, high: float) -> float:
        for _ in range(_REFINEMENTS):
            first, second = low + (high - low) / 3, high - (high - low) / 3
            one, other = self._at(side, first), self._at(side, second)
            if one is None or other is None:
                break
            low, high = (low, second) if abs(one) < abs(other) else (first, high)
        return _middle(low, high)


def _meets(value: float | None, sign: str) -> bool:
    if value is None:
        return False
    return {"<": value < 0, "≤": value <= 0, "≠": value != 0}.get(sign, False)


def _substituted(node: Node, name: str, value: Node) -> Node:
    if node == ("var", name):
        return value
    return tuple(_substituted(part, name, value) if isinstance(part, tuple) else part for part in node)
