"""Read matrices: LaTeX environments, rows in code, factors before them, transposes, determinants; and systems set as arrays."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from dartkit.text.tokens import Token
from dartkit.verify.algebra.tree import Node, add, mul, neg, number
from dartkit.verify.reading.form import Form, Tokens
from dartkit.verify.reading.quantity import closes_at, trim
from dartkit.verify.reading.splitting import Read, split
from dartkit.verify.reading.syntax import Unreadable, parse

_MAX_DETERMINANT = 4
_MATRICES = frozenset({"pmatrix", "bmatrix", "matrix", "Bmatrix", "smallmatrix", "array"})


def read_matrix(tokens: Tokens, inside: Tokens, name: str, depth: int, read: Read) -> Form:
    """Read what stands in an environment: a matrix, a determinant, a system, or the lines of a list."""
    if name in ("cases", "aligned", "align", "gathered"):
        rows, _ = split(inside, lambda token: token.text == "\\\\")
        kept = [tuple(token for token in row if token.text != "&") for row in rows]
        return Form("list", tokens, tuple(read(row, depth + 1) for row in kept if trim(row)))
    rows = [row for row in split(inside, lambda token: token.text == "\\\\")[0] if row]
    cells = [split(row, lambda token: token.text == "&")[0] for row in rows]
    if not cells or len({len(row) for row in cells}) != 1:
        return Form("unclear", tokens, trouble="a matrix with rows of different lengths")
    items = tuple(read(cell, depth + 1) for row in cells for cell in row)
    if name == "vmatrix":
        return _determinant(tokens, items, len(cells[0]))
    if name not in _MATRICES:
        return Form("unclear", tokens, trouble=f"the environment {name}")
    if len(cells[0]) == 1 and all(item.name is not None or item.kind == "equation" for item in items):
        return Form("list", tokens, items)  # a system of equations set as an array
    return Form("matrix", tokens, items, columns=len(cells[0]))


def read_rows(tokens: Tokens, inside: Tokens, depth: int, read: Read) -> Form:
    """Read `[1, 2; 3, 4]` and `[1 2; 3 4]` as the matrix they are in code."""
    rows = [_cells(row) for row in split(inside, lambda token: token.text == ";")[0]]
    if len({len(row) for row in rows}) != 1:
        return Form("unclear", tokens, trouble="a matrix with rows of different lengths")
    items = tuple(read(cell, depth + 1) for row in rows for cell in row)
    return Form("matrix", tokens, items, columns=len(rows[0]))


def read_scaled_matrix(tokens: Tokens, depth: int, read: Read) -> Form | None:
    r"""Read `\frac12 \begin{pmatrix}…\end{pmatrix}` and `A^T` as the matrix that they are."""
    begin = next((place for place in range(len(tokens)) if _begins_matrix(tokens, place)), -1)
    if begin < 0 and tokens:
        begin = _last_tuple(tokens)
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
    if matrix.kind == "sequence" and not rows_of(matrix) and (after or factor is not None):
        items = tuple(_times(item, factor) for item in matrix.items) if before and factor else matrix.items
        return (
            None
            if before and not _may_scale(before)
            else replace(matrix, tokens=tokens, items=items, opened="(", closed=")")
        )
    if matrix.kind == "sequence" and rows_of(matrix):
        rows = rows_of(matrix)
        cells = tuple(cell for row in rows for cell in row)
        matrix = Form("matrix", matrix.tokens, cells, columns=len(rows[0]))
    if matrix.kind != "matrix" or factor is None:
        return None
    items = tuple(_times(item, factor) for item in matrix.items) if before else matrix.items
    form = replace(matrix, tokens=tokens, items=items)
    if not after:
        return form
    turned = tuple(cell for column in zip(*rows_of(form), strict=True) for cell in column)
    return replace(form, items=turned, columns=len(items) // form.columns)


def _begins_matrix(tokens: Tokens, place: int) -> bool:
    """Say whether a matrix begins here: an environment, or `[[` as in code."""
    if tokens[place].kind == "begin":
        return True
    return tokens[place].text == "[" and place + 1 < len(tokens) and tokens[place + 1].text == "["


def _last_tuple(tokens: Tokens) -> int:
    """Return where the tuple begins that ends the tokens, or stands before an exponent at their end; -1 where there is none."""
    end = len(tokens) - 1
    while end > 0 and tokens[end].kind != "close":
        end -= 1
    if end < len(tokens) - 1 and tokens[end].text == "}":
        return -1
    if tokens[end].text == "}" and end == len(tokens) - 1:
        end = next((place - 1 for place in range(end, 0, -1) if tokens[place].text == "^"), -1)
    depth = 0
    has_comma = False
    for place in range(end, -1, -1):
        kind = tokens[place].kind
        depth += (kind in ("close", "end")) - (kind in ("open", "begin"))
        has_comma = has_comma or (depth == 1 and tokens[place].text == ",")
        if depth == 0:
            return place if has_comma and tokens[place].text in ("(", "[") else -1
    return -1


def _may_scale(before: Tokens) -> bool:
    """Say whether a factor, rather than the name of a point or function, stands before a tuple: `2(1, 3)`, not `P(1, 3)`."""
    return before[-1].kind in ("number", "close") or before[-1].text == "*"


def _cells(row: Tokens) -> list[Tokens]:
    """Cut a row of code at its commas, or at its spaces where it has none."""
    parts, cuts = split(row, lambda token: token.text == ",")
    return parts if cuts else spaced_cells(row)


def spaced_cells(row: Tokens) -> list[Tokens]:
    """Cut `3 -1 x + 1` at the spaces before which a value has ended: 3, -1, x + 1."""
    cells: list[list[Token]] = []
    depth = 0
    for place, token in enumerate(row):
        after = row[place + 1] if place + 1 < len(row) else None
        sticks = token.kind in ("operator", "close") and not (
            token.text in ("+", "-") and after is not None and not after.spaced
        )
        begins = depth == 0 and token.spaced and not sticks and (place == 0 or _ends_cell(row[place - 1]))
        if begins or not cells:
            cells.append([])
        cells[-1].append(token)
        depth += (token.kind in ("open", "begin")) - (token.kind in ("close", "end"))
    return [tuple(cell) for cell in cells]


def _ends_cell(token: Token) -> bool:
    return token.kind not in ("operator", "open") or token.text in ("!", "°", "%", "'")


def _determinant(tokens: Tokens, items: tuple[Form, ...], width: int) -> Form:
    """Return the determinant that bars around a square array mean, by the rule of Leibniz."""
    trees = [item.tree for item in items]
    known = [tree for tree in trees if tree is not None]
    if width * width != len(trees) or len(known) != len(trees) or width > _MAX_DETERMINANT:
        return Form("unclear", tokens, trouble="a determinant that is not read")
    terms: list[Node] = []
    for order in permutations(range(width)):
        product = mul(*(known[row * width + column] for row, column in enumerate(order)))
        swaps = sum(one > other for place, one in enumerate(order) for other in order[place + 1 :])
        terms.append(neg(product) if swaps % 2 else product)
    return Form("value", tokens, tree=add(*terms))


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
