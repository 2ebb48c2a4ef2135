"""Integers and decimals: another way to write the same digits, and digits that differ in one place."""

from __future__ import annotations

from fractions import Fraction

from tests.corpus import golds
from tests.corpus.case import OWN, Book, Case, Writing
from tests.corpus.notation import (
    ARABIC,
    FULL_WIDTH,
    another_digit,
    decimal,
    grouped,
    mantissa,
    negated,
)

SEPARATORS = {
    "comma": ",", "braced comma": "{,}", "thin space": "\\,", "space": " ", "comma and negative space": ",\\!",
    "narrow no-break space": "\u202f", "no-break space": "\u00a0", "escaped space": "\\ ", "tie": "~",
    "medium space": "\\:",
}  # fmt: skip


def build() -> list[Case]:
    """Return all cases."""
    book = Book("number")
    small = [(gold.text, gold.source) for gold in golds.pool(book, r"-?\d{1,3}", 12)]
    small += [(str(book.rng.randint(-999, 999)), OWN) for _ in range(12)]
    for text, source in small:
        book.same(text, same_integer(int(text)), 3, source)
        book.other(text, other_than_small(int(text)), 3, source)
    large = [(gold.text, gold.source) for gold in golds.pool(book, r"-?[1-9]\d{3,8}", 18)]
    large += [(str(book.rng.randint(1000, 10 ** book.rng.randint(4, 9))), OWN) for _ in range(14)]
    for text, source in large:
        book.same(text, same_large(int(text)), 4, source)
        book.other(text, other_than_large(book, int(text)), 4, source)
    decimals = [(gold.text, gold.source) for gold in golds.pool(book, r"-?\d*\.\d{0,5}[1-9]", 18)]
    decimals += [(decimal(Fraction(book.rng.randint(-9999, 9999) * 10 + 3, 10**4)), OWN) for _ in range(14)]
    for text, source in decimals:
        book.same(text, same_decimal(text), 3, source)
        book.other(text, other_than_decimal(book, text), 3, source)
    for _ in range(12):
        value = book.rng.randint(12, 400)
        book.same(str(value), computed(book, value), 3)
        book.other(str(value), computed(book, value + 1), 3)
    return book.cases


def same_integer(value: int) -> list[Writing]:
    """Markup, a name before it, digits of another script and a denominator of one do not touch the value."""
    n = str(value)
    return [
        ("decimal .0", f"{n}.0"), ("decimal .00", f"{n}.00"),
        ("unicode minus or plus", f"−{-value}" if value < 0 else f"+{n}"),
        ("x =", f"x = {n}"), ("n=", f"n={n}"), ("\\text", f"\\text{{{n}}}"), ("dollars", f"${n}$"),
        ("full stop", f"{n}."),
        ("mathbf", f"\\mathbf{{{n}}}"), ("full-width digits", n.translate(FULL_WIDTH)),
        ("arabic-indic digits", n.translate(ARABIC)),
        ("over one", f"{n}/1"), ("not reduced", f"\\frac{{{2 * value}}}{{2}}"), ("parentheses", f"({n})"),
        ("markdown", f"**{n}**"),
        ("code", f"`{n}`"), ("inline maths", f"\\({n}\\)"), ("display maths", f"\\[{n}\\]"),
        ("function value", f"f(2) = {n}"),
        ("number of elements", f"|S| = {n}"), ("equals sign", f"= {n}"), ("braces", f"{{{n}}}"),
        ("displaystyle", f"\\displaystyle {n}"),
    ]  # fmt: skip


def other_than_small(value: int) -> list[Writing]:
    """The value differs, or what is written is more than one number."""
    n = str(value)
    found = [
        ("one more", str(value + 1)), ("one less", str(value - 1)), ("half more", f"{n}.5"),
        ("a hundredth more", f"{n}.01"),
        ("inequality", f"x > {n}"), ("extra element", f"{n}, {value + 3}"), ("hedge", f"{n} or {value + 2}"),
        ("pair", f"({n}, {n})"), ("plus or minus", f"\\pm {abs(value) or 1}"), ("times x", f"{n}x" if value else "x"),
        ("times pi", f"{n}\\pi" if value else "\\pi"), ("neighbours", f"{value - 1}, {n}, {value + 1}"),
        ("square root of minus one", f"{n}i" if value else "i"),
    ]  # fmt: skip
    if value:
        found += [
            ("sign", negated(n)),
            ("times ten", f"{n}0"),
            ("factor 100", f"{n}00"),
            ("denominator", f"\\frac{{1}}{{{value}}}" if abs(value) > 1 else "7"),
        ]
    if value > 1:
        found += [
            ("square", f"{n}^2"),
            ("square root", f"\\sqrt{{{n}}}"),
            ("power of two", f"2^{{{n}}}" if value > 2 else "9"),
        ]
    if value > 9 and n != n[::-1] and not n.endswith("0"):
        found.append(("digits reversed", n[::-1]))
    return found  # fmt: skip


