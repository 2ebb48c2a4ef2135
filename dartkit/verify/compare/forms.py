"""Compare two forms: structure recurses, and where the two sides are written in different forms, one is read as the other.

Every coercion works in both directions: interval and inequality, column and tuple, `x = 5` and 5, a point set and a region.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import pairwise

from dartkit.text.tokens import render
from dartkit.verify.algebra.rational import exact_value
from dartkit.verify.algebra.regions import as_points
from dartkit.verify.algebra.tree import INFINITY, MINUS_INFINITY, ZERO, mul
from dartkit.verify.compare.families import compare_families, has_running_letter
from dartkit.verify.compare.finding import Finding, Symbolic, conjunction, differ, equal, mutual, untold
from dartkit.verify.compare.names import both_named, names_clash, names_itself, without_bound_name
from dartkit.verify.compare.regions import compare_regions
from dartkit.verify.compare.solutions import compare_solutions
from dartkit.verify.compare.statements import compare_equations, compare_relations, equation_of
from dartkit.verify.compare.values import ValueComparer
from dartkit.verify.policy import Policy
from dartkit.verify.reading.form import Form
from dartkit.verify.reading.matrices import rows_of
from dartkit.verify.reading.structure import as_region
from dartkit.verify.reading.vectors import read_vector

MAX_COMPARISONS = 800
_SEQUENCES = frozenset({"sequence", "matrix"})
_COLLECTIONS = frozenset({"set", "list"})
Texts = Callable[[Form, Form], Finding | None]


class FormComparer:
    """Compares forms under a policy.

    Args:
        policy: What counts as the same answer.
        symbolic: The last tier.
        texts: Compares two values of which at least one is no expression; None where it knows nothing.
    """

    def __init__(self, policy: Policy, symbolic: Symbolic, texts: Texts) -> None:
        self._policy = policy
        self._values = ValueComparer(policy, symbolic)
        self._texts = texts

    def compare(self, left: Form, right: Form) -> Finding:
        """Say whether two forms are equal. Symmetric; never raises."""
        if has_running_letter(left, right):
            family = compare_families(left, right)
            if family is not None:
                return differ("names-differ") if family.equal and names_clash(left, right) else family
        left, right = without_bound_name(left, right)
        kinds = {left.kind, right.kind}
        if "unclear" in kinds:
            return self._unclear(left, right)
        if kinds == {"value"}:
            return self._named_values(left, right)
        if "equation" in kinds:
            return self._equations(left, right)
        if "relation" in kinds:
            return self._relations(left, right)
        if kinds <= _SEQUENCES and kinds != {"sequence"}:
            return self._matrices(left, right)
        if kinds == {"sequence"}:
            return self._sequences(left, right)
        if kinds <= _COLLECTIONS:
            return self._collections(left, right)
        if kinds == {"ratio"}:
            return self._ratios(left, right)
        return self._mixed(left, right)

    def _unclear(self, left: Form, right: Form) -> Finding:
        """Compare two set-builders that are not worked out part by part; of anything else nothing is said."""
        if left.kind == right.kind and len(left.items) == len(right.items) > 0:
            found = self._in_order(left.items, right.items, "set-builder")
            if found.equal:
                return found
        return untold("unclear-form", left.trouble or right.trouble)

    def _named_values(self, left: Form, right: Form) -> Finding:
        found = self._value_pair(left, right)
        if found.equal is not True:
            if both_named(left, right) and (
                left.name != right.name or names_itself(left) or names_itself(right)
            ):
                again = compare_equations(equation_of(left), equation_of(right))
                return again if again.equal else found
            return found
        if names_clash(left, right):
            return differ("names-differ", f"{left.name} against {right.name}")
        return found

    def _value_pair(self, left: Form, right: Form) -> Finding:
        if left.tree is None or right.tree is None:
            if render(left.tokens) == render(right.tokens):
                return equal("same-text", tier=0)
            return self._texts(left, right) or self._values.compare(left, right)
        return self._values.compare(left, right)

    def _mixed(self, left: Form, right: Form) -> Finding:
        """Compare two forms of different sorts by reading one as the other."""
        kinds = {left.kind, right.kind}
        if "region" in kinds:
            return self._regions(left, right)
        if "value" in kinds:
            return self._with_value(left, right)
        if "ratio" in kinds:
            return differ("forms-differ", f"{left.kind} against {right.kind}")
        bracketed, plain = (left, right) if left.kind in _SEQUENCES else (right, left)
        return self._tuple_and_collection(bracketed, plain)

    def _tuple_and_collection(self, bracketed: Form, plain: Form) -> Finding:
        """Compare a tuple with a list (in order, unless the brackets are those of a list in code) or with a set."""
        if bracketed.kind == "sequence" and (bracketed.opened, bracketed.closed) not in (
            ("(", ")"),
            ("[", "]"),
        ):
            return differ("interval-against-list")
        square = bracketed.kind == "sequence" and (bracketed.opened, bracketed.closed) == ("[", "]")
        if square and len(bracketed.items) == 2 and any(item.name is not None for item in plain.items):
            return differ("interval-against-list")  # x = 5 or x = 10 are only the ends of [5, 10]
        if self._policy.order == "unordered" or (square and len(bracketed.items) != 2):
            return self._unordered(bracketed, plain, "list")
        if plain.kind == "set":
            region = as_region(bracketed) if square else None
            if region is not None and region[0].low == region[0].high:
                return self._regions(Form("region", intervals=region), plain)  # [2, 2] is {2}
            return differ("set-against-tuple")
        if square:
            return self._unordered(bracketed, plain, "list")
        return self._in_order(bracketed.items, _by_letter(plain.items), "tuple")

    def _with_value(self, left: Form, right: Form) -> Finding:
        value, other = (left, right) if left.kind == "value" else (right, left)
        if value.tree is None:
            return self._texts(left, right) or untold("form-against-text", value.trouble)
        if other.kind == "ratio":
            first, second = (exact_value(item.tree) if item.tree else None for item in other.items[:2])
            if len(other.items) == 2 and first is not None and second:
                assert other.items[0].tree is not None
                assert other.items[1].tree is not None
                return self._values.trees(value.tree, mul(other.items[0].tree, ("inv", other.items[1].tree)))
            return differ("forms-differ", f"{left.kind} against {right.kind}")
        if other.kind in ("set", "list") and len(_distinct(other)) == 1:
            return self.compare(value, other.items[0])
        if other.kind in ("matrix", "sequence") and len(other.items) == 1:
            return self.compare(value, other.items[0])
        if other.kind in _SEQUENCES:
            vector = read_vector(value.tree, len(other.items))
            if vector is not None:
                return self.compare(vector, other)
        return differ("forms-differ", f"{left.kind} against {right.kind}")

    def _regions(self, left: Form, right: Form) -> Finding:
        first, second = as_region(left), as_region(right)
        if first is not None and second is not None:
            if left.kind == right.kind == "region" and names_clash(left, right):
                return differ("names-differ", f"{left.name} against {right.name}")
            return compare_regions(first, second)
        region, other = (left, right) if left.kind == "region" else (right, left)
        points = as_points(region.intervals)
        if points is not None and other.kind == "value":
            listed = Form("set", items=tuple(Form("value", tree=point) for point in points))
            return self.compare(listed, other)
        if other.kind == "value" and other.tree is None:
            return self._texts(left, right) or untold("form-against-text", other.trouble)
        return differ("forms-differ", f"{left.kind} against {right.kind}")

    def _matrices(self, left: Form, right: Form) -> Finding:
        rows = (rows_of(left), rows_of(right))
        if rows[0] and rows[1]:
            if [len(row) for row in rows[0]] != [len(row) for row in rows[1]]:
                return differ("matrix-shape")
        else:
            matrix = left if left.kind == "matrix" else right
            if matrix.columns not in (1, len(matrix.items)):
                return differ("matrix-shape")
        items = tuple(cell for row in rows[0] for cell in row) if rows[0] and rows[1] else left.items
        others = tuple(cell for row in rows[1] for cell in row) if rows[0] and rows[1] else right.items
        return self._in_order(items, others, "matrix")

    def _sequences(self, left: Form, right: Form) -> Finding:
        pairs = ((left.opened, left.closed), (right.opened, right.closed))
        if rows_of(left) and rows_of(right):
            return self._matrices(left, right)
        if pairs[0] != pairs[1] and len(left.items) == len(right.items) == 2:
            regions = (
                (as_region(left), as_region(right))
                if _is_endless(left) and _is_endless(right)
                else (None, None)
            )
            if regions[0] is not None and regions[1] is not None:
                return compare_regions(regions[0], regions[1])  # a bracket at infinity says nothing
            return differ("brackets-differ")
        if len(left.items) != len(right.items):
            return differ("tuple-length")
        if self._policy.order == "unordered" and pairs[0] == pairs[1] == ("(", ")"):
            return self._unordered(left, right, "tuple")
        names = [
            form.name[1:-1].split(",") if form.name and form.name[0] == "(" else [] for form in (left, right)
        ]
        if all(names) and names[0] != names[1]:
            if sorted(names[0]) != sorted(names[1]) or not len(names[0]) == len(left.items) == len(
                right.items
            ):
                return differ("names-differ", f"{left.name} against {right.name}")
            order = [names[1].index(name) for name in names[0]]
            return self._in_order(left.items, tuple(right.items[place] for place in order), "tuple")
        return self._in_order(left.items, right.items, "tuple")

    def _collections(self, left: Form, right: Form) -> Finding:
        names = [tuple(item.name for item in form.items) for form in (left, right)]
        named = [len(set(one)) == len(one) > 1 and None not in one for one in names]
        if any(named):
            if all(named):
                if set(names[0]) != set(names[1]):
                    return differ("names-differ")
                by_name = {item.name: item for item in right.items}
                return self._in_order(left.items, tuple(by_name[name] for name in names[0]), "named-list")
            if len(left.items) == len(right.items):
                found = self._in_order(left.items, right.items, "named-list")
                if found.equal or not all(
                    name and len(name) > 2 for one in names if None not in one for name in one
                ):
                    return found
        if self._policy.order == "ordered" and left.kind == right.kind == "list":
            return self._in_order(left.items, right.items, "list")
        return self._unordered(left, right, "set")

    def _in_order(self, left: tuple[Form, ...], right: tuple[Form, ...], rule: str) -> Finding:
        if len(left) != len(right):
            return differ(f"{rule}-length")
        found: list[Finding] = [equal(rule)]
        for first, second in zip(left, right, strict=True):
            one = self.compare(first, second)
            if one.equal is False:
                return one.within(rule)
            found.append(one)
        return conjunction(found, rule)

    def _unordered(self, left: Form, right: Form, rule: str) -> Finding:
        """Compare as sets: each element must be one of the other side; those with a common normal form are."""
        firsts, seconds = _distinct(left), _distinct(right)
        common = firsts.keys() & seconds.keys()
        rest = [form for key, form in firsts.items() if key not in common]
        others = [form for key, form in seconds.items() if key not in common]
        if len(rest) * len(seconds) + len(others) * len(firsts) > MAX_COMPARISONS:
            return untold("too-many-elements")
        return mutual(rest, list(seconds.values()), others, list(firsts.values()), self._element, rule)

    def _element(self, first: Form, second: Form) -> Finding:
        if {first.kind, second.kind} == {"set", "value"}:
            return differ("set-against-value")  # {1} is an element other than 1
        return self.compare(first, second)

    def _ratios(self, left: Form, right: Form) -> Finding:
        """Compare ratios: the first parts must have one quotient with all the others."""
        if len(left.items) != len(right.items):
            return differ("ratio-length")
        if any(item.tree == ZERO for item in (*left.items, *right.items)):
            return self._in_order(left.items, right.items, "ratio")
        found: list[Finding] = [equal("ratio")]
        trees = [(one.tree, other.tree) for one, other in zip(left.items, right.items, strict=True)]
        first, second = trees[0]
        if first is None or second is None:
            return untold("unreadable")
        for one, other in trees[1:]:
            if one is None or other is None:
                return untold("unreadable")
            result = self._values.trees(mul(first, other), mul(second, one))
            if result.equal is False:
                return result.within("ratio")
            found.append(result)
        return conjunction(found, "ratio")

    def _equations(self, left: Form, right: Form) -> Finding:
        if (
            left.kind == right.kind == "equation"
            or both_named(left, right)
            or "value" in (left.kind, right.kind)
        ):
            sides = (equation_of(left), equation_of(right))
            if sides[0] and sides[1]:
                return compare_equations(sides[0], sides[1])
        equation, other = (left, right) if left.kind == "equation" else (right, left)
        if other.kind == "value" and other.name is None:
            return self._chain(equation, other)
        return differ("forms-differ", f"{left.kind} against {right.kind}")

    def _chain(self, equation: Form, value: Form) -> Finding:
        r"""Compare `3 \cdot 4 = 12` with a value: the chain must hold, then its last part counts."""
        for first, second in zip(equation.items, equation.items[1:], strict=False):
            found = self.compare(first, second)
            if found.equal is not True:
                return differ("equation-against-value")
        return self.compare(equation.items[-1], value)

    def _relations(self, left: Form, right: Form) -> Finding:
        if left.kind == right.kind == "relation" and left.items and right.items:
            found = self._in_order(left.items, right.items, "relation")
            return found if left.signs == right.signs or found.equal is False else untold("relation-signs")
        relation, other = (left, right) if left.kind == "relation" else (right, left)
        region = None if other.kind == "relation" or not relation.sides else as_region(other)
        if region is not None:
            if relation.intervals and not other.name:
                ranged = compare_regions(relation.intervals, region)
                if ranged.equal:
                    return ranged
            return compare_solutions(relation, region)
        if left.kind == right.kind == "relation" and left.sides and right.sides:
            return compare_relations(left.sides, left.signs, right.sides, right.signs)
        return differ("forms-differ", f"{left.kind} against {right.kind}")


def _is_endless(form: Form) -> bool:
    return any(item.tree in (INFINITY, MINUS_INFINITY) for item in form.items)


def _distinct(form: Form) -> dict[Hashable, Form]:
    """Return the elements by normal form, so that equal spellings are one."""
    return {_key(item): item for item in form.items}


def _by_letter(items: tuple[Form, ...]) -> tuple[Form, ...]:
    """Return `y = 2, x = 1` in the order of the letters, in which a tuple gives them.

    Other items stay as they are, also those of letters that do not follow each other: `m = 2, b = 1`.
    """
    letters = sorted(item.name for item in items if item.name is not None and len(item.name) == 1)
    if len(letters) < len(items) or any(ord(after) - ord(before) != 1 for before, after in pairwise(letters)):
        return items
    return tuple(sorted(items, key=lambda item: str(item.name)))


def _key(form: Form) -> Hashable:
    """Return the value of a bare rational number, and for anything else its tokens."""
    quantity = form.quantity
    if form.tree is not None and (quantity is None or not (quantity.percent or quantity.unit)):
        value = exact_value(form.tree)
        if value is not None and form.tree[0] != "based":
            return form.name, value
    inside = render(form.tokens) if form.tokens else repr(form.tree or [_key(item) for item in form.items])
    return f"{form.name}={inside}"
