"""Points, vectors and ordered solutions. Order matters inside parentheses, however the entries are written."""

from __future__ import annotations

import re

from tests.corpus import golds
from tests.corpus.case import OWN, Book, Case, Row, Writing
from tests.corpus.notation import decimal, negated, terminates
from tests.corpus.regions import number
from tests.corpus.sets import mutated, split

_ENTRY = r"-?(?:\d+(?:\.\d+)?|\d*\\[dt]?frac\{\d+\}\{\d+\}|\d*\\sqrt\{\d+\}|\d*\\pi)"
_NAMES = {2: "xy", 3: "xyz", 4: "abcd", 5: "abcde"}


def build() -> list[Case]:
    """Return all cases."""
    book = Book("tuple")
    for text, entries, source in [*real(book, 36), *own(book, 34)]:
        book.same(text, same(entries), 3, source)
        book.other(text, other(book, entries), 3, source)
    book.table(fixed())
    return book.cases


def real(book: Book, count: int) -> list[tuple[str, list[str], str]]:
    """Return real gold answers in parentheses with two to five numbers."""
    found = []
    for gold in golds.pool(book, r"(?:\\left)?\(.*\)", 10**6):
        entries = split(re.sub(r"\\(left|right)(?![a-z])", "", gold.text)[1:-1])
        if 2 <= len(entries) <= 5 and all(re.fullmatch(_ENTRY, entry) for entry in entries):
            found.append((gold.text, entries, gold.source))
    return book.some(found, count)


def own(book: Book, count: int) -> list[tuple[str, list[str], str]]:
    """Return random points with integer entries, in part with one fraction or root."""
    found = []
    for _ in range(count):
        entries = [
            str(n) for n in book.rng.sample([n for n in range(-30, 40) if n], book.rng.choice([2, 2, 3, 4]))
        ]
        shape = book.rng.randrange(3)
        if shape == 1:
            entries[0] = f"\\frac{{{book.rng.choice([1, 3, 7, 9, 11])}}}{{{book.rng.choice([2, 4, 5, 8])}}}"
        if shape == 2:
            entries[-1] = f"{book.rng.randint(2, 9)}\\sqrt{{{book.rng.choice([2, 3, 5])}}}"
        found.append((f"({', '.join(entries)})", entries, OWN))
    return found


def same(entries: list[str]) -> list[Writing]:
    """The same entries in the same order, in other brackets, as a column, or each with its name."""
    size, comma = len(entries), ", ".join(entries)
    names = _NAMES[size]
    named = [f"{name}={entry}" for name, entry in zip(names, entries, strict=True)]
    found = [
        ("tight", f"({','.join(entries)})"), ("left right", f"\\left( {comma} \\right)"),
        ("named point", f"({','.join(names)})=({comma})"), ("column", column(entries)), ("dollars", f"$({comma})$"),
        ("bigl", f"\\bigl({comma}\\bigr)"),
        ("spaces", f"( {' , '.join(entries)} )"), ("dfrac", "(" + re.sub(r"\\[dt]?frac", r"\\dfrac", comma) + ")"),
        ("semicolons", f"({'; '.join(entries)})"), ("angle brackets", f"\\langle {comma} \\rangle"),
        ("full stop", f"({comma})."), ("unicode minus", f"({comma.replace('-', '−')})"), ("P =", f"P = ({comma})"),
        ("full-width brackets", f"（{'，'.join(entries)}）"), ("display maths", f"\\[({comma})\\]"),
        ("dollars each", f"({', '.join(f'${entry}$' for entry in entries)})"),
    ]  # fmt: skip
    if size <= 3:
        found += [
            ("named entries", ", ".join(named)),
            ("named, and", " \\text{ and } ".join(named) if size == 2 else ", ".join(named)),
            ("named, dollars each", ", ".join(f"${part}$" for part in named)),
            ("named, reordered", ", ".join(reversed(named))),
        ]
    values = [number(entry) for entry in entries]
    if any("frac" in entry for entry in entries) and all(
        value is not None and terminates(value) for value in values
    ):
        found += [("decimals", f"({', '.join(decimal(value) for value in values if value is not None)})")] * 2
    return found  # fmt: skip


def column(entries: list[str]) -> str:
    """Write the entries below each other."""
    return "\\begin{pmatrix} " + " \\\\ ".join(entries) + " \\end{pmatrix}"


