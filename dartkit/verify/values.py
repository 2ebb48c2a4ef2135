"""Compare two single values: words, then exact numbers, then trees.

A value with a percent sign stands for two numbers (28% is 28 and 0.28) where the settings allow it; every other number
stands for itself, whatever its notation. Two numbers are equal only if their exact values are.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dartkit.text.tokens import Token
from dartkit.verify.finding import Finding, Symbolic
from dartkit.verify.quantity import Quantity, read_quantity
from dartkit.verify.rational import NotRational, Oversized, is_oversized, value_of
from dartkit.verify.syntax import INFINITY, Node, Unreadable, neg, parse
from dartkit.verify.words import compare_words

LONG_DECIMAL = 12  # significant digits from which a decimal may stand for an irrational or periodic value
_HUNDREDTH: Node = ("inv", ("num", "100"))
_RADIANS: Node = ("mul", ("const", "pi"), ("inv", ("num", "180")))
_INFINITIES = (INFINITY, neg(INFINITY))
_LETTER_UNITS = frozenset("mgshlLkVWNJ")


def compare_values(
    left: Sequence[Token], right: Sequence[Token], symbolic: Symbolic, *, percent: bool
) -> Finding:
    """Say whether two values are equal. Symmetric; never raises."""
    found = compare_words(left, right)
    if found is not None:
        return found
    quantities = (read_quantity(left), read_quantity(right))
    measures = (quantities[0].label, quantities[1].label)
    if None not in measures and measures[0] != measures[1]:
        return Finding(False, "numeric", "units-differ", f"{measures[0]} against {measures[1]}")
    try:
        trees = (parse(quantities[0].core), parse(quantities[1].core))
    except (Unreadable, RecursionError) as error:
        return Finding(None, "none", "unreadable", str(error)[:200] or "nested too deeply")
    return _compare_trees(trees, quantities, symbolic, percent=percent)


def _compare_trees(
    trees: tuple[Node, Node], quantities: tuple[Quantity, Quantity], symbolic: Symbolic, *, percent: bool
) -> Finding:
    marks = (quantities[0].percent, quantities[1].percent)
    left, right = trees
    if "based" in (left[0], right[0]) and left[0] != right[0]:
        return Finding(None, "none", "base-missing", "only one side states its base")
    if left[0] == right[0] == "based":
        return Finding(left == right, "numeric", "based-number")
    if left == right and marks[0] == marks[1]:
        return Finding(True, "exact", "same-tree")
    if any(tree in _INFINITIES for tree in trees):
        return Finding(False, "exact", "infinity")
    if _is_unit_letter(left, right) or _is_unit_letter(right, left):
        return Finding(
            None, "none", "unit-or-variable", "a letter after the number may be a unit or a variable"
        )
    pairs = _readings(trees, marks, percent=percent)
    found = _exact_numbers(pairs, trees)
    if found is not None:
        return found
    if is_oversized(left) or is_oversized(right):
        return Finding(None, "none", "oversized", "a power or factorial too large to work out")
    pairs += _radian_readings(trees, (quantities[0].degree, quantities[1].degree))
    return _ask(pairs, symbolic, tolerance_of(left, right))


def _is_unit_letter(product: Node, number: Node) -> bool:
    """Say whether a product is the other side's number times one letter that is also a unit, as in `2600g`."""
    if product[0] == "neg" and number[0] == "neg":
        return _is_unit_letter(product[1], number[1])
    is_product = product[0] == "mul" and len(product) == 3 and product[2][0] == "var"
    return is_product and product[2][1] in _LETTER_UNITS and product[1] == number and number[0] == "num"


def _readings(
    trees: tuple[Node, Node], marks: tuple[bool, bool], *, percent: bool
) -> list[tuple[Node, Node]]:
    """Return the pairs of which one must be equal, under the percent policy."""
    left, right = trees
    if marks[0] == marks[1]:
        return [(left, right)]
    hundredths = (
        ("mul", left, _HUNDREDTH) if marks[0] else left,
        ("mul", right, _HUNDREDTH) if marks[1] else right,
    )
    return [(left, right), hundredths] if percent else [hundredths]


def _radian_readings(trees: tuple[Node, Node], degrees: tuple[bool, bool]) -> list[tuple[Node, Node]]:
    if degrees[0] == degrees[1] or not any(_mentions_pi(tree) for tree in trees):
        return []
    left, right = trees
    return [
        (("mul", left, _RADIANS) if degrees[0] else left, ("mul", right, _RADIANS) if degrees[1] else right)
    ]


def _mentions_pi(node: Node) -> bool:
    return node == ("const", "pi") or any(_mentions_pi(part) for part in node[1:] if isinstance(part, tuple))


def exact_value(node: Node) -> Fraction | None:
    """Return the exact value of a tree, or None where it is irrational, variable or too large."""
    try:
        return value_of(node)
    except (NotRational, Oversized):
        return None


def _exact_numbers(pairs: list[tuple[Node, Node]], trees: tuple[Node, Node]) -> Finding | None:
    tolerance = tolerance_of(*trees)
    for left, right in pairs:
        first, second = exact_value(left), exact_value(right)
        if first is None or second is None:
            return None
        if first == second or abs(first - second) <= Fraction(tolerance) * max(abs(first), abs(second)):
            return Finding(True, "numeric", "exact-fraction" if first == second else "long-decimal")
    return Finding(False, "numeric", "exact-fraction")


def tolerance_of(left: Node, right: Node) -> float:
    """Return the relative error a long decimal on one side leaves open; 0 unless exactly one side is one."""
    digits = [_significant(tree) for tree in (left, right)]
    longest = max(digits)
    return 10.0 ** (1 - min(longest, 300)) if longest >= LONG_DECIMAL and min(digits) < LONG_DECIMAL else 0.0


def _significant(node: Node) -> int:
    if node[0] == "neg":
        return _significant(node[1])
    if node[0] != "num" or "." not in node[1] or "(" in node[1]:
        return 0
    return len(node[1].partition("e")[0].replace(".", "").lstrip("0"))


def _ask(pairs: list[tuple[Node, Node]], symbolic: Symbolic, tolerance: float) -> Finding:
    found = Finding(None, "none", "no-reading")
    for left, right in pairs:
        found = symbolic("value", left, right, tolerance)
        if found.equal or found.trouble:
            return found
    return found
