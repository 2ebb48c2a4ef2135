r"""What the kind of the gold answer decides: which letter, word or form of a sentence is taken. Read off by eye."""

from __future__ import annotations

import pytest

from dartkit.records import AnswerKind
from dartkit.verify.extraction import extract_answer

CHOICES = (
    ("the correct option is **(C)**.", "(C)"),
    ("The correct answer is (B) 12.", "(B) 12"),
    ("answer: C) 12 km", "C) 12 km"),
    ("Answer: C. 12 km", "C"),
    ("Answer: B", "B"),
    ("Answer: B\n\nExplanation: A is wrong because of 3.", "B"),
    ("**Answer:** (D)", "(D)"),
    ("The answer is B because 3 < 4.", "B"),
    ("The answer is **B**.", "B"),
    ("The answer is: b) 12", "b) 12"),
    ("So the answer is option D.", "D"),
    ("So, the answer is (C) $\\frac{1}{2}$.", "(C) $\\frac{1}{2}$"),
    ("Answer: \\text{(E)}", "(E)"),
    ("The answer is $\\textbf{(C)}$", "\\textbf{(C)}"),
    ("**Final Answer**: $ \\boxed{D} $", "D"),
    ("The answer is $\\boxed{\\textbf{(C)}\\ 5}$", "\\textbf{(C)}\\ 5"),
    ("The correct choice is B.", "B"),
    ("My answer: C", "C"),
    ("Options: A: 3\nB: 5\nThe answer is A", "A"),
    ("A triangle has 3 sides so the answer is A.", "A"),
    ("The answer is A.", "A"),
    ("Therefore, C is correct.", "C"),
    ("Therefore (C) is correct.", "(C)"),
    ("Thus (A) is the right choice.", "(A)"),
    ("D is the answer.", "D"),
    ("We choose option B.", "B"),
    ("I select (B).", "(B)"),
    ("Only option C fits.", "C"),
    ("This corresponds to option D.", "D"),
    ("This matches choice (D), as seen.", "(D)"),
    ("So the value is 12.\n\nB) 12", "B) 12"),
    ("So the value is 12.\n\n**B) 12**", "B) 12"),
    ("**C**", "C"),
    ("It follows that\n\nC", "C"),
    ("This leaves us with (E).", "(E)"),
    ("The answer is 12 (option C).", "C"),
    ("The answer is 12 km. So C is correct.", "C"),
    ("The answer is 12. This corresponds to option B.", "B"),
    ("\\boxed{12}, which is option (B).", "(B)"),
    ("Option A is too small. Option B is right. So option B it is.", "B"),
    ("A is wrong. B is wrong. So C is correct. D is wrong.", "C"),
    ("a vector AB and a point C give option D", "D"),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "text"), CHOICES)
def test_a_choice(completion: str, text: str) -> None:
    found = extract_answer(completion, hint="choice")
    assert found is not None
    assert found.text == text
    assert completion.startswith(text, found.start)


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("The answer is a triangle.", "a triangle"),
        ("The answer is A triangle", "A triangle"),
        ("\\boxed{12}", "12"),
        ("The answer is 12.", "12"),
        ("So there are 12.", "12"),
    ],
)
def test_no_letter_is_made_up(completion: str, text: str) -> None:
    """Where a choice was asked for and none is named, the answer that is there is given."""
    found = extract_answer(completion, hint="choice")
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize(
    ("completion", "hint", "text"),
    [
        ("The answer is (C) 12.", "integer", "12"),
        ("The answer is C) 12.", "integer", "12"),
        ("The answer is option (C) 12 km.", "integer", "12 km"),
        ("The answer is (C) $x+1$.", "expression", "$x+1$"),
        ("The answer is (3).", "integer", "(3)"),
        ("The answer is A.", "expression", "A"),
    ],
)
def test_a_letter_before_a_value(completion: str, hint: AnswerKind, text: str) -> None:
    """For a gold answer that is no letter, the letter is left out."""
    found = extract_answer(completion, hint=hint)
    assert found is not None
    assert found.text == text


WORDS: tuple[tuple[str, AnswerKind, str], ...] = (
    ("The answer is **no**, because 3 does not divide 7.", "boolean", "no"),
    ("The answer is no.", "boolean", "no"),
    ("Answer: Yes, it is.", "boolean", "Yes"),
    ("Answer: True. The matrix is 3x3.", "boolean", "True"),
    ("The answer is that the statement is false for 3.", "boolean", "false"),
    ("Yes, such a number exists.", "boolean", "Yes"),
    ("Therefore the statement is false.", "boolean", "false"),
    ("The statement is not true.", "boolean", "not true"),
    ("\\boxed{\\text{No}}", "boolean", "\\text{No}"),
    ("Thus the answer is **Yes**.", "boolean", "Yes"),
    ("so the day is Friday.", "text", "Friday"),
    ("So the day is **Friday**.", "text", "Friday"),
    ("The answer is Friday.", "text", "Friday"),
    ("The answer is on Friday.", "text", "Friday"),
    ("The answer is that the day is Friday.", "text", "Friday"),
    ("Therefore, the answer is the red one, since it is bigger.", "text", "the red one"),
    ("Answer: isosceles triangle", "text", "isosceles triangle"),
    ("Answer: A, B, and D", "text", "A, B, and D"),
    ("The answer is no solution.", "text", "no solution"),
    ("The triangle is obtuse.", "text", "obtuse"),
    ("Therefore the winner is Alice. I hope this helps!", "text", "Alice"),
    ("Thus the winner is Alice.\n\nLet me know if you have 2 more questions.", "text", "Alice"),
    ("so $f(x)$ is an $\\text{odd}$ function.", "text", "\\text{odd}"),
    ("The answer is $\\text{Sunday}$.", "text", "\\text{Sunday}"),
    ("Friday", "text", "Friday"),
    ("The answer is May 5, 2021.", "text", "May 5, 2021"),
    ("The answer is Monday, May 5.", "text", "Monday, May 5"),
    ("The answer is 2024-05-01.", "text", "2024-05-01"),
    ("The train leaves at 3. The answer is 3:45 p.m.", "text", "3:45 p.m."),
    ("The answer is 3:45 p.m. on Monday.", "text", "3:45 p.m. on Monday"),
    ("Answer: 12:30 PM", "text", "12:30 PM"),
    ("the time is 3:45 pm", "rational", "3:45 pm"),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "hint", "text"), WORDS)
