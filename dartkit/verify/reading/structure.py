"""Read what stands in brackets: tuples, intervals, sets, set-builder notation, matrices; and unions of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from itertools import product

from dartkit.text.tokens import Token
from dartkit.verify.algebra.rational import exact_value
from dartkit.verify.algebra.regions import (
    LINE,
    MAX_INTERVALS,
    Region,
    Unordered,
    compare_ends,
    complement,
    intersect,
    make_interval,
    point_region,
    union,
    whole_points,
)
from dartkit.verify.algebra.tree import INFINITY, MINUS_INFINITY, Node, mul, number
from dartkit.verify.reading.form import Form, Tokens
from dartkit.verify.reading.quantity import closes_at, trim
from dartkit.verify.reading.splitting import Read, split
from dartkit.verify.reading.syntax import Unreadable, parse

REAL_NAMES = frozenset({"\\mathbb R", "\\R", "\\Reals", "\\reals"})
_WHOLE_NAMES = frozenset({"\\mathbb Z", "\\mathbb N", "\\Z", "\\N"})
_SET_SIGNS = ("∪", "∩", "\\setminus", "\\backslash")
_MATRICES = frozenset({"pmatrix", "bmatrix", "matrix", "Bmatrix", "smallmatrix", "array"})
MAX_FILLED = 1_000
MAX_COMBINATIONS = 16
EMPTY = Form("set")


def as_region(form: Form) -> Region | None:
    """Return the region that an interval, a set of points or a region describes, None for another form."""
    if form.kind == "region":
        return form.intervals
    if form.kind == "sequence" and len(form.items) == 2 and form.opened in "([]" and form.closed in ")[]":
        low, high = form.items[0].tree, form.items[1].tree
        if low is None or high is None or _is_reversed(low, high):
            return None
        return (make_interval(low, high, low_closed=form.opened == "[", high_closed=form.closed == "]"),)
    if form.kind == "list" and form.items and all(item.kind in ("sequence", "region") for item in form.items):
        regions = [as_region(item) for item in form.items]
        parts = [region for region in regions if region is not None]
        return union(parts) if len(parts) == len(regions) else None
    if form.kind in ("set", "list"):
        trees = [item.tree for item in form.items]
        known = [tree for tree in trees if tree is not None]
        return point_region(known) if len(known) == len(trees) else None
    return None


def _is_reversed(low: Node, high: Node) -> bool:
    """Say whether the ends are in the wrong order: a point or a mistake, but no set to compare with."""
    try:
        return compare_ends(low, high) > 0
    except Unordered:
        return False


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
    forms = [read(part, depth + 1) for part in parts]
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
    return Form("region", tokens, intervals=found)


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


def read_bracketed(tokens: Tokens, depth: int, read: Read) -> Form | None:
    """Read a tuple, interval, set or matrix that is the whole of the tokens."""
    if len(tokens) == 1 and tokens[0].text == "\\emptyset":
        return replace(EMPTY, tokens=tokens)
    scaled = _read_scaled_matrix(tokens, depth, read)
    if scaled is not None:
        return scaled
    tokens = _with_round_ends(tokens)
    if len(tokens) < 2 or tokens[0].kind not in ("open", "begin") or closes_at(tokens, 0) != len(tokens) - 1:
        return None
    first, last, inside = tokens[0], tokens[-1], trim_groups(tokens[1:-1])
    if first.kind == "begin":
        return _read_matrix(tokens, tokens[1:-1], first.text, depth, read)
    if first.text == "\\{":
        return _read_set(tokens, inside, depth, read) if last.text == "\\}" else None
    if first.text not in ("(", "[") or last.text not in (")", "]"):
        return None
    if inside and inside[0].kind == "begin" and closes_at(inside, 0) == len(inside) - 1:
        return read(inside, depth + 1)
    parts, cuts = split(inside, lambda token: token.text in (",", ";"))
    if not cuts:
        if not inside:
            return Form("unclear", tokens, trouble="empty brackets")
        if first.text == "[" and last.text == "]" and inside[0].text == "[":
            return Form("sequence", tokens, (read(inside, depth + 1),), "(", ")")
        return read(inside, depth + 1) if (first.text, last.text) in (("(", ")"), ("[", "]")) else None
    items = tuple(read(part, depth + 1) for part in parts)
    if not all(part for part in parts):
        return Form("unclear", tokens, trouble="an empty element")
    if ";" in cuts and "," in cuts and first.text == "[":
        return _read_rows(tokens, inside, depth, read)
    return _with_both_signs(Form("sequence", tokens, items, first.text, last.text))


def _with_both_signs(form: Form) -> Form:
    r"""Read `(\pm 1, 2)` as the list of tuples it stands for."""
    choices = [spread((item,)) for item in form.items]
    if all(len(choice) == 1 for choice in choices):
        return form
    if math.prod(map(len, choices)) > MAX_COMBINATIONS:
        return form
    made = product(*choices)
    return Form("list", form.tokens, tuple(replace(form, items=items, tokens=()) for items in made))


def _with_round_ends(tokens: Tokens) -> Tokens:
    """Read the French interval `]2, 5[` as (2, 5)."""
    if len(tokens) < 5 or (tokens[0].text != "]" and tokens[-1].text != "["):
        return tokens
    if (
        tokens[0].text not in "[]("
        or tokens[-1].text not in "[])"
        or not any(t.text in (",", ";") for t in tokens[2:-2])
    ):
        return tokens
    first = Token("open", "(") if tokens[0].text == "]" else tokens[0]
    last = Token("close", ")") if tokens[-1].text == "[" else tokens[-1]
    return (first, *tokens[1:-1], last)


def spread(items: Iterable[Form]) -> tuple[Form, ...]:
    r"""Return the elements with those of `\pm` in place of it: `1 \pm 2, 5` has three."""
    found: list[Form] = []
    for item in items:
        is_both = (
            item.kind == "list" and item.name is None and any(token.text == "±" for token in item.tokens)
        )
        found.extend(item.items if is_both else (item,))
    return tuple(found)


def with_ellipsis(items: tuple[Form, ...]) -> tuple[Form, ...]:
    r"""Fill in `1, 2, \ldots, 10` where the elements before and after are whole numbers with one step."""
    places = [
        place for place, item in enumerate(items) if len(item.tokens) == 1 and item.tokens[0].text == "…"
    ]
    if len(places) != 1 or not 2 <= places[0] < len(items) - 1:
        return items
    (place,) = places
    values = [exact_value(item.tree) if item.tree is not None else None for item in items]
    first, second, last = values[place - 2], values[place - 1], values[place + 1]
    if (
        first is None
        or second is None
        or last is None
        or {first.denominator, second.denominator, last.denominator} != {1}
    ):
        return items
    step = second - first
    if step == 0 or (last - second) % step or not 0 < (last - second) / step <= MAX_FILLED:
        return items
    between = range(int(second + step), int(last), int(step))
    return (*items[:place], *(Form("value", tree=number(value)) for value in between), *items[place + 1 :])


def trim_groups(tokens: Tokens) -> Tokens:
    """Return the inside of a bracket without a LaTeX group around all of it."""
    while len(tokens) > 2 and tokens[0].text == "{" and closes_at(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def _read_set(tokens: Tokens, inside: Tokens, depth: int, read: Read) -> Form:
    parts, cuts = split(inside, lambda token: token.text in ("|", ":"))
    if cuts and len(parts) >= 2 and trim(parts[0]):
        return _read_builder(tokens, parts[0], inside[len(parts[0]) + 1 :], depth, read)
    if not trim(inside):
        return replace(EMPTY, tokens=tokens)
    parts, _ = split(inside, lambda token: token.text in (",", ";"))
    parts = [part for part in parts if trim(part)]
    if len(parts) == 1:
        only = read(parts[0], depth + 1)
        if only.kind == "region" or only.kind == "list":
            return only
        return Form("set", tokens, (only,))
    return Form("set", tokens, with_ellipsis(spread(read(part, depth + 1) for part in parts)))


def _read_builder(tokens: Tokens, before: Tokens, condition: Tokens, depth: int, read: Read) -> Form:
    """Read `{x ∈ ℝ | x > 3}` as its region; of other conditions nothing is said."""
    form = read(condition, depth + 1)
    names, belongs = split(before, lambda token: token.text == "∈")
    region = as_region(form) if form.kind == "region" or form.name is not None else None
    if region is None or len(names) > 2:
        return Form("unclear", tokens, trouble="a set-builder that is not read")
    name = "".join(token.text for token in trim(names[0]))
    if form.name is not None and form.name != name:
        return Form("unclear", tokens, trouble="a set-builder with two variables")
    domain = trim(names[1])[0].text if belongs and trim(names[1]) else "\\mathbb R"
    if domain in _WHOLE_NAMES:
        try:
            members = whole_points(region)
        except Unordered:
            members = None
        if members is None or "N" in domain:
            return Form("unclear", tokens, trouble="a set of whole numbers that is not read")
        return Form("set", tokens, tuple(Form("value", tree=member) for member in members))
    if domain not in REAL_NAMES:
        return Form("unclear", tokens, trouble="a domain that is not read")
    return Form("region", tokens, intervals=region)


def _read_matrix(tokens: Tokens, inside: Tokens, name: str, depth: int, read: Read) -> Form:
    if name in ("cases", "aligned", "align", "gathered"):
        rows, _ = split(inside, lambda token: token.text == "\\\\")
        kept = [tuple(token for token in row if token.text != "&") for row in rows]
        return Form("list", tokens, tuple(read(row, depth + 1) for row in kept if trim(row)))
    rows = [row for row in split(inside, lambda token: token.text == "\\\\")[0] if row]
    cells = [split(row, lambda token: token.text == "&")[0] for row in rows]
    if not cells or len({len(row) for row in cells}) != 1:
        return Form("unclear", tokens, trouble="a matrix with rows of different lengths")
    items = tuple(read(cell, depth + 1) for row in cells for cell in row)
    if name not in _MATRICES:
        return Form("unclear", tokens, trouble=f"the environment {name}")
    if len(cells[0]) == 1 and all(item.name is not None or item.kind == "equation" for item in items):
        return Form("list", tokens, items)  # a system of equations set as an array
    return Form("matrix", tokens, items, columns=len(cells[0]))


def _read_rows(tokens: Tokens, inside: Tokens, depth: int, read: Read) -> Form:
    """Read `[1, 2; 3, 4]` as the matrix it is in code."""
    rows = [
        split(row, lambda token: token.text == ",")[0]
        for row in split(inside, lambda token: token.text == ";")[0]
    ]
    if len({len(row) for row in rows}) != 1:
        return Form("unclear", tokens, trouble="a matrix with rows of different lengths")
    items = tuple(read(cell, depth + 1) for row in rows for cell in row)
    return Form("matrix", tokens, items, columns=len(rows[0]))


def _read_scaled_matrix(tokens: Tokens, depth: int, read: Read) -> Form | None:
    r"""Read `\frac12 \begin{pmatrix}…\end{pmatrix}` and `A^T` as the matrix that they are."""
    begin = next((place for place, token in enumerate(tokens) if token.kind == "begin"), -1)
    end = closes_at(tokens, begin) if begin >= 0 else -1
    if (
        begin > 0
        and end + 1 < len(tokens)
        and tokens[begin - 1].kind == "open"
        and tokens[end + 1].kind == "close"
    ):
        begin, end = begin - 1, end + 1
    if end < 0 or (begin == 0 and end == len(tokens) - 1):
        return None
    before = tokens[:begin]
    if before and before[-1].text == "*":
        before = before[:-1]
    after = "".join(token.text for token in tokens[end + 1 :]).strip("^{}")
    if after not in ("", "T", "\\top", "t", "'"):
        return None
    matrix = read(tokens[begin : end + 1], depth + 1)
    factor = _factor_of(before)
    if matrix.kind != "matrix" or factor is None:
        return None
    items = tuple(_times(item, factor) for item in matrix.items) if before else matrix.items
    form = replace(matrix, tokens=tokens, items=items)
    if not after:
        return form
    cells = zip(*rows_of(form), strict=True)
    turned = tuple(cell for column in cells for cell in column)
    return replace(form, items=turned, columns=len(items) // form.columns)


def _factor_of(tokens: Tokens) -> Node | None:
    if not tokens or (tokens[0].text == "-" and len(tokens) == 1):
        return number(-1 if tokens else 1)
    try:
        return parse(tokens)
    except Unreadable:
        return None


def _times(item: Form, factor: Node) -> Form:
    return replace(item, tokens=(), tree=None if item.tree is None else mul(factor, item.tree))


def rows_of(form: Form) -> tuple[tuple[Form, ...], ...]:
    """Return the rows of a matrix, or of a tuple of tuples of one length."""
    if form.kind == "matrix":
        width = form.columns
        return tuple(form.items[start : start + width] for start in range(0, len(form.items), width))
    if form.items and all(item.kind == "sequence" for item in form.items):
        lengths = {len(item.items) for item in form.items}
        if len(lengths) == 1:
            return tuple(item.items for item in form.items)
    return ()
