"""What one comparison found: equal, not equal, or not told, and by which rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from dartkit.verify.algebra.tree import Node

if TYPE_CHECKING:
    from dartkit.records import Method

T = TypeVar("T")
Trouble = Literal["", "timeout", "error"]
_METHODS: tuple[Method, ...] = ("symbolic", "numeric", "choice", "exact", "none")


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one tier. `equal` is None where the tier could not tell; `trouble` says when that is not its fault."""

    equal: bool | None
    method: Method
    rule: str
    detail: str | None = None
    trouble: Trouble = ""
    tier: int = 2

    def within(self, rule: str) -> Finding:
        """Return the finding as one about a part of a larger form."""
        return replace(self, rule=f"{rule}/{self.rule}", tier=max(self.tier, 2))


class Symbolic(Protocol):
    """The last tier: compare two trees.

    `tolerance` is the relative error up to which a value counts as equal (0 for exact answers).
    """

    def __call__(self, left: Node, right: Node, tolerance: float) -> Finding:
        """Return what was found within the time left; never raises."""
        ...


def equal(rule: str, *, method: Method = "exact", tier: int = 2) -> Finding:
    """Return a finding of equality."""
    return Finding(True, method, rule, tier=tier)


def differ(rule: str, detail: str | None = None, *, method: Method = "exact", tier: int = 2) -> Finding:
    """Return a finding of difference."""
    return Finding(False, method, rule, detail, tier=tier)


def untold(rule: str, detail: str | None = None, *, tier: int = 2) -> Finding:
    """Return a finding of nothing."""
    return Finding(None, "none", rule, detail, tier=tier)


def conjunction(found: list[Finding], rule: str) -> Finding:
    """Join findings of which none is a difference: equal only if all are; the dearest method and tier count."""
    for one in found:
        if one.equal is None:
            return one.within(rule)
    method = min((one.method for one in found), key=_METHODS.index)
    return Finding(True, method, rule, tier=max(2, *(one.tier for one in found)))


def mutual(
    firsts: Sequence[T],
    among: Sequence[T],
    seconds: Sequence[T],
    among_too: Sequence[T],
    compare: Callable[[T, T], Finding],
    rule: str,
) -> Finding:
    """Say whether every one of `firsts` is among the one, and every one of `seconds` among the other.

    A single element that differs from all is a difference, whatever is not told of others; so the order of the two sides
    does not matter.
    """
    found: list[Finding] = [equal(rule)]
    compare = _remembering(compare)
    for elements, opposite in ((firsts, among), (seconds, among_too)):
        for element in elements:
            one = _member(element, opposite, compare)
            if one.equal is False:
                return differ(f"{rule}-elements")
            found.append(one)
    return conjunction(found, rule)


def _remembering(compare: Callable[[T, T], Finding]) -> Callable[[T, T], Finding]:
    """Compare each pair once, whatever its order: without this, sets in sets take twice as long for each level."""
    known: dict[tuple[int, int], Finding] = {}

    def remembered(first: T, second: T) -> Finding:
        key = (min(id(first), id(second)), max(id(first), id(second)))
        if key not in known:
            known[key] = compare(first, second)
        return known[key]

    return remembered


def _member(element: T, others: Sequence[T], compare: Callable[[T, T], Finding]) -> Finding:
    unknown: Finding | None = None
    for other in others:
        found = compare(element, other)
        if found.equal:
            return found
        unknown = found if found.equal is None and unknown is None else unknown
    return unknown or differ("no-partner")
