"""Compare two single values: exact numbers, then identity tests, then the symbolic worker.

A value with a percent sign stands for two numbers (28% is 28 and 0.28) where the policy allows it; every other number
stands for itself, whatever its notation. Units of one dimension are converted; of two dimensions, the values differ.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dartkit.verify.algebra.hopeless import is_hopeless
from dartkit.verify.algebra.identity import Found, same_value
from dartkit.verify.algebra.rational import exact_value, literal
from dartkit.verify.algebra.tree import (
    HUNDREDTH,
    INFINITY,
    MINUS_INFINITY,
    PI,
    Node,
    mul,
    number,
    substitute,
    variables,
    walk,
)
from dartkit.verify.compare.finding import Finding, Symbolic, differ, equal, untold
from dartkit.verify.lexicon.units import Unit
from dartkit.verify.policy import Policy
from dartkit.verify.reading.form import Form
from dartkit.verify.reading.quantity import Quantity
from dartkit.verify.reading.syntax import Unreadable, parse

if TYPE_CHECKING:
    from dartkit.records import Method

LONG_DECIMAL = 12  # significant digits from which a decimal may stand for an irrational or periodic value
_LAST_PLACE = (
    0.99  # a long decimal may be rounded or cut off, so it is less than a unit of its last place away
)
_TEN: Node = ("num", "10")
_LARGEST_EXPONENT = 100
SHORT_DECIMAL = 3  # the same where the policy allows rounding
_INFINITIES = (INFINITY, MINUS_INFINITY)
_IMAGINARY: Node = ("const", "i")
_CONSTANTS = frozenset({"C", "c", "K", "k", "C_1", "c_1"})  # of integration
_POUNDS = {"GBP", "lb"}
_ANGLES = ((("rad", 1),),)
_Pairs = list[tuple[Node, Node]]


class ValueComparer:
    """Compares the trees of two values under a policy."""

    def __init__(self, policy: Policy, symbolic: Symbolic) -> None:
        self._policy = policy
        self._symbolic = symbolic

    def compare(self, left: Form, right: Form) -> Finding:
        """Say whether two values are equal. Symmetric; never raises."""
        if left.tree is None or right.tree is None:
            return untold("unreadable", left.trouble or right.trouble)
        quantities = (left.quantity or Quantity(()), right.quantity or Quantity(()))
        trees = (left.tree, right.tree)
        if variables(left.tree) or variables(right.tree):
            trees, quantities = _as_products((left, right), trees, quantities)
        found = self._quantities(trees, quantities)
        if found.equal is False and variables(trees[0]) != variables(trees[1]):
            again = with_other_letters(*trees)
            if again is not None:
                return self._quantities(again, quantities)
        return found

    def trees(self, left: Node, right: Node) -> Finding:
        """Compare two bare trees."""
        return self._any_of([(left, right)], self._tolerance(left, right))

    def _quantities(self, trees: tuple[Node, Node], quantities: tuple[Quantity, Quantity]) -> Finding:
        left, right = trees
        marks = (quantities[0].percent, quantities[1].percent)
        if "based" in (left[0], right[0]) and left[0] != right[0]:
            return self._based(left, right)
        units = (quantities[0].unit, quantities[1].unit)
        if self._policy.units == "strict" and (units[0] is None) != (units[1] is None):
            return differ("unit-missing", method="numeric")
        if left == right and marks[0] == marks[1] and units[0] == units[1]:
            return equal("same-tree", tier=1)
        if any(tree in _INFINITIES for tree in trees):
            return differ("infinity") if left != right else equal("same-tree")
        if marks[0] != marks[1] and any(unit is not None and unit.known for unit in units):
            return differ("units-differ", "a percentage against a measure", method="numeric", tier=1)
        pairs = self._unit_pairs(trees, units)
        if isinstance(pairs, Finding):
            return pairs
        if marks[0] != marks[1]:
            pairs = self._percent_pairs(pairs, marks)
        return self._any_of(pairs, self._tolerance(left, right))

    @staticmethod
    def _based(left: Node, right: Node) -> Finding:
        """Compare `1011_2` with a number without base, which may be meant in that base or in base ten."""
        stated, bare = (left, right) if left[0] == "based" else (right, left)
        digits = stated[1].partition("_")[0]
        if bare == ("num", digits):
            return equal("base-left-out", method="numeric", tier=1)
        same = exact_value(stated) == exact_value(bare) is not None
        return (equal if same else differ)("base-ten", method="numeric", tier=1)

    def _percent_pairs(self, pairs: _Pairs, marks: tuple[bool, bool]) -> _Pairs:
        found: _Pairs = []
        for left, right in pairs:
            hundredths = (
                mul(left, HUNDREDTH) if marks[0] else left,
                mul(right, HUNDREDTH) if marks[1] else right,
            )
            found += [(left, right), hundredths] if self._policy.percent == "loose" else [hundredths]
        return found

    def _unit_pairs(
        self, trees: tuple[Node, Node], units: tuple[Unit | None, Unit | None]
    ) -> _Pairs | Finding:
        """Return the pairs of which one must be equal, given the units; or a finding that settles it."""
        left, right = trees
        first, second = units
        if first is not None and second is not None and first.known and second.known:
            return _convert(left, right, first, second)
        pairs = [(left, right)]
        for at, unit in enumerate(units):
            if unit is None:
                continue
            if unit.dimension in _ANGLES and unit.pi and _is_angle(trees[1 - at]):
                angle = _in_base(trees[at], unit)
                pairs.append((angle, right) if at == 0 else (left, angle))
        return pairs

    def _tolerance(self, left: Node, right: Node) -> float:
        return max(self._policy.tolerance, decimal_tolerance(left, right, self._policy))

    def _any_of(self, pairs: _Pairs, tolerance: float) -> Finding:
        """Return the first equality among the pairs; a difference only where every pair differs."""
        unknown: Finding | None = None
        found = untold("no-reading")
        for left, right in pairs:
            found = self._pair(left, right, tolerance)
            if found.equal:
                return found
            unknown = found if found.equal is None and unknown is None else unknown
        return unknown or found

    def _pair(self, left: Node, right: Node, tolerance: float) -> Finding:
        found = same_value(left, right, tolerance)
        if found.equal is False and uses_bare_log(left) != uses_bare_log(right):
            again = same_value(with_common_log(left), with_common_log(right), tolerance)
            found = again if again.equal else found
        if found.equal is None and _wants_symbolic(left, right, found):
            return self._symbolic(left, right, tolerance)
        return as_finding(found)


def with_other_letters(left: Node, right: Node) -> tuple[Node, Node] | None:
    """Return the trees with `I` read as the imaginary unit, or with one name for a constant of integration; else None."""
    for name in ("I", "j"):
        for one, other in ((left, right), (right, left)):
            if name in variables(one) and name not in variables(other) and _is_complex(one, other, name):
                changed = substitute(one, ("var", name), _IMAGINARY)
                return (changed, right) if one is left else (left, changed)
    own = [variables(tree) - variables(other) for tree, other in ((left, right), (right, left))]
    if all(len(names) == 1 and names <= _CONSTANTS for names in own):
        first, second = next(iter(own[0])), next(iter(own[1]))
        if all(tree[0] == "add" and ("var", name) in tree for tree, name in ((left, first), (right, second))):
            return left, substitute(right, ("var", second), ("var", first))
    return None


def _is_complex(tree: Node, other: Node, name: str) -> bool:
    """Say whether a letter can only be the imaginary unit: the other side has that, and `3j` alone could be a vector."""
    if _IMAGINARY in walk(tree) or _IMAGINARY not in walk(other):
        return False
    return name == "I" or tree[0] == "add"


def _as_products(
    forms: tuple[Form, Form], trees: tuple[Node, Node], quantities: tuple[Quantity, Quantity]
) -> tuple[tuple[Node, Node], tuple[Quantity, Quantity]]:
    """Read the `m` of `9m^2` as a variable, because a side has variables."""
    made = [
        _as_product(*side, variables(other))
        for side, other in zip(zip(forms, trees, quantities, strict=True), reversed(trees), strict=True)
    ]
    return (made[0][0], made[1][0]), (made[0][1], made[1][1])


def _as_product(form: Form, tree: Node, quantity: Quantity, names: frozenset[str]) -> tuple[Node, Quantity]:
    unit = quantity.unit
    if unit is None or not (unit.ambiguous or unit.label in names):
        return tree, quantity
    try:
        places = [place for place, token in enumerate(form.tokens) if token.text == "="] if form.name else []
        value = form.tokens[places[-1] + 1 :] if places else form.tokens
        return parse(value), Quantity(value)
    except Unreadable:
        return tree, quantity


def _is_angle(node: Node) -> bool:
    """Say whether a tree is likely to be in radians: it has a π or an inverse function in it."""
    return any(part == PI or (part[0] == "fn" and part[1].startswith("arc")) for part in walk(node))


def as_finding(found: Found) -> Finding:
    """Return an algebraic result as a finding."""
    method: Method = "numeric" if found.tier <= 1 else "symbolic"
    return Finding(found.equal, "none" if found.equal is None else method, found.rule, tier=found.tier)


def _wants_symbolic(left: Node, right: Node, found: Found) -> bool:
    """Say whether a computer algebra system may know more: integrals, limits and endless sums, but no oversized numbers."""
    if found.rule == "oversized":
        return False
    bigs = [part for tree in (left, right) for part in walk(tree) if part[0] == "big"]
    return bool(bigs) and not any(map(is_hopeless, bigs))


def _convert(left: Node, right: Node, first: Unit, second: Unit) -> _Pairs | Finding:
    if first.dimension != second.dimension:
        if {first.label, second.label} == _POUNDS and (first.ambiguous or second.ambiguous):
            return [(left, right)]
        if first.ambiguous or second.ambiguous:
            return untold("ambiguous-units", f"{first.label} against {second.label}")
        return differ("units-differ", f"{first.label} against {second.label}", method="numeric", tier=1)
    if (first.factor, first.offset, first.pi) == (second.factor, second.offset, second.pi):
        return [(left, right)]
    return [(_in_base(left, first), _in_base(right, second))]


def _in_base(tree: Node, unit: Unit) -> Node:
    """Return the tree of a quantity in base units."""
    parts: list[Node] = [tree]
    if unit.factor != 1:
        parts += [number(unit.factor.numerator), ("inv", number(unit.factor.denominator))]
    parts += [PI] * max(unit.pi, 0) + [("inv", PI)] * max(-unit.pi, 0)
    scaled = mul(*parts)
    if not unit.offset:
        return scaled
    offset: Fraction = unit.offset
    return ("add", scaled, mul(number(offset.numerator), ("inv", number(offset.denominator))))


def decimal_tolerance(left: Node, right: Node, policy: Policy) -> float:
    """Return the relative error a long decimal on one side leaves open; 0 unless exactly one side is one."""
    left, right = _as_literal(left), _as_literal(right)
    digits = [significant_digits(tree) for tree in (left, right)]
    longest = max(digits)
    if policy.decimals == "rounded" and longest >= SHORT_DECIMAL:
        sides = zip((left, right), digits, strict=True)
        return max(_half_a_place(tree) for tree, count in sides if count >= SHORT_DECIMAL)
    if longest >= LONG_DECIMAL and min(digits) < LONG_DECIMAL and not _is_finite_decimal(left, right, digits):
        return _LAST_PLACE * 2 * _half_a_place(left if digits[0] == longest else right)
    return 0.0


def _as_literal(node: Node) -> Node:
    r"""Return `2.5 \times 10^{-3}` as the numeral 2.5e-3; any other tree as it is."""
    if node[0] == "neg":
        return ("neg", _as_literal(node[1]))
    if node[0] != "mul" or len(node) != 3 or node[1][0] != "num" or node[2][0] != "pow" or node[2][1] != _TEN:
        return node
    exponent = exact_value(node[2][2])
    is_short = exponent is not None and exponent.denominator == 1 and abs(exponent) < _LARGEST_EXPONENT
    return ("num", f"{node[1][1]}e{exponent}") if is_short and "e" not in node[1][1] else node


def _half_a_place(node: Node) -> float:
    """Return half a unit of a decimal's last place, relative to the decimal: what rounding may have taken."""
    text = node[1][1] if node[0] == "neg" else node[1]
    value = literal(text)
    places = len(text.partition("e")[0].partition(".")[2]) - int(text.partition("e")[2] or "0")
    return float(Fraction(1, 2) / Fraction(10) ** places / value) if value else 0.0


