"""What has no value is equal to no value: division by zero, poles, indeterminate forms, hidden zeros."""

from __future__ import annotations

import pytest

from dartkit.verify import equal
from tests.unit.verify.hostile.checking import answer_outcome, assert_equals_itself

UNDEFINED = (
    "0/0", "1/0", "\\frac{0}{0}", "\\frac{1}{0}", "nan", "NaN", "\\infty-\\infty", "inf-inf", "0\\cdot\\infty", "\\frac{\\infty}{\\infty}", "1^{\\infty}",
    "\\ln 0", "\\log_1 5", "\\log_0 0", "\\sqrt[0]{5}", "\\tan 90^\\circ", "\\tan\\frac{\\pi}{2}", "\\cot 0", "\\sec\\frac{\\pi}{2}", "0^{-1}", "(-1)!",
    "(-3)!", "\\binom{-1}{-1}", "\\frac{x}{0}", "\\lim_{x\\to0}\\frac{1}{x}", "undefined", "None", "null", "\\zeta(1)", "\\frac{1}{x-x}", "\\frac{1}{\\sqrt2^2-2}",
    "\\frac{1}{\\sin^2 1+\\cos^2 1-1}", "5+0/0", "0\\cdot\\frac{1}{0}", "\\frac{0}{0}x", "5 \\bmod 0", "\\gcd(0.5, 2)", "x/x-x/x+\\frac{1}{0}",
    "\\sqrt{\\frac{1}{0}}", "\\lfloor\\frac{1}{0}\\rfloor", "\\frac{1}{1-0.\\overline{9}}", "\\frac{0}{0}^0", "\\arcsin\\frac{1}{0}", "\\sum_{k=0}^{3}\\frac{1}{k}",
)  # fmt: skip


@pytest.mark.parametrize("text", UNDEFINED)
@pytest.mark.parametrize("number", ["0", "1", "5", "7.5", "x"])
def test_undefined_is_no_number(text: str, number: str) -> None:
    """Neither as prediction nor as reference, bare nor in a box."""
    assert answer_outcome(text, number) != "correct"
    assert equal(f"\\boxed{{{text}}}", number).outcome != "correct"


@pytest.mark.parametrize("text", UNDEFINED)
def test_same_text_is_the_same(text: str) -> None:
    """Identity of text needs no value."""
    assert_equals_itself(text)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("0/0", "1/0"),
        ("\\infty", "-\\infty"),
        ("\\infty", "10^{308}"),
        ("\\frac{1}{0}", "\\infty"),
        ("\\tan\\frac{\\pi}{2}", "\\frac{1}{0}"),
        ("\\frac{1}{x-x}", "\\frac{2}{x-x}"),
        ("\\ln 0", "-\\infty"),
        ("\\infty + 1", "\\infty - 1"),
        ("[1, \\infty)", "[1, -\\infty)"),
        ("(1/0, 2)", "(1/0, 3)"),
        ("\\{0/0\\}", "\\{1/0\\}"),
        ("x = 1/0", "x = 2/0"),
        ("x > 1/0", "x > 2/0"),
        ("[0/0, 1]", "[2, 1]"),
    ],
)
def test_two_undefined_values_are_not_equal(left: str, right: str) -> None:
    """Nothing follows from both having no value."""
    assert answer_outcome(left, right) != "correct"
