"""Compare equations up to a non-zero factor and inequalities up to a positive one."""

from __future__ import annotations

from dartkit.text.tokens import tokenize
from dartkit.verify.algebra.equations import same_equation
from dartkit.verify.algebra.evaluate import NoValue, evaluate
from dartkit.verify.algebra.fields import DOUBLE
from dartkit.verify.algebra.points import points, seeded
from dartkit.verify.algebra.tree import Node, difference, variables
from dartkit.verify.compare.finding import Finding, conjunction, differ, equal, mutual, untold
from dartkit.verify.compare.values import as_finding
from dartkit.verify.reading.form import Form
from dartkit.verify.reading.syntax import Unreadable, parse

MAX_PARTS = 16


def equation_of(form: Form) -> tuple[Node, ...]:
    """Return the differences of an equation, or of a named value `y = 2x` read as one; nothing where it is neither."""
    if form.kind == "equation":
        return form.sides
    if form.kind != "value" or form.name is None or form.tree is None:
        return ()
    try:
        name = parse(tokenize(form.name))
    except Unreadable:
        return ()
    return (difference(name, form.tree),)


def compare_equations(left: tuple[Node, ...], right: tuple[Node, ...]) -> Finding:
    """Say whether two chains of equations are the same, link by link."""
    if not left or not right:
        return untold("unreadable")
    if len(left) != len(right):
        return differ("equation-length")
    if len(left) > MAX_PARTS:
        return equal("equation") if left == right else untold("too-many-parts")
    found: list[Finding] = [equal("equation")]
    for first, second in zip(left, right, strict=True):
        one = as_finding(same_equation(first, second))
        if one.equal is False:
            return one.within("equation")
        found.append(one)
    return conjunction(found, "equation")


def compare_relations(
    left: tuple[Node, ...], left_signs: tuple[str, ...], right: tuple[Node, ...], right_signs: tuple[str, ...]
) -> Finding:
    """Say whether two systems of inequalities `tree < 0` have the same parts, in any order."""
    if sorted(left_signs) != sorted(right_signs):
        return differ("relation-signs")
    if left == right and left_signs == right_signs:
        return equal("relation")
    if len(left) > MAX_PARTS:
        return untold("too-many-parts")
    firsts, seconds = list(zip(left, left_signs, strict=True)), list(zip(right, right_signs, strict=True))
    return mutual(firsts, seconds, seconds, firsts, _part, "relation")


def _part(left: tuple[Node, str], right: tuple[Node, str]) -> Finding:
    return _relation(left[0], right[0], left[1]) if left[1] == right[1] else differ("sign")


def _relation(left: Node, right: Node, sign: str) -> Finding:
    found = as_finding(same_equation(left, right))
    if found.equal and sign != "≠" and not _same_direction(left, right):
        return differ("turned-around")
    return found


def _same_direction(left: Node, right: Node) -> bool:
    """Say whether two proportional differences have the same sign."""
    names = sorted(variables(left) | variables(right))
    for point in points(names, seeded(left, right), whole=False):
        try:
            first, second = evaluate(left, point, DOUBLE), evaluate(right, point, DOUBLE)
        except NoValue:
            continue
        if not DOUBLE.is_zero(first) and not DOUBLE.is_zero(second):
            return bool((first.value.real > 0) == (second.value.real > 0))
    return False
