r"""Compare families `x = \frac{\pi}{4} + k\pi, k \in \mathbb{Z}` as sets of numbers, whatever letter runs and from where.

A family `a + bk` over all whole k is the residue class of a modulo b. Several families are compared modulo the least
common multiple P of their steps: each `a + bk` is P/b offsets, and the two sides must have the same offsets modulo P. One
side must say that its letter runs over the whole numbers; in the other a single letter of such a kind is enough.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from dartkit.verify.algebra.evaluate import NoValue, evaluate
from dartkit.verify.algebra.fields import DOUBLE
from dartkit.verify.algebra.identity import same_value
from dartkit.verify.algebra.rational import exact_value
from dartkit.verify.algebra.tree import PI, Node, add, mul, neg, number, rename, substitute, variables, walk
from dartkit.verify.compare.finding import Finding, differ, mutual, untold
from dartkit.verify.compare.values import as_finding
from dartkit.verify.reading.form import Form
from dartkit.verify.reading.parameters import RESIDUE
from dartkit.verify.reading.relations import NotLinear, linear_parts

MAX_OFFSETS = 48
_LETTERS = frozenset("klmnt")
_RUNNING = "\\running"
_MAX_DENOMINATOR = 720
_EPSILON = 1e-9
_MINUS_ONE: Node = ("neg", ("num", "1"))


class Family(NamedTuple):
    """All values of `offset + step * k`."""

    offset: Node
    step: Node


def has_running_letter(left: Form, right: Form) -> bool:
    r"""Say whether a side states its running letter, or both are angles with whole turns, `2n\pi \pm \frac{\pi}{3}`."""
    if left.parameter is not None or right.parameter is not None:
        return True
    return _has_turns(left) and _has_turns(right)


def _has_turns(form: Form) -> bool:
    if form.kind not in ("value", "list", "set"):
        return False
    trees = members(form)
    return bool(trees) and all(PI in walk(tree) and variables(tree) <= _LETTERS for tree in trees or ())


def compare_families(left: Form, right: Form) -> Finding | None:
    """Compare two forms of which one has a running letter; None where the other cannot be read as a family."""
    first, second = members(left), members(right)
    if not first or not second:
        return None
    bare = _bare_residues(left, right, first, second)
    if bare is not None:
        return bare
    letters = (_letter(left, first), _letter(right, second))
    if letters[0] is None or letters[1] is None:
        return None
    renamed = (
        [rename(tree, letters[0], _RUNNING) for tree in first],
        [rename(tree, letters[1], _RUNNING) for tree in second],
    )
    same = mutual(renamed[0], renamed[1], renamed[1], renamed[0], _same, "family")
    if same.equal:
        return same
    try:
        families = [[family for tree in found for family in _families(tree)] for found in renamed]
    except NotLinear:
        return same
    return _modulo(families[0], families[1])


def members(form: Form) -> list[Node] | None:
    """Return the trees of a value, list or set of values; None where an element is no value."""
    items = form.items if form.kind in ("list", "set") else (form,)
    trees = [item.tree for item in items if item.kind == "value" and item.tree is not None]
    return trees if len(trees) == len(items) else None


def _letter(form: Form, trees: Sequence[Node]) -> str | None:
    """Return the running letter: the one that is stated, or the only variable where that is a letter of that kind."""
    names = frozenset[str]().union(*map(variables, trees))
    letter = form.parameter or next(iter(names), None)
    is_alone = names == {letter} and letter is not None
    return letter if is_alone and (form.parameter is not None or letter in _LETTERS) else None


def _bare_residues(left: Form, right: Form, first: list[Node], second: list[Node]) -> Finding | None:
    """Compare `7 (mod 11)` with 7, the modulus left out; None where this is not the case."""
    stated, plain = (first, second) if left.parameter == RESIDUE else (second, first)
    if RESIDUE not in (left.parameter, right.parameter) or any(map(variables, plain)):
        return None
    residues = [linear_parts(tree, RESIDUE)[1] for tree in stated]
    return mutual(residues, plain, plain, residues, _same, "residues")


def _same(left: Node, right: Node) -> Finding:
    return as_finding(same_value(left, right))


def _families(tree: Node) -> list[Family]:
    """Return the families of one tree; two of a tree with (-1)^k, one for even and one for odd k.

    Raises:
        NotLinear: where the letter does not stand linearly, or not at all.
    """
    parities = (0, 1) if any(_is_alternating(part) for part in walk(tree)) else (None,)
    found: list[Family] = []
    for parity in parities:
        step, offset = linear_parts(tree if parity is None else _at_parity(tree, parity), _RUNNING)
        if abs(_value(step)) < _EPSILON:
            raise NotLinear("a constant")
        found.append(Family(offset, step))
    return found


def _is_alternating(node: Node) -> bool:
    return node[0] == "pow" and node[1] == _MINUS_ONE and _RUNNING in variables(node[2])


def _at_parity(node: Node, parity: int) -> Node:
    """Return the tree with 2k, or 2k + 1, for the letter, and the sign that a power of -1 then has."""
    if _is_alternating(node):
        return ("num", "1") if _power_is_even(node[2], parity) else _MINUS_ONE
    if node == ("var", _RUNNING):
        return add(mul(("num", "2"), node), number(parity))
    return tuple(_at_parity(part, parity) if isinstance(part, tuple) else part for part in node)


def _power_is_even(exponent: Node, parity: int) -> bool:
    """Say whether the power of -1 is even for all even, or all odd, k.

    Raises:
        NotLinear: where it alternates among those.
    """
    first, second = (
        exact_value(substitute(exponent, ("var", _RUNNING), number(place))) for place in (parity, parity + 2)
    )
    if first is None or second is None or first.denominator != 1 or (second - first) % 2:
        raise NotLinear("a power of -1 that does not alternate")
    return first % 2 == 0


def _value(node: Node) -> float:
    """Return the value of a constant.

    Raises:
        NotLinear: where it has no real one.
    """
    try:
        found = evaluate(node, {}, DOUBLE)
    except NoValue as error:
        raise NotLinear("no value") from error
    if not DOUBLE.is_real(found):
        raise NotLinear("a complex value")
    return float(found.value.real)


def _modulo(left: list[Family], right: list[Family]) -> Finding:
    """Compare two unions of families by their offsets modulo the least common multiple of the steps."""
    unit = left[0].step
    try:
        counts = [[_multiple(family.step, unit) for family in side] for side in (left, right)]
    except NotLinear:
        return untold("family-steps", "steps that have no common multiple that is found")
    ratios = [ratio for side in counts for ratio in side]
    top = math.lcm(*(ratio.numerator for ratio in ratios))
    period = Fraction(top, math.gcd(*(ratio.denominator for ratio in ratios)))
    width = mul(unit, number(period.numerator), ("inv", number(period.denominator)))
    sides: list[list[Node]] = []
    for side, found in zip((left, right), counts, strict=True):
        times = [int(period / ratio) for ratio in found]
        if sum(times) > MAX_OFFSETS:
            return untold("too-many-offsets")
        sides.append(
            [
                add(one.offset, mul(number(place), one.step))
                for one, n in zip(side, times, strict=True)
                for place in range(n)
            ]
        )

    def congruent(first: Node, second: Node) -> Finding:
        return _congruent(first, second, width)

    return mutual(sides[0], sides[1], sides[1], sides[0], congruent, "family")


def _multiple(step: Node, unit: Node) -> Fraction:
    """Return the positive rational quotient of two steps.

    Raises:
        NotLinear: where there is none with a small denominator.
    """
    quotient = _value(step) / _value(unit)
    found = Fraction(abs(quotient)).limit_denominator(_MAX_DENOMINATOR)
    signed = found if quotient > 0 else -found
    exact = mul(unit, number(signed.numerator), ("inv", number(signed.denominator)))
    if found == 0 or not same_value(step, exact).equal:
        raise NotLinear("steps without a common multiple")
    return found


def _congruent(left: Node, right: Node, width: Node) -> Finding:
    try:
        turns = (_value(left) - _value(right)) / _value(width)
    except NotLinear:
        return untold("family-offset")
    if abs(turns - round(turns)) > _EPSILON * max(1.0, abs(turns)):
        return differ("family-offset")
    return _same(add(left, neg(mul(number(round(turns)), width))), right)
