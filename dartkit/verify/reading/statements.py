"""Read equations, memberships and inequalities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from dartkit.text.tokens import Token, render
from dartkit.verify.algebra.regions import (
    LINE,
    Region,
    Unordered,
    as_points,
    complement,
    intersect,
    make_interval,
    point_region,
    union,
)
from dartkit.verify.algebra.tree import INFINITY, MINUS_INFINITY, Node, difference, number, variables
from dartkit.verify.reading.form import Form, Tokens
from dartkit.verify.reading.quantity import read_quantity, trim
from dartkit.verify.reading.relations import TURNED, differences, region_of
from dartkit.verify.reading.splitting import Read, is_name, names_of_tuple, split
from dartkit.verify.reading.structure import as_region
from dartkit.verify.reading.syntax import Unreadable, parse

ORDER_SIGNS = frozenset({"<", ">", "≤", "≥", "≠"})
_LABELS = frozenset(
    {"answer", "Answer", "Result", "result", "Solution", "solution", "Total", "total", "Final"}
)
_LABEL_COMMANDS = frozenset({"\\frac", "\\det", "\\gcd", "\\lcm", "\\dim", "\\deg", "\\|", "\\rank"})
MAX_CONDITIONS = 200
_EQUALS = frozenset({"=", "≡", ":=", "≈"})


def read_equation(tokens: Tokens, depth: int, read: Read) -> Form | None:
    """Read `name = value` as a named value, `x ∈ A` as A, another equation as the difference of its sides."""
    parts, cuts = split(tokens, lambda token: token.text in _EQUALS or token.text == "∈")
    parts = [trim(part) for part in parts]
    if not cuts:
        return _labelled(tokens, depth, read)
    if not all(parts):
        return None
    if "∈" in cuts:
        return _membership(tokens, parts, cuts, depth, read)
    letters = names_of_tuple(parts[0])
    if len(parts) > 2 and set(cuts) == {"="} and all(is_name(part) for part in parts[:-1]):
        value = read(parts[-1], depth + 1)  # y = z = 1
        return Form("list", tokens, tuple(replace(value, name=render(part)) for part in parts[:-1]))
    if is_name(parts[0]) or is_label(parts[0]) or letters is not None:
        name = render(parts[0]) if letters is None else "(" + ",".join(letters) + ")"
        return replace(read(parts[-1], depth + 1), name=name, tokens=tokens)
    if len(parts) == 2 and is_name(parts[1]):
        return replace(read(parts[0], depth + 1), name=render(parts[1]), tokens=tokens)
    items = tuple(_without_doubtful_unit(read(part, depth + 1)) for part in parts)
    trees = [item.tree for item in items]
    known = [tree for tree in trees if tree is not None]
    if len(known) != len(trees):
        if items[-1].kind == "matrix" or all(item.kind != "value" for item in items):
            return items[-1]  # what stands before is worked out, or only named
        return Form("unclear", tokens, trouble="an equation whose sides are not read")
    sides = tuple(difference(left, right) for left, right in pairwise(known))
    return Form("equation", tokens, items, sides=sides)


def _without_doubtful_unit(form: Form) -> Form:
    """Read the `m` of `2m = 82` as the variable it is in an equation."""
    unit = form.quantity.unit if form.quantity is not None else None
    if form.kind != "value" or unit is None or not unit.ambiguous:
        return form
    try:
        return Form("value", form.tokens, tree=parse(form.tokens))
    except Unreadable:
        return form


def _labelled(tokens: Tokens, depth: int, read: Read) -> Form | None:
    """Read `Paolo: 18` in a list, or `Answer: 18`, as a named value."""
    parts, cuts = split(tokens, lambda token: token.text == ":")
    if len(cuts) != 1 or not trim(parts[1]) or not all(token.kind in ("word", "text") for token in parts[0]):
        return None
    words = [token.text for token in parts[0]]
    if (
        not words
        or (depth == 0 and words[0] not in _LABELS)
        or (depth and not all(len(word) > 2 for word in words))
    ):
        return None
    return replace(read(parts[1], depth + 1), name=" ".join(words), tokens=tokens)


def is_label(tokens: Tokens) -> bool:
    r"""Say whether the left side of an equation is a measure in a figure: `|AB|`, `AB + BC`, `\frac{NO}{BO}`, `A : B`, `V_1 : V_2`."""
    has_name = False
    index = False
    for token in tokens:
        if token.kind in ("word", "text"):
            if not token.text.isupper():
                return False
            has_name = True
        elif (
            (token.kind == "number" and not index)
            or (token.kind == "operator" and token.text not in ("|", ":", "/", "_", "+"))
            or (token.kind == "command" and token.text not in _LABEL_COMMANDS)
        ):
            return False
        index = token.text == "_" or (index and token.kind in ("open", "number"))
    marks = any(token.text in ("|", ":", "/", "+") or token.text in _LABEL_COMMANDS for token in tokens)
    return has_name and marks and len(tokens) <= 24


def _membership(tokens: Tokens, parts: list[Tokens], cuts: list[str], depth: int, read: Read) -> Form:
    if cuts != ["∈"] or not (is_name(parts[0]) or names_of_tuple(parts[0])):
        return Form("unclear", tokens, trouble="a membership that is not read")
    found = read(parts[1], depth + 1)
    if not is_name(parts[0]):
        return found  # (x, y) ∈ {(1, 2), (2, 1)}
    region = as_region(found)
    if region is None or found.kind == "set":
        return replace(found, name=render(parts[0]))
    return Form("region", tokens, intervals=region, name=render(parts[0]))


def read_order(tokens: Tokens, depth: int, read: Read) -> Form | None:
    r"""Read `x > 3` or `1 < x \le 5` as the region it describes; other relations stay relations."""
    parts, signs = split(tokens, lambda token: token.text in ORDER_SIGNS)
    if not signs or any(token.text == "∪" for part in parts for token in part):
        return None  # a union of conditions is taken apart first
    if len(parts) == 2 and not trim(parts[0]):  # a lone `≥ 5` is said of what was asked for
        bounded = read_order((Token("word", "x"), *tokens), depth, read)
        return bounded and replace(bounded, name=None, tokens=tokens)
    if signs == ["≠"] and any(token.text == "±" for token in parts[1]):
        return _unlike_both(tokens, depth, read)
    sides = [_side(trim(part)) for part in parts]
    known = [side for side in sides if side is not None]
    if len(known) != len(sides):
        return Form("unclear", tokens, trouble="an inequality whose sides are not read")
    if not any(variables(side) for side in known):
        items = tuple(Form("value", part, tree=side) for part, side in zip(parts, known, strict=True))
        return Form("relation", tokens, items, signs=tuple(signs))
    found = region_of(known, signs)
    if found is not None:
        name = next((render(part) for part in map(trim, parts) if is_name(part)), found[0])
        return Form("region", tokens, intervals=found[1], name=name)
    below, kinds = differences(known, signs)
    return Form("relation", tokens, intervals=_range_of(known, signs), sides=below, signs=kinds)


def _range_of(sides: Sequence[Node], signs: Sequence[str]) -> Region:
    """Return what `ab + bc ≤ 0` says of its left side as a region, for where only the range of it is stated."""
    if len(sides) != 2 or len(signs) != 1 or variables(sides[0]) & variables(sides[1]):
        return ()
    left, right, sign = sides[0], sides[1], signs[0]
    if not variables(left):
        right, sign = left, TURNED[sign]
    if sign == "≠":
        return ()
    closed = sign in "≤≥"
    if sign in "<≤":
        return (make_interval(MINUS_INFINITY, right, low_closed=False, high_closed=closed),)
    return (make_interval(right, INFINITY, low_closed=closed, high_closed=False),)


def _unlike_both(tokens: Tokens, depth: int, read: Read) -> Form:
    r"""Read `x \ne \pm 5` as the line without the two points."""
    both = [
        read([Token("operator", sign) if token.text == "±" else token for token in tokens], depth + 1)
        for sign in "+-"
    ]
    try:
        intervals = intersect(both[0].intervals, both[1].intervals)
    except Unordered:
        return Form("unclear", tokens, trouble="points without order")
    return Form("region", tokens, intervals=intervals, name=both[0].name)


def _side(tokens: Tokens) -> Node | None:
    if is_name(tokens) and len(tokens) > 1:
        return ("var", render(tokens))
    quantity = read_quantity(tokens)
    try:
        return parse(tokens if quantity.unit is not None and quantity.unit.ambiguous else quantity.core)
    except Unreadable:
        return ("var", render(tokens)) if is_name(tokens) else None


def join_conditions(tokens: Tokens, items: Sequence[Form], cuts: Sequence[str]) -> Form | None:
    """Join `x > 1 and x < 2` to one region; None where not all parts are conditions on one variable.

    A comma means `and` where the parts overlap to the whole line, else `or`.
    """
    if not any(item.kind == "region" and item.name is not None for item in items):
        return None
    names = {item.name for item in items}
    if items[0].kind == "region" and items[0].name is not None and names == {items[0].name, None}:
        return _exceptions(tokens, items)
    if len(names) != 1 or None in names:
        return None
    if len(items) > MAX_CONDITIONS:
        return Form("unclear", tokens, trouble="very many conditions")
    regions = [point_region([item.tree]) if item.tree is not None else item.intervals for item in items]
    if not all(regions):
        return None
    words = set(cuts) - {",", ";"}
    try:
        joined = union(regions)
        if words <= {"or", "\\lor", "\\vee", "∨"} and (words or joined != LINE):
            return Form("region", tokens, intervals=joined, name=items[0].name)
        if words <= {"and", "\\land", "\\wedge", "∧", "&"}:
            found = regions[0]
            for region in regions[1:]:
                found = intersect(found, region)
            return Form("region", tokens, intervals=found, name=items[0].name)
    except Unordered:
        pass
    return Form("unclear", tokens, trouble="conditions that cannot be joined")


def _exceptions(tokens: Tokens, items: Sequence[Form]) -> Form | None:
    r"""Read `x \ne 5, 6` as the line without the two points."""
    try:
        rest = complement(items[0].intervals)
    except Unordered:
        return None
    points = [item.tree for item in items[1:] if item.tree is not None and item.kind == "value"]
    if as_points(rest) is None or len(points) != len(items) - 1:
        return None
    try:
        found = complement(union([rest, point_region(points)]))
    except Unordered:
        return None
    return Form("region", tokens, intervals=found, name=items[0].name)


def read_domain(tokens: Tokens, depth: int, read: Read) -> Form | None:
    """Read `all real numbers`, `all positive reals`, and `all real numbers except 2 and 3`."""
    if not tokens or tokens[0].kind not in ("word", "text") or tokens[0].text.lower() not in _REAL_WORDS:
        return None
    place = 0
    words: list[str] = []
    while (
        place < len(tokens)
        and tokens[place].kind in ("word", "text")
        and tokens[place].text.lower() not in _EXCEPT
    ):
        words.append(tokens[place].text.lower())
        place += 1
    line = _line_of([word for word in words if len(word) > 1])
    if line is None or place == len(tokens):
        return None if line is None else Form("region", tokens, intervals=line)
    while place < len(tokens) and tokens[place].text.lower() in (*_EXCEPT, "for", "than", "when"):
        place += 1
    if tokens[place - 1].kind not in ("word", "text") or place == len(tokens):
        return None
    rest = as_region(read(tokens[place:], depth + 1)) or _single_point(read(tokens[place:], depth + 1))
    try:
        return None if rest is None else Form("region", tokens, intervals=intersect(line, complement(rest)))
    except Unordered:
        return None


def _single_point(form: Form) -> Region | None:
    return point_region([form.tree]) if form.tree is not None else None


def _line_of(words: Sequence[str]) -> Region | None:
    """Return the region that words such as `all positive real numbers` mean."""
    signs = [word for word in words if word in _SIGN_WORDS]
    if (
        not {"real", "reals"} & set(words)
        or not set(words) <= _REAL_WORDS | _SIGN_WORDS.keys()
        or len(signs) > 1
    ):
        return None
    if not signs:
        return LINE
    sign, zero = _SIGN_WORDS[signs[0]], number(0)
    closed = sign in "≥≤"
    ends = (zero, INFINITY) if sign in ">≥" else (MINUS_INFINITY, zero)
    return (make_interval(*ends, low_closed=closed, high_closed=closed),)


_SIGN_WORDS = {"positive": ">", "negative": "<", "nonnegative": "≥", "nonpositive": "≤"}
_EXCEPT = ("except", "excluding", "but", "other", "besides", "excepting")
_REAL_WORDS = frozenset(
    {"all", "any", "every", "real", "reals", "number", "numbers", "values", "value", "the", "set", "of", "positive", "negative",
     "nonnegative", "nonpositive"}
)  # fmt: skip
