"""Read what stands in brackets: tuples, intervals, sets, set-builder notation; and the region that a form describes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from itertools import product

from dartkit.text.tokens import Token
from dartkit.verify.algebra.rational import exact_value
from dartkit.verify.algebra.regions import (
    Region,
    Unordered,
    compare_ends,
    make_interval,
    point_region,
    union,
    whole_points,
)
from dartkit.verify.algebra.tree import Node, number
from dartkit.verify.reading.form import Form, Tokens
from dartkit.verify.reading.matrices import read_matrix, read_rows, read_scaled_matrix, spaced_cells
from dartkit.verify.reading.parameters import integer_parameter
from dartkit.verify.reading.quantity import closes_at, trim
from dartkit.verify.reading.splitting import Read, split

REAL_NAMES = frozenset({"\\mathbb R", "\\R", "\\Reals", "\\reals"})
_WHOLE_NAMES = frozenset({"\\mathbb Z", "\\mathbb N", "\\Z", "\\N"})
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


def read_bracketed(tokens: Tokens, depth: int, read: Read) -> Form | None:
    """Read a tuple, interval, set or matrix that is the whole of the tokens."""
    if len(tokens) == 1 and tokens[0].text == "\\emptyset":
        return replace(EMPTY, tokens=tokens)
    scaled = read_scaled_matrix(tokens, depth, read)
    if scaled is not None:
        return scaled
    tokens = _with_round_ends(tokens)
    if len(tokens) > 3 and tokens[0].text == tokens[-1].text == "|" and tokens[1].kind == "begin":
        inside = tokens[2:-2]
        return (
            read_matrix(tokens, inside, "vmatrix", depth, read)
            if closes_at(tokens, 1) == len(tokens) - 2
            else None
        )
    if len(tokens) < 2 or tokens[0].kind not in ("open", "begin") or closes_at(tokens, 0) != len(tokens) - 1:
        return None
    first, last, inside = tokens[0], tokens[-1], trim_groups(tokens[1:-1])
    if first.kind == "begin":
        return read_matrix(tokens, tokens[1:-1], first.text, depth, read)
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
        return _read_single(tokens, inside, depth, read)
    items = tuple(read(part, depth + 1) for part in parts)
    if not all(part for part in parts):
        return Form("unclear", tokens, trouble="an empty element")
    if ";" in cuts and first.text == "[" and ("," in cuts or len(spaced_cells(parts[0])) > 1):
        return read_rows(tokens, inside, depth, read)
    return _with_both_signs(Form("sequence", tokens, items, first.text, last.text))


def _read_single(tokens: Tokens, inside: Tokens, depth: int, read: Read) -> Form | None:
    """Read one value in brackets, or the row `[1 2 3]` of code."""
    if (tokens[0].text, tokens[-1].text) not in (("(", ")"), ("[", "]")):
        return None
    form = read(inside, depth + 1)
    if tokens[0].text == "[" and form.kind == "value" and form.tree is None:
        cells = [read(cell, depth + 1) for cell in spaced_cells(inside)]
        if len(cells) > 1 and all(cell.tree is not None for cell in cells):
            return Form("sequence", tokens, tuple(cells), "[", "]")
    return form


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
        is_both = item.kind == "list" and any(token.text == "±" for token in item.tokens)
        is_chain = item.kind == "list" and not any(token.text in (",", ";") for token in item.tokens)
        is_chain = is_chain and all(part.name is not None for part in item.items)  # y = z = 1
        if is_both or is_chain:
            found.extend(part if is_chain else replace(part, name=item.name) for part in item.items)
        else:
            found.append(item)
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
    if len(parts) > 1 and _are_named(parts, depth, read):
        return read(inside, depth + 1)  # {x = 1, y = 2} says what each letter is
    if len(parts) == 1:
        only = read(parts[0], depth + 1)
        if only.kind == "region" or only.kind == "list":
            return only
        return Form("set", tokens, (only,))
    return Form("set", tokens, with_ellipsis(spread(read(part, depth + 1) for part in parts)))


def _are_named(parts: list[Tokens], depth: int, read: Read) -> bool:
    names = [read(part, depth + 1).name for part in parts if any(token.text == "=" for token in part)]
    return len(names) == len(parts) == len(set(names)) and None not in names


def _read_family(tokens: Tokens, before: Tokens, condition: Tokens, depth: int, read: Read) -> Form | None:
    r"""Read `{3k + 1 : k ∈ ℤ}` and `{x | x = 3k + 1, k ∈ ℤ}`."""
    names, belongs = split(condition, lambda token: token.text == "∈")
    parameter = integer_parameter(condition)
    if belongs and parameter is not None and len(trim(names[0])) == 1:
        return Form("set", tokens, (read(before, depth + 1),), parameter=parameter)
    form = read(condition, depth + 1)
    if form.parameter is None or form.name is None or form.name != "".join(t.text for t in trim(before)):
        return None
    items = form.items if form.kind in ("list", "set") else (replace(form, name=None, parameter=None),)
    return Form("set", tokens, items, parameter=form.parameter)


def _read_builder(tokens: Tokens, before: Tokens, condition: Tokens, depth: int, read: Read) -> Form:
    """Read `{x ∈ ℝ | x > 3}` as its region; of other conditions nothing is said."""
    family = _read_family(tokens, before, condition, depth, read)
    if family is not None:
        return family
    form = read(condition, depth + 1)
    names, belongs = split(before, lambda token: token.text == "∈")
    region = as_region(form) if form.kind == "region" or form.name is not None else None
    if region is None or len(names) > 2:
        return Form(
            "unclear", tokens, (read(before, depth + 1), form), trouble="a set-builder that is not read"
        )
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
