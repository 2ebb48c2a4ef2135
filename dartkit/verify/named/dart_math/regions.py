r"""Intervals, single values, unions and intersections, read from text as DART-Math reads them.

Quirk kept: two sets that differ in the point 0 only are one, since upstream asks whether all elements of the difference
*equal zero*: `(0,9)` is `[0,9)`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from dartkit.verify.named.dart_math.latex import read_guarded
from dartkit.verify.named.dart_math.trees import Tree, Unknown, Unreadable, is_plain, symbols, value_at
from dartkit.verify.named.dart_math.values import CONSTANT_AGREEMENT, vanishes

MAX_PIECES = 40


class Piece(NamedTuple):
    """One interval; a single value is closed on both ends."""

    low: Tree
    high: Tree
    low_open: bool
    high_open: bool


class Region(NamedTuple):
    """Pieces joined by `cup` or `cap`; a piece of a union may be an intersection."""

    joint: str
    pieces: tuple[Piece | Region, ...]


class Span(NamedTuple):
    """An interval of real numbers."""

    low: float
    low_open: bool
    high: float
    high_open: bool


def read_region(text: str) -> Region:
    """Read an interval, a set of one element, or a union or intersection of them.

    Raises:
        Unreadable: where upstream raises, for an interval that ends before it begins too.
    """
    text = text.replace(" ", "")
    if "\\cup" in text:
        return Region("cup", tuple(_read_part(part) for part in _split(text, "\\cup")))
    if "\\cap" in text:
        return Region("cap", tuple(_read_part(part) for part in _split(text, "\\cap")))
    return Region("cup", (_read_piece(text),))


def _split(text: str, sign: str) -> list[str]:
    parts = text.split(sign)
    if len(parts) > MAX_PIECES:
        raise Unreadable("too many pieces")
    return parts


def _read_part(text: str) -> Piece | Region:
    region = read_region(text)
    return region.pieces[0] if len(region.pieces) == 1 else region


def _read_piece(text: str) -> Piece:
    for left, right in (("\\{", "\\}"), ("{", "}")):
        if text.startswith(left) and text.endswith(right):
            value = read_guarded(text[len(left) : -len(right)])
            return Piece(value, value, low_open=False, high_open=False)
    text, low_open = _cut_start(text)
    text, high_open = _cut_end(text)
    ends = text.split(",")
    if len(ends) != 2:
        raise Unreadable("an interval has two ends")
    low, high = (read_guarded(end) for end in ends)
    if not (is_plain(low) and is_plain(high)):
        raise Unreadable("an end that is no expression")
    first, last = _real(low), _real(high)
    if first is not None and last is not None and first >= last:
        raise Unreadable("an interval that ends before it begins")
    return Piece(low, high, low_open or first == -math.inf, high_open or last == math.inf)


def _cut_start(text: str) -> tuple[str, bool]:
    for left, is_open in (("(", True), ("\\(", True), ("[", False), ("\\[", False)):
        if text.startswith(left):
            return text[len(left) :], is_open
    raise Unreadable("no interval")


def _cut_end(text: str) -> tuple[str, bool]:
    for right, is_open in ((")", True), ("]", False)):
        if text.endswith(right):
            return text[
                :-1
            ], is_open  # `\)` keeps its backslash, and is then refused or skipped by the reader
    raise Unreadable("no interval")


def _real(tree: Tree) -> float | None:
    """Return a real constant as a number, an infinity included; None for what has symbols."""
    if tree == Tree("constant", "oo"):
        return math.inf
    if tree == Tree("mul", "", (Tree("number", "-1"), Tree("constant", "oo"))):
        return -math.inf
    if symbols(tree):
        return None
    try:
        value = value_at(tree, {})
    except Unknown:
        return None
    if value.imag:
        raise Unreadable("an end that is not real")
    return value.real


def spans(region: Region) -> list[Span] | None:
    """Return a region as intervals in order that do not touch, or None where an end has symbols."""
    found: list[list[Span]] = []
    for piece in region.pieces:
        if isinstance(piece, Region):
            inner = spans(piece)
        else:
            low, high = _real(piece.low), _real(piece.high)
            inner = None
            if low is not None and high is not None:
                inner = [Span(low, piece.low_open, high, piece.high_open)]
        if inner is None:
            return None
        found.append(inner)
    if region.joint == "cup":
        return _merged([span for part in found for span in part])
    result = found[0]
    for part in found[1:]:
        result = [span for one in result for other in part for span in _common(one, other)]
    return _merged(result)


def _common(one: Span, other: Span) -> list[Span]:
    low, low_open = max((one.low, one.low_open), (other.low, other.low_open))
    high, high_closed = min((one.high, not one.high_open), (other.high, not other.high_open))
    span = Span(low, low_open, high, not high_closed)
    empty = low > high or (low == high and (low_open or not high_closed))
    return [] if empty else [span]


def _merged(parts: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(parts):
        last = kept[-1] if kept else None
        touches = last is not None and (
            span.low < last.high or (span.low == last.high and not (span.low_open and last.high_open))
        )
        if last is None or not touches:
            kept.append(span)
            continue
        high, high_closed = max((last.high, not last.high_open), (span.high, not span.high_open))
        kept[-1] = Span(last.low, last.low_open, high, not high_closed)
    return kept


def same_region(mine: Region, theirs: Region) -> bool:
    """Compare two sets of numbers; upstream's test of an empty difference is blind to the point 0."""
    first, second = spans(_with_zero(mine)), spans(_with_zero(theirs))
    if first is None or second is None:
        return _same_pieces(mine, theirs)
    if len(first) != len(second):
        return False
    return all(
        one.low_open == other.low_open
        and one.high_open == other.high_open
        and math.isclose(one.low, other.low, rel_tol=CONSTANT_AGREEMENT)
        and math.isclose(one.high, other.high, rel_tol=CONSTANT_AGREEMENT)
        for one, other in zip(first, second, strict=True)
    )


def _with_zero(region: Region) -> Region:
    zero = Tree("number", "0")
    return Region("cup", (region, Piece(zero, zero, low_open=False, high_open=False)))


def _same_pieces(mine: Piece | Region, theirs: Piece | Region) -> bool:
    """Compare regions whose ends hold symbols: the same pieces in any order."""
    if isinstance(mine, Piece) and isinstance(theirs, Piece):
        ends = (mine.low, theirs.low), (mine.high, theirs.high)
        same_ends = all(left == right or vanishes(left, right) for left, right in ends)
        return same_ends and mine[2:] == theirs[2:]
    if (
        not isinstance(mine, Region)
        or not isinstance(theirs, Region)
        or len(mine.pieces) != len(theirs.pieces)
    ):
        return False
    if len(mine.pieces) > 1 and mine.joint != theirs.joint:
        return False
    left = list(theirs.pieces)
    for piece in mine.pieces:
        match = next((at for at, other in enumerate(left) if _same_pieces(piece, other)), None)
        if match is None:
            return False
        del left[match]
    return True
