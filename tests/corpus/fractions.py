"""Common fractions: spellings of the same quotient, and quotients that differ in one part."""

from __future__ import annotations

from fractions import Fraction

from tests.corpus import golds
from tests.corpus.case import OWN, Book, Case, Writing
from tests.corpus.notation import decimal, latex, repeating, terminates

UNICODE = {
    (1, 2): "½", (1, 3): "⅓", (2, 3): "⅔", (1, 4): "¼", (3, 4): "¾", (1, 5): "⅕", (2, 5): "⅖", (3, 5): "⅗",
    (4, 5): "⅘",
    (1, 6): "⅙", (5, 6): "⅚", (1, 8): "⅛", (3, 8): "⅜", (5, 8): "⅝", (7, 8): "⅞",
}  # fmt: skip
WORDS = {
    (1, 2): "one half", (1, 3): "one third", (2, 3): "two thirds", (1, 4): "one quarter", (3, 4): "three quarters",
    (2, 5): "two fifths",
    (3, 8): "three eighths", (5, 6): "five sixths", (7, 10): "seven tenths", (1, 9): "one ninth",
}  # fmt: skip
PATTERN = r"(-?)\\[dt]?frac\{(\d+)\}\{(\d+)\}|(-?)(\d+)\s*/\s*(\d+)"


def build() -> list[Case]:
    """Return all cases."""
    book = Book("fraction")
    for gold in golds.pool(book, PATTERN, 34):
        sign, top, bottom = (part for part in gold.match.groups() if part is not None)
        if int(top) and int(bottom):
            add(book, gold.text, sign, int(top), int(bottom), gold.source)
    for _ in range(30):
        sign, top, bottom = book.rng.choice(["", "", "-"]), book.rng.randint(1, 60), book.rng.randint(2, 60)
        add(book, f"{sign}\\frac{{{top}}}{{{bottom}}}", sign, top, bottom, OWN)
    for top, bottom in [*UNICODE, *WORDS]:
        add(book, latex(Fraction(top, bottom)), "", top, bottom, OWN)
    return book.cases


def add(book: Book, reference: str, sign: str, top: int, bottom: int, source: str) -> None:
    """Take spellings and near misses of one fraction."""
    writings = same(sign, top, bottom)
    special = same_special(sign, Fraction(top, bottom))
    book.same(reference, special, 2, source)
    book.same(reference, writings, 4 - min(2, len(special)), source)
    book.other(reference, other(sign, top, bottom), 4, source)


def same(sign: str, top: int, bottom: int) -> list[Writing]:
    """Commands for the same bar, the sign moved between its three places, a common factor: one quotient."""
    found = [
        ("dfrac", f"{sign}\\dfrac{{{top}}}{{{bottom}}}"), ("tfrac", f"{sign}\\tfrac{{{top}}}{{{bottom}}}"),
        ("cfrac", f"{sign}\\cfrac{{{top}}}{{{bottom}}}"),
        ("a/b", f"{sign}{top}/{bottom}"), ("not reduced", f"{sign}\\frac{{{3 * top}}}{{{3 * bottom}}}"),
        ("sign above", f"\\frac{{{sign}{top}}}{{{bottom}}}"),
        ("sign below", f"\\frac{{{top}}}{{{sign}{bottom}}}"), ("dollars", f"${sign}\\frac{{{top}}}{{{bottom}}}$"),
        ("left right", f"\\left({sign}\\frac{{{top}}}{{{bottom}}}\\right)"),
        ("x=", f"x={sign}\\frac{{{top}}}{{{bottom}}}"), ("over", f"{sign}{{{top} \\over {bottom}}}"),
        ("spaces", f"{sign}\\frac{{ {top} }}{{ {bottom} }}"),
        ("div", f"{sign}{top} \\div {bottom}"), ("division sign", f"{sign}{top}÷{bottom}"),
        ("fraction slash", f"{sign}{top}⁄{bottom}"),
        ("displaystyle", f"\\displaystyle {sign}\\frac{{{top}}}{{{bottom}}}"),
        ("times reciprocal", f"{sign}{top} \\cdot \\frac{{1}}{{{bottom}}}"),
        ("spaced slash", f"{sign}{top} / {bottom}"), ("text slash", f"\\text{{{sign}{top}/{bottom}}}"),
        ("parts in parentheses", f"{sign}({top})/({bottom})"),
        ("negative power", f"{sign}{top} \\cdot {bottom}^{{-1}}"),
        ("probability", f"P = {sign}\\frac{{{top}}}{{{bottom}}}"),
    ]  # fmt: skip
    if top < 10 and bottom < 10:
        found += [
            ("frac without braces", f"{sign}\\frac{top}{bottom}"),
            ("dfrac without braces", f"{sign}\\dfrac {top}{bottom}"),
        ]
    return found


