"""Answers that are no answer: lone signs, half commands, empty brackets, broken matrices, TeX that hides or colours."""

from __future__ import annotations

import pytest

from tests.unit.verify.hostile.checking import answer_outcome, assert_equals_itself

SIGNS = ("+", "-", "*", "/", "^", "_", "=", "<", ">", "%", "\\%", "$", "\\$", "|", "!", ",", ";", ":", ".", "?", "#", "&", "~", "@", "\\", "\\\\", "(", ")", "[", "]",
         "{", "}", "\\{", "\\}", "()", "[]", "{}", "(,)", "[,]", "\\{,\\}", "x^", "x_", "1+", "1/", "5-", "5e", "e5", "x=", "=5=", "1..2", "1.2.3", "5e5e5",
         "\\frac", "\\frac{1}", "\\frac{}{}", "\\sqrt", "\\sqrt{}", "\\sqrt[3]", "\\sqrt[]{}", "\\binom", "\\log_", "\\sum", "\\int", "\\lim", "\\left(", "\\right)",
         "\\begin{pmatrix}", "\\end{pmatrix}", "\\begin{pmatrix}\\end{pmatrix}", "\\begin{xyz}1\\end{xyz}", "\\unknowncommand{5}", "\\text", "\\text{", "\\mathbb",
         "\\mathbb{", "\\unit", "\\overline", "\\begin", "\\end", "\\begin{}", "\\not", "\\pm", "\\cup", "\\infty\\infty", "and", "or", "of", "percent", "cm", "°", "'")  # fmt: skip


@pytest.mark.parametrize("text", SIGNS)
@pytest.mark.parametrize("value", ["0", "1", "5", "x", "\\{1\\}", "(1,2)"])
def test_fragment_is_no_value(text: str, value: str) -> None:
    """In both orders; no fragment has a value of its own."""
    assert answer_outcome(text, value) != "correct"


@pytest.mark.parametrize("text", SIGNS)
def test_fragment_is_itself(text: str) -> None:
    assert_equals_itself(text)


PAIRS = (
    ("\\begin{pmatrix}1&2\\\\3\\end{pmatrix}", "\\begin{pmatrix}1&2\\\\3&0\\end{pmatrix}"),
    ("\\begin{pmatrix}1&2\\end{pmatrix}", "\\begin{pmatrix}1\\\\2\\\\0\\end{pmatrix}"),
    ("\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "(1,2,3,4)"),
    ("\\begin{vmatrix}1&2\\\\3&4\\end{vmatrix}", "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}"),
    ("\\color{red}42", "43"), ("\\phantom{42}43", "42"), ("\\phantom{42}", "42"), ("41 % 42", "42"), ("% 42", "42"), ("\\hspace{42pt}", "42"),
    ("\\label{42}", "42"), ("\\tag{42}", "42"), ("7 \\tag{42}", "42"), ("\\href{x}{42}", "43"), ("\\not=5", "5"), ("\\mathrm{d}x", "x"),
    ("\\{\\}", "()"), ("\\emptyset", "0"), ("\\emptyset", "\\{0\\}"), ("\\{\\emptyset\\}", "\\emptyset"), ("()", "[]"), ("(1,2", "(1,2,3)"), ("1,2)", "1,2,3"),
    ("\\frac{1}{2", "1"), ("\\sqrt{4", "4"), ("{1}{2}", "3"), ("1 2", "3"), ("1 2", "2"), ("x y z", "xy"), ("2(3", "6"), ("2)3(", "6"), ("((1)", "(1,1)"),
    ("1,2,", "1,2,3"), ("[1,2", "[1,2]3"), ("(1,2]", "[1,2)"), ("\\left.5\\right|_0^1", "5"), ("5^\\circ C", "5^\\circ F"), ("--5", "-5"),
)  # fmt: skip


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_malformed_pair_is_not_correct(left: str, right: str) -> None:
    assert answer_outcome(left, right) != "correct"
