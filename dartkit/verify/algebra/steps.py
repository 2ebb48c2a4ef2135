"""Functions with steps: floors, ceilings, remainders, divisors. Exact points of all sizes, and those beside their constants.

Two that differ may agree nearly everywhere (the floor of x/10^9 is 0 at all small points), so they are compared at the
multiples of their constants too. With steps of what has no exact value nothing but a difference is told.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

from dartkit.verify.algebra.far import constants_of
from dartkit.verify.algebra.rational import NotRational, Oversized, value_of
from dartkit.verify.algebra.tree import Node, walk
from dartkit.verify.clock import keep_time

_NAMES = frozenset({"floor", "ceil", "mod", "gcd", "lcm", "min", "max"})
WHOLE_NAMES = frozenset("ijklmn")
_NEAR = 48
_FAR = 24
_ENOUGH = 12
_MULTIPLES = (1, -1, 2, 3, -5, 7)


def has_steps(node: Node) -> bool:
    """Say whether a tree has a step function in it."""
    return any(part[0] == "fn" and part[1] in _NAMES for part in walk(node))


def same_steps(left: Node, right: Node, names: list[str], source: random.Random) -> bool | None:
    """Say whether two functions agree at many exact points; None where they have too few."""
    found = 0
    for point in _points(left, right, names, source):
        keep_time()
        try:
            if value_of(left, point) != value_of(right, point):
                return False
        except (NotRational, Oversized):
            continue
        found += 1
    return True if found >= _ENOUGH else None


def _points(
    left: Node, right: Node, names: list[str], source: random.Random
) -> Iterator[dict[str, Fraction]]:
    """Yield small and large points, whole ones and fractions; of either sign unless all variables are counters."""
    is_whole = set(names) <= WHOLE_NAMES
    for turn in range(_NEAR):
        low = turn if turn < _NEAR // 2 else 1 << 16
        step = 7 if turn % 2 and not is_whole else 1
        sign = -1 if turn % 4 > 1 and not is_whole else 1
        yield {name: sign * Fraction(low + source.randrange(1, 8), step) for name in names}
    for turn in range(_FAR):
        size = 10 ** (2 + turn // 2)
        sign = -1 if turn % 4 > 1 and not is_whole else 1
        yield {name: Fraction(sign * source.randrange(size, 10 * size)) for name in names}
    for constant in constants_of(left, right):
        for multiple in _MULTIPLES:
            for shift in (0, 1, -1) if is_whole else (0, 1, -1, Fraction(1, 7), Fraction(-1, 10**9)):
                place = constant * multiple + shift
                if not is_whole or (place > 0 and place.denominator == 1):
                    yield dict.fromkeys(names, Fraction(place))