def test_words_dates_and_times(completion: str, hint: AnswerKind, text: str) -> None:
    found = extract_answer(completion, hint=hint)
    assert found is not None
    assert found.text == text
    assert completion.startswith(text, found.start)


STRUCTURES: tuple[tuple[str, AnswerKind, str], ...] = (
    ("The answer is $[2, 5)$.", "interval", "[2, 5)"),
    ("The solution is x in (-\\infty, 3]. So the answer is (-∞, 3].", "interval", "(-∞, 3]"),
    ("so $1 < x < 5$.", "interval", "1 < x < 5"),
    ("so $x \\in [1, 5)$.", "interval", "x \\in [1, 5)"),
    ("Hence x lies in [1, 5).", "interval", "[1, 5)"),
    ("The answer is $(-\\infty, 1) \\cup (2, 3]$.", "interval", "(-\\infty, 1) \\cup (2, 3]"),
    ("The answer is {1, 2, 3}.", "set", "{1, 2, 3}"),
    ("Hence the solution set is {1, 4}.", "set", "{1, 4}"),
    ("The answer is x = 2 or x = 3.", "set", "x = 2 or x = 3"),
    ("Thus x = 3 and y = 4.", "set", "x = 3 and y = 4"),
    ("The answer is 1, 2 and 3.", "set", "1, 2 and 3"),
    ("Therefore the point is (2, -3).", "tuple", "(2, -3)"),
    ("The answer is $(1, 2)$ and $(3, 4)$.", "set", "$(1, 2)$ and $(3, 4)$"),
    ("Thus, y = 2x + 3.", "equation", "y = 2x + 3"),
    ("Therefore, \\(f(x) = 2x + 1\\).", "equation", "f(x) = 2x + 1"),
    ("Therefore, \\(x^2 + y^2 = 4\\).", "equation", "x^2 + y^2 = 4"),
    ("The answer is that the line is $y = 3x$ for all 4 cases.", "equation", "y = 3x"),
    ("The answer is that the area is $\\pi r^2$ in 3 cases.", "expression", "\\pi r^2"),
    ("So the sum equals $ab$.", "expression", "ab"),
    ("The matrix is $$\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}$$", "matrix", "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}"),
    ("The answer is \\begin{pmatrix}1\\\\2\\end{pmatrix}.", "matrix", "\\begin{pmatrix}1\\\\2\\end{pmatrix}"),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "hint", "text"), STRUCTURES)
def test_forms_are_kept_whole(completion: str, hint: AnswerKind, text: str) -> None:
    found = extract_answer(completion, hint=hint)
    assert found is not None
    assert found.text == text
    assert completion.startswith(text, found.start)


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (None, "\\frac{2}{3}"),
        ("rational", "\\frac{2}{3}"),
        ("expression", "\\frac{2}{3}"),
        ("decimal", "0.667"),
        ("integer", "0.667"),
    ],
)
def test_exact_or_rounded(hint: AnswerKind | None, text: str) -> None:
    found = extract_answer("Thus the answer is $\\frac{2}{3}\\approx 0.667$.", hint=hint)
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize(
    ("completion", "hint", "text"),
    [
        ("there are exactly $27$ possible values of $pq + p + q$.", "integer", "27"),
        ("there are exactly $27$ possible values of $pq + p + q$.", "expression", "27"),
        ("the area is $9\\pi$ for this $r$.", "expression", "9\\pi"),
        ("the area is $9\\pi$ for this $r$.", "decimal", "9\\pi"),
        ("the sum is $\\pi$ for this $r$.", "decimal", "\\pi"),
        ("so $x = 12$", "integer", "12"),
        ("so $x = 12$", "equation", "x = 12"),
    ],
)
def test_a_formula_without_a_number_is_no_number(completion: str, hint: AnswerKind, text: str) -> None:
    found = extract_answer(completion, hint=hint)
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize("hint", ["proof", "none"])
def test_other_kinds_are_no_hint(hint: AnswerKind) -> None:
    completion = "Thus the answer is that Janet makes $18 every day."
    assert extract_answer(completion, hint=hint) == extract_answer(completion)
