"""What one comparison found: equal, not equal, or not told, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from dartkit.records import Method
from dartkit.verify.syntax import Node

Trouble = Literal["", "timeout", "error"]
Question = Literal["value", "equation"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one tier. `equal` is None where the tier could not tell; `trouble` says when that is not its fault."""

    equal: bool | None
    method: Method
    rule: str
    detail: str | None = None
    trouble: Trouble = ""


class Symbolic(Protocol):
    """The last tier: compare two trees, or two equations given as differences of their sides.

    `tolerance` is the relative error up to which a value counts as equal (0 for exact answers).
    """

    def __call__(self, question: Question, left: Node, right: Node, tolerance: float) -> Finding:
        """Return what was found within the time left; never raises."""
        ...
