r"""Functions that agree wherever one usually looks: the difference lies far away, or in a narrow window beside a constant.

How the truth is known: each pair of `DIFFERENT` differs at the point in its comment, by hand; each of `SAME` is an identity
where both sides are real.
"""

from __future__ import annotations

import pytest

from tests.unit.verify.hostile.checking import answer_outcome

DIFFERENT = (
    ("\\sqrt{(x+100)^2}", "x+100"),  # -200
    ("\\sqrt{(3x+500)^2}", "3x+500"),  # -1000
    ("\\sqrt{(x-10^{12})^2}", "10^{12}-x"),  # 2*10^12
    ("|x-1000|+|x-1001|", "2x-2001"),  # 0
    ("|x-1000|+|x-1001|", "2001-2x"),  # 2000
    ("|x-50|+|x+50|", "100"),  # 100
    ("\\cosh(x+500)", "\\sinh(x+500)"),  # -500
    ("\\tanh(x+400)", "1"),  # -400
    ("\\frac{1}{1+e^{-(x+900)}}", "1"),  # -900
    ("e^{-(x+200)^2}", "0"),  # -200
    ("\\tanh(x^2+1000)", "1"),  # everywhere, from digit 868 on
    ("x+10^{-40}", "x"),  # everywhere
    ("\\sqrt{x^2+10^{-60}}", "|x|"),  # 0
    ("\\sin x+e^{-e^8}", "\\sin x"),  # everywhere
    ("\\lfloor x/10^{9}\\rfloor", "0"),  # 10^9
    ("\\lfloor\\frac{n}{1000003}\\rfloor", "0"),  # 1000003
    ("\\lceil\\frac{n}{10^{15}}\\rceil", "1"),  # 10^15 + 1
    ("\\lfloor x\\rfloor-\\lfloor x-10^{-7}\\rfloor", "0"),  # 1
    ("\\lfloor|x|\\rfloor", "\\lfloor x\\rfloor"),  # -1
    ("n\\bmod 10^{12}", "n"),  # 10^12
    ("\\gcd(n,1000003)", "1"),  # 1000003
    ("\\min(x,10^{12})", "x"),  # 2*10^12
    ("\\max(x,500)", "500"),  # 501
    ("\\binom{n}{100}", "0"),  # 100
    ("\\prod_{k=1}^{30}(n-k)", "0"),  # 31
    ("\\lfloor\\sin x\\rfloor+\\lfloor-\\sin x\\rfloor", "-1"),  # 0
    ("y=\\sqrt{(x+100)^2}", "y=x+100"),  # x = -200
    ("\\sqrt{(x+100)^2}=3", "x+100=3"),  # x = -103 is a solution of the first only
)

SAME = (
    ("\\ln(x^2)", "2\\ln x"), ("\\sqrt{x^2+2x+1}", "|x+1|"), ("\\sqrt{(x-7)^2}", "|7-x|"), ("e^{x+500}", "e^{500}e^x"), ("\\tan(x+500\\pi)", "\\tan x"),
    ("\\sin(x+1000\\pi)", "\\sin x"), ("\\ln(x+1000)-\\ln 1000", "\\ln(1+\\frac{x}{1000})"), ("\\sqrt{x-100}\\sqrt{x-100}", "x-100"), ("x^{\\log_2 3}", "3^{\\log_2 x}"),
    ("\\arcsin x+\\arccos x", "\\frac{\\pi}{2}"), ("\\sqrt{100-x^2}", "\\sqrt{(10-x)(10+x)}"), ("\\ln(100x)", "\\ln x+2\\ln 10"), ("e^{2\\ln(x+100)}", "(x+100)^2"),
    ("\\frac{\\sqrt{x+1000}-\\sqrt{1000}}{x}", "\\frac{1}{\\sqrt{x+1000}+\\sqrt{1000}}"), ("\\log_5(x^{10})", "10\\log_5 x"), ("\\frac{n!}{(n-2)!}", "n(n-1)"),
    ("\\lfloor n/2\\rfloor", "\\frac{2n-1+(-1)^n}{4}"), ("\\lfloor x\\rfloor+\\lfloor x+\\frac12\\rfloor", "\\lfloor 2x\\rfloor"), ("\\lceil\\frac n2\\rceil", "\\lfloor\\frac{n+1}{2}\\rfloor"),
    ("\\sin^2 x+\\cos^2 x", "1"), ("e^{x}\\cdot e^{-700}", "e^{x-700}"), ("y=Ce^{x+300}", "y-Ce^{300}e^x=0"),
)  # fmt: skip


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_difference_far_away_or_beside_a_constant(left: str, right: str) -> None:
    assert answer_outcome(left, right) != "correct"


@pytest.mark.parametrize(("left", "right"), SAME)
def test_identity_where_both_sides_are_real(left: str, right: str) -> None:
    assert answer_outcome(left, right) == "correct"
