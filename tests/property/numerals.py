"""Every way to write a fraction as a numeral; the fraction is the truth."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

_DIGIT_SETS = ("０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९")
_SIGNS_OF_FRACTIONS = {
    (1, 2): "½",
    (1, 3): "⅓",
    (2, 3): "⅔",
    (1, 4): "¼",
    (3, 4): "¾",
    (1, 8): "⅛",
    (5, 6): "⅚",
    (2, 5): "⅖",
}


def random_fraction(source: random.Random) -> Fraction:
    """Return whole numbers, finite decimals, simple fractions and odd ones, of both signs."""
    kind = source.randrange(5)
    if kind == 0:
        return Fraction(source.randint(-20, 20))
    if kind == 1:
        return Fraction(source.randint(-(10**7), 10**7))
    if kind == 2:
        return Fraction(source.randint(-(10**6), 10**6), 10 ** source.randint(1, 5))
    if kind == 3:
        return Fraction(source.randint(-12, 12), source.randint(1, 12))
    return Fraction(source.randint(-(10**4), 10**4), source.randint(1, 10**4))


def near(value: Fraction, source: random.Random) -> Fraction:
    """Return another number that looks much like this one."""
    ways = (
        value + 1,
        -value,
        value / 10,
        value * 10,
        value + Fraction(1, 10**6),
        1 / value if value else Fraction(1),
        Fraction(value.numerator + 1, value.denominator),
        Fraction(value.numerator, value.denominator + 1),
        Fraction(int(str(value.numerator)[::-1].strip("-") or 0), value.denominator),
    )
    different = [way for way in ways if way != value]
    return source.choice(different)


def numerals(value: Fraction, source: random.Random) -> list[str]:
    """Return the spellings of a number, signs and all."""
    found = list(_unsigned(abs(value), source))
    if value >= 0:
        return [*found, f"+{found[0]}", *_negative_denominators(value)]
    unmarked = [
        spelled for spelled in found if not set(spelled) & set("*$")
    ]  # a sign stands inside of such marks
    signed = [source.choice(("-", "-", "−", "–", "- ", "-\\,")) + spelled for spelled in unmarked]
    return [*signed, *_negative_denominators(value)]


def numeral(value: Fraction, source: random.Random) -> str:
    """Return one spelling of a number."""
    return source.choice(numerals(value, source))


def _unsigned(value: Fraction, source: random.Random) -> Iterator[str]:
    top, bottom = value.numerator, value.denominator
    if bottom == 1:
        yield from _whole(top, source)
    factor = source.randint(1, 9)
    yield f"{top * factor}/{bottom * factor}"
    yield f"\\frac{{{top}}}{{{bottom}}}"
    yield f"\\dfrac{{{top * factor}}}{{ {bottom * factor} }}"
    yield f"\\left(\\tfrac{{{top}}}{{{bottom}}}\\right)"
    yield f"{{{top} \\over {bottom}}}"
    yield f"{top} \\div {bottom}"
    if max(top, bottom) < 10:
        yield f"\\frac{top}{bottom}"
        yield f"\\frac {top} {bottom}"
    if 0 < top < bottom and (top, bottom) in _SIGNS_OF_FRACTIONS:
        yield _SIGNS_OF_FRACTIONS[top, bottom]
    if top > bottom > 1:
        yield from _mixed(top, bottom)
    decimal = finite_decimal(value)
    if decimal is not None:
        yield from _decimals(decimal, source)
    yield from _repeating(value)


def _whole(value: int, source: random.Random) -> Iterator[str]:
    yield str(value)
    yield f"0{value}"
    yield f"{value}."
    yield f"{value}.0"
    yield f"${value}$"
    yield f"**{value}**"
    yield f"\\text{{{value}}}"
    yield str(value).translate(dict(zip(map(ord, "0123456789"), source.choice(_DIGIT_SETS), strict=True)))
    if value >= 1_000:
        grouped = f"{value:,}"
        for separator in (",", "{,}", "\\,", " ", ",\\!", "\u202f", "\\ "):
            yield grouped.replace(",", separator)


def _mixed(top: int, bottom: int) -> Iterator[str]:
    whole, rest = divmod(top, bottom)
    yield f"{whole}\\frac{{{rest}}}{{{bottom}}}"
    yield f"{whole} {rest}/{bottom}"
    yield f"{whole}\\dfrac{{{rest}}}{{{bottom}}}"
    yield f"{whole} \\frac{{{rest}}}{{{bottom}}}"
    if (rest, bottom) in _SIGNS_OF_FRACTIONS:
        yield f"{whole}{_SIGNS_OF_FRACTIONS[rest, bottom]}"


def finite_decimal(value: Fraction) -> str | None:
    """Return the decimal notation of a number that has one of up to nine places."""
    places = next((count for count in range(10) if 10**count % value.denominator == 0), None)
    if places is None:
        return None
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return (digits[:-places] + "." + digits[-places:]) if places else digits


def _decimals(decimal: str, source: random.Random) -> Iterator[str]:
    if "." in decimal:
        yield decimal
        yield decimal + "00"
        if decimal.startswith("0."):
            yield decimal[1:]
    digits = decimal.replace(".", "")
    places = len(decimal.partition(".")[2])
    shift = source.randint(1, 3)
    yield f"{digits} \\times 10^{{{-places}}}"
    yield f"{digits}\\cdot 10^{{{-places}}}"
    yield f"{digits}e{-places}"
    yield f"{digits}{'0' * shift}E-{places + shift}"


def _repeating(value: Fraction) -> Iterator[str]:
    """Write a fraction over 9, 99 or 999, times a power of ten, as a repeating decimal."""
    whole, rest = divmod(value, 1)
    for length in (1, 2, 3):
        repeated = rest * (10**length - 1)
        if rest and repeated.denominator == 1:
            period = str(repeated.numerator).rjust(length, "0")
            yield f"{whole}.\\overline{{{period}}}"
            return


def _negative_denominators(value: Fraction) -> list[str]:
    if value.denominator == 1:
        return []
    top, bottom = value.numerator, value.denominator
    return [f"\\frac{{{-top}}}{{{-bottom}}}", f"\\frac{{{top}}}{{{bottom}}}", f"({-top})/({-bottom})"]