def same_large(value: int) -> list[Writing]:
    """Separators between thousands are no digits; a mantissa times its power of ten is computed exactly."""
    digits, power = mantissa(value)
    found = [(f"thousands: {how}", grouped(value, mark)) for how, mark in SEPARATORS.items()]
    found += [
        ("decimal .00", f"{value}.00"), ("comma and .0", f"{value:,}.0"), ("e notation", f"{digits}e{power}"),
        ("E notation", f"{digits}E+{power:02d}"),
        ("scientific", f"{digits} \\times 10^{{{power}}}"), ("scientific with dot", f"{digits} \\cdot 10^{power}"),
        ("unicode scientific", f"{digits} × 10^{power}"), ("thousands in dollars", f"${value:,}$"),
        ("name and thousands", f"N = {value:,}"),
    ]  # fmt: skip
    if value % 1000 == 0:
        found += [("thousand", f"{value // 1000} thousand")]
    if value % 10**5 == 0:
        found += [("million", f"{decimal(Fraction(value, 10**6))} million")]
    return found


def other_than_large(book: Book, value: int) -> list[Writing]:
    """One digit, one power of ten or the sign differs."""
    changed = int(another_digit(book.rng, str(abs(value)))) * (1 if value > 0 else -1)
    digits, power = mantissa(value)
    found = [
        ("one digit, comma", f"{changed:,}"), ("one digit", str(changed)), ("one more", str(value + 1)),
        ("digit dropped", str(value)[:-1]),
        ("zero appended", f"{value}0"), ("a thousandth", decimal(Fraction(value, 1000))),
        ("sign", negated(str(value))),
        ("next power of ten", f"{digits} \\times 10^{{{power + 1}}}"),
        ("e notation, other power", f"{digits}e{power - 1}"),
        ("list of groups", f"{value:,}".replace(",", ", ") + ", 1"),
        ("negative power", f"{digits} \\times 10^{{-{power}}}"),
    ]  # fmt: skip
    rounded = round(value, 2 - power)
    return found if rounded == value else [*found, ("three digits kept", f"{rounded:,}")]


def same_decimal(text: str) -> list[Writing]:
    """Zeros at the ends, the fraction it is and the power of ten taken out keep the value exactly."""
    value = Fraction(text)
    found = [
        ("trailing zero", f"{text}0"), ("fraction", f"\\frac{{{value.numerator}}}{{{value.denominator}}}"),
        ("a/b", str(value)),
        ("x=", f"x={text}"), ("scientific -2", f"{decimal(value * 100)} \\times 10^{{-2}}"),
        ("e notation -3", f"{decimal(value * 1000)}e-3"),
        ("approximately", f"\\approx {text}"), ("sign", f"−{text[1:]}" if value < 0 else f"+{text}"),
        ("dollars", f"${text}$"),
        ("braced", f"{{{text}}}"), ("tilde", f"x \\approx {text}"),
    ]  # fmt: skip
    if text.lstrip("-").startswith("0."):
        found += [("leading zero dropped", text.replace("0.", ".", 1))]
    return found


def other_than_decimal(book: Book, text: str) -> list[Writing]:
    """The last digit, the power of ten or the sign differs; a value that was cut or rounded is another value."""
    value = Fraction(text)
    places = len(text.partition(".")[2])
    found = [
        ("last digit", another_digit(book.rng, text, -1)), ("factor 100", decimal(value * 100)),
        ("factor 1/100", decimal(value / 100)),
        ("factor 10", decimal(value * 10)), ("sign", text[1:] if value < 0 else "-" + text),
        ("digit appended", text + "3"),
        ("extra element", f"{text}, 0"), ("other power", f"{text} \\times 10^{{-1}}"),
        ("point lost", text.replace("-", "").replace(".", "") + "1"),
    ]  # fmt: skip
    if places > 1:
        found += [("cut", text[:-1]), ("rounded", decimal(round(value, places - 1)))]
    return found


def computed(book: Book, value: int) -> list[Writing]:
    """A sum, difference, product, power or quotient whose value follows by integer arithmetic."""
    part = book.rng.randint(2, 11)
    root = book.rng.randint(2, 9)
    return [
        ("sum", f"{value - part} + {part}"), ("difference", f"{value + part} - {part}"),
        ("product and rest", f"{part} \\cdot {value // part} + {value % part}"),
        ("quotient", f"\\frac{{{value * part}}}{{{part}}}"), ("ascii quotient", f"{value * part}/{part}"),
        ("square and rest", f"{root}^2 {value - root * root:+}"),
        ("root", f"\\sqrt{{{value * value}}}"), ("factorials", f"\\frac{{{value}!}}{{{value - 1}!}}"),
        ("binomial", f"\\binom{{{value}}}{{1}}"),
        ("equation that ends in it", f"{value - part} + {part} = {value}"),
        ("product with times", f"{part} \\times {value // part} + {value % part}"),
    ]  # fmt: skip
