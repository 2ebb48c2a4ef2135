"""Numerals of another base, ordinal numbers and number words. Values come from Python's `int(text, base)`."""

from __future__ import annotations

from tests.corpus.case import Book, Case, Row, Writing
from tests.corpus.notation import SUBSCRIPTS, ordinal

BASE_WORDS = {
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    9: "nine",
    16: "sixteen",
}
DIGITS = "0123456789ABCDEF"
ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]  # fmt: skip
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def build() -> list[Case]:
    """Return all cases."""
    book = Book("base")
    for _ in range(44):
        base = book.rng.choice(list(BASE_WORDS))
        value = book.rng.randint(base * base, base**5)
        reference = (
            f"{numeral(value, base)}_{{{base}}}"
            if book.rng.random() < 0.5
            else f"{numeral(value, base)}_{base}"
        )
        if base == 16 and "{" not in reference:
            continue
        book.same(reference, same_numeral(value, base), 3)
        book.other(reference, other_numeral(book, value, base), 3)
    for _ in range(30):
        value = book.rng.randint(2, 999)
        book.same(str(value),
            [("number words", words(value)), ("ordinal", ordinal(value)),
                ("ordinal in latex", f"{value}^{{\\text{{{ordinal(value)[-2:]}}}}}"),
                ("words in \\text", f"\\text{{{words(value)}}}"), ("capital", words(value).capitalize())],
            2)  # fmt: skip
        book.other(str(value),
            [("other words", words(value + 1)), ("other ordinal", ordinal(value + 1)),
                ("ten more in words", words(value + 10)), ("fraction of it", f"one {ordinal(value)}"),
                ("words of a list", f"{words(value)} or {words(value + 3)}")], 2)  # fmt: skip
    book.table(decimal_values(book))
    return book.cases


def numeral(value: int, base: int) -> str:
    """Return the digits of a positive integer."""
    digits = ""
    while value:
        value, digit = divmod(value, base)
        digits = DIGITS[digit] + digits
    return digits


def same_numeral(value: int, base: int) -> list[Writing]:
    """The same digits with the same base, stated another way; or the same value by `int`."""
    digits = numeral(value, base)
    assert int(digits, base) == value
    return [
        ("braced base", f"{digits}_{{{base}}}"), ("base in parentheses", f"{digits}_{{({base})}}"),
        ("digits in parentheses", f"({digits})_{{{base}}}"),
        ("base in words", f"{digits}_{{\\text{{{BASE_WORDS[base]}}}}}"), ("dollars", f"${digits}_{{{base}}}$"),
        ("leading zero", f"0{digits}_{{{base}}}"),
        ("unicode base", digits + str(base).translate(SUBSCRIPTS)),
        ("mathrm digits", f"\\mathrm{{{digits}}}_{{{base}}}"), ("N =", f"N = {digits}_{{{base}}}"),
        ("base afterwards", f"{digits} \\text{{ (base }} {base})"),
    ]  # fmt: skip


def other_numeral(book: Book, value: int, base: int) -> list[Writing]:
    """Other digits or another base give another value, except for one-digit numerals, which are not made here."""
    digits = numeral(value, base)
    more = 10 if base == 16 else base + 1
    found = [
        ("one more", f"{numeral(value + 1, base)}_{{{base}}}"),
        ("one less", f"{numeral(value - 1, base)}_{{{base}}}"),
        ("digits of twice the value",
            f"{numeral(2 * value, base)}_{base}" if base < 10 else f"{numeral(2 * value, base)}_{{{base}}}"),
        ("other value in decimal", str(value + 1)), ("digit dropped", f"{digits[:-1]}_{{{base}}}"),
        ("zero appended", f"{digits}0_{{{base}}}"),
    ]  # fmt: skip
    if base < 16:
        found += [("next base", f"{digits}_{{{more}}}"), ("digits read as decimal", f"{digits}_{{10}}")]
    if digits != digits[::-1] and digits[-1] != "0":
        found.append(("digits reversed", f"{digits[::-1]}_{{{base}}}"))
    return found


def decimal_values(book: Book) -> list[Row]:
    """A numeral in base b is the number that `int(digits, b)` says."""
    rows: list[Row] = []
    for base in BASE_WORDS:
        value = book.rng.randint(base + 1, base**4)
        text = f"{numeral(value, base)}_{{{base}}}"
        rows += [
            (str(value), text, True, "decimal value"),
            (str(value + base), text, False, "decimal value off"),
        ]
    return rows


def words(value: int) -> str:
    """Return a number below a thousand in English words, British hyphens, American without `and`."""
    if value < 20:
        return ONES[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return TENS[tens - 2] + (f"-{ONES[ones]}" if ones else "")
    hundreds, rest = divmod(value, 100)
    return f"{ONES[hundreds]} hundred" + (f" {words(rest)}" if rest else "")
