"""Percentages. A percent sign on one side stands for the number and for its hundredth; a bare number is never divided by 100."""

from __future__ import annotations

from fractions import Fraction

from tests.corpus import golds
from tests.corpus.case import OWN, Book, Case, Row, Writing
from tests.corpus.notation import another_digit, decimal, latex

OWN_VALUES = [
    "12.5",
    "7",
    "0.4",
    "33",
    "150",
    "2.75",
    "99.9",
    "45",
    "8.25",
    "61",
    "0.05",
    "18",
    "37.5",
    "64",
    "3",
    "88",
    "0.125",
    "240",
    "5.6",
    "71",
    "92",
    "16.25",
    "55",
    "1.5",
]


def build() -> list[Case]:
    """Return all cases."""
    book = Book("percent")
    found = [(g.match[1], g.text, g.source) for g in golds.pool(book, r"(\d+(?:\.\d+)?) ?\\?%", 20)]
    found += [(value, f"{value}\\%", OWN) for value in OWN_VALUES]
    for value, text, source in found:
        book.same(text, same(value), 4, source)
        book.other(text, other(book, value), 4, source)
    for value in OWN_VALUES[:14]:
        book.table(book.some(without_sign(Fraction(value)), 4))
    return book.cases


def same(value: str) -> list[Writing]:
    """The sign in its spellings, left out, or carried out as a division by 100."""
    share = Fraction(value) / 100
    return [
        ("plain sign", f"{value}%"), ("bare number", value), ("percent", f"{value} percent"),
        ("\\text percent", f"{value}\\text{{ percent}}"),
        ("decimal", decimal(share)), ("fraction", latex(share)), ("thin space", f"{value}\\,\\%"),
        ("dollars", f"${value}\\%$"),
        ("space", f"{value} %"), ("x=", f"x={value}\\%"), ("full-width sign", f"{value}％"), ("a/b", str(share)),
        ("plus", f"+{value}\\%"),
        ("trailing zero", f"{value}{'0' if '.' in value else '.0'}\\%"), ("per cent", f"{value} per cent"),
        ("\\text sign", f"{value}\\text{{\\%}}"),
        ("as hundredths", f"\\frac{{{value}}}{{100}}"), ("sign outside maths", f"${value}$%"),
        ("mathrm sign", f"{value}\\mathrm{{\\%}}"),
        ("carried out", f"{decimal(share)} = {value}\\%"), ("approximately", f"\\approx {value}\\%"),
    ]  # fmt: skip


def other(book: Book, value: str) -> list[Writing]:
    """Another number, or the division by 100 done twice or in the wrong direction; equal values are dropped."""
    number = Fraction(value)
    valued = [
        ("value with a sign", f"{decimal(number / 100)}\\%", number / 100),
        ("times 100", f"{decimal(number * 100)}\\%", number * 100),
        ("one more", f"{decimal(number + 1)}\\%", number + 1), ("sign", f"-{value}\\%", -number),
        ("complement", f"{decimal(100 - number)}\\%", 100 - number),
        ("times ten", f"{decimal(number * 10)}\\%", number * 10),
        ("tenth, bare", decimal(number / 1000), number / 10),
        ("one digit", f"{(changed := another_digit(book.rng, value))}\\%", Fraction(changed)),
        ("growth factor", decimal(1 + number / 100), 100 + number), ("per mille", f"{value}‰", number / 10),
        ("wrong fraction", latex(number / 100 + Fraction(1, 100)), number + 1),
        ("range", f"{value}\\% \\text{{ to }} {decimal(number + 2)}\\%", None),
    ]  # fmt: skip
    return [(how, text) for how, text, result in valued if result != number]


def without_sign(share: Fraction) -> list[Row]:
    """The sign on the prediction, and on neither side; `share` is the number of percent."""
    value, part = decimal(share), decimal(share / 100)
    return [
        (f"{value}\\%", part, True, "sign against decimal"),
        (f"{value}%", latex(share / 100), True, "sign against fraction"),
        (f"{value}%", value, True, "sign against bare number"),
        (value, part, False, "no sign: factor 100"), (part, value, False, "no sign: factor 1/100"),
        (value, latex(share / 100), False, "no sign: factor 100"),
        (f"{part}%", part, True, "sign after the same number"),
        (f"{decimal(share + 1)}\\%", part, False, "other number"),
        (f"{decimal(share * 10)}%", value, False, "other number"),
    ]  # fmt: skip
