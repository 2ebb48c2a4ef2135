"""Numbers in words, values written by hand; and all numbers below a limit against a spelling made another way."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dartkit.verify.lexicon.chinese_numerals import read_chinese_numeral
from dartkit.verify.lexicon.number_words import read_number_words, split_number_words
from dartkit.verify.lexicon.scales import scale_of

NUMBERS = {
    "zero": "0", "one": "1", "Seven": "7", "twelve": "12", "twenty": "20", "twenty-three": "23", "Twenty Three": "23",
    "forty": "40", "ninety nine": "99", "one hundred": "100", "a hundred": "100", "one hundred and five": "105",
    "one hundred five": "105", "three hundred forty-two": "342", "fifteen hundred": "1500", "one thousand": "1000",
    "two thousand twenty-four": "2024", "two thousand and twenty-four": "2024", "one thousand, two hundred": "1200",
    "two hundred thousand": "200000", "one million two hundred thousand and six": "1200006",
    "nine hundred ninety-nine trillion": "999000000000000", "two and a half million": "2500000",
    "half a million": "500000", "a dozen": "12", "two dozen": "24", "half a dozen": "6", "minus seven": "-7",
    "negative twenty-one": "-21", "minus one half": "-1/2", "zero point five": "1/2",
    "three point one four": "157/50", "point five": "1/2", "half": "1/2", "one half": "1/2", "one-half": "1/2",
    "a half": "1/2", "a quarter": "1/4", "three quarters": "3/4", "two thirds": "2/3", "two-thirds": "2/3",
    "a third": "1/3", "five hundredths": "1/20", "twenty thirds": "20/3", "three and a half": "7/2",
    "two and three quarters": "11/4", "twenty-one and two-fifths": "107/5", "three halves": "3/2",
    "\\text{five}": "5", "**six**": "6", "\\mathrm{eleven}.": "11", "three hundred million": "300000000", "三十五": "35",
    "十二": "12", "十": "10", "一百零三": "103", "一百一十": "110", "两": "2", "两千零五": "2005", "一万二千": "12000", "十万": "100000",
    "三百二十万": "3200000", "一亿": "100000000", "负三": "-3", "三点五": "7/2", "二分之一": "1/2", "三分之二": "2/3", "百分之五": "1/20",
    "一又二分之一": "3/2", "二〇二四": "2024", "一一零": "110", "半": "1/2", "零": "0", "vingt-trois": "23", "vingt et un": "21",
    "quatre-vingt-dix-sept": "97", "soixante-dix": "70", "dreiundzwanzig": "23", "siebzehn": "17",
    "einunddreißig": "31", "treinta y cinco": "35", "dieciséis": "16", "cien": "100",
}  # fmt: skip
ORDINALS = {
    "first": "1", "Second": "2", "third": "3", "twenty-first": "21", "hundredth": None, "one hundredth": "100",
    "one hundred and first": "101", "twelfth": "12", "twentieth": "20", "3rd": "3", "21st": "21", "11th": "11",
    "第三": "3", "第十二": "12", "a third": "1/3", "five": "5", "two thousandth": "2000", "forty-second": "42",
}  # fmt: skip
NO_NUMBERS = (
    "", "x", "a", "an", "and", "no", "none", "once", "twice", "third", "first", "3rd", "hundred", "thousand",
    "and a half", "one and", "one hundred and", "two two", "twenty twelve", "twenty zero", "one hundred hundred",
    "three thousand million thousand", "one or two", "one to five", "three, four", "twenty, three",
    "two thousand, five", "twenty - three", "three plus four", "five apples", "the five",
    "one hundred and two thirds", "one second", "one hundred third", "five x", "minus", "minus a", "minus minus five",
    "point", "five point", "five point ten", "one point one half", "half half", "half five", "tен", "fіve", "5",
    "5 five", "x^2", "\\frac12", "seven\u200b", "\u202eseven", "一百五", "三五", "十十", "百", "一千万亿千", "三个和尚", "第三", "三点",
    "点五", "零分之一", "二分之", "又", "负负三", "million", "dozen", "six five four", "twenty-three-four", "a a hundred",
    "a five", "hundred and one dalmatians",
)  # fmt: skip


@pytest.mark.parametrize(("text", "value"), NUMBERS.items())
def test_cardinals_and_fractions(text: str, value: str) -> None:
    assert read_number_words(text) == Fraction(value)


@pytest.mark.parametrize(("text", "value"), ORDINALS.items())
def test_ordinals_if_asked(text: str, value: str | None) -> None:
    """`one hundredth` is a fraction otherwise; where ordinals are asked for, it is the place after the 99th."""
    assert read_number_words(text, ordinals=True) == (Fraction(value) if value is not None else None)


def test_ordinals_only_if_asked() -> None:
    assert read_number_words("one hundredth") == Fraction(1, 100)
    assert read_number_words("twenty-first") is None


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_in_words(text: str) -> None:
    """Lists, sums, ranges, what has two readings, look-alike letters and invisible marks are no numbers."""
    assert read_number_words(text) is None


SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety"


def spell(number: int) -> str:
    """Spell a number below a million by division, which reading by addition knows nothing of."""
    if number < 20:
        return SMALL.split()[number]
    if number < 100:
        ten, one = divmod(number, 10)
        return TENS.split()[ten] + (f"-{spell(one)}" if one else "")
    size, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    front, rest = divmod(number, size)
    joint = " and " if rest < 100 else " "
    return f"{spell(front)} {name}" + (joint + spell(rest) if rest else "")


@pytest.mark.parametrize("start", range(0, 1000, 100))
def test_every_number_below_a_thousand(start: int) -> None:
    for number in range(start, start + 100):
        assert read_number_words(spell(number)) == number
        assert read_number_words(f"minus {spell(number + 1)}") == -number - 1


def test_numbers_below_a_million() -> None:
    for number in range(1000, 1_000_000, 997):
        assert read_number_words(spell(number)) == number, spell(number)


def spell_chinese(number: int) -> str:
    """Write a number below ten thousand in Chinese: one zero for every gap inside, one for none at the end."""
    digits = "零一二三四五六七八九"
    written, gap = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            written += ("零" if gap and written else "") + digits[digit] + name
            gap = False
        else:
            gap = True
    return written.removeprefix("一") if 10 <= number < 20 else written


def test_every_chinese_number_below_ten_thousand() -> None:
    for number in range(1, 10_000):
        assert read_chinese_numeral(spell_chinese(number)) == number, spell_chinese(number)


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("three hours", "3", "hours"), ("two and a half hours", "5/2", "hours"), ("half an hour", "1/2", "an hour"),
        ("twenty-five US dollars", "25", "US dollars"), ("a dozen eggs", "12", "eggs"),
        ("one hundred and five Students", "105", "Students"), ("minus three degrees", "-3", "degrees"),
        ("two thirds of the cake", "2/3", "of the cake"),
    ],
)  # fmt: skip
def test_splitting_from_what_is_counted(text: str, number: str, rest: str) -> None:
    assert split_number_words(text) == (Fraction(number), rest)


@pytest.mark.parametrize(
    "text", ["", "hours", "an hour", "three", "the three", "and three", "twenty twelve apples", "x three"]
)
def test_nothing_to_split(text: str) -> None:
    assert split_number_words(text) is None


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("million", 10**6), ("Millions", 10**6), ("thousand", 1000), ("dozen", 12), ("lakh", 10**5),
        ("crores", 10**7), ("billion", 10**9), ("trillion", 10**12), ("hundred", 100), ("万", 10**4), ("亿", 10**8),
        ("Milliarden", 10**9), ("k", None), ("M", None), ("B", None), ("score", None), ("pair", None), ("", None),
        ("s", None), ("m" * 99, None), ("mіllion", None),
    ],
)  # fmt: skip
def test_scales(word: str, value: int | None) -> None:
    assert scale_of(word) == value


@pytest.mark.parametrize(
    ("word", "value"),
    [("k", 1000), ("K", 1000), ("M", 10**6), ("bn", 10**9), ("B", 10**9), ("T", 10**12), ("x", None)],
)
def test_letters_are_scales_of_money_only(word: str, value: int | None) -> None:
    assert scale_of(word, currency=True) == value
