"""Matrices and columns: environments may differ, shape and every entry may not."""

from __future__ import annotations

import re

from tests.corpus import golds
from tests.corpus.case import OWN, Book, Case, Row, Writing
from tests.corpus.notation import negated
from tests.corpus.sets import mutated

Rows = list[list[str]]
_ENTRY = r"-?(?:\d+(?:/\d+)?|\\[dt]?frac\{\d+\}\{\d+\}|\d*\\sqrt\{\d+\}(?:/\d+)?)"


def build() -> list[Case]:
    """Return all cases."""
    book = Book("matrix")
    for text, rows, source in [*real(book, 34), *own(book, 30)]:
        book.same(text, same(rows), 3, source)
        book.other(text, other(book, rows), 3, source)
    book.table(fixed())
    return book.cases


def real(book: Book, count: int) -> list[tuple[str, Rows, str]]:
    """Return real gold answers that are one matrix of numbers."""
    found = []
    for gold in golds.pool(book, r"\\begin\{([pb])matrix\}(.*)\\end\{[pb]matrix\}", 10**6):
        rows = [
            [entry.strip() for entry in row.split("&")] for row in gold.match[2].split("\\\\") if row.strip()
        ]
        regular = len({len(row) for row in rows}) == 1
        if regular and all(re.fullmatch(_ENTRY, entry) for row in rows for entry in row):
            found.append((gold.text, rows, gold.source))
    return book.some(found, count)


def own(book: Book, count: int) -> list[tuple[str, Rows, str]]:
    """Return random integer matrices of up to three rows and columns, some entries halves."""
    found = []
    for _ in range(count):
        height, width = book.rng.choice([(2, 2), (3, 3), (2, 3), (3, 1), (2, 1), (1, 3), (4, 1)])
        rows = [[str(book.rng.randint(-9, 12)) for _ in range(width)] for _ in range(height)]
        if book.rng.random() < 0.4:
            rows[0][0] = f"\\frac{{{book.rng.choice([1, 3, 5, 7])}}}{{{book.rng.choice([2, 4, 6, 8])}}}"
        found.append((written(rows, book.rng.choice(["pmatrix", "bmatrix"])), rows, OWN))
    return found


def written(rows: Rows, environment: str = "pmatrix", mark: str = " \\\\ ") -> str:
    """Write a matrix in an environment."""
    body = mark.join(" & ".join(row) for row in rows)
    return f"\\begin{{{environment}}} {body} \\end{{{environment}}}"


def same(rows: Rows) -> list[Writing]:
    """Other environments, spacing, nested lists; a single column is the ordered list of its entries."""
    width = len(rows[0])
    array = written(rows, "array").replace("\\begin{array}", f"\\begin{{array}}{{{'c' * width}}}")
    found = [
        ("bmatrix", written(rows, "bmatrix")), ("pmatrix", written(rows)),
        ("no spaces", re.sub(r" (?=[&\\\d-])|(?<=[&\\]) ", "", written(rows))),
        ("array in parentheses", f"\\left({array}\\right)"), ("array in brackets", f"\\left[{array}\\right]"),
        ("matrix in brackets", f"\\left[{written(rows, 'matrix')}\\right]"),
        ("A =", f"A = {written(rows)}"), ("bold name", f"\\mathbf{{M}} = {written(rows, 'bmatrix')}"),
        ("dollars", f"${written(rows)}$"), ("lines", written(rows, mark=" \\\\\n")),
        ("nested list", f"[{', '.join('[' + ', '.join(row) + ']' for row in rows)}]"),
        ("row distance", written(rows, mark=" \\\\[4pt] ")),
        ("last row ended", written([*rows]).replace(" \\end", " \\\\ \\end")),
        ("dfrac", re.sub(r"\\[dt]?frac", r"\\dfrac", written(rows))),
        ("slashes",
            written([[re.sub(r"\\[dt]?frac\{(\d+)\}\{(\d+)\}", r"\1/\2", entry) for entry in row] for row in rows])),
        ("smallmatrix", f"\\left({written(rows, 'smallmatrix')}\\right)"),
    ]  # fmt: skip
    if width == 1:
        entries = ", ".join(row[0] for row in rows)
        found += [
            ("as tuple", f"({entries})"),
            ("angle brackets", f"\\langle {entries} \\rangle"),
            ("transposed row", written([[row[0] for row in rows]]) + "^T"),
            ("vector name", f"\\vec{{v}} = {written(rows)}"),
        ]
    return found  # fmt: skip