def same_special(sign: str, value: Fraction) -> list[Writing]:
    """Mixed numbers, decimals that end or repeat (long division), Unicode and English words of the reduced value."""
    found: list[Writing] = []
    key = (value.numerator, value.denominator)
    whole, rest = divmod(value.numerator, value.denominator)
    if whole and rest:
        found += [
            ("mixed", f"{sign}{whole}\\frac{{{rest}}}{{{value.denominator}}}"),
            ("mixed ascii", f"{sign}{whole} {rest}/{value.denominator}"),
            ("mixed, spaced", f"{sign}{whole} \\tfrac{{{rest}}}{{{value.denominator}}}"),
        ]
    if terminates(value):
        found.append(("decimal", sign + decimal(value)))
    else:
        before, block = repeating(value)
        if len(block) <= 6:
            found.append(("overline", f"{sign}{before}\\overline{{{block}}}"))
        if len(block) == 1:
            found += [("dot", f"{sign}{before}\\dot{{{block}}}"), ("bar", f"{sign}{before}\\bar{{{block}}}")]
    if key in UNICODE:
        found.append(("unicode", sign + UNICODE[key]))
    if key in WORDS and not sign:
        found.append(("words", WORDS[key]))
    return found


def other(sign: str, top: int, bottom: int) -> list[Writing]:
    """Each candidate's value is computed where there is a doubt, and dropped where it happens to be the same."""
    value = Fraction(top, bottom) * (-1 if sign else 1)
    valued = [
        ("sign", f"{'' if sign else '-'}\\frac{{{top}}}{{{bottom}}}", -value),
        ("upside down", f"{sign}\\frac{{{bottom}}}{{{top}}}", 1 / value),
        ("top off", f"{sign}\\frac{{{top + 1}}}{{{bottom}}}", None),
        ("bottom off", f"{sign}\\frac{{{top}}}{{{bottom + 1}}}", None),
        ("complement", latex(1 - value), 1 - value), ("top only", f"{sign}{top}", Fraction(int(f"{sign}{top}"))),
        ("one more, mixed", f"1\\frac{{{top}}}{{{bottom}}}", 1 + Fraction(top, bottom)),
        ("dot for slash", f"{sign}{top}.{bottom}", Fraction(f"{sign}{top}.{bottom}")),
        ("minus for slash", f"{sign}{top} - {bottom}", Fraction(int(f"{sign}{top}") - bottom)),
        ("squared", f"\\left(\\frac{{{top}}}{{{bottom}}}\\right)^2", value * value),
        ("doubled bottom", f"{sign}\\frac{{{top}}}{{{2 * bottom}}}", value / 2),
        ("times x", f"{sign}\\frac{{{top}}}{{{bottom}}}x", None),
        ("two of them", f"{sign}\\frac{{{top}}}{{{bottom}}}, {sign}\\frac{{{top + 1}}}{{{bottom}}}", None),
        ("root below", f"{sign}\\frac{{{top}}}{{\\sqrt{{{bottom + 1}}}}}", None),
    ]  # fmt: skip
    found = [(how, text) for how, text, result in valued if result != value]
    for places in (1, 2, 3, 4, 6):
        short = round(value, places)
        if short != value:
            found.append((f"rounded to {places}", decimal(short)))
    return found
