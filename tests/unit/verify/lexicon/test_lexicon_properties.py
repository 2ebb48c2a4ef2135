"""Laws of all readers: they never raise on any text, they are fast on long ones, and comparisons are symmetric."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.text.tokens import TooLong, tokenize
from dartkit.verify.lexicon.amounts import read_amount, read_duration
from dartkit.verify.lexicon.booleans import read_boolean
from dartkit.verify.lexicon.choices import read_choice
from dartkit.verify.lexicon.clock import read_clock, same_clock
from dartkit.verify.lexicon.dates import read_date, same_date
from dartkit.verify.lexicon.number_words import read_number_words, split_number_words
from dartkit.verify.lexicon.phrases import normal_phrase, special_of_text
from dartkit.verify.lexicon.scales import scale_of
from dartkit.verify.lexicon.units import read_unit, read_unit_text

READERS: dict[str, Callable[[str], object]] = {
    "unit": read_unit_text,
    "duration": read_duration,
    "boolean": read_boolean,
    "choice": read_choice,
    "clock": read_clock,
    "date": read_date,
    "number": read_number_words,
    "ordinal": lambda text: read_number_words(text, ordinals=True),
    "split": split_number_words,
    "phrase": normal_phrase,
    "special": special_of_text,
    "scale": scale_of,
}
PIECES = st.sampled_from(
    [
        "\\text{", "\\mathrm{", "\\textbf{", "{", "}", "(", ")", "[", "]", "\\", "\\ ", "\\,", "\\!", "~", "$", "*",
        "**", "_", "^", "^{-1}", "^2", "²", "½", "/", " per ", "-", ".", ",", ":", "'", "''", " ", "\n", "%", "°",
        "^\\circ", "m", "s", "kg", "km", "cm", "h", "min", "hours", "minutes", "in", "ft", "dollars", "cents", "¢",
        "€", "square ", "sq.", "C", "F", "\\mu ", "\\Omega", "\\frac", "10^", "10^{5}", "1", "2", "30", "1776",
        "4:30", "one", "twenty", "hundred", " and ", " a ", "half", "thirds", "point", "minus ", "dozen", "million",
        "三", "十", "百", "万", "分之", "点", "年", "月", "日", "第", "July", "May", "Friday", "the ", "of ", "th", "st", "PM",
        "a.m.", "noon", "past ", "to ", "o'clock", "A", "B", "b", "i", "ii", "Option ", "Answer: ", "选", "only",
        "true", "No", "yes", "if", "no solution", "\\infty", "∅", "\u200b", "\u202e", "а", "\x00", "\ud800", "፩", "٣",
        "①", " Uhr",
    ]
)  # fmt: skip
SNIPPETS = st.lists(PIECES, max_size=12).map("".join)
TEXTS = st.one_of(st.text(max_size=120), SNIPPETS)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_no_reader_ever_raises(text: str) -> None:
    for read in READERS.values():
        read(text)
    try:
        tokens = tokenize(text)
    except TooLong:
        return
    for start in range(min(len(tokens), 4)):
        read_unit(tokens[start:])
        read_amount(tokens[start:])


@settings(max_examples=300, deadline=None)
@given(SNIPPETS)
def test_a_unit_has_a_positive_factor_and_sorted_base_units(text: str) -> None:
    unit = read_unit_text(text)
    if unit is not None:
        assert unit.factor > 0
        assert list(unit.dimension) == sorted(unit.dimension)
        assert all(exponent for _, exponent in unit.dimension)
        assert unit.known or not unit.dimension


@settings(max_examples=200, deadline=None)
@given(SNIPPETS, SNIPPETS)
def test_comparisons_are_symmetric_and_reflexive(left: str, right: str) -> None:
    dates = (read_date(left), read_date(right))
    if dates[0] is not None and dates[1] is not None:
        assert same_date(dates[0], dates[1]) == same_date(dates[1], dates[0])
        assert same_date(dates[0], dates[0]) is True
    clocks = (read_clock(left), read_clock(right))
    if clocks[0] is not None and clocks[1] is not None:
        assert same_clock(clocks[0], clocks[1]) == same_clock(clocks[1], clocks[0])
        assert same_clock(clocks[0], clocks[0]) is True


LONG = {
    "letters": "a" * 65_536, "words": "one and " * 8_192, "digits": "1" * 65_536, "spaces": " " * 65_536,
    "backslashes": "\\" * 65_536, "wrappers": "\\text{" * 10_000, "stars": "*" * 65_536,
    "stars and spaces": "* " * 32_768, "hyphens": "twenty-" * 9_000, "brackets": "(" * 65_536, "units": "m " * 32_768,
    "divisions": "m/" * 32_768, "months": "May " * 16_384, "colons": "4:" * 32_768, "choices": "A, " * 20_000,
    "answers": "the answer is " * 4_600, "no": "no " * 20_000, "Chinese": "一" * 65_536, "wide": "Ａ" * 65_536,
    "ligatures": "ﷺ" * 65_536, "quotes": '"' * 65_536, "underscores": "_" * 65_536,
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_long_texts_are_given_up_at_once(name: str) -> None:
    """64 KB, in which nothing is an answer of these sorts: milliseconds, where a quadratic reader would take minutes."""
    begun = time.perf_counter()
    for read in READERS.values():
        assert read(LONG[name]) is None
    assert time.perf_counter() - begun < 2.0


@pytest.mark.parametrize("name", LONG)
def test_texts_just_below_the_limits_are_read_in_linear_time(name: str) -> None:
    """Of every length up to 2,000 characters; a reader that backtracked would take seconds."""
    begun = time.perf_counter()
    for length in (39, 59, 79, 119, 239, 299, 399, 1_499, 1_999):
        for read in READERS.values():
            read(LONG[name][:length])
    assert time.perf_counter() - begun < 3.0
