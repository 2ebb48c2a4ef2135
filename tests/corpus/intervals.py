"""Intervals and their unions against the same set in other words; any bracket, end or piece that differs is another set."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from tests.corpus import golds
from tests.corpus.case import OWN, Book, Case, Row, Writing
from tests.corpus.notation import latex
from tests.corpus.regions import Piece, joined, piece


def build() -> list[Case]:
    """Return all cases."""
    book = Book("interval")
    for text, pieces, source in [*real(book, 40), *own(book, 42)]:
        book.same(text, same(book, pieces), 4, source)
        book.other(text, other(book, pieces), 4, source)
    book.table(fixed())
    return book.cases


def real(book: Book, count: int) -> list[tuple[str, list[Piece], str]]:
    """Return real gold answers that are unions of intervals, left to right; a lone open one could be a point and is left out."""
    found = []
    for gold in golds.pool(book, r"(?:[a-z] \\in )?(\S*[\[(].*[\])])", 10**6):
        pieces = [piece(part) for part in gold.match[1].split("\\cup")]
        good = [item for item in pieces if item]
        lone = len(good) == 1 and len(good[0].ends) == 2 and not (good[0].closed_low or good[0].closed_high)
        if len(good) == len(pieces) and not lone and is_apart(good) and all(item.ends for item in good):
            found.append((gold.text, good, gold.source))
    return book.some(found, count)


def is_apart(pieces: list[Piece]) -> bool:
    """Say whether no two neighbours meet, so that leaving one out or closing an end changes the set."""
    return all(
        a.high is not None
        and b.low is not None
        and (a.high < b.low or (a.high == b.low and not (a.closed_high or b.closed_low)))
        for a, b in pairwise(pieces)
    )


def own(book: Book, count: int) -> list[tuple[str, list[Piece], str]]:
    """Return random unions of one to three pieces with at least a whole number between them."""
    found = []
    for _ in range(count):
        number = book.rng.choice([1, 1, 2, 2, 3])
        ends = sorted(book.rng.sample(range(-12, 13), 2 * number))
        spread = [
            Fraction(end)
            + book.rng.choice([Fraction(0), Fraction(0), Fraction(1, 2), Fraction(1, 3), Fraction(3, 4)])
            for end in ends
        ]
        pieces = [
            Piece(spread[2 * i], spread[2 * i + 1], book.rng.random() < 0.5, book.rng.random() < 0.5)
            for i in range(number)
        ]
        if book.rng.random() < 0.3:
            pieces[0] = Piece(None, pieces[0].high, False, pieces[0].closed_high)
        if book.rng.random() < 0.3 and (number > 1 or pieces[0].low is not None):
            pieces[-1] = Piece(pieces[-1].low, None, pieces[-1].closed_low, False)
        if number == 1 and len(pieces[0].ends) == 2 and not (pieces[0].closed_low or pieces[0].closed_high):
            pieces[0] = pieces[0].with_flipped_bracket(0)
        found.append((" \\cup ".join(item.interval() for item in pieces), pieces, OWN))
    return found


def same(book: Book, pieces: list[Piece]) -> list[Writing]:
    """The same pieces in another order or notation, or as the inequality that every element satisfies."""
    plain = " \\cup ".join(item.interval() for item in pieces)
    found = [
        ("left right", " \\cup ".join(item.interval(left_right=True) for item in pieces)),
        ("unicode", plain.replace("\\infty", "∞").replace("\\cup", "∪").replace("-", "−")),
        ("x in", f"x \\in {plain}"),
        ("plus infinity", plain.replace(", \\infty", ", +\\infty")), ("dollars", f"${plain}$"),
        ("pieces reordered", " \\cup ".join(item.interval() for item in reversed(pieces))),
        ("ascii", plain.replace("\\infty", "inf").replace("\\cup", "U")),
        ("no spaces", plain.replace(", ", ",")), ("tight cup", plain.replace(" \\cup ", "\\cup")),
        ("unicode in", f"x ∈ {plain}"), ("oo", plain.replace("\\infty", "oo").replace("\\cup", "U")),
        ("full stop", f"{plain}."),
        ("french brackets", " \\cup ".join(item.interval(french=True) for item in pieces)),
        ("infinity in words", plain.replace("\\infty", "\\text{infinity}") if "infty" in plain else f"${plain}$"),
        ("semicolons", plain.replace(", ", "; ")),
    ]  # fmt: skip
    style = book.rng.randrange(5)
    found += [("inequality", joined(pieces, "x"))] * 2 + [
        ("inequality, other signs", joined(pieces, "x", style)),
        ("inequality, plain or", joined(pieces, "x", 2).replace("\\text{ or }", "or")),
        ("set-builder", f"\\{{x \\mid {joined(pieces, 'x')}\\}}"),
        ("set-builder colon", f"\\{{ x : {joined(pieces, 'x')} \\}}"),
        ("set-builder real", f"\\{{x \\in \\mathbb{{R}} \\mid {joined(pieces, 'x', style)}\\}}"),
        ("falling", " \\text{ or } ".join(item.inequality("x", falling=True) for item in pieces)),
        ("logical or", joined(pieces, "x").replace("\\text{ or }", "\\lor")),
    ]  # fmt: skip
    return found


def other(book: Book, pieces: list[Piece]) -> list[Writing]:
    """Another set: it has or lacks an end point, a piece, or everything beyond an end."""
    at = book.rng.randrange(len(pieces))
    chosen = pieces[at]
    plain = " \\cup ".join(item.interval() for item in pieces)
    found: list[Writing] = [("everything", "(-\\infty, \\infty)"), ("nothing", "\\emptyset")]
    for place in chosen.finite_places():
        flipped = chosen.with_flipped_bracket(place)
        end = (chosen.low, chosen.high)[place]
        assert end is not None
        step = Fraction(1 if place else -1)
        changed = [flipped, chosen.with_end(place, end + step / 7), chosen.with_end(place, end + step / 10)]
        names = ["bracket", "end moved by 1/7", "end moved by 0.1"]
        found += [(how, _with(pieces, at, item)) for how, item in zip(names, changed, strict=True)]
        found += [
            ("bracket", _with(pieces, at, flipped)),
            ("strictness", joined([*pieces[:at], flipped, *pieces[at + 1 :]], "x")),
            ("end alone", latex(end)),
        ]
    if len(pieces) == 1 and len(chosen.ends) == 2:
        low, high = map(latex, chosen.ends)
        found += [
            (
                "ends swapped",
                f"{'[' if chosen.closed_low else '('}{high}, {low}{']' if chosen.closed_high else ')'}",
            ),
            ("set of the ends", f"\\{{{low}, {high}\\}}"),
            ("outside", f"x < {low} \\text{{ or }} x > {high}"),
            ("half lost", chosen.interval().split(",")[0] + ", \\infty)"),
        ]
    if len(pieces) == 1 and len(chosen.ends) == 1:
        found.append(
            ("other side", Piece(chosen.high, chosen.low, chosen.closed_high, chosen.closed_low).interval())
        )
    if len(pieces) > 1:
        found += [
            ("cap for cup", plain.replace("cup", "cap")),
            ("first piece lost", _joined(pieces[1:])),
            ("last piece lost", _joined(pieces[:-1])),
            ("and for or", joined(pieces, "x").replace("or", "and")),
            ("pieces as list of one less", _joined(pieces[:-1]) + " \\cup \\emptyset"),
        ]
    return found  # fmt: skip


def _joined(pieces: list[Piece]) -> str:
    return " \\cup ".join(item.interval() for item in pieces)


def _with(pieces: list[Piece], at: int, item: Piece) -> str:
    return _joined([*pieces[:at], item, *pieces[at + 1 :]])


def fixed() -> list[Row]:
    """Whole lines, holes, points that close a gap, intersections, ends that are no fractions."""
    return [
        ("\\mathbb{R}", "(-\\infty,\\infty)", True, "whole line"),
        ("\\text{all real numbers}", "(-\\infty,\\infty)", True, "whole line in words"),
        ("\\mathbb{R}", "(-\\infty,0)", False, "half line"),
        ("-\\infty < x < \\infty", "\\mathbb{R}", True, "whole line as inequality"),
        ("x \\neq 2", "(-\\infty,2)\\cup(2,\\infty)", True, "not"),
        ("\\mathbb{R}\\setminus\\{2\\}", "(-\\infty,2)\\cup(2,\\infty)", True, "without a point"),
        ("\\mathbb{R} \\backslash \\{2\\}", "(-\\infty,2)\\cup(2,\\infty)", True, "backslash"),
        ("\\mathbb{R}\\setminus\\{3\\}", "(-\\infty,2)\\cup(2,\\infty)", False, "another point"),
        ("\\mathbb{R}-\\{2\\}", "x \\ne 2", True, "minus a point"),
        ("[1,3]\\cup[3,6]", "[1,6]", True, "pieces that meet"), ("[1,3)\\cup(3,6]", "[1,6]", False, "hole"),
        ("[1,3)\\cup\\{3\\}", "[1,3]", True, "point closes"),
        ("(1,3)\\cup\\{3\\}", "[1,3]", False, "one end still open"),
        ("[1,3]\\cup\\{7\\}", "[1,3]", False, "extra point"),
        ("(1,6)\\cap(4,9)", "(4,6)", True, "intersection"),
        ("(1,6)\\cap(4,9)", "(1,9)", False, "intersection for union"),
        ("[1,4]\\cap[4,9]", "\\{4\\}", True, "one point left"),
        ("(1,4)\\cap(4,9)", "\\emptyset", True, "nothing left"), ("[2,2]", "\\{2\\}", True, "one point"),
        ("]1,4[", "(1,4)", True, "french"), ("]1,4[", "[1,4]", False, "french, closed"),
        ("[1,4[", "[1,4)", True, "half french"), ("|x|<2", "(-2,2)", True, "absolute value"),
        ("|x| \\le 2", "(-2,2)", False, "absolute value, closed"), ("|x-3| \\leq 1", "[2,4]", True, "distance"),
        ("|x-3| \\geq 1", "[2,4]", False, "outside"),
        ("|x|>2", "(-\\infty,-2)\\cup(2,\\infty)", True, "outside"),
        ("[-\\sqrt{5},\\sqrt{5}]", "-\\sqrt5 \\le x \\le \\sqrt5", True, "roots"),
        ("(-\\sqrt{5},\\sqrt{5})", "-\\sqrt5 \\le x \\le \\sqrt5", False, "roots, open"),
        ("[0, 2\\pi)", "0 \\le x < 2\\pi", True, "pi"), ("[0, 2\\pi]", "0 \\le x < 2\\pi", False, "pi, closed"),
        ("(0, π)", "(0,\\pi)", True, "pi sign"),
        ("(0, 3.14]", "(0,\\pi]", False, "rounded end"), ("(0.5, 2]", "(\\frac12, 2]", True, "decimal end"),
        ("(0.33, 2]", "(\\frac13, 2]", False, "rounded end"), ("x>0", "(0,\\infty)", True, "positive"),
        ("\\mathbb{R}^+", "(0,\\infty)", True, "positive numbers"), ("x \\ge 0", "(0,\\infty)", False, "zero"),
        ("\\text{all positive real numbers}", "(0,\\infty)", True, "words"),
        ("[e, \\infty)", "x \\geq e", True, "e"), ("(e, \\infty)", "x \\geq e", False, "e, open"),
        ("(-1,1)\\setminus\\{0\\}", "(-1,0)\\cup(0,1)", True, "hole"),
        ("(-1,1)", "(-1,0)\\cup(0,1)", False, "no hole"), ("-1<x<1, x\\neq 0", "(-1,0)\\cup(0,1)", True, "condition"),
    ]  # fmt: skip
