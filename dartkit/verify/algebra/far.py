r"""Points where two functions that agree nearby may differ: far away, and beside the constants of their trees.

$\sqrt{(x+100)^2}$ is $x+100$ at every point above -100, and $\cosh(x+500)$ is $\sinh(x+500)$ to 16 digits unless x is near
-500. At such points only a clear difference of real values counts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

from dartkit.verify.algebra.evaluate import NoValue, evaluate
from dartkit.verify.algebra.fields import DOUBLE
from dartkit.verify.algebra.rational import exact_value
from dartkit.verify.algebra.tree import Node, size, variables

_SIZES = (-4, 2, 3, 5, 9)  # decimal exponents
_MOST_CONSTANTS = 6
_LARGEST = 10**40
_BESIDE = (Fraction(0), Fraction(3, 7), Fraction(-4, 7), Fraction(13, 4), Fraction(-17, 5))
_LONGEST = 400


def far_points(
    left: Node, right: Node, names: list[str], source: random.Random, whole: bool
) -> Iterator[dict[str, Fraction]]:
    """Yield points of all sizes and signs, then points beside the constants; natural ones where whole ones are asked for."""
    for place in [*_wide(source, whole), *_beside(constants_of(left, right), whole)]:
        yield {name: place * source.randint(1, 3) if at else place for at, name in enumerate(names)}
        if len(names) > 1:  # one variable there, the others near
            chosen = source.choice(names)
            yield {name: place if name == chosen else Fraction(source.randint(2, 9)) for name in names}


def _wide(source: random.Random, whole: bool) -> Iterator[Fraction]:
    if whole:
        yield from (Fraction(source.randint(low, 2 * low)) for low in (10, 20, 40, 80))
        return
    for exponent in _SIZES:
        for sign in (1, -1):
            yield sign * Fraction(source.randint(1_001, 9_999), 1_000) * Fraction(10) ** exponent


def _beside(constants: list[Fraction], whole: bool) -> Iterator[Fraction]:
    for constant in constants:
        if whole:
            if constant.denominator == 1 and 2 < constant < 10**6:
                yield from (constant - 1, constant, constant + 1)
            continue
        for sign in (1, -1):
            for shift in _BESIDE:
                yield sign * constant + shift * min(Fraction(1), constant)


def constants_of(left: Node, right: Node) -> list[Fraction]:
    """Return the sizes of the constants in two trees, and of the quotients of two, the largest first; few of them."""
    found: set[Fraction] = set()
    for tree in (left, right):
        found |= _constants(tree)
    largest = sorted(found, reverse=True)[:_MOST_CONSTANTS]
    quotients = {high / low for high in largest for low in largest if high > low > 1}
    return largest + sorted(quotients - set(largest), reverse=True)[:_MOST_CONSTANTS]


def _constants(tree: Node) -> set[Fraction]:
    """Return the sizes of the largest subtrees without variables, those near 0 and 1 left out."""
    found: set[Fraction] = set()
    stack = [tree] if size(tree) <= _LONGEST else []
    while stack:
        node = stack.pop()
        if variables(node):
            stack.extend(part for part in node[1:] if isinstance(part, tuple))
            continue
        value = _size_of(node)
        if value is not None and Fraction(1, _LARGEST) < value < _LARGEST and abs(value - 1) > Fraction(1, 2):
            found |= {value, 1 / value} if value < 1 else {value}  # the period of x/1000 is 1000
    return found


def _size_of(node: Node) -> Fraction | None:
    exact = exact_value(node)
    if exact is not None:
        return abs(exact)
    try:
        return Fraction(abs(evaluate(node, {}, DOUBLE).value)).limit_denominator(1_000)
    except NoValue:
        return None
