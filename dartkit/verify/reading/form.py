"""The form of an answer: one value, a tuple or interval, a list or set, a region of the line, a matrix, an equation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dartkit.text.tokens import Token
from dartkit.verify.algebra.regions import Interval
from dartkit.verify.algebra.tree import Node
from dartkit.verify.reading.quantity import Quantity

FormKind = Literal[
    "value", "sequence", "list", "set", "region", "matrix", "ratio", "equation", "relation", "unclear"
]
Tokens = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Form:
    r"""One answer taken apart.

    Attributes:
        kind: Which of the fields below are filled.
        tokens: What was read.
        items: Elements of a sequence, list, set, ratio or matrix (row by row).
        opened: Bracket that opens a sequence; `closed` likewise.
        columns: Length of a matrix's rows.
        name: What the answer is said to be the value of: `x`, `f(x)`, `\angle ABC`; None where nothing is said.
        tree: The expression of a value, None where it cannot be read.
        quantity: What stands around a value.
        intervals: Parts of a region, from left to right where they can be ordered.
        sides: Differences `left - right` of the parts of an equation or relation.
        signs: For a relation, the sign of each difference against zero: `<`, `≤`, `≠`.
        parameter: Name of the variable that stands for every whole number: the `k` of `3k + 1, k ∈ ℤ`; see `compare/families`.
        trouble: Why it is unclear or a value has no tree.
    """

    kind: FormKind
    tokens: Tokens = ()
    items: tuple[Form, ...] = ()
    opened: str = "("
    closed: str = ")"
    columns: int = 0
    name: str | None = None
    tree: Node | None = None
    quantity: Quantity | None = None
    intervals: tuple[Interval, ...] = ()
    sides: tuple[Node, ...] = ()
    signs: tuple[str, ...] = ()
    parameter: str | None = None
    trouble: str = ""
