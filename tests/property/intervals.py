r"""Regions of the line with rational ends, an oracle for membership, and their spellings as intervals, conditions and set-builders.

Two regions are the same set exactly when they hold the same points of a grid that has every end of both, a point between
any two neighbours, and one outside on either side: that is the truth the verifier is held against.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from tests.property.numerals import numeral


class Part(NamedTuple):
    """One interval; None is an infinite end."""

    low: Fraction | None
    high: Fraction | None
    low_closed: bool
    high_closed: bool

    def holds(self, point: Fraction) -> bool:
        """Say whether a point lies in the interval."""
        above = self.low is None or point > self.low or (self.low_closed and point == self.low)
        below = self.high is None or point < self.high or (self.high_closed and point == self.high)
        return above and below


Region = tuple[Part, ...]


def same_set(left: Sequence[Part], right: Sequence[Part]) -> bool:
    """Say by brute force whether two regions have the same points."""
    ends = sorted({end for part in (*left, *right) for end in (part.low, part.high) if end is not None})
    between = [(low + high) / 2 for low, high in pairwise(ends)]
    outside = [ends[0] - 1, ends[-1] + 1] if ends else [Fraction(0)]
    return all(
        any(part.holds(point) for part in left) == any(part.holds(point) for part in right)
        for point in (*ends, *between, *outside)
    )


def random_part(source: random.Random) -> Part:
    """Return an interval, half-line or, rarely, a point."""
    low, high = sorted(source.sample([Fraction(n, d) for n in range(-9, 10) for d in (1, 2, 3)], 2))
    if low == high:
        high += 1
    shape = source.randrange(8)
    if shape == 0:
        return Part(None, high, False, source.random() < 0.5)
    if shape == 1:
        return Part(low, None, source.random() < 0.5, False)
    return Part(low, high, source.random() < 0.5, source.random() < 0.5)


def random_region(source: random.Random) -> Region:
    """Return one to three intervals, which may overlap or touch."""
    return tuple(random_part(source) for _ in range(source.choice((1, 1, 2, 3))))


def changed(region: Region, source: random.Random) -> Region:
    """Return the region after one change: a bracket, an end, a part."""
    at = source.randrange(len(region))
    part = region[at]
    ways = [
        part._replace(low_closed=not part.low_closed)
        if part.low is not None
        else part._replace(low=Fraction(-10)),
        part._replace(high_closed=not part.high_closed)
        if part.high is not None
        else part._replace(high=Fraction(10)),
        part._replace(high=None, high_closed=False),
        part._replace(low=part.low - 1)
        if part.low is not None
        else part._replace(low=Fraction(-11), low_closed=True),
        part._replace(high=part.high + Fraction(1, 2))
        if part.high is not None
        else part._replace(high=Fraction(11)),
    ]
    replaced = (*region[:at], source.choice(ways), *region[at + 1 :])
    return region[:at] + region[at + 1 :] if len(region) > 1 and source.random() < 0.2 else replaced


def spelled_region(region: Region, source: random.Random) -> str:
    """Write a region in one of many ways."""
    parts = list(region)
    source.shuffle(parts)
    if source.random() < 0.5:
        text = source.choice((" \\cup ", "\\cup", " ∪ ", " U ")).join(
            _interval(part, source) for part in parts
        )
        return source.choice(("{}", "${}$", "x \\in {}", "x∈{}")).format(text)
    conditions = [_condition(part, source) for part in parts]
    joined = source.choice((" \\text{ or } ", " or ", " \\lor ")).join(conditions)
    frames = ("{}", "${}$") if len(parts) > 1 else (
        "{}", "${}$", "\\{{x \\mid {}\\}}", "\\{{ x \\in \\mathbb{{R}} : {} \\}}", "\\left\\{{x | {}\\right\\}}",
    )  # fmt: skip
    return source.choice(frames).format(joined)


def _interval(part: Part, source: random.Random) -> str:
    low = "-\\infty" if part.low is None else _end(part.low, source)
    high = source.choice(("\\infty", "+\\infty", "∞")) if part.high is None else _end(part.high, source)
    opened, closed = "[" if part.low_closed else "(", "]" if part.high_closed else ")"
    frame = source.choice(("{}{}, {}{}", "{}{},{}{}", "\\left{} {}, {} \\right{}"))
    return frame.format(opened, low, high, closed)


def _end(value: Fraction, source: random.Random) -> str:
    while True:
        text = numeral(value, source)
        if not set(text) & set("$*,") and " " not in text:
            return text


def _condition(part: Part, source: random.Random) -> str:
    """Write a part as a chain, in either direction, or as a condition on a multiple of the variable."""
    factor = source.choice((1, 1, 1, 2, 3, -1))
    if part.low is None or part.high is None:
        return _half_line(part, source, factor)
    ends, marks = [part.low * factor, part.high * factor], [part.low_closed, part.high_closed]
    if factor < 0:
        ends, marks = ends[::-1], marks[::-1]
    term = {1: "x", -1: "-x"}.get(factor, f"{factor}x")
    signs = [
        source.choice(("\\le", "\\leq", "≤", "<=")) if closed else source.choice(("<", "\\lt"))
        for closed in marks
    ]
    if source.random() < 0.3:
        turned = {"\\le": "\\ge", "\\leq": "\\geq", "≤": "≥", "<=": ">=", "<": ">", "\\lt": "\\gt"}
        return f"{_end(ends[1], source)} {turned[signs[1]]} {term} {turned[signs[0]]} {_end(ends[0], source)}"
    return f"{_end(ends[0], source)} {signs[0]} {term} {signs[1]} {_end(ends[1], source)}"


def _half_line(part: Part, source: random.Random, factor: int) -> str:
    end = part.low if part.high is None else part.high
    if end is None:
        return "x \\in \\mathbb{R}"
    upward = (part.high is None) == (factor > 0)
    closed = part.low_closed if part.high is None else part.high_closed
    sign = (
        (("\\ge", "≥", ">=") if upward else ("\\le", "≤", "\\leq"))
        if closed
        else ((">", "\\gt") if upward else ("<", "\\lt"))
    )
    term = {1: "x", -1: "-x"}.get(factor, f"{factor}x")
    shift = source.choice((0, 0, 3))
    left = f"{term} + {shift}" if shift else term
    return f"{left} {source.choice(sign)} {_end(end * factor + shift, source)}"
