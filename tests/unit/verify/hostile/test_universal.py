r"""No answer fits everything: expressions whose error swallows their value, arbitrary names, sets of all numbers, lists of many.

A comparison by points must not take "cannot be told apart" for "equal": $\tan 90^\circ$ or $\sin 10^{80}$ has no digit that
floating point knows, so it would agree with everything.
"""

from __future__ import annotations

import pytest

from tests.unit.verify.hostile.checking import answer_outcome, assert_never_correct

VAGUE = (
    "\\tan 90^\\circ", "\\tan\\frac{\\pi}{2}", "\\sec 90^\\circ", "\\csc\\pi", "\\cot\\pi", "\\tan(90^\\circ)x", "\\sin(10^{80})", "\\sin(10^{80}x)",
    "\\cos(10^{300})", "10^{70}(\\sqrt2\\sqrt3-\\sqrt6)xy", "x+10^{70}(\\sqrt2\\sqrt3-\\sqrt6)", "(x+10^{160}+\\pi)-10^{160}", "(x+10^{160})^{1/2}-10^{80}",
    "\\frac{1}{\\sqrt2\\sqrt3-\\sqrt6}", "\\sin(10^{60}x)+\\cos(10^{60}y)", "\\sin(e^{600})", "\\tan(\\tan 90^\\circ)", "\\ln(10^{200}+x)-200\\ln 10",
    "\\frac{x^2-1}{\\sin^2 x+\\cos^2 x-1}", "\\arctan(\\tan 90^\\circ)x", "10^{300}(\\sin^2 x+\\cos^2 x-1)", "(-1)^{10^{20}+0.5}", "\\sin(10^{15}\\pi)10^{40}",
    "x^{10^{15}}-x^{10^{15}}", "10^{90}\\ln(e^{x})-10^{90}x+y", "x+y+10^{60}-10^{60}\\sin(\\frac{\\pi}{2})",
)  # fmt: skip
EXPRESSIONS = (
    "x^2+3x-7",
    "\\sin x",
    "\\frac{2x}{y+1}",
    "y=2x+1",
    "3x-7y=12",
    "(0,x)",
    "\\{x,-x\\}",
    "n!",
    "x > 3",
    "x^2+y^2<4",
)


@pytest.mark.parametrize("vague", VAGUE)
@pytest.mark.parametrize("reference", EXPRESSIONS)
def test_vague_expression_is_not_the_reference(vague: str, reference: str) -> None:
    """Bare, and in the places where a value stands."""
    assert_never_correct(vague, reference)
    if reference == "y=2x+1":
        assert answer_outcome(f"y={vague}", reference) != "correct"
    if reference == "(0,x)":
        assert answer_outcome(f"(0,{vague})", reference) != "correct"


@pytest.mark.parametrize("vague", VAGUE)
@pytest.mark.parametrize("number", ["5", "0.37", "\\sqrt{2}", "\\frac{\\pi}{7}", "10^{80}"])
def test_vague_expression_is_no_number(vague: str, number: str) -> None:
    """A number is no easier to hit."""
    assert answer_outcome(vague, number) != "correct"


UNBOUNDED = (
    "x", "n", "a", "C", "c", "k \\in \\mathbb{Z}", "\\mathbb{R}", "(-\\infty,\\infty)", "x \\in \\mathbb{R}", "\\text{all real numbers}", "x > 0", "x \\ge 42",
    "x \\le 42", "\\ne 7", "x \\ne 7", "> 41", "at least 42", "at most 42", "not 7", "about 40", "between 41 and 43", "41 < x < 43", "[41, 43]", "(41, 43)",
    "42 \\pm 1", "\\pm 42", "41-43", "42 or 43", "either 42 or 43", "41, 42, 43", "\\{41, 42\\}", "1, 2, \\ldots, 100", "42/43", "42 (or 43)", "42 [43]",
    "42 \\neq 42", "42 \\ne 43", "5=6", "42=43", "x=x", "0=0", "true", "?", "*", ".*", "any", "anything", "\\forall x", "ax+b", "f(x)", "42?43", "42%43",
    "42|43", "42;43", "42 43", "42\\quad 43", "42\\\\43", "42 & 43", "\\frac{42}{43}", "42^{?}", "4\\_2", "_42_43", "42!", "-42", "\\sqrt{42}",
)  # fmt: skip


@pytest.mark.parametrize("text", UNBOUNDED)
def test_unbounded_answer_is_not_the_number(text: str) -> None:
    """Lists, ranges, names and negations that include 42 are not 42."""
    assert answer_outcome(text, "42") != "correct"
