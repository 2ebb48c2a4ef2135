r"""How many digits must agree before two numbers count as equal: it depends on the sizes that meet in their trees.

Nothing that can be worked out tells two unequal numbers apart for certain: $\tanh 1000$ is 1 to 868 digits, and $\sin\delta$ is
$\delta$ to twice the digits of $\delta$. What hides a difference is a small number beside a large one under a sum, a tiny argument,
or an argument at which a function is nearly constant; `Field.need` notes the digits that each such place can hide. Beside
that, two short expressions do not come nearer to each other than their length allows (Richardson's uniformity conjecture), so
a digit is asked for each sign. A large power that is only a factor costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dartkit.verify.algebra.fields import Field, Measured, decimal_size
from dartkit.verify.algebra.tree import Node, walk

if TYPE_CHECKING:
    from collections.abc import Sequence

MARGIN = 25
FLAT = frozenset({"tanh", "sinh", "cosh"})  # nearly a constant or an exponential, by e^(-2x)
SLOW = frozenset({"arctan", "arccot", "arsinh", "arcosh", "artanh", "arcsec", "arccsc"})  # by a power of 1/x
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
    elif name in FLAT:
        real = abs(argument.value.real)
        field.need(node, _PER_UNIT * float(real) if real < 10**6 else 10.0**6)
    elif name in SLOW:
        field.need(node, 2 * digits)


def note_integrand(node: Node, values: Sequence[Measured], field: Field) -> None:
    """Note how small an integrand is, and how much smaller at an end than inside: what is cut off there is hidden."""
    sizes = [decimal_size(found.value) for found in values if not field.is_zero(found)]
    if sizes:
        field.need(node, max(max(sizes) - min(sizes), -max(sizes)))
