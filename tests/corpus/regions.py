"""Unions of intervals as data: end points are fractions or None for infinity; written as intervals or as inequalities."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from tests.corpus.notation import latex

SIGNS = (
    ("<", "\\leq", ">", "\\geq"),
    ("<", "\\le", ">", "\\ge"),
    ("<", "≤", ">", "≥"),
    ("\\lt", "\\leqslant", "\\gt", "\\geqslant"),
    ("<", "<=", ">", ">="),
)
_NUMBER = r"(-?)(?:\\[dt]?frac(?:\{(\d+)\}\{(\d+)\}|(\d)(\d))|(\d+(?:\.\d+)?)(?:/(\d+))?)"


@dataclass(frozen=True, slots=True)
class Piece:
    """An interval that is not empty; `None` is an infinite end."""

    low: Fraction | None
    high: Fraction | None
    closed_low: bool = False
    closed_high: bool = False

    def interval(self, *, left_right: bool = False, french: bool = False) -> str:
        """Write `[low, high)`, with brackets turned outwards at open ends if `french`."""
        left, right = ("[" if self.closed_low else "("), ("]" if self.closed_high else ")")
        if french:
            left, right = ("[" if self.closed_low else "]"), ("]" if self.closed_high else "[")
        low = "-\\infty" if self.low is None else latex(self.low)
        high = "\\infty" if self.high is None else latex(self.high)
        return f"\\left{left} {low}, {high} \\right{right}" if left_right else f"{left}{low}, {high}{right}"

    def inequality(self, name: str, style: int = 0, *, falling: bool = False) -> str:
        """Write `low < name <= high`, from the larger end if `falling`.

        Raises:
            ValueError: for the whole line, which no inequality states.
        """
        less, least, more, most = SIGNS[style]
        below, above = (least if self.closed_low else less), (least if self.closed_high else less)
        over, under = (most if self.closed_low else more), (most if self.closed_high else more)
        if self.low is None and self.high is None:
            raise ValueError("the whole line")
        if self.low is None:
            return (
                f"{latex(self.high or 0)} {under} {name}"
                if falling
                else f"{name} {above} {latex(self.high or 0)}"
            )
        if self.high is None:
            return f"{latex(self.low)} {below} {name}" if falling else f"{name} {over} {latex(self.low)}"
        if falling:
            return f"{latex(self.high)} {under} {name} {over} {latex(self.low)}"
        return f"{latex(self.low)} {below} {name} {above} {latex(self.high)}"  # fmt: skip

    @property
    def ends(self) -> list[Fraction]:
        """The finite ends."""
        return [end for end in (self.low, self.high) if end is not None]

    def with_end(self, place: int, value: Fraction) -> Piece:
        """Return the piece with another finite end; place 0 is the low one."""
        return replace(self, high=value) if place else replace(self, low=value)

    def with_flipped_bracket(self, place: int) -> Piece:
        """Return the piece with one bracket open that was closed, or the other way round."""
        return (
            replace(self, closed_high=not self.closed_high)
            if place
            else replace(self, closed_low=not self.closed_low)
        )

    def finite_places(self) -> list[int]:
        """Return 0 for a finite low end and 1 for a finite high end."""
        return [place for place, end in enumerate((self.low, self.high)) if end is not None]


def number(text: str) -> Fraction | None:
    """Read a number of a real gold answer; None for what is none."""
    match = re.fullmatch(_NUMBER, text.replace(" ", ""))
    if not match:
        return None
    sign, top, bottom, short_top, short_bottom, plain, slash = match.groups()
    value = (
        Fraction(plain) / int(slash or 1)
        if plain
        else Fraction(int(top or short_top), int(bottom or short_bottom))
    )
    return -value if sign else value  # fmt: skip


def piece(text: str) -> Piece | None:
    """Read an interval of a real gold answer; None for what is none, is empty, or could be a point of the plane."""
    match = re.fullmatch(r"\s*([\[(])([^,]+),([^,]+)([\])])\s*", re.sub(r"\\(left|right)(?![a-z])", "", text))
    if not match:
        return None
    left, right = match[2].strip(), match[3].strip()
    low, high = number(left), number(right)
    if (low is None and left != "-\\infty") or (high is None and right not in ("\\infty", "+\\infty")):
        return None
    if low is not None and high is not None and low >= high:
        return None
    return Piece(low, high, match[1] == "[" and low is not None, match[4] == "]" and high is not None)


def joined(pieces: list[Piece], name: str, style: int = 0) -> str:
    """Write the inequalities of all pieces with `or` between them."""
    return " \\text{ or } ".join(item.inequality(name, style) for item in pieces)
