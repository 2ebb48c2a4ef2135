"""Inequalities against the interval they describe and against themselves moved and scaled; strictness and direction matter."""

from __future__ import annotations

from fractions import Fraction

from tests.corpus import golds
from tests.corpus.case import OWN, Book, Case, Row, Writing
from tests.corpus.notation import latex
from tests.corpus.regions import Piece, number

_SIGN = r"(\\leqslant|\\geqslant|\\leq|\\geq|\\le|\\ge|<|>|\\lt|\\gt|≤|≥)"
_LESS = ("\\l", "<", "≤")


def build() -> list[Case]:
    """Return all cases."""
    book = Book("inequality")
    for text, name, item, source in [*real(book, 24), *own(book, 34)]:
        book.same(text, same(book, item, name), 4, source)
        book.other(text, other(book, item, name), 4, source)
    for _ in range(8):
        book.table(book.some(chains(book), 4))
    book.table(fixed())
    return book.cases


def real(book: Book, count: int) -> list[tuple[str, str, Piece, str]]:
    """Return real gold answers of the form `x < 3` and `2 < x <= 5`."""
    found = []
    for gold in golds.pool(book, rf"([a-zA-Z])\s*{_SIGN}\s*(\S+)", 10**6):
        end, is_less = number(gold.match[3]), gold.match[2].startswith(_LESS)
        closed = "e" in gold.match[2] or gold.match[2] in "≤≥"
        if end is not None:
            item = Piece(None, end, False, closed) if is_less else Piece(end, None, closed, False)
            found.append((gold.text, gold.match[1], item, gold.source))
    for gold in golds.pool(book, rf"(\S+)\s*{_SIGN}\s*([a-zA-Z])\s*{_SIGN}\s*(\S+)", 10**6):
        low, high = number(gold.match[1]), number(gold.match[5])
        if low is not None and high is not None and low < high and gold.match[2].startswith(_LESS):
            left, right = ("e" in gold.match[part] or gold.match[part] == "≤" for part in (2, 4))
            found.append((gold.text, gold.match[3], Piece(low, high, left, right), gold.source))
    return book.some(found, count)


def own(book: Book, count: int) -> list[tuple[str, str, Piece, str]]:
    """Return random half lines and segments."""
    found = []
    for _ in range(count):
        low, high = sorted(book.rng.sample([Fraction(n, d) for n in range(-30, 31) for d in (1, 1, 2, 3)], 2))
        while low == high:
            low, high = sorted((low, high + 1))
        shape = book.rng.randrange(3)
        item = Piece(
            None if shape == 0 else low,
            None if shape == 1 else high,
            shape != 0 and book.rng.random() < 0.5,
            shape != 1 and book.rng.random() < 0.5,
        )
        name = book.rng.choice("xkmatnpr")
        found.append(
            (item.inequality(name, book.rng.randrange(2), falling=book.rng.random() < 0.3), name, item, OWN)
        )
    return found  # fmt: skip


def same(book: Book, item: Piece, name: str) -> list[Writing]:
    """Other signs, from the other end, as interval or set, and both sides moved or scaled by one number."""
    k, shift = book.rng.choice([2, 3, 5]), book.rng.randint(1, 9)
    found = [("other signs", item.inequality(name, style)) for style in range(1, 5)]
    found += [("interval", item.interval())] * 2 + [
        ("in an interval", f"{name} \\in {item.interval()}"),
        ("set-builder", f"\\{{{name} \\mid {item.inequality(name)}\\}}"), ("dollars", f"${item.inequality(name)}$"),
        ("falling", item.inequality(name, falling=True)),
        ("unicode interval", item.interval().replace("\\infty", "∞").replace("-", "−")),
        ("scaled", scaled(item, name, k)), ("turned", turned(item, name)),
        ("moved", moved(item, shift).inequality(f"{name}+{shift}")),
        ("no spaces", item.inequality(name, 4).replace(" ", "")),
        ("real number", f"{item.inequality(name)}, {name} \\in \\mathbb{{R}}"),
    ]  # fmt: skip
    if len(item.ends) == 2:
        halves = [Piece(item.low, None, item.closed_low), Piece(None, item.high, False, item.closed_high)]
        found += [
            ("split with and", " \\text{ and } ".join(half.inequality(name) for half in halves)),
            ("split with comma", ", ".join(half.inequality(name, 1) for half in halves)),
            ("split with land", " \\land ".join(half.inequality(name) for half in halves)),
        ]
    return found  # fmt: skip


def scaled(item: Piece, name: str, k: int) -> str:
    """Multiply all sides by a positive number."""
    low, high = (None if end is None else end * k for end in (item.low, item.high))
    return Piece(low, high, item.closed_low, item.closed_high).inequality(f"{k}{name}")


def moved(item: Piece, shift: int) -> Piece:
    """Add a number to all sides."""
    low, high = (None if end is None else end + shift for end in (item.low, item.high))
    return Piece(low, high, item.closed_low, item.closed_high)


def turned(item: Piece, name: str) -> str:
    """Multiply all sides by -1, which turns the signs."""
    low, high = (None if end is None else -end for end in (item.high, item.low))
    return Piece(low, high, item.closed_high, item.closed_low).inequality(f"-{name}")


