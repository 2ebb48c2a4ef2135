"""Read unions, intersections and differences of sets of the line, and the names of the line itself."""

from __future__ import annotations

from dartkit.text.tokens import Token
from dartkit.verify.algebra.regions import (
    LINE,
    MAX_INTERVALS,
    Region,
    Unordered,
    complement,
    intersect,
    make_interval,
    union,
)
from dartkit.verify.algebra.tree import INFINITY, MINUS_INFINITY, number
from dartkit.verify.reading.form import Form, Tokens
from dartkit.verify.reading.quantity import closes_at
from dartkit.verify.reading.splitting import Read, split
from dartkit.verify.reading.structure import REAL_NAMES, as_region

_SET_SIGNS = ("∪", "∩", "\\setminus", "\\backslash")


def read_union(tokens: Tokens, depth: int, read: Read) -> Form | None:
    r"""Read `A ∪ B`, `A ∩ B` and `A \setminus B` from left to right."""
    line = _read_line(tokens)
    if line is not None:
        return Form("region", tokens, intervals=line)
    tokens = _with_set_signs(tokens)
    parts, cuts = split(tokens, lambda token: token.text in _SET_SIGNS)
    if not cuts:
        return None
    if len(parts) > MAX_INTERVALS:
        return Form("unclear", tokens, trouble="a union of very many parts")
    forms = [read(_as_set(part), depth + 1) for part in parts]
    regions = [as_region(form) for form in forms]
    found = regions[0]
    for region, cut in zip(regions[1:], cuts, strict=True):
        if found is None or region is None:
            return _plain_union(tokens, forms, cuts)
        try:
            found = _combined(found, region, cut)
        except Unordered:
            return _plain_union(tokens, forms, cuts)
    assert found is not None
    names = {form.name for form in forms}
    return Form("region", tokens, intervals=found, name=names.pop() if len(names) == 1 else None)


def _as_set(part: Tokens) -> Tokens:
    """Read the plain braces of `(-1, 0) ∪ {1}` as those of a set."""
    part = tuple(part)
    if len(part) > 2 and part[0].text == "{" and closes_at(part, 0) == len(part) - 1:
        return (Token("open", "\\{"), *part[1:-1], Token("close", "\\}"))
    return part


def _read_line(tokens: Tokens) -> Region | None:
    r"""Read `\mathbb{R}`, `\mathbb{R}^+` and `\mathbb{R}_{>0}`."""
    if not tokens or tokens[0].text not in REAL_NAMES or len(tokens) > 6:
        return None
    marks = "".join(token.text for token in tokens[1:]).strip("^_{}")
    zero = number(0)
    halves: dict[str, Region] = {
        "": LINE,
        "+": (make_interval(zero, INFINITY, low_closed=False, high_closed=False),),
        ">0": (make_interval(zero, INFINITY, low_closed=False, high_closed=False),),
        "≥0": (make_interval(zero, INFINITY, low_closed=True, high_closed=False),),
        "-": (make_interval(MINUS_INFINITY, zero, low_closed=False, high_closed=False),),
        "<0": (make_interval(MINUS_INFINITY, zero, low_closed=False, high_closed=False),),
        "≤0": (make_interval(MINUS_INFINITY, zero, low_closed=False, high_closed=True),),
    }
    return halves.get(marks)


def with_plain_brackets(tokens: Tokens) -> Tokens:
    """Read the French `[1, 2[` beside a sign of union as [1, 2)."""
    kept = list(tokens)
    for place, token in enumerate(tokens):
        if token.text not in _SET_SIGNS and token.text != "U":
            continue
        if place and tokens[place - 1].text == "[":
            kept[place - 1] = Token("close", ")")
        if place + 1 < len(tokens) and tokens[place + 1].text == "]":
            kept[place + 1] = Token("open", "(")
    if tuple(kept) == tokens:
        return tokens
    first, last = kept[0], kept[-1]
    kept[0] = Token("open", "(") if first.text == "]" else first
    kept[-1] = Token("close", ")") if last.text == "[" else last
    return tuple(kept)


def _with_set_signs(tokens: Tokens) -> Tokens:
    """Read `U` between two brackets as a union, and a minus between two sets as their difference."""
    kept = list(tokens)
    for place in range(1, len(tokens) - 1):
        before, token, after = tokens[place - 1 : place + 2]
        is_line = before.text in REAL_NAMES and after.text == "\\{" and token.text == "-"
        if is_line:
            kept[place] = Token("command", "\\setminus")
        if before.kind != "close" or after.kind != "open":
            continue
        if token.text == "U" or token.text.lower() == "union":
            kept[place] = Token("operator", "∪")
        elif token.text == "-" and before.text == "\\}" and after.text == "\\{":
            kept[place] = Token("command", "\\setminus")
    return tuple(kept)


def _combined(left: Region, right: Region, sign: str) -> Region:
    if sign == "∪":
        return union([left, right])
    return intersect(left, right if sign == "∩" else complement(right))


def _plain_union(tokens: Tokens, forms: list[Form], cuts: list[str]) -> Form:
    if set(cuts) == {"∪"} and all(form.kind in ("set", "list", "sequence") for form in forms):
        return Form("set", tokens, tuple(forms))
    return Form("unclear", tokens, trouble="a set expression that is not read")