def other(book: Book, rows: Rows) -> list[Writing]:
    """An entry changed or negated, a row or column missing or extra, rows in another order, transposed."""
    i, j = book.rng.randrange(len(rows)), book.rng.randrange(len(rows[0]))
    entry = rows[i][j]
    found = [
        ("entry changed", written(replaced(rows, i, j, mutated(book, entry)))),
        ("entry changed, bmatrix", written(replaced(rows, i, j, mutated(book, entry)), "bmatrix")),
        ("row added", written([*rows, ["0"] * len(rows[0])])), ("entry alone", entry),
        ("flattened",
            written([[e for row in rows for e in row]])) if len(rows) > 1 and len(rows[0]) > 1 else ("column added",
            written([[*row, "1"] for row in rows])),
        ("row missing", written(rows[:-1])) if len(rows) > 1 else ("last entry missing", written([rows[0][:-1]])),
        ("doubled", f"2{written(rows)}") if any(e != "0" for row in rows for e in row) else ("one",
            written(replaced(rows, 0, 0, "1"))),
    ]  # fmt: skip
    if entry != "0":
        found.append(("entry negated", written(replaced(rows, i, j, negated(entry)))))
    turned = [list(column) for column in zip(*rows, strict=True)]
    if turned != rows and len(rows) > 1 and len(rows[0]) > 1:
        found += [("transposed", written(turned))] * 2
    if rows[::-1] != rows:
        found.append(("rows reversed", written(rows[::-1])))
    if len(rows) == len(rows[0]) == 2:
        found.append(("determinant", written(rows, "vmatrix")))
    return found


def replaced(rows: Rows, i: int, j: int, entry: str) -> Rows:
    """Return the matrix with one other entry."""
    return [
        [entry if (r, c) == (i, j) else old for c, old in enumerate(row)]
        for r, row in enumerate(rows)
    ]  # fmt: skip


def fixed() -> list[Row]:
    """Factors taken out, letters, computed entries, identity."""
    return [
        ("\\frac{1}{2}\\begin{pmatrix} 2 & 4 \\\\ 6 & 8 \\end{pmatrix}",
            "\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}", True, "factor in front"),
        ("2\\begin{pmatrix} 2 & 4 \\\\ 6 & 8 \\end{pmatrix}", "\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}",
            False, "other factor"),
        ("-\\begin{pmatrix} 3 \\\\ -4 \\end{pmatrix}", "\\begin{pmatrix} -3 \\\\ 4 \\end{pmatrix}", True,
            "minus in front"),
        ("\\begin{pmatrix} 1+1 & \\sqrt{9} \\end{pmatrix}", "\\begin{pmatrix} 2 & 3 \\end{pmatrix}", True,
            "computed entries"),
        ("\\begin{pmatrix} b & a \\end{pmatrix}", "\\begin{pmatrix} a & b \\end{pmatrix}", False, "letters swapped"),
        ("\\begin{pmatrix} 1 & 0 \\\\ 0 & 1 \\end{pmatrix}", "\\begin{pmatrix} 0 & 1 \\\\ 1 & 0 \\end{pmatrix}",
            False, "identity mirrored"),
        ("\\begin{pmatrix} \\frac{\\sqrt{2}}{2} \\\\ 0.5 \\end{pmatrix}",
            "\\begin{pmatrix} \\frac{1}{\\sqrt{2}} \\\\ \\frac12 \\end{pmatrix}", True, "equal entries"),
        ("\\begin{pmatrix} 1 & 2 & 3 \\end{pmatrix}", "\\begin{pmatrix} 1 \\\\ 2 \\\\ 3 \\\\ 4 \\end{pmatrix}", False,
            "other length"),
        ("\\begin{pmatrix} 0 & 0 \\\\ 0 & 0 \\end{pmatrix}",
            "\\begin{pmatrix} 0 & 0 & 0 \\\\ 0 & 0 & 0 \\end{pmatrix}", False, "zero matrices of two shapes"),
    ]  # fmt: skip
