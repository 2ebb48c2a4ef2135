"""The ladder: exact text, exact numbers, words, structure, and last a symbolic comparison in another process.

Each rung answers equal, not equal or pass. Structure recurses: tuples and intervals go in order with their brackets, sets,
lists and unions without order, matrices by shape and entry. Every rung is symmetric in its two sides.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from dartkit.text.tokens import TooLong, render, tokenize
from dartkit.verify.finding import Finding, Symbolic
from dartkit.verify.quantity import trim
from dartkit.verify.rational import is_oversized
from dartkit.verify.shapes import Shape, Tokens, shape_of
from dartkit.verify.syntax import Node, Unreadable, neg, parse
from dartkit.verify.values import compare_values, exact_value

MAX_ELEMENTS = 60


class Ladder:
    """Compares two answers.

    Args:
        symbolic: The last tier.
        percent: Whether `28%` also matches 28 and 0.28.
    """

    def __init__(self, symbolic: Symbolic, *, percent: bool) -> None:
        self._symbolic = symbolic
        self._percent = percent

    def compare(self, left: str, right: str) -> Finding:
        """Say whether two answers are equal. Symmetric, reflexive for non-empty answers, never raises."""
        if left.strip() == right.strip():
            return Finding(True, "exact", "same-text")
        try:
            sides = (trim(tokenize(left)), trim(tokenize(right)))
        except TooLong as error:
            return Finding(None, "none", "too-long", str(error))
        if not all(sides):
            return Finding(None, "none", "nothing-to-compare", "one side is empty after normalisation")
        if render(sides[0]) == render(sides[1]):
            return Finding(True, "exact", "normalised-text")
        found = self._shapes(shape_of(sides[0]), shape_of(sides[1]))
        if found.equal is False and "," in left and "," in right:
            return self._without_thousands(left, right, found)
        return found

    def _without_thousands(self, left: str, right: str, found: Finding) -> Finding:
        """Read `100,200` as a list where the other side is one: a comma in a number and in a list look the same."""
        shapes = [shape_of(tokenize(side, thousands=True)) for side in (left, right)]
        if (shapes[0].kind == "list") == (shapes[1].kind == "list"):
            return found
        return self._shapes(*(shape_of(tokenize(side, thousands=False)) for side in (left, right)))

    def _shapes(self, left: Shape, right: Shape) -> Finding:
        if "unclear" in (left.kind, right.kind):
            return Finding(
                None, "none", "unclear-form", "a relation, set-builder or nesting that is not read"
            )
        if "equation" in (left.kind, right.kind) or self._names_differ(left, right):
            return self._equations(left, right)
        if left.kind == right.kind == "value":
            return compare_values(left.tokens, right.tokens, self._symbolic, percent=self._percent)
        kinds = {left.kind, right.kind}
        if kinds <= {"set", "list"}:
            return self._unordered(left, right, "set")
        if kinds == {"union"}:
            return self._unordered(left, right, "union")
        if kinds == {"ratio"}:
            return self._ratio(left, right)
        if kinds == {"relation"}:
            return self._relation(left, right)
        if kinds <= {"sequence", "matrix"}:
            return self._ordered(left, right)
        return self._mixed(left, right)

    @staticmethod
    def _names_differ(left: Shape, right: Shape) -> bool:
        names = (left.name, right.name)
        if None in names or names[0] == names[1]:
            return False
        return all(name is not None and len(name.lstrip("\\").partition("_")[0]) == 1 for name in names)

    def _mixed(self, left: Shape, right: Shape) -> Finding:
        """Compare forms of two sorts: only a list in order against a tuple can still be equal."""
        kinds = {left.kind, right.kind}
        if kinds == {"list", "sequence"}:
            listed, sequence = (left, right) if left.kind == "list" else (right, left)
            found = self._in_order(left, right, "tuple")
            named = all(item.name for item in listed.items)
            if found.equal is not True or (named and sequence.opened == "("):
                return found
            return Finding(
                None, "none", "list-against-tuple", "the same elements, once as a list, once as a tuple"
            )
        if kinds == {"ratio", "value"}:
            return Finding(None, "none", "clock-against-value", "a colon on one side only")
        if "relation" in kinds:
            return Finding(None, "none", "relation", "an inequality on one side only")
        if "value" in kinds:
            value = left if left.kind == "value" else right
            found = compare_values(value.tokens, value.tokens, self._symbolic, percent=self._percent)
            if found.equal is None or found.rule == "words":
                return Finding(None, "none", "form-against-text", "one side is not read as mathematics")
        return Finding(False, "exact", "forms-differ", f"{left.kind} against {right.kind}")

    def _ordered(self, left: Shape, right: Shape) -> Finding:
        if left.kind == right.kind == "matrix" and left.columns != right.columns:
            return Finding(False, "exact", "matrix-shape")
        for matrix, other in ((left, right), (right, left)):
            is_vector = matrix.columns in (1, len(matrix.items))
            if matrix.kind == "matrix" and other.kind != "matrix" and not (is_vector and other.opened == "("):
                return Finding(False, "exact", "matrix-shape")
        if left.kind == right.kind == "sequence" and (left.opened, left.closed) != (
            right.opened,
            right.closed,
        ):
            return Finding(False, "exact", "brackets-differ")
        return self._in_order(left, right, "matrix" if "matrix" in (left.kind, right.kind) else "tuple")

    def _in_order(self, left: Shape, right: Shape, rule: str) -> Finding:
        if len(left.items) != len(right.items):
            return Finding(False, "exact", f"{rule}-length")
        found = [Finding(True, "exact", rule)]
        for first, second in zip(left.items, right.items, strict=True):
            one = self._shapes(first, second)
            if one.equal is False:
                return replace(one, rule=f"{rule}/{one.rule}")
            found.append(one)
        return _conjunction(found, rule)

    def _unordered(self, left: Shape, right: Shape, rule: str) -> Finding:
        """Match elements greedily, which is enough because equality is transitive."""
        firsts, seconds = _distinct(left), _distinct(right)
        if len(firsts) != len(seconds):
            return Finding(False, "exact", f"{rule}-size")
        if len(firsts) > MAX_ELEMENTS:
            return Finding(None, "none", "too-many-elements")
        matched = [Finding(True, "exact", rule)]
        for first in firsts:
            found, place = self._partner(first, seconds)
            if place is None:
                return replace(found, rule=f"{rule}/{found.rule}")
            del seconds[place]
            matched.append(found)
        return _conjunction(matched, rule)

    def _partner(self, first: Shape, others: list[Shape]) -> tuple[Finding, int | None]:
        """Find an element equal to `first`, trying those that read the same before the dearer comparisons."""
        text = render(first.tokens)
        unknown = None
        for place in sorted(range(len(others)), key=lambda place: render(others[place].tokens) != text):
            found = self._shapes(first, others[place])
            if found.equal:
                return found, place
            unknown = found if found.equal is None and unknown is None else unknown
        return unknown or Finding(False, "exact", "no-partner"), None

    def _ratio(self, left: Shape, right: Shape) -> Finding:
        found = self._in_order(left, right, "ratio")
        if found.equal is False and len(left.items) == len(right.items) == 2:
            first, second, third, fourth = (_exact_of(item) for item in (*left.items, *right.items))
            if (
                first is None
                or second is None
                or third is None
                or fourth is None
                or first * fourth == second * third
            ):
                return Finding(None, "none", "ratio", "the same ratio in other terms, or no numbers")
        return found

    def _relation(self, left: Shape, right: Shape) -> Finding:
        """Relations that are no intervals are equal part by part; otherwise they may still say the same."""
        found = self._in_order(left, right, "relation")
        if found.equal and left.signs == right.signs:
            return found
        return Finding(None, "none", "relation", "two inequalities that read differently")

    def _equations(self, left: Shape, right: Shape) -> Finding:
        kinds = {left.kind, right.kind}
        if (
            kinds == {"equation", "value"}
            and None in (left.name, right.name)
            and not (left.name or right.name)
        ):
            equation, value = (left, right) if left.kind == "equation" else (right, left)
            return self._chain(equation, value)
        try:
            trees = (_difference(left), _difference(right))
        except (Unreadable, RecursionError) as error:
            return Finding(None, "none", "unreadable", str(error)[:200])
        if trees[0] == trees[1]:
            return Finding(True, "exact", "same-tree")
        if any(is_oversized(tree) for tree in trees):
            return Finding(None, "none", "oversized", "a power or factorial too large to work out")
        return self._symbolic("equation", trees[0], trees[1], 0.0)

    def _chain(self, equation: Shape, value: Shape) -> Finding:
        r"""Compare `3 \cdot 4 = 12` with a value: the chain must hold, then its last part counts."""
        numbers = [_exact_of(part) for part in equation.items]
        if None in numbers or len(set(numbers)) != 1:
            return Finding(
                None, "none", "equation-against-value", "one side is an equation, the other a value"
            )
        return self._shapes(equation.items[-1], value)


def _distinct(shape: Shape) -> list[Shape]:
    return list({(render(item.tokens), item.name): item for item in shape.items}.values())


def _conjunction(found: list[Finding], rule: str) -> Finding:
    for one in found:
        if one.equal is None:
            return replace(one, rule=f"{rule}/{one.rule}")
    order = ("symbolic", "numeric", "choice", "exact")
    method = min((one.method for one in found), key=order.index)
    return Finding(True, method, rule)


def _tree(tokens: Tokens) -> Node:
    return parse(trim(tokens))


def _difference(shape: Shape) -> Node:
    """Return left side minus right side of an equation with two sides; a named value is one."""
    if shape.kind == "equation" and len(shape.items) == 2:
        return ("add", _tree(shape.items[0].tokens), neg(_tree(shape.items[1].tokens)))
    if shape.kind == "value" and shape.name is not None:
        return ("add", _tree(tuple(tokenize(shape.name))), neg(_tree(shape.tokens)))
    raise Unreadable("an equation of other than two sides")


def _exact_of(shape: Shape) -> Fraction | None:
    try:
        return exact_value(_tree(shape.tokens))
    except (Unreadable, RecursionError):
        return None
