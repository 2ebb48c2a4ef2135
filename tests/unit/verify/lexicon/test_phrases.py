r"""Answers in words: which are the same, which are not, which are no words at all; judged by hand."""

from __future__ import annotations

import pytest

from dartkit.verify.lexicon.phrases import normal_phrase, special_of, special_of_text

NORMAL = {
    "left": "left", "Left.": "left", "\\text{left}": "left", "$\\text{Left}$": "left", "**left**": "left",
    "LEFT": "left", "the left": "left", "\\textbf{The left}": "left", "Ｌｅｆｔ": "left", "“left”": "left",
    "isosceles triangle": "isosceles triangle", "an isosceles_triangle": "isosceles triangle",
    "Isosceles-triangle!": "isosceles triangle", "\\text{isosceles}\\ \\text{triangle}": "isosceles triangle",
    "A right triangle": "right triangle", "none of the above": "none of above", "salt & pepper": "salt and pepper",
    "2nd quadrant": "second quadrant", "Quadrant II": "quadrant ii", "7\\text{th}": "seventh",
    "the number of ways": "ways", "grey": "gray", "don't know": "dont know", "Team A": "team a", "A and B": "a and b",
    "x-axis": "x axis", "Amy": "amy", "dog": "dog", "\\text{xy}": "xy", "red": "red", "偶数": "偶数", "Straße": "strasse",
    "grades 3-4": "grades 3-4", "interval [0,1)": "interval [0,1)", "ratio 3:4": "ratio 3:4", "page 5.": "page 5",
    "about 1,000": "about 1,000", "(the left)": "left",
}  # fmt: skip
NO_WORDS = (
    "", "x", "X", "a", "5", "-5", "xy", "abc", "xyz", "5 apples", "12 cm", "x^2", "x = 5", "a + b", "\\frac12",
    "\\sqrt{two}", "\\pi", "x_1", "\\text{A5}_{11}", "A5_{11}", "(2, 3)", "[0,1)", "(a,b)", "(1,2) and (3,4)",
    "a b c", "1/2", "x < y", "word^2", "x → y", "sin", "cos x", "\\text{x}", "...", "?", "the", "H2O", "m²", "½ cup",
    "word" * 500,
)  # fmt: skip
DIFFERENT: tuple[tuple[str, str], ...] = (
    ("left", "right"), ("even", "odd"), ("yes", "no"), ("increasing", "decreasing"),
    ("salt and pepper", "salt or pepper"), ("clockwise", "counterclockwise"), ("acute", "obtuse"),
    ("Team A", "Team B"), ("Team A", "Team"), ("vitamin A", "vitamin"), ("interval [0,1)", "interval (0,1)"),
    ("interval [0,1]", "interval [0,1)"), ("ratio 3:4", "ratio 3:5"), ("grades 3-4", "grades 34"),
    ("page 1.5", "page 15"), ("quadrant I", "quadrant II"), ("apple", "apples"), ("two lines", "one line"),
    ("first quadrant", "second quadrant"), ("left", "le\u200bft"), ("left", "\u202eleft"), ("left", "left\u200f"),
    ("left", "lеft"), ("one", "оne"), ("dark red", "darkred"), ("not prime", "prime"),
    ("about 1,000", "about 1000.5"), ("minus", "plus"), ("neither", "either"),
)  # fmt: skip
SPECIAL = {
    "<no-solution>": (
        "no solution", "No solutions.", "\\text{no solution}", "No real solutions", "There is no solution.",
        "There are no solutions", "The equation has no solution", "无解", "keine Lösung", "no-solution",
    ),
    "<none-exist>": ("no such number exists", "None exist", "There are no such integers.", "no such function"),
    "<undefined>": (
        "undefined", "DNE", "D.N.E.", "Does not exist", "doesn't exist", "The limit does not exist.",
        "\\text{Undefined}", "not defined", "不存在",
    ),
    "<infinity>": (
        "\\infty", "∞", "+\\infty", "$\\infty$", "infinity", "infinite", "infinitely many",
        "Infinitely many solutions", "an infinite number of solutions", "无穷多",
    ),
    "<negative-infinity>": ("-\\infty", "-∞", "negative infinity", "minus infinity"),
    "<all-real-numbers>": (
        "all real numbers", "All reals", "any real number", "the set of all real numbers", "\\mathbb{R}", "ℝ", "全体实数",
    ),
    "<empty-set>": ("\\emptyset", "∅", "\\varnothing", "empty set", "the empty set", "The null set.", "空集"),
    "<none-of-the-above>": ("none of the above", "None of these", "none of the other answers", "以上都不对"),
    "<all-of-the-above>": ("All of the above", "all of these"),
    "<cannot-be-determined>": (
        "cannot be determined", "can't be determined", "It cannot be determined.", "Not enough information",
    ),
    "<diverges>": ("diverges", "divergent", "The series diverges", "does not converge", "doesn't converge"),
    "<converges>": ("converges", "convergent", "The series converges."),
    "<impossible>": ("impossible", "not possible", "It is impossible."),
    "<none>": ("none", "None."),
    "<both>": ("both",),
    "<neither>": ("neither", "\\text{neither}"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "phrase"), NORMAL.items())
def test_normal_form(text: str, phrase: str) -> None:
    assert normal_phrase(text) == phrase


@pytest.mark.parametrize("text", NO_WORDS)
def test_what_is_not_in_words(text: str) -> None:
    """Mathematics, numbers, single letters, products of letters, and texts longer than any answer."""
    assert normal_phrase(text) is None


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_different_words_stay_different(left: str, right: str) -> None:
    """Opposites, names, brackets, numbers, invisible marks, Cyrillic letters."""
    first, second = normal_phrase(left), normal_phrase(right)
    assert first is not None or second is not None
    assert first != second
    assert special_of_text(left) is None or special_of_text(left) != special_of_text(right)


@pytest.mark.parametrize(
    ("token", "text"), [(token, text) for token, texts in SPECIAL.items() for text in texts]
)
def test_phrases_that_mean_the_same(token: str, text: str) -> None:
    assert special_of_text(text) == token


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "0",
        "no",
        "solution",
        "one solution",
        "no solution for x > 0",
        "converges to 5",
        "infinite series",
        "all",
        "real",
        "not infinite",
        "nоne",
        "none\u200b",
        "exists",
        "all real numbers except 0",
    ],
)
def test_what_is_no_set_phrase(text: str) -> None:
    assert special_of_text(text) is None


def test_a_phrase_is_in_its_own_normal_form() -> None:
    """The normal form is a fixed point, so comparing twice normalised texts changes nothing."""
    for phrase in {phrase for phrase in NORMAL.values() if "strasse" not in phrase}:
        again = normal_phrase(phrase)
        assert again in (phrase, None)
        assert special_of(phrase) == (special_of(again) if again is not None else None) or again is None
