"""Ways to write exact numbers, and small changes of a text. Every value here is a `Fraction` or an `int`."""

from __future__ import annotations

import random
import re
from fractions import Fraction

SUPERSCRIPTS = str.maketrans("0123456789-+()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾ⁿ")
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
FULL_WIDTH = str.maketrans("0123456789-+().,%", "０１２３４５６７８９－＋（）．，％")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
_MANY = 40  # digits after the point that no value of the corpus needs


def grouped(value: int, separator: str) -> str:
    """Return an integer with a separator between groups of three digits."""
    return f"{value:,}".replace(",", separator)


def terminates(value: Fraction) -> bool:
    """Say whether a value has a finite decimal: its denominator has no prime factors but 2 and 5."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def decimal(value: Fraction | int) -> str:
    """Return the shortest exact decimal.

    Raises:
        ValueError: where there is none.
    """
    value = Fraction(value)
    if not terminates(value):
        raise ValueError(f"{value} has no finite decimal")
    places = next(places for places in range(_MANY) if (value * 10**places).denominator == 1)
    digits = str(abs(value.numerator * 10**places // value.denominator)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def repeating(value: Fraction) -> tuple[str, str]:
    """Return a non-negative value as its digits before the repeating block, and that block, by long division."""
    whole, rest = divmod(value.numerator, value.denominator)
    seen: dict[int, int] = {}
    digits = ""
    while rest and rest not in seen:
        seen[rest] = len(digits)
        rest *= 10
        digits += str(rest // value.denominator)
        rest %= value.denominator
    start = seen.get(rest, len(digits))
    return f"{whole}.{digits[:start]}", digits[start:]


def latex(value: Fraction | int, command: str = "frac") -> str:
    r"""Return `-\frac{a}{b}` in lowest terms, or an integer."""
    value = Fraction(value)
    if value.denominator == 1:
        return str(value.numerator)
    sign = "-" if value < 0 else ""
    return f"{sign}\\{command}{{{abs(value.numerator)}}}{{{value.denominator}}}"


def mantissa(value: int) -> tuple[str, int]:
    """Return the exact decimal mantissa of a non-zero integer and its power of ten."""
    power = len(str(abs(value))) - 1
    return decimal(Fraction(value, 10**power)), power


def another_digit(rng: random.Random, text: str, place: int | None = None) -> str:
    """Replace one digit by another one that is not zero; the text must hold a digit.

    In a plain number every digit has a weight, so the value changes.
    """
    places = [match.start() for match in re.finditer("[0-9]", text)]
    chosen = rng.choice(places) if place is None else places[place]
    digit = rng.choice([digit for digit in "123456789" if digit != text[chosen]])
    return text[:chosen] + digit + text[chosen + 1 :]


def wrong_answer(rng: random.Random, answer: str) -> str:
    """Change a digit that is no index and no degree of a root; where that could keep the value, or there is none, add 7."""
    places = [m.start() for m in re.finditer(r"(?<![\d_\[])(?<!_\{)[0-9](?!\])", answer)]
    if not places or re.search(r"\\frac\{?0|0\^|1\^", answer):
        return f"{answer}+7" if "=" not in answer else f"{answer}7"
    at = rng.choice(places)
    return answer[:at] + another_digit(rng, answer[at]) + answer[at + 1 :]


def negated(text: str) -> str:
    """Put a minus before a single factor that is not zero, or take it away."""
    return text[1:] if text.startswith("-") else "-" + text


def ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd, 4th."""
    ending = "th" if 11 <= number % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
