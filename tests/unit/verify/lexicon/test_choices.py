r"""Letters of choices, judged by hand: what is one beyond doubt, what may be one, what is none."""

from __future__ import annotations

import pytest

from dartkit.verify.lexicon.choices import Choice, read_choice

# Text, letters, what is said with them.
CERTAIN: tuple[tuple[str, str, str | None], ...] = (
    ("B", "B", None), ("B.", "B", None), ("B)", "B", None), ("B、", "B", None), ("(B)", "B", None),
    ("(B).", "B", None), ("( B )", "B", None), ("$B$", "B", None), ("\\text{B}", "B", None),
    ("\\mathrm{(B)}", "B", None), ("\\textbf{(B)}", "B", None), ("\\mathbf{B}", "B", None),
    ("\\textbf{B.}", "B", None), ("**B**", "B", None), ("**(B)**", "B", None), ("(b)", "B", None), ("b)", "B", None),
    ("a)", "A", None), ("\\text{(b)}", "B", None), ("Option B", "B", None), ("option b", "B", None),
    ("Option (B)", "B", None), ("choice (b)", "B", None), ("Choice B.", "B", None), ("Answer: B", "B", None),
    ("Answer: (B)", "B", None), ("The answer is a", "A", None), ("answer B", "B", None),
    ("The answer is B", "B", None), ("The answer is B.", "B", None), ("The correct answer is (B).", "B", None),
    ("The correct option is B", "B", None), ("the final answer is \\text{B}", "B", None),
    ("Therefore, the answer is B", "B", None), ("选B", "B", None), ("故选B", "B", None), ("答案是B", "B", None),
    ("答案：B", "B", None), ("选项B", "B", None), ("Antwort B", "B", None), ("Option B is correct", "B", None),
    ("Ｂ", "B", None), ("（B）", "B", None), ("(B) 12", "B", "12"), ("B) 12 km", "B", "12 km"), ("B. 12", "B", "12"),
    ("B.12", "B", "12"), ("(B): 12", "B", "12"), ("\\textbf{(B)}\\ 12", "B", "12"), ("\\textbf{(B) } 12", "B", "12"),
    ("\\text{(B) 12 km}", "B", "12 km"), ("(B) \\frac{12}{5}", "B", "\\frac{12}{5}"),
    ("\\textbf{(C)}\\ \\sqrt{2}", "C", "\\sqrt{2}"), ("\\mathrm{(D)}~x^{2}+1", "D", "x^{2}+1"),
    ("(B) $x^2$", "B", "$x^2$"), ("**(B)** 12", "B", "12"), ("(A) -3", "A", "-3"), ("B) -3", "B", "-3"),
    ("The correct answer is (B) 12", "B", "12"), ("(D) none of these", "D", "none of these"),
    ("d) none of these", "D", "none of these"), ("\\text{(A)}\\quad 5", "A", "5"), ("Answer: B: 12", "B", "12"),
    ("A and C", "AC", None), ("A, B, and D", "ABD", None), ("C and A", "AC", None), ("(A) and (C)", "AC", None),
    ("(A), (C)", "AC", None), ("Options A and C", "AC", None), ("Answer: A, C", "AC", None),
    ("Option AC", "AC", None), ("选AC", "AC", None), ("\\text{A and C}", "AC", None),
)  # fmt: skip
POSSIBLE: tuple[tuple[str, str, str | None], ...] = (
    ("b", "B", None), ("$b$", "B", None), ("b.", "B", None), ("[B]", "B", None), ("I", "I", None),
    ("A, C", "AC", None), ("\\text{A,C}", "AC", None), ("A; C", "AC", None), ("AC", "AC", None), ("ABD", "ABD", None),
    ("B: twelve", "B", "twelve"), ("A: \\{1,2\\}", "A", "\\{1,2\\}"), ("(b) increasing", "B", "increasing"),
    ("(a) x", "A", "x"), ("A,B,C,D", "ABCD", None),
)  # fmt: skip
NO_CHOICES = (
    "", "x", "K", "k", "Z", "12", "(12)", "(a, b)", "(A, B)", "(a,b]", "A = 5", "A=5", "B+1", "B + 1", "B-1", "B^2",
    "B_1", "B'", "2B", "AB + C", "BA", "CA", "AA", "AK", "(B)+1", "(B) + 1", "(B)(C)", "(B)C", "(a)(b)", "(A] 5",
    "[A) 5", "(B", "f(x)", "f(2)", "a(b)", "a + b", "A + C", "A or B", "either A or B", "A and x", "A and A", "A and",
    "A triangle", "A circle of radius 5", "a number", "The answer is a number", "B 5", "b: 5", "A:B", "A:B:C=1:2:3",
    "Beta", "\\beta", "\\frac{A}{B}", "A/B", "A\\cup B", "A \\cap B", "|A|", "A!", "(A)!", "C°", "sin A", "\\angle A",
    "A, x", "(x)", "(x) 5", "(v)", "BEAD", "answer", "the answer", "Option", "Options", "选", "В", "(В)", "B\u200b",
    "\u202eB", "(B\u200b)", "E = mc^2", "e^{x}", "D(3, 4)", "A(1,2)",
)  # fmt: skip


@pytest.mark.parametrize(("text", "letters", "told"), CERTAIN, ids=[row[0] for row in CERTAIN])
def test_choices(text: str, letters: str, told: str | None) -> None:
    assert read_choice(text) == Choice(tuple(letters), told, certain=True)


@pytest.mark.parametrize(("text", "letters", "told"), POSSIBLE, ids=[row[0] for row in POSSIBLE])
def test_what_may_be_a_choice(text: str, letters: str, told: str | None) -> None:
    """Variables, sets by name, intervals, segments, products."""
    assert read_choice(text) == Choice(tuple(letters), told, certain=False)


@pytest.mark.parametrize("text", NO_CHOICES)
def test_what_is_no_choice(text: str) -> None:
    """Expressions, tuples, functions, articles, hedges, ratios, words; В is Cyrillic."""
    assert read_choice(text) is None


@pytest.mark.parametrize(
    ("text", "numerals", "certain"),
    [
        ("(ii)", ("ii",), True), ("(II)", ("ii",), True), ("II", ("ii",), False), ("Statement III", ("iii",), True),
        ("(iv)", ("iv",), True), ("(i)", ("i",), False), ("i", ("i",), False), ("I and II", ("i", "ii"), True),
        ("II and III only", ("ii", "iii"), True), ("I, II and III", ("i", "ii", "iii"), True),
        ("(i) and (iii)", ("i", "iii"), True), ("option (i)", ("i",), True),
    ],
)  # fmt: skip
def test_roman_numerals(text: str, numerals: tuple[str, ...], certain: bool) -> None:
    """`(i)` may be the imaginary unit in brackets."""
    assert read_choice(text) == Choice(numerals, None, certain)


def test_only_the_letters_that_can_be_chosen() -> None:
    assert read_choice("E", letters="ABCD") is None
    assert read_choice("AE", letters="ABCD") is None
    assert read_choice("K", letters="ABCDEFGHIJK") == Choice(("K",), None, True)
