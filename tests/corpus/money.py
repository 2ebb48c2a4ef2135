"""Amounts of money. A currency may be left out; another amount, another stated currency or another scale is another answer."""

from __future__ import annotations

from fractions import Fraction

from tests.corpus import golds
from tests.corpus.case import OWN, Book, Case, Row, Writing
from tests.corpus.notation import another_digit, decimal, grouped

OWN_VALUES = [
    "12000",
    "4500",
    "1250000",
    "36",
    "75",
    "8400",
    "119",
    "2560",
    "18",
    "999",
    "30500",
    "640",
    "7.25",
    "19.99",
    "0.75",
    "1250.50",
    "3400000",
    "88.40",
    "15",
    "45000",
    "6.05",
    "249.90",
]
CURRENCIES = {"€": "euros", "£": "pounds", "¥": "yen", "₹": "rupees"}


def build() -> list[Case]:
    """Return all cases."""
    book = Book("money")
    found = [
        (gold.text, gold.match[1].replace(",", ""), gold.source)
        for gold in golds.pool(book, r"\\\$ ?(\d+(?:,\d{3})*(?:\.\d\d)?)", 16)
    ]
    for value in OWN_VALUES:
        whole, point, rest = value.partition(".")
        text = book.rng.choice(
            [f"\\${value}", f"\\${grouped(int(whole), ',')}{point}{rest}", f"{value} dollars"]
        )
        found.append((text, value, OWN))
    for text, value, source in found:
        book.same(text, same(value), 4, source)
        book.other(text, other(book, value), 4, source)
    for sign, word in CURRENCIES.items():
        for _ in range(3):
            book.table(book.some(currencies(book.rng.randint(3, 900), sign, word), 4))
    for _ in range(10):
        book.table(book.some(cents(book.rng.randint(1, 40), book.rng.randint(10, 95)), 4))
    book.table(scales())
    return book.cases


def same(value: str) -> list[Writing]:
    """The dollar sign in its spellings and places, or left out; separators; cents of zero."""
    whole, point, rest = value.partition(".")
    long = f"{grouped(int(whole), ',')}{point}{rest}"
    return [
        ("plain sign", f"${long}"), ("escaped sign", f"\\${value}"), ("dollars", f"{long} dollars"),
        ("USD", f"{value} USD"), ("\\text dollars", f"{value}\\text{{ dollars}}"),
        ("bare number", value), ("in maths", f"$\\${value}$"), ("US$", f"US${long}"), ("sign behind", f"{value}$"),
        ("\\text sign", f"\\text{{\\$}}{value}"),
        ("space", f"\\$ {value}"), ("cents", f"\\${value}" + ("" if point else ".00")),
        ("braced comma", f"\\${grouped(int(whole), '{,}')}{point}{rest}"),
        ("USD before", f"USD {long}"), ("mathrm", f"\\$\\mathrm{{{value}}}"),
        ("everything in \\text", f"\\text{{\\${long}}}"), ("x =", f"x = \\${value}"),
        ("bold", f"**${long}**"), ("dollars outside maths", f"${value}$ dollars"),
        ("negative space", "\\$" + grouped(int(whole), ",\\!") + point + rest),
    ]  # fmt: skip


def other(book: Book, value: str) -> list[Writing]:
    """Another amount: a digit, a power of ten, the sign, half a dollar, or a second amount."""
    amount = Fraction(value)
    found = [
        ("times ten", f"${decimal(amount * 10)}"), ("one more", f"\\${decimal(amount + 1)}"),
        ("factor 100", f"\\${decimal(amount * 100)}"),
        ("sign", f"-\\${value}"), ("fifty cents more", f"{decimal(amount + Fraction(1, 2))} dollars"),
        ("two amounts", f"\\${value}, \\${decimal(amount + 2)}"),
        ("thousands", f"{value} thousand dollars"), ("as cents", f"{value} cents"),
        ("range", f"\\${value} - \\${decimal(amount + 5)}"), ("in euros", f"€{value}"),
        ("percent", f"{decimal(amount + 3)}\\%"), ("one cent less", f"${decimal(amount - Fraction(1, 100))}"),
    ]  # fmt: skip
    changed = another_digit(book.rng, value)
    return [*found, ("one digit", f"\\${changed}")]


def currencies(value: int, sign: str, word: str) -> list[Row]:
    """A sign and its word are one currency; the amount decides; dollars are another currency."""
    return [
        (f"{sign}{value}", f"{value} \\text{{ {word}}}", True, "sign and word"),
        (f"{value} {word}", f"{sign}{value}", True, "word and sign"),
        (f"{sign}{value}", str(value), True, "currency on one side"),
        (f"{value}", f"{sign}{value}.00", True, "currency on one side"),
        (f"{sign}{value + 1}", f"{value} {word}", False, "amount"),
        (f"{sign}{value}", f"\\${value}", False, "other currency"),
        (f"{value} dollars", f"{value} {word}", False, "other currency"),
        (f"{sign}{value}0", f"{sign}{value}", False, "zero appended"),
    ]  # fmt: skip


def cents(dollars: int, rest: int) -> list[Row]:
    """A dollar has a hundred cents."""
    text = f"\\${dollars}.{rest:02d}"
    return [
        (f"{100 * dollars + rest} cents", text, True, "in cents"),
        (f"{dollars} dollars and {rest} cents", text, True, "both units"),
        (f"{dollars} dollars {rest + 1} cents", text, False, "one cent more"),
        (f"\\${dollars}.{rest + 2:02d}", text, False, "two cents more"),
        (f"{rest}¢", f"{rest}\\text{{ cents}}", True, "cent sign"),
        (f"{rest + 1}¢", f"{rest}\\text{{ cents}}", False, "cent sign, other number"),
        (f"\\$0.{rest:02d}", f"{rest} cents", True, "part of a dollar"),
        (f"\\${rest}", f"{rest} cents", False, "dollars for cents"),
        (f"{100 * dollars + rest}", f"\\${dollars}.{rest:02d}", False, "cents without a unit"),
    ]  # fmt: skip


def scales() -> list[Row]:
    """A thousand, a million and a billion are 10^3, 10^6 and 10^9."""
    return [
        ("\\$1.5 million", "\\$1{,}500{,}000", True, "million"),
        ("\\$1.5 billion", "\\$1{,}500{,}000", False, "billion"),
        ("2.4 million dollars", "\\$2,400,000", True, "million"),
        ("\\$24 million", "\\$2,400,000", False, "ten times"), ("\\$3 thousand", "\\$3000", True, "thousand"),
        ("\\$3 thousand", "\\$3", False, "thousand"),
        ("\\$0.75 \\text{ million}", "\\$750,000", True, "million in \\text"),
        ("1.2 billion dollars", "\\$1{,}200{,}000{,}000", True, "billion"),
        ("\\$75 million", "\\$750,000", False, "hundred times"),
        ("750 thousand dollars", "\\$0.75 \\text{ million}", True, "two scales"),
        ("\\$8 \\text{ million}", "\\$8{,}000{,}000", True, "million"),
        ("\\$8 \\text{ million}", "\\$800{,}000", False, "digit lost"),
    ]  # fmt: skip
