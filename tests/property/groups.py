r"""Sets, lists, tuples and matrices of numbers: the value is a frozenset or a tuple of fractions, its spelling is drawn."""

from __future__ import annotations

import random
from fractions import Fraction

from tests.property.numerals import near, numeral

Row = tuple[Fraction, ...]
Grid = tuple[Row, ...]


def _element(source: random.Random) -> Fraction:
    return Fraction(source.randint(-30, 30), source.choice((1, 1, 1, 2, 3, 4)))


def _plain(value: Fraction, source: random.Random) -> str:
    """Write an element without what would end it: commas, blanks, dollar signs, marks of text."""
    while True:
        text = numeral(value, source)
        if not set(text) & set(",$* ") and "text" not in text and not text.endswith("."):
            return text


def draw_set(source: random.Random) -> frozenset[Fraction]:
    """Return two to six different numbers, rarely fifteen."""
    wanted = 15 if source.random() < 0.05 else source.randint(2, 6)
    found: set[Fraction] = set()
    while len(found) < wanted:
        found.add(_element(source))
    return frozenset(found)


def spell_set(value: frozenset[Fraction], source: random.Random) -> str:
    r"""Write the elements in any order, in braces or as a list, once or (rarely) twice, a pair also with `\pm`."""
    elements = list(value)
    source.shuffle(elements)
    if len(elements) == 2 and source.random() < 0.25:
        middle, half = (elements[0] + elements[1]) / 2, abs(elements[0] - elements[1]) / 2
        return f"{_plain(middle, source)} \\pm {_plain(half, source)}"
    texts = [_plain(element, source) for element in elements]
    if source.random() < 0.1:
        texts.append(_plain(elements[0], source))
    if source.random() < 0.6:
        frame = source.choice(("\\{{{}\\}}", "\\left\\{{ {} \\right\\}}", "\\lbrace {} \\rbrace"))
        return frame.format(source.choice((", ", ",")).join(texts))
    if source.random() < 0.3:
        return source.choice((" \\text{ or } ", " or ", ", ")).join(f"x = {text}" for text in texts)
    if source.random() < 0.3:
        return "; ".join(texts)
    return ", ".join(texts[:-1]) + source.choice((", ", " and ", ", and ", " \\text{ and } ")) + texts[-1]


def change_set(value: frozenset[Fraction], source: random.Random) -> frozenset[Fraction]:
    """Leave out, add or change one element."""
    element = source.choice(sorted(value))
    rest = value - {element}
    ways = [value | {near(element, source)}, rest | {near(element, source)}]
    if len(rest) > 1:
        ways.append(rest)
    return frozenset(source.choice(ways))


def draw_tuple(source: random.Random) -> Row:
    """Return two to five numbers, in order, which may repeat."""
    return tuple(_element(source) for _ in range(source.randint(2, 5)))


def spell_tuple(value: Row, source: random.Random) -> str:
    """Write the numbers in round or angle brackets, or as a column or row of a matrix."""
    texts = [_plain(element, source) for element in value]
    if source.random() < 0.2:
        name = source.choice(("pmatrix", "bmatrix"))
        return f"\\begin{{{name}}} " + source.choice((" \\\\ ", "\\\\")).join(texts) + f" \\end{{{name}}}"
    frame = source.choice(
        ("({})", "\\left({}\\right)", "\\left( {} \\right)", "\\langle {}\\rangle", "$({})$", "( {} )")
    )
    return frame.format(source.choice((", ", ",", ",\\ ")).join(texts))


def change_tuple(value: Row, source: random.Random) -> Row:
    """Swap two numbers, change one, leave one out or add one."""
    first, second = source.sample(range(len(value)), 2)
    swapped = list(value)
    swapped[first], swapped[second] = swapped[second], swapped[first]
    ways: list[Row] = [
        tuple(swapped),
        (*value[:first], near(value[first], source), *value[first + 1 :]),
        (*value, value[0]),
        value[1:] if len(value) > 2 else (*value, Fraction(0)),
    ]
    return source.choice(ways)


def draw_matrix(source: random.Random) -> Grid:
    """Return a matrix of two or three rows and columns."""
    width = source.randint(2, 3)
    return tuple(tuple(_element(source) for _ in range(width)) for _ in range(source.randint(2, 3)))


def spell_matrix(value: Grid, source: random.Random) -> str:
    """Write a matrix in one of the environments."""
    rows = [source.choice((" & ", "&")).join(_plain(cell, source) for cell in row) for row in value]
    body = source.choice((" \\\\ ", "\\\\", "\\\\\n")).join(rows) + source.choice(("", " \\\\"))
    name = source.choice(("pmatrix", "bmatrix", "Bmatrix"))
    if source.random() < 0.15:
        return f"\\left(\\begin{{array}}{{{'c' * len(value[0])}}}{body}\\end{{array}}\\right)"
    return f"\\begin{{{name}}}{body}\\end{{{name}}}"


def change_matrix(value: Grid, source: random.Random) -> Grid:
    """Transpose, swap two rows, change one cell or leave out a row."""
    row, column = source.randrange(len(value)), source.randrange(len(value[0]))
    cells = (*value[row][:column], near(value[row][column], source), *value[row][column + 1 :])
    ways: list[Grid] = [
        tuple(zip(*value, strict=True)),
        (value[1], value[0], *value[2:]),
        (*value[:row], cells, *value[row + 1 :]),
        value[1:],
    ]
    return source.choice(ways)
