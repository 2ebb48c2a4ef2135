"""The outer form of an answer: one value, a tuple or interval, a set or list, a union, a matrix, a ratio, a relation.

Brackets and separators decide the form; the values inside stay token sequences until somebody has to compare them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dartkit.text.symbols import GREEK
from dartkit.text.tokens import Token, render
from dartkit.verify.quantity import closes_at, trim
from dartkit.verify.syntax import FUNCTIONS

ShapeKind = Literal[
    "value", "sequence", "set", "list", "union", "matrix", "ratio", "equation", "relation", "unclear"
]
Tokens = tuple[Token, ...]
MAX_NESTING = 8
_MATRICES = frozenset({"pmatrix", "bmatrix", "matrix", "Bmatrix", "vmatrix", "smallmatrix", "array"})
_ORDER_SIGNS = frozenset({"<", ">", "≤", "≥", "≠"})
_NAME_COMMANDS = GREEK | {
    "\\angle",
    "\\triangle",
    "\\overline",
    "\\widehat",
    "\\vec",
    "\\hat",
    "\\overrightarrow",
}
_INFINITY = (Token("command", "\\infty"),)
_MINUS_INFINITY = (Token("operator", "-"), Token("command", "\\infty"))


@dataclass(frozen=True, slots=True)
class Shape:
    """One answer taken apart.

    `opened` and `closed` are the brackets of a sequence, `columns` is a matrix's row length,
    `signs` the signs between the items of a relation.
    """

    kind: ShapeKind
    tokens: Tokens = ()
    items: tuple[Shape, ...] = ()
    opened: str = "("
    closed: str = ")"
    name: str | None = None
    columns: int = 0
    signs: tuple[str, ...] = ()


def shape_of(tokens: Sequence[Token], depth: int = 0) -> Shape:
    """Return the form of an answer. Never fails: what has no clear form is a value, or `unclear` when nested too deeply."""
    inner = trim(tokens)
    if depth > MAX_NESTING:
        return Shape("unclear", inner)
    readers: tuple[Callable[[Tokens, int], Shape | None], ...] = (
        _read_list, _read_equation, _read_union, _read_order, _read_bracketed, _read_plus_minus, _read_ratio,
    )  # fmt: skip
    for reader in readers:
        shape = reader(inner, depth)
        if shape is not None:
            return shape
    return Shape("value", inner)


def _split(tokens: Sequence[Token], is_cut: Callable[[Token], bool]) -> tuple[list[Tokens], list[str]]:
    """Split at the tokens outside all brackets for which `is_cut` holds; also return the cutting texts."""
    parts: list[Tokens] = []
    cuts: list[str] = []
    depth = start = 0
    for place, token in enumerate(tokens):
        depth += (token.kind in ("open", "begin")) - (token.kind in ("close", "end"))
        if depth == 0 and is_cut(token):
            parts.append(tuple(tokens[start:place]))
            cuts.append(token.text.lower())
            start = place + 1
    parts.append(tuple(tokens[start:]))
    return parts, cuts


def _is_conjunction(token: Token) -> bool:
    return token.kind in ("word", "text") and token.text.lower() in ("and", "or")


def _read_list(tokens: Tokens, depth: int) -> Shape | None:
    if tokens and tokens[0].kind in ("word", "text") and tokens[0].text.lower() in ("either", "both"):
        tokens = tokens[1:]
    separators = (",", ";")
    parts, cuts = _split(tokens, lambda token: _is_conjunction(token) or token.text in separators)
    parts = [part for part in parts if trim(part)]
    if len(parts) < 2:
        return None
    items = tuple(shape_of(part, depth + 1) for part in parts)
    words = {cut for cut in cuts if cut not in separators}
    if all(item.kind in ("sequence", "union") and item.name for item in items):  # inequalities
        kind: ShapeKind = "union" if words == {"or"} else "unclear"
        return Shape(kind, tokens, items, name=items[0].name)
    return Shape("list", tokens, items)


def is_name(tokens: Sequence[Token]) -> bool:
    r"""Say whether the left side of an equation only names what the right side gives: `x`, `f(x)`, `\angle ABC`, words."""
    depth = 0
    for place, token in enumerate(tokens):
        bare = token.text.lstrip("\\")
        depth += (token.kind == "open") - (token.kind == "close")
        follows_index = place > 0 and (tokens[place - 1].text == "_" or depth > 0)
        if bare in FUNCTIONS or token.kind in ("begin", "end", "currency", "based", "other"):
            return False
        if token.kind == "command" and token.text not in _NAME_COMMANDS:
            return False
        if token.kind == "number" and not follows_index:
            return False
        if token.kind == "operator" and token.text not in ("_", "'") and not (token.text == "," and depth):
            return False
        if place == 0 and token.kind not in ("word", "text", "command"):
            return False
    return 0 < len(tokens) <= 24


def _read_equation(tokens: Tokens, depth: int) -> Shape | None:
    parts, cuts = _split(tokens, lambda token: token.text in ("=", "∈"))
    parts = [trim(part) for part in parts]
    if not cuts or not all(parts):
        return None
    if is_name(parts[0]) and (len(cuts) == 1 or "∈" not in cuts):
        return replace(shape_of(parts[-1], depth + 1), name=render(parts[0]))
    if "∈" in cuts:
        return Shape("unclear", tokens)
    return Shape("equation", tokens, tuple(Shape("value", part) for part in parts))


def _read_order(tokens: Tokens, depth: int) -> Shape | None:
    r"""Read `x > 3` or `1 < x \le 5` as the interval it describes, named by its variable; other relations stay relations."""
    parts, signs = _split(tokens, lambda token: token.text in _ORDER_SIGNS)
    parts = [trim(part) for part in parts]
    if not signs or not all(parts):
        return None
    shapes = tuple(shape_of(part, depth + 1) for part in parts)
    interval = None if "≠" in signs else _one_sided(parts, shapes, signs) or _two_sided(parts, shapes, signs)
    return replace(interval or Shape("relation", items=shapes, signs=tuple(signs)), tokens=tokens)


def _one_sided(parts: list[Tokens], shapes: tuple[Shape, ...], signs: list[str]) -> Shape | None:
    if len(signs) != 1 or is_name(parts[0]) == is_name(parts[1]):
        return None
    name, value, sign = (
        (parts[0], shapes[1], signs[0]) if is_name(parts[0]) else (parts[1], shapes[0], _turned(signs[0]))
    )
    if sign in ("<", "≤"):
        ends = (Shape("value", _MINUS_INFINITY), value)
        return Shape("sequence", (), ends, "(", ")" if sign == "<" else "]", render(name))
    ends = (value, Shape("value", _INFINITY))
    return Shape("sequence", (), ends, "(" if sign == ">" else "[", ")", render(name))


def _two_sided(parts: list[Tokens], shapes: tuple[Shape, ...], signs: list[str]) -> Shape | None:
    if len(signs) != 2 or not is_name(parts[1]):
        return None
    if signs[0] in (">", "≥"):
        shapes, signs = shapes[::-1], [_turned(signs[1]), _turned(signs[0])]
    if not all(sign in ("<", "≤") for sign in signs):
        return None
    opened, closed = "(" if signs[0] == "<" else "[", ")" if signs[1] == "<" else "]"
    return Shape("sequence", (), (shapes[0], shapes[2]), opened, closed, render(parts[1]))


def _turned(sign: str) -> str:
    return {"<": ">", ">": "<", "≤": "≥", "≥": "≤", "≠": "≠"}[sign]


def _read_union(tokens: Tokens, depth: int) -> Shape | None:
    parts, cuts = _split(tokens, lambda token: token.text == "∪")
    if not cuts:
        return None
    return Shape("union", tokens, tuple(shape_of(part, depth + 1) for part in parts))


def _read_bracketed(tokens: Tokens, depth: int) -> Shape | None:
    if len(tokens) == 1 and tokens[0].text == "\\emptyset":
        return Shape("set", tokens)
    if len(tokens) < 2 or closes_at(tokens, 0) != len(tokens) - 1:
        return None
    first, last, inside = tokens[0], tokens[-1], tokens[1:-1]
    if first.kind == "begin" and first.text == last.text:
        return _read_matrix(tokens, inside, depth) if first.text in _MATRICES else None
    if first.text == "\\{" and last.text == "\\}":
        return _read_set(tokens, inside, depth)
    if first.text not in "([" or last.text not in ")]":
        return None
    parts, cuts = _split(inside, lambda token: token.text in (",", ";"))
    if not cuts:
        if (first.text, last.text) in (("(", ")"), ("[", "]")):
            return shape_of(inside, depth + 1) if inside else None
        return None
    items = tuple(shape_of(part, depth + 1) for part in parts)
    is_interval = len(items) == 2
    opened, closed = (first.text, last.text) if is_interval else ("(", ")")
    return Shape("sequence", tokens, items, opened, closed)


def _read_set(tokens: Tokens, inside: Tokens, depth: int) -> Shape:
    if any(token.text in ("|", ":", "∈") for token in inside):
        return Shape("unclear", tokens)
    parts, _ = _split(inside, lambda token: token.text in (",", ";"))
    parts = [part for part in parts if trim(part)]
    if len(parts) == 1:
        return shape_of(parts[0], depth + 1)
    return Shape("set", tokens, tuple(shape_of(part, depth + 1) for part in parts))


def _read_matrix(tokens: Tokens, inside: Tokens, depth: int) -> Shape:
    rows = [row for row in _split(inside, lambda token: token.text == "\\\\")[0] if row]
    cells = [_split(row, lambda token: token.text == "&")[0] for row in rows]
    if not cells or len({len(row) for row in cells}) != 1:
        return Shape("unclear", tokens)
    items = tuple(shape_of(cell, depth + 1) for row in cells for cell in row)
    return Shape("matrix", tokens, items, columns=len(cells[0]))


def _read_plus_minus(tokens: Tokens, depth: int) -> Shape | None:
    places = [place for place, token in enumerate(tokens) if token.text == "±"]
    if len(places) != 1:
        return None
    (place,) = places
    signs = (Token("operator", "+"), Token("operator", "-"))
    both = tuple(shape_of((*tokens[:place], sign, *tokens[place + 1 :]), depth + 1) for sign in signs)
    return Shape("list", tokens, both)


def _read_ratio(tokens: Tokens, depth: int) -> Shape | None:
    parts, cuts = _split(tokens, lambda token: token.text == ":")
    if not cuts or not all(trim(part) for part in parts):
        return None
    return Shape("ratio", tokens, tuple(shape_of(part, depth + 1) for part in parts))