def _is_finite_decimal(left: Node, right: Node, digits: list[int]) -> bool:
    """Say whether the other side is itself a short decimal or whole number, with which a long decimal must agree exactly."""
    other = left if digits[0] < digits[1] else right
    bare = other[1] if other[0] == "neg" else other
    return bool(
        bare[0] == "num"
        and "(" not in bare[1]
        and abs(digits[0] - digits[1]) > 0
        and len(bare[1]) < LONG_DECIMAL
    )


def significant_digits(node: Node) -> int:
    """Return the significant digits of a decimal numeral; 0 for anything else."""
    if node[0] == "neg":
        return significant_digits(node[1])
    if node[0] != "num" or "." not in node[1] or "(" in node[1]:
        return 0
    return len(node[1].partition("e")[0].replace(".", "").lstrip("0"))


def uses_bare_log(node: Node) -> bool:
    """Say whether a logarithm without base is in the tree: natural to some authors, common to others."""
    return any(part[:2] == ("fn", "log") for part in walk(node))


def with_common_log(node: Node) -> Node:
    """Return the tree with every bare logarithm read as the one to base ten."""
    if node[:2] == ("fn", "log"):
        return ("mul", ("fn", "ln", with_common_log(node[2])), ("inv", ("fn", "ln", ("num", "10"))))
    return tuple(with_common_log(part) if isinstance(part, tuple) else part for part in node)