def other(book: Book, entries: list[str]) -> list[Writing]:
    """Two entries change places, or one is changed, missing, extra or negated."""
    size = len(entries)
    place, partner = book.rng.sample(range(size), 2)
    swapped = list(entries)
    swapped[place], swapped[partner] = swapped[partner], swapped[place]
    changed = [mutated(book, entry) if i == place else entry for i, entry in enumerate(entries)]
    names = _NAMES[size]
    found = [
        ("entry changed", f"({', '.join(changed)})"), ("entry changed, column", column(changed)),
        ("extra entry", f"({', '.join([*entries, '0'])})"),
        ("entry missing", f"({', '.join(entries[:-1])})" if size > 2 else entries[0]),
        ("last entry only", entries[-1]),
        ("entry changed, named", ", ".join(f"{name}={entry}" for name, entry in zip(names, changed, strict=True))),
        ("two points", f"({', '.join(entries)}), ({', '.join(changed)})"),
        ("sum", " + ".join(entries).replace("+ -", "- ")),
    ]  # fmt: skip
    if swapped != entries:
        found += [("swapped", f"({', '.join(swapped)})")] * 3 + [
            (
                "swapped, named",
                ", ".join(f"{name}={entry}" for name, entry in zip(names, swapped, strict=True)),
            )
        ]
    if entries[place] != "0":
        found.append(
            (
                "entry negated",
                f"({', '.join(negated(entry) if i == place else entry for i, entry in enumerate(entries))})",
            )
        )
    return found  # fmt: skip


def fixed() -> list[Row]:
    """Named solutions, nested points, vectors by unit vectors, entries with letters."""
    return [
        ("p=3, q=8, r=1, s=2", "(3,8,1,2)", True, "four names"),
        ("p=3, q=8, r=2, s=1", "(3,8,1,2)", False, "four names, values swapped"),
        ("a = 3, b = 8", "a=3, b=8", True, "spaces"), ("b=8, a=3", "a=3, b=8", True, "names reordered"),
        ("a=8, b=3", "a=3, b=8", False, "values swapped"), ("a=3 and b=8", "a=3, b=8", True, "and"),
        ("((1,2),(3,4))", "((1,2),(3,4))".replace(",", ", "), True, "nested"),
        ("((1,2),(4,3))", "((1,2),(3,4))", False, "nested, swapped"), ("(t, 2t)", "(t,2t)", True, "letters"),
        ("(2t, t)", "(t,2t)", False, "letters swapped"), ("(-1, y)", "(-1, x)", False, "other letter"),
        ("(\\sqrt{12}, 5)", "(2\\sqrt3, 5)", True, "root"), ("(0.5, 5)", "(\\frac12, 5)", True, "decimal"),
        ("(0.33, 5)", "(\\frac13, 5)", False, "rounded"),
        ("3\\mathbf{i} - 2\\mathbf{j}", "(3,-2)", True, "unit vectors"),
        ("3\\mathbf{i} + 2\\mathbf{j}", "(3,-2)", False, "unit vectors, sign"),
        ("\\langle 3, -2 \\rangle", "\\begin{pmatrix} 3 \\\\ -2 \\end{pmatrix}", True, "angle brackets and column"),
        ("\\langle -2, 3 \\rangle", "\\begin{pmatrix} 3 \\\\ -2 \\end{pmatrix}", False, "swapped"),
        ("[3, -2]", "\\begin{pmatrix} 3 \\\\ -2 \\end{pmatrix}", True, "square brackets"),
        ("(6, \\frac{\\pi}{4})", "(6, \\pi/4)", True, "polar"),
        ("(6, 45^\\circ)", "(6, \\frac{\\pi}{4})", True, "polar in degrees"),
        ("(6, \\frac{\\pi}{3})", "(6, \\frac{\\pi}{4})", False, "other angle"),
        ("(x,y)=(1,2)", "(1,2)", True, "named"), ("(y,x)=(2,1)", "(x,y)=(1,2)", True, "names reordered"),
        ("(y,x)=(1,2)", "(x,y)=(1,2)", False, "names swapped"), ("x=1, y=2", "(x,y)=(1,2)", True, "named each"),
        ("x=2, y=1", "(x,y)=(1,2)", False, "named each, swapped"),
        ("(10, 02)", "(10, 2)", True, "leading zero"), ("(12)", "(1,2)", False, "comma lost"),
        ("(1.2)", "(1,2)", False, "point for comma"), ("\\{1,2\\}", "(2,1)", False, "set, other order"),
        ("(0,0)", "0", False, "origin and zero"), ("1:2", "(1,2)", False, "ratio"),
    ]  # fmt: skip
