r"""Matrices and lists, read from text as DART-Math reads them.

Quirks kept: a column vector equals the row vector; a tuple, a list in `[…]` and an interval that is no interval are read as
one row, which forgets the brackets; a matrix with a column specification (`{cc}`) is not read at all.
"""

from __future__ import annotations

import re

from dartkit.verify.named.dart_math.brackets import without_outer
from dartkit.verify.named.dart_math.latex import read_guarded
from dartkit.verify.named.dart_math.normalise import Same, elements, is_set
from dartkit.verify.named.dart_math.trees import TooLarge, Tree, Unreadable

MAX_CELLS = 400  # upstream needs some milliseconds for each, and has five seconds

Rows = tuple[tuple[Tree, ...], ...]

_ARRAY_BEGIN = re.compile(r"\\begin\{[a-zA-Z]?(?:matrix|array)\}")
_ARRAY_END = re.compile(r"\\end\{[a-zA-Z]?(?:matrix|array)\}")
_ROW_END = re.compile(r"\\+(?!frac|sqrt)")


def read_rows(text: str, same: Same) -> Rows:
    """Read a matrix, or a list with commas as one row.

    Raises:
        Unreadable: where upstream raises, for rows of different length too.
        TooLarge: above 400 cells.
    """
    texts = _cells(text.replace(" ", ""), same)
    if sum(len(row) for row in texts) > MAX_CELLS:
        raise TooLarge(f"more than {MAX_CELLS} cells")
    cells = [[read_guarded(cell) for cell in row] for row in texts]
    if len({len(row) for row in cells}) > 1:
        raise Unreadable("rows of different length")
    if len(cells[0]) == 1:
        return (tuple(row[0] for row in cells),)
    return tuple(tuple(row) for row in cells)


def _cells(text: str, same: Same) -> list[list[str]]:
    begin = _ARRAY_BEGIN.search(text)
    ends = [found.start() for found in _ARRAY_END.finditer(text, begin.end())] if begin is not None else []
    if begin is not None and ends:
        return [row.split("&") for row in _ROW_END.split(text[begin.end() : ends[-1]])]
    if "," not in text:
        raise Unreadable("no matrix")
    return [elements(text, same)] if is_set(text) else [without_outer(text).split(",")]
