"""Values near, far and beyond: tiny and huge numbers, factorials, towers. Rounding must be relative and towers must not be computed."""

from __future__ import annotations

from fractions import Fraction
from math import comb

from tests.corpus.case import Book, Case, Row


def build() -> list[Case]:
    """Return all cases."""
    book = Book("magnitude")
    for _ in range(26):
        book.table(book.some(powers(book), 3))
        book.table(book.some(factorials(book), 3))
        book.table(book.some(near(book), 3))
    book.table(towers())
    book.table(long_decimals())
    return book.cases


def powers(book: Book) -> list[Row]:
    """Neighbouring powers of a base above one differ by that base as a factor, whatever their size."""
    base, power = book.rng.choice([2, 3, 5, 6, 7, 10, 12]), book.rng.randint(40, 400)
    sign, more = book.rng.choice(["", "-"]), book.rng.randint(1, 5)
    stated = f"{base}^{{{sign}{power}}}"
    return [
        (f"{base}^{{{sign}{power + 1}}}", stated, False, "next power"),
        (f"{base} \\cdot {base}^{{{power - 1}}}", f"{base}^{{{power}}}", True, "one factor apart"),
        (f"\\frac{{1}}{{{base}^{{{power}}}}}", f"{base}^{{-{power}}}", True, "reciprocal"),
        (f"\\frac{{1}}{{{base}^{{{power + 1}}}}}", f"{base}^{{-{power}}}", False, "reciprocal of the next"),
        (f"{base}^{{{power}}} + {more}", f"{base}^{{{power}}}", False, "small term added"),
        (f"{base}^{{{power}}} - {more}", f"{base}^{{{power}}} - {more + 1}", False, "small terms differ"),
        (f"-{more} + {base}^{{{power}}}", f"{base}^{{{power}}} - {more}", True, "terms reordered"),
        (f"\\frac{{{base}^{{{power + 2}}}}}{{{base}^{{{power}}}}}", str(base**2), True, "quotient of powers"),
        (
            f"\\frac{{{base}^{{{power + 2}}}}}{{{base}^{{{power}}}}}",
            str(base**2 + 1),
            False,
            "quotient of powers",
        ),
        (f"({base}^{{{power}}})^2", f"{base}^{{{2 * power}}}", True, "power of a power"),
        (f"({base}^{{{power}}})^2", f"{base}^{{{power + 2}}}", False, "powers added, not multiplied"),
        (f"{base**2}^{{{power}}}", f"{base}^{{{2 * power}}}", True, "square of the base"),
        (f"e^{{{sign}{power}}}", f"e^{{{sign}{power + 1}}}", False, "powers of e"),
        (f"\\pi^{{-{power}}}", f"\\pi^{{-{power + 1}}}", False, "tiny transcendental numbers"),
    ]


def factorials(book: Book) -> list[Row]:
    """`n! = n (n-1)!`, and binomials by their symmetry and Pascal's rule, checked with integers where they are small."""
    n, k = book.rng.randint(40, 90), book.rng.randint(3, 9)
    small = book.rng.randint(10, 30)
    return [
        (f"{n} \\cdot {n - 1}!", f"{n}!", True, "one factor"),
        (f"{n - 1}!", f"{n}!", False, "factorial before"),
        (f"\\frac{{1}}{{{n + 1}!}}", f"\\frac{{1}}{{{n}!}}", False, "tiny reciprocals"),
        (f"\\frac{{{n}!}}{{{n - 2}!}}", str(n * (n - 1)), True, "quotient"),
        (f"\\frac{{{n}!}}{{{n - 2}!}}", str(n * (n + 1)), False, "quotient"),
        (f"\\binom{{{n}}}{{{k}}}", f"\\binom{{{n}}}{{{n - k}}}", True, "symmetry"),
        (f"\\binom{{{n}}}{{{k}}}", f"\\binom{{{n}}}{{{k + 1}}}", False, "next binomial"),
        (f"\\binom{{{small}}}{{{k}}}", str(comb(small, k)), True, "binomial as integer"),
        (str(comb(small, k) + 1), f"\\binom{{{small}}}{{{k}}}", False, "binomial, one more"),
        (f"\\dbinom{{{n}}}{{{k}}} + \\dbinom{{{n}}}{{{k + 1}}}", f"\\binom{{{n + 1}}}{{{k + 1}}}", True,
            "Pascal's rule"),
        (f"\\frac{{{n}!}}{{{k}!\\,{n - k}!}}", f"\\binom{{{n}}}{{{k}}}", True, "by factorials"),
        (f"{{{n} \\choose {k}}}", f"\\binom{{{n}}}{{{k}}}", True, "choose"),
        (f"C({n},{k})", f"\\binom{{{n}}}{{{k + 2}}}", False, "C(n,k), other k"),
        (f"{n}! + 1", f"{n}!", False, "one more"),
    ]  # fmt: skip


