r"""The side of an equation that answers: `7` of `3+4=7`, `5` of `x=2+3=5`; lists, inequalities and true equations stay whole."""

from __future__ import annotations

import re
from typing import NamedTuple

from dartkit.verify.extraction.found import NUMBERS
from dartkit.verify.extraction.trimming import trim

Span = tuple[int, int]
_MAX = 2_000
_MARKS = ("=", "≈", "\\approx", "\\equiv", "≡", "\\Rightarrow", "\\implies", "\\therefore")
_SIGN = re.compile(
    r"\\text\{[^{}]{0,40}\}|\\(?:[A-Za-z]{1,20}|.)|!=|[{}()\[\]=,;<>≈≡≤≥≠]|:=|\s(?:or|and|oder|und|ou|et)\s",
    re.DOTALL,
)
_ORDER = frozenset((
    "<", ">", "!=", "≤", "≥", "≠", "\\le", "\\leq", "\\ge", "\\geq", "\\neq", "\\ne", "\\lt", "\\gt", "\\in", "\\leqslant", "\\geqslant",
    "\\to", "\\mid", "\\iff",
))  # fmt: skip
_ARROWS = ("\\Rightarrow", "\\implies", "\\Longrightarrow", "\\therefore")
_JOIN = re.compile(r"\b(?:or|and)\b")
_THOUSANDS = re.compile(r"(?:\\[!,])?[0-9]{3}(?![0-9])")
_MODULUS = re.compile(r"\s{0,3}(?:\\[pb]?mod|\((?:\\text\{)?mod)")
_NAME = re.compile(
    r"\s{0,3}(?:\\(?:angle|triangle|overline|widehat|hat|vec|mathbf|mathrm|text|operatorname|boldsymbol)\s?)?\{?"
    r"(?:\\[A-Za-z]{2,10}|[A-Za-z]{1,6})(?:\}|_\{[^{}]{1,20}\}|_[A-Za-z0-9]|'|\([^()=]{1,20}\)|\\,|\s){0,6}\Z"
)
_CALL = re.compile(r"\([^()]{0,19}[0-9]")
_BOUND = ("\\int", "\\iint", "\\sum", "\\prod", "\\lim", "\\max", "\\min")
_UNKNOWN = re.compile(r"(?<![A-Za-z\\])(?![ei])[a-z](?![A-Za-z])")
_CURVE = re.compile(r"[0-9]\s?[xy](?![A-Za-z])|(?<![A-Za-z])[xy]\s?\^")


class _Signs(NamedTuple):
    """The places of what stands outside of all brackets: equals signs, the last sign of approximation, anything that lists."""

    equals: list[Span]
    approx: Span | None
    congruent: bool
    listed: bool
    order: int
    balanced: bool


def right_side(text: str, start: int, end: int, hint: str | None) -> Span:
    r"""Return the span of the answering side of an equation.

    For a number it is the last side. Otherwise `x=5` and `f(x)=2x` stay whole, and without a hint an equation in unknowns
    does. Of `\approx` the exact side is kept, unless a decimal is asked for.
    """
    if end - start > _MAX or not any(mark in text[start:end] for mark in _MARKS):
        return start, end
    start = _after_arrow(text, start, end)
    signs = _signs(text, start, end, nested=True)
    if not signs.balanced:
        signs = _signs(text, start, end, nested=False)
    is_bound = signs.order >= 0 and (
        hint not in NUMBERS or not signs.equals or signs.order > signs.equals[-1][0]
    )
    if signs.listed or is_bound or (signs.congruent and hint not in NUMBERS):
        return start, end
    begin = start
    if signs.equals:
        if _keeps_left(text, start, end, signs, hint):
            return start, end
        begin = signs.equals[-1][1]
    begin, end = _side_of_approx(text, begin, end, signs.approx, hint)
    modulus = _MODULUS.search(text, begin, end) if signs.congruent else None
    first, last = trim(text, begin, modulus.start() if modulus is not None else end)
    if text[first : first + 1] == "&":
        first, last = trim(text, first + 1, last)
    return (first, last) if first < last else (start, end)


def _keeps_left(text: str, start: int, end: int, signs: _Signs, hint: str | None) -> bool:
    """Say whether the left side belongs to the answer."""
    left = text[start : signs.equals[0][0]].replace("&", "")
    is_single = len(signs.equals) == 1
    is_name = _NAME.match(left) is not None
    if hint == "equation":
        return is_name or is_single
    if hint in NUMBERS or not is_single:
        return False
    if is_name:
        return signs.approx is None and _CALL.search(left) is None
    if hint is not None or any(sign in left for sign in _BOUND):
        return False
    right = text[signs.equals[0][1] : end]
    is_curve = "x" in left and "y" in left and _CURVE.search(left) is not None
    return is_curve or (_UNKNOWN.search(left) is not None and _UNKNOWN.search(right) is not None)


def _side_of_approx(text: str, begin: int, end: int, approx: Span | None, hint: str | None) -> Span:
    if approx is None or approx[0] < begin:
        return begin, end
    first, last = trim(text, begin, approx[0])
    wants_decimal = hint in NUMBERS and hint != "rational"
    if wants_decimal or first == last or _NAME.match(text[first:last]) is not None:
        return approx[1], end
    return begin, approx[0]


def _after_arrow(text: str, start: int, end: int) -> int:
    places = ((text.rfind(arrow, start, end), len(arrow)) for arrow in _ARROWS)
    at, width = max(places)
    if at < 0 or "\\text" in text[start:end]:
        return start
    first, last = trim(text, at + width, end)
    return first if first < last else start


def _signs(text: str, start: int, end: int, *, nested: bool) -> _Signs:
    """Find the signs outside of brackets; where round and square ones do not match, only braces count."""
    opening = ("{", "(", "[", "\\{", "\\begin") if nested else ("{", "\\begin")
    closing = ("}", ")", "]", "\\}", "\\end") if nested else ("}", "\\end")
    depth = 0
    equals: list[Span] = []
    approx: Span | None = None
    congruent = listed = False
    order = -1
    for found in _SIGN.finditer(text, start, end):
        sign = found.group()
        if sign in opening:
            depth += 1
        elif sign in closing:
            depth -= 1
        elif depth > 0:
            continue
        elif sign in ("=", "\\equiv", "≡"):
            equals.append(found.span())
            congruent = congruent or sign != "="
        elif sign in ("≈", "\\approx"):
            approx = found.span()
        elif sign in (",", ";"):
            listed = listed or _THOUSANDS.match(text, found.end()) is None
        elif sign in _ORDER:
            order = found.start()
        elif sign[-1].isspace():
            listed = True
        elif sign.startswith("\\text{"):
            listed = listed or _JOIN.search(sign) is not None
    return _Signs(equals, approx, congruent, listed, order, depth == 0)
