r"""How many digits must agree before two numbers count as equal: it depends on the sizes that meet in their trees.

Nothing that can be worked out tells two unequal numbers apart for certain: $\tanh 1000$ is 1 to 868 digits, and $\sin\delta$ is
$\delta$ to twice the digits of $\delta$. What hides a difference is a small number beside a large one under a sum, a tiny argument,
or an argument at which a function is nearly constant; `Field.need` notes the digits that each such place can hide. Beside
that, two short expressions do not come nearer to each other than their length allows (Richardson's uniformity conjecture), so
a digit is asked for each sign. A large power that is only a factor costs nothing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dartkit.verify.algebra.fields import Field, Measured, decimal_size
from dartkit.verify.algebra.rational import literal
from dartkit.verify.algebra.series import is_tame, settled_after
from dartkit.verify.algebra.tree import Node, walk

if TYPE_CHECKING:
    from collections.abc import Sequence

MARGIN = 25
_LONGEST = 300
_LEAST = Fraction(1, 10**6)
_LARGEST_EXPONENT = 8
_MOST_SETTLED = 12
_FLAT = frozenset({"tanh", "sinh", "cosh"})  # nearly a constant or an exponential, by e^(-2x)
_SLOW = frozenset({"arctan", "arccot", "arsinh", "arcosh", "artanh", "arcsec", "arccsc"})  # by a power of 1/x
_PLAIN = frozenset({"abs", "re", "im", "conj", "sgn", "arg", "ln", "log", "floor", "ceil"})
_PER_UNIT = 0.87  # decimal digits of e^2


def digits_wanted(left: Node, right: Node, field: Field) -> float:
    """Return how many digits must agree, after both trees were worked out in a field that notes its needs."""
    return MARGIN + length(left) + length(right) + sum((field.needs or {}).values())


def length(node: Node) -> int:
    """Return the signs of a tree: one for each node, and the digits of its numerals."""
    return sum(len(part[1]) if part[0] == "num" else 1 for part in walk(node))


def note_sum(node: Node, terms: Sequence[Measured], field: Field) -> None:
    """Note by how much the largest term of a sum outweighs the smallest."""
    sizes = [decimal_size(term.value) for term in terms if not field.is_zero(term)]
    if len(sizes) > 1:
        field.need(node, max(sizes) - min(sizes))


def note_power(node: Node, exponent: Measured, value: Any, field: Field) -> None:
    """Note an exponent near zero, and a large power of a sum: that of a unit, such as 1+√2, is nearly a whole number."""
    if not field.is_zero(exponent):
        field.need(node, -decimal_size(exponent.value))
    if node[1][0] == "add" and value:
        field.need(node, 2 * abs(decimal_size(value)))


def note_function(node: Node, argument: Measured, field: Field) -> None:
    """Note an argument that is tiny, or so large that the function hardly depends on it."""
    name = node[1]
    if name in _PLAIN or field.is_zero(argument):
        return
    digits = decimal_size(argument.value)
    if digits < 0:
        field.need(node, -2 * digits)
    elif name in _FLAT:
        real = abs(argument.value.real)
        field.need(node, _PER_UNIT * float(real) if real < 10**6 else 10.0**6)
    elif name in _SLOW:
        field.need(node, 2 * digits)


def hides_digits(node: Node) -> bool:
    """Say whether a tree may come near another number without being it, so that its first twenty digits prove nothing.

    That is so of sums that are not tame or have large numerals, of floors, and where a constant in the tree is very large or
    very small, or is put into a function that is flat there.
    """
    if length(node) > _LONGEST:
        return True
    for part in walk(node):
        if part[0] == "fn" and part[1] in ("floor", "ceil", "mod"):
            return True
        if part[0] == "big" and part[1] in ("sum", "prod"):
            if not is_tame(part[5], part[2]) or settled_after(part[5], part[2]) > _MOST_SETTLED:
                return True
        elif part[0] == "num" and _is_extreme(part):
            return True
        elif part[0] == "pow":
            numerals = [literal(inner[1]) for inner in walk(part[2]) if inner[0] == "num"]
            if max(numerals, default=Fraction(0)) > _LARGEST_EXPONENT:
                return True
    return False


def _is_extreme(node: Node) -> bool:
    value = literal(node[1])
    return value != 0 and not _LEAST < value < 1 / _LEAST