def near(book: Book) -> list[Row]:
    """Numbers that agree to many digits are different numbers, and exact powers of ten are what they are."""
    power, digit = book.rng.randint(12, 30), book.rng.randint(2, 9)
    whole = book.rng.randint(10**8, 10**9)
    return [
        (f"10^{{{power}}}+{digit}", f"10^{{{power}}}", False, "relative difference below all floats"),
        (str(10**power + digit), f"10^{{{power}}}+{digit}", True, "written out"),
        ("1" + "0" * power, f"10^{{{power}}}", True, "written out"),
        ("1" + "0" * (power + 1), f"10^{{{power}}}", False, "one zero more"),
        (f"{whole}.{digit}", f"{whole}.{digit - 1}", False, "tenth digit"),
        (f"{digit} \\times 10^{{-{power}}}", f"{digit}e-{power}", True, "tiny e notation"),
        (
            f"{digit} \\times 10^{{-{power}}}",
            f"{digit} \\times 10^{{-{power + 1}}}",
            False,
            "tiny, next power",
        ),
        (f"{digit} \\times 10^{{-{power}}}", "0", False, "tiny is not zero"),
        (f"1.{'0' * (power - 4)}1", "1", False, "almost one"),
        (f"0.{'9' * power}", "1", False, "almost one from below"),
        (f"\\sqrt{{10^{{{2 * power}}}+{digit}}}", f"10^{{{power}}}", False, "root of almost a square"),
        (f"{digit}.{digit}e{power}", f"{digit}.{digit} \\times 10^{{{power}}}", True, "huge e notation"),
        (f"0.{'0' * (power - 1)}{digit}", f"{digit}e-{power}", True, "tiny written out"),
        (f"0.{'0' * power}{digit}", f"{digit}e-{power}", False, "one zero more after the point"),
        (f"2^{{{power}}}", str(2**power), True, "power of two"),
        (f"2^{{{power}}}", str(2**power - 2), False, "almost a power of two"),
    ]


def towers() -> list[Row]:
    """A tower equals itself however it is braced; with another number anywhere it is another tower."""
    return [
        ("9^{9^{9^9}}", "9^{9^{9^{9}}}", True, "braces"),
        ("9^{9^{9^9}}", "9^{9^{9^8}}", False, "top of a tower"),
        ("9^{9^{9}}", "{9^9}^9", False, "other bracketing"),
        ("7^{7^{7^{7^7}}}", "7^{7^{7^{7^{7}}}}", True, "braces"),
        ("7^{7^{7^{7^7}}}", "6^{7^{7^{7^7}}}", False, "base of a tower"),
        ("2^{2^{2^{2}}}", "65536", True, "small tower"),
        ("2^{2^{2^{2}}}", "256", False, "bracketed from the left"),
        ("2^{2^{5}}+1", "4294967297", True, "Fermat number"),
        ("2^{2^{5}}+1", "4294967295", False, "Fermat number, sign"),
        ("3^{3^{3}}", "7625597484987", True, "small tower"),
        ("10^{10^{10}}", "10^{10^{11}}", False, "top of a tower"),
        ("10^{10^{100}}", "10^{100}", False, "googolplex and googol"),
        ("1000!", "1001!", False, "huge factorials"),
        ("(10^6)!", "(10^6+1)!", False, "huge factorials"),
        ("2^{10^{9}}", "2^{10^{9}}+1", False, "one more than a huge power"),
        ("2^{10^{9}}", "3", False, "huge against small"),
    ]  # fmt: skip


def long_decimals() -> list[Row]:
    """Twelve significant digits correctly rounded stand for the number; fewer do not (the exact rule of the policy)."""
    rows: list[Row] = []
    for top, bottom in ((1, 3), (2, 3), (1, 7), (5, 6), (22, 7), (4, 9), (7, 12), (1, 17)):
        value = Fraction(top, bottom)
        reference = f"\\frac{{{top}}}{{{bottom}}}"
        rows += [
            (rounded(value, 15), reference, True, "15 digits"),
            (rounded(value, 4), reference, False, "4 digits"),
            (rounded(value + Fraction(1, 10**9), 15), reference, False, "wrong in the ninth digit"),
        ]
    rows += [
        ("2.71828182845904523", "e", True, "18 digits"), ("2.718", "e", False, "4 digits"),
        ("2.71828182945904523", "e", False, "wrong ninth digit"),
        ("1.73205080756887729", "\\sqrt{3}", True, "18 digits"), ("1.732", "\\sqrt{3}", False, "4 digits"),
        ("1.73205080756987729", "\\sqrt{3}", False, "wrong digit"),
        ("6.28318530717958648", "2\\pi", True, "18 digits"), ("6.2832", "2\\pi", False, "5 digits"),
        ("0.693147180559945309", "\\ln 2", True, "18 digits"),
        ("0.6931", "\\ln 2", False, "4 digits"), ("\\frac{22}{7}", "\\pi", False, "school value"),
        ("\\frac{355}{113}", "\\pi", False, "close fraction"),
        ("1.6180339887498948", "\\frac{1+\\sqrt{5}}{2}", True, "17 digits"),
        ("1.618", "\\frac{1+\\sqrt{5}}{2}", False, "4 digits"),
    ]  # fmt: skip
    return rows


def rounded(value: Fraction, places: int) -> str:
    """Return a positive value rounded to a number of places by integer arithmetic."""
    digits = str(round(value * 10**places)).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"