def other(book: Book, item: Piece, name: str) -> list[Writing]:
    """Strictness, an end, the direction or one of two conditions differs."""
    place = book.rng.choice(item.finite_places())
    end = (item.low, item.high)[place]
    assert end is not None
    flipped = item.with_flipped_bracket(place)
    wider = item.with_end(place, end + (Fraction(1) if place else Fraction(-1)))
    found = [
        ("strictness", flipped.inequality(name)), ("bracket", flipped.interval()),
        ("end moved", wider.inequality(name)), ("end alone", latex(end)), ("equality", f"{name} = {latex(end)}"),
        ("not", f"{name} \\neq {latex(end)}"),
        ("end moved, interval", wider.interval()),
        ("scaled on one side", item.inequality(f"2{name}") if end else item.inequality(f"{name}+1")),
        ("turned, signs kept",
            item.inequality(f"-{name}") if len(item.ends) == 1 or len(set(map(abs,
                        item.ends))) > 1 else flipped.inequality(name)),
    ]  # fmt: skip
    if len(item.ends) == 1:
        opposite = Piece(item.high, item.low, item.closed_high, item.closed_low)
        found += [("direction", opposite.inequality(name)), ("direction, interval", opposite.interval())]
        if end:
            found.append(("sign of the end", item.with_end(place, -end).inequality(name)))
    else:
        found += [
            ("outside", f"{name} < {latex(item.ends[0])} \\text{{ or }} {name} > {latex(item.ends[1])}"),
            ("one condition lost", Piece(item.low, None, item.closed_low).inequality(name)),
            ("and for or", f"{name} > {latex(item.ends[0])} \\text{{ or }} {name} < {latex(item.ends[1])}"),
        ]
    return found  # fmt: skip


def chains(book: Book) -> list[Row]:
    """An order of several things read from the other end is the same order."""
    a, b, c = book.rng.sample("abcpqrxyz", 3)
    return [
        (f"{c}>{b}>{a}", f"{a}<{b}<{c}", True, "read backwards"),
        (f"{a}<{c}<{b}", f"{a}<{b}<{c}", False, "other order"),
        (f"{a} < {b} \\le {c}", f"{a}<{b}<{c}", False, "strictness"), (f"{b}>{a}", f"{a} < {b}", True, "flipped"),
        (f"{b}<{a}", f"{a} < {b}", False, "direction"),
        (f"f({a})>f({b})>f({c})", f"f({c})<f({b})<f({a})", True, "values of a function"),
        (f"f({b})>f({a})>f({c})", f"f({c})<f({b})<f({a})", False, "values of a function, other order"),
        (f"{a}+{b} \\le 7", f"{b} \\le 7-{a}", True, "moved"),
        (f"{a}+{b} \\le 7", f"{b} \\ge 7-{a}", False, "direction"), (f"{a}-{b} > 0", f"{a} > {b}", True, "moved"),
        (f"{a} \\neq {b}", f"{b} \\ne {a}", True, "not, swapped"),
        (f"{a} = {b}", f"{a} \\neq {b}", False, "equality for not"),
    ]  # fmt: skip


def fixed() -> list[Row]:
    """Two conditions and conditions on several values."""
    return [
        ("x<-4 \\text{ or } x>1", "x>1 \\text{ or } x<-4", True, "reordered"),
        ("x<-4 \\text{ and } x>1", "x<-4 \\text{ or } x>1", False, "and for or"),
        ("(-\\infty,-4)\\cup(1,\\infty)", "x<-4 \\text{ or } x>1", True, "interval"),
        ("(-\\infty,-4)\\cap(1,\\infty)", "x<-4 \\text{ or } x>1", False, "intersection"),
        ("x<-4, x>1", "x<-4 \\text{ or } x>1", True, "comma"),
        ("x < -4 ∨ x > 1", "x<-4 \\text{ or } x>1", True, "logical sign"),
        ("-4<x<1", "x<-4 \\text{ or } x>1", False, "inside"),
        ("x \\le -4 \\text{ or } x>1", "x<-4 \\text{ or } x>1", False, "strictness"),
        ("x≠5", "x \\neq 5", True, "unicode"), ("x != 5", "x \\neq 5", True, "ascii"),
        ("x \\neq -5", "x \\neq 5", False, "sign"),
        ("x \\neq 5", "x \\neq 5, 6", False, "one value lost"),
        ("x \\ne 6 \\text{ and } x \\ne 5", "x \\neq 5, 6", True, "two conditions"),
        ("n \\geq 3", "n > 2", False, "only for integers"), ("x^2 \\le 4", "-2 < x < 2", False, "square, strictness"),
        ("x > 2 \\text{ and } x > 5", "x>5", True, "stronger condition"),
        ("x > 2 \\text{ or } x > 5", "x>5", False, "weaker condition"),
        ("0 \\leq \\theta \\leq 90^\\circ", "0^\\circ \\le \\theta \\le 90^\\circ", True, "degrees"),
        ("k > \\frac{1}{2}", "k>0.5", True, "decimal"), ("k > 0.33", "k > \\frac13", False, "rounded"),
        ("a \\leq \\frac{\\sqrt{3}}{3}", "a \\le \\frac{1}{\\sqrt3}", True, "root"),
        ("a \\leq \\frac{\\sqrt{3}}{2}", "a \\le \\frac{1}{\\sqrt3}", False, "root"),
    ]  # fmt: skip
