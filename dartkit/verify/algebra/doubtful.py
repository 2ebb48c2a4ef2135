"""Trees whose first twenty digits prove nothing, because they may come very near another number without being it."""

from __future__ import annotations

from fractions import Fraction

from dartkit.verify.algebra.evaluate import NoValue, evaluate
from dartkit.verify.algebra.fields import DOUBLE
from dartkit.verify.algebra.rational import literal
from dartkit.verify.algebra.series import is_tame, settled_after
from dartkit.verify.algebra.sharpness import FLAT, SLOW, length
from dartkit.verify.algebra.tree import Node, variables, walk

_LONGEST = 300
_LEAST = Fraction(1, 10**6)
_LARGEST_EXPONENT = 8
_MOST_SETTLED = 12
_LARGEST_ARGUMENT = 12
_SHARES = (0.001, 0.293, 0.571, 0.837, 0.999)
_SPREAD = 1e8


def hides_digits(node: Node) -> bool:
    """Say whether only a proof counts for a tree.

    That is so of sums that are not tame or have large numerals, of floors, of integrands that are tiny at an end, and where
    a constant in the tree is very large or very small, or is put into a function that is flat there.
    """
    return length(node) > _LONGEST or any(_hides(part) for part in walk(node))


def _hides(part: Node) -> bool:
    if part[0] == "fn":
        is_flat = part[1] in FLAT or part[1] in SLOW
        return part[1] in ("floor", "ceil", "mod") or (is_flat and _largest(part) > _LARGEST_ARGUMENT)
    if part[0] == "num":
        value = literal(part[1])
        return value != 0 and not _LEAST < value < 1 / _LEAST
    if part[0] == "pow":
        return _largest(part[2]) > _LARGEST_EXPONENT
    if part[0] == "big" and part[1] in ("sum", "prod"):
        return not is_tame(part[5], part[2]) or settled_after(part[5], part[2]) > _MOST_SETTLED
    return part[:2] == ("big", "int") and _is_cut_off(part)


def _largest(node: Node) -> Fraction:
    return max((literal(part[1]) for part in walk(node) if part[0] == "num"), default=Fraction(0))


def _is_cut_off(node: Node) -> bool:
    """Say whether an integrand over a finite range is tiny there, or at an end is tiny beside what it is elsewhere."""
    _, _, name, lower, upper, body = node
    if variables(node):
        return False
    try:
        low, high = (evaluate(end, {}, DOUBLE).value.real for end in (lower, upper))
    except NoValue:  # infinity, where nothing is cut off
        return False
    sizes: list[float] = []
    for share in _SHARES:
        try:
            sizes.append(abs(evaluate(body, {name: low + share * (high - low)}, DOUBLE).value))
        except NoValue:
            continue
    return not sizes or min(sizes) * _SPREAD < max(sizes) or max(sizes) * _SPREAD < 1
