"""Equality that needs no values: what is no rational function stands for itself, and must be the same on both sides.

A root, a logarithm or a floor is replaced by a variable, one for all that are equal by their arguments. If the trees are then
the same rational function, they are equal, whatever the values are; if not, nothing is told. This settles floors of what has
no exact value, and numbers whose difference hides behind more digits than are ever worked out.
"""

from __future__ import annotations

from collections.abc import Callable

from dartkit.verify.algebra.rational import exact_value
from dartkit.verify.algebra.tree import Node, mul, number, walk

MAX_ATOMS = 16
_PLAIN = frozenset({"num", "var", "based"})
_ARITHMETIC = frozenset({"add", "mul", "neg", "inv"})
Same = Callable[[Node, Node], bool]


class TooManyAtoms(ValueError):
    """There are more different atoms than are compared."""


class Atoms:
    """Gives atoms their variables. `same` says whether two arguments are equal."""

    def __init__(self, same: Same) -> None:
        self._same = same
        self._known: list[Node] = []

    def lift(self, node: Node) -> Node:
        """Return the tree with a variable for each atom.

        Raises:
            TooManyAtoms: above `MAX_ATOMS` different ones.
        """
        kind = node[0]
        if kind in _PLAIN:
            return node
        if kind in _ARITHMETIC:
            return (kind, *(self.lift(part) for part in node[1:]))
        if kind == "binom":
            top, bottom = exact_value(node[1]), exact_value(node[2])
            if top is not None and bottom is not None and top.denominator == bottom.denominator == 1:
                lower = mul(("fact", node[2]), ("fact", number(int(top - bottom))))
                return self.lift(mul(("fact", node[1]), ("inv", lower)))
        if kind == "pow":
            exponent = exact_value(node[2])
            if exponent is not None and exponent.denominator == 1:
                return ("pow", self.lift(node[1]), node[2])
        return ("var", f"\\atom {self._place(node)}")

    def _place(self, node: Node) -> int:
        for place, known in enumerate(self._known):
            if self._equal(known, node):
                return place
        if len(self._known) >= MAX_ATOMS:
            raise TooManyAtoms
        self._known.append(node)
        return len(self._known) - 1

    def _equal(self, left: Node, right: Node) -> bool:
        if left == right:
            return True
        if left[0] != right[0] or len(left) != len(right) or left[0] == "big":
            return False
        pairs = zip(left[1:], right[1:], strict=True)
        return all(self._same(one, other) if isinstance(one, tuple) else one == other for one, other in pairs)


def has_atoms(node: Node) -> bool:
    """Say whether something in the tree is no arithmetic."""
    return any(part[0] not in _PLAIN | _ARITHMETIC for part in walk(node))
