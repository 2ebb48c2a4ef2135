"""Short answers without what introduces them, shorthand written out, spans and opposites; results written by hand."""

from __future__ import annotations

import pytest

from dartkit.verify.lexicon.dressing import undress, write_figures
from dartkit.verify.lexicon.opposites import are_opposed
from dartkit.verify.lexicon.shorthand import write_out
from dartkit.verify.lexicon.spans import read_span
from dartkit.verify.lexicon.spelling import differ_by_noun, fold_word, join_words

UNDRESSED = {
    "there are 21 ways": "21 ways", "#### True": "True", "\\text{in } 2031": "2031", "In 1998": "1998",
    "So the answer is 12": "12", "a total of 21": "21", "It falls on a Friday": "Friday", "in 3 hours": "3 hours",
    "one in four": "1/4", "1 out of 4": "1/4", "seven (7)": "7", "two-to-one": "2:1", "twenty percent": "20 percent",
    "twelve dollars and fifty cents": "12 dollars and 50 cents", "two and a half hours": "5/2 hours",
    "minus seven": "-7", "five and six": "5 and 6",
}  # fmt: skip
UNCHANGED = (
    "", "12", "at + b", "at (t+1)", "in x", "no one", "six or eight", "twenty twenty-five", "there are no 12",
    "the answer is not 12", "is", "so", "####", "a and b", "at least 21", "\\frac{1}{2}", "a" * 200,
)  # fmt: skip
WRITTEN = {
    "Rs.500": "Rs 500", "Rs. 1,200": "Rs  1,200", "500/-": "500", "v0^2": "v_0^2",
    "mv0^2/(2g)": "mv_0^2/(2g)", "5'3\"": "5 ft 3 in", "H2O": "H_{2}O", "\\pounds 3": "£3",
}  # fmt: skip
WRITTEN_ALREADY = (
    "10x", "x10", "100", "1e0", "2x^10", "USD50", "A5B2", "30°15'20\"", "x_0", "\\alpha0", "No one", "a.b", "25C", "x - 1/x",
)  # fmt: skip
SPANS = {
    "1990-1995": (1990, 1995), "from 1990 to 1995": (1990, 1995), "between 1990 and 1995": (1990, 1995),
    "1990–95": (1990, 1995), "in the years 1990 to 1995": (1990, 1995), "7 - 19": (7, 19), "1995-1990": None,
    "1990 and 1995": None, "1990-1995-2000": None, "x-5": None, "": None,
}  # fmt: skip
OPPOSED = (
    ("25% profit", "25% loss"), ("5 m up", "5 m down"), ("17 boys", "17 girls"), ("300 J into it", "300 J out of it"),
    ("6 pm on monday", "6 pm on tuesday"), ("5 square units", "5 cubic units"), ("odd", "even"),
)  # fmt: skip
NOT_OPPOSED = (
    ("not odd", "even"), ("neither odd nor even", "even"), ("left and right", "right and left"), ("profit", "25% profit"),
    ("", "loss"), ("5 m", "5 m down"), ("monday and tuesday", "tuesday"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "bare"), UNDRESSED.items())
def test_introductions_go_and_number_words_become_figures(text: str, bare: str) -> None:
    """What is left is the answer proper."""
    assert undress(text) == bare


@pytest.mark.parametrize("text", UNCHANGED)
def test_what_may_be_mathematics_or_a_hedge_stays(text: str) -> None:
    """`at` may be a product, a denial is no introduction, and of two answers neither is the whole."""
    assert undress(text) is None


def test_figures_are_put_where_the_words_were() -> None:
    """The rest of the text is kept letter by letter."""
    assert (
        write_figures("The three cats ate forty-two mice; no one cried.")
        == "The 3 cats ate 42 mice; no one cried."
    )


@pytest.mark.parametrize(("text", "written"), WRITTEN.items())
def test_shorthand_is_written_out(text: str, written: str) -> None:
    """A point that ends an abbreviation would begin a decimal, an x be a variable, an index a factor."""
    assert write_out(text) == written


@pytest.mark.parametrize("text", WRITTEN_ALREADY)
def test_other_texts_are_left_alone(text: str) -> None:
    """Numbers in other bases, angles, codes of currencies and variables look alike and are none of these."""
    assert write_out(text) == text


@pytest.mark.parametrize(("text", "span"), SPANS.items())
def test_span_has_both_its_ends(text: str, span: tuple[int, int] | None) -> None:
    """In rising order only: the other way round it is rather a difference."""
    assert read_span(text) == span


@pytest.mark.parametrize(("left", "right"), OPPOSED)
def test_opposites_are_opposed_both_ways(left: str, right: str) -> None:
    """By the meaning of the words, whatever number stands with them."""
    assert are_opposed(set(left.split()), set(right.split()))
    assert are_opposed(set(right.split()), set(left.split()))


@pytest.mark.parametrize(("left", "right"), NOT_OPPOSED)
def test_negations_and_common_words_oppose_nothing(left: str, right: str) -> None:
    """What is not odd is even, and a side that says nothing contradicts nothing."""
    assert not are_opposed(set(left.split()), set(right.split()))
    assert not are_opposed(set(right.split()), set(left.split()))


def test_spellings_have_one_form() -> None:
    """British and American spellings of one word, from a dictionary; `wise` is no verb."""
    pairs = (
        ("colour", "color"),
        ("maximise", "maximize"),
        ("diagonalisable", "diagonalizable"),
        ("leftwards", "leftward"),
    )
    for british, american in pairs:
        assert fold_word(british) == fold_word(american) == american
    assert fold_word("clockwise") == "clockwise"
    assert join_words(["north", "east"]) == ["northeast"]
    assert join_words(["non", "negative"]) == ["nonnegative"]
    assert join_words(["north", "pole"]) == ["north", "pole"]


def test_a_noun_goes_without_saying_after_its_adjective_only() -> None:
    """An odd number is odd; a right triangle is not right, and an acute angle is no acute triangle."""
    assert differ_by_noun("odd", "odd number")
    assert differ_by_noun("equilateral triangle", "equilateral")
    assert not differ_by_noun("right", "right triangle")
    assert not differ_by_noun("acute triangle", "acute angle")
