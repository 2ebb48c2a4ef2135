r"""What fuzzing and the property tests found in this verifier, each as a pair with its right outcome, so that it stays fixed.

`=` correct, `!` incorrect, `x` anything but correct, `?` any outcome at all, as long as both orders agree and nothing is raised.
"""

from __future__ import annotations

import pytest

from dartkit.verify import equal
from tests.unit.verify.hostile.checking import NOT_CORRECT, answer_outcome, timed

PAIRS = (
    # raised an exception
    ("where" * 1_500 + "\\ne" + "5" * 1_500, "where" * 1_500 + "\\ne" + "5" * 1_499 + "8", "x"),
    ("sqrt(2)\\mod∞" * 1_250, "sqrt(2)\\mod∞" * 1_249 + "8", "x"), ("sqrt(2)\\mod∞" * 199, "sqrt(2)\\mod∞" * 199 + "+1", "x"),
    ("π1 <1 <1 < 4", "π1 <1 <(So3) 1 < 4", "x"), ("i<x or 6", "7", "x"), ("y4<i or 6", "x>2", "x"),
    # not symmetric
    ("1,that", "1,t\\te\\begin{pmatrix}xt{1},that", "x"),
    ("\\{\\sqrt[3]{x},000 7\\}", "\\{" + "\\sqrt[3]{x}," * 10 + "0mid x > 10^{-3}\\}", "x"),
    # quadratic or endless
    ("Tuesday<think>π" * 1_000, "Tuesday<think>π" * 999 + "8", "x"), ("≥≈So " * 3_900, "7", "x"), ("\\bmod\\sim" * 6_500, "7", "x"),
    ("\\sum_{a=1}^{999}\\sum_{b=1}^{999}\\sum_{c=1}^{999} abc", "42", "x"), ("\\sum_{k=1}^{9} " * 12 + "k", "42", "x"),
    # a sign in an exponent or divisor took the rest of the product
    ("10^-1 * 9", "0.9", "="), ("2^-1*3", "1/8", "!"), ("6/-2*3", "-9", "="), ("12^-1/y^3", "\\frac{1}{12y^3}", "="), ("2^-1x", "x/2", "="),
    # an exponent without braces is one letter
    ("e^{x+y}", "e^xe^y", "="), ("2^xy", "y2^x", "="), ("2^xy", "2^{xy}", "!"),
    # mixed numbers with any bracing
    ("3\\frac{1}6", "19/6", "="), ("3\\frac1{6}", "19/6", "="), ("3\\frac16", "19/6", "="),
    # all variables had one sign
    ("\\sqrt{x^2y^2}", "xy", "!"), ("|x|y", "x|y|", "!"), ("|xy|", "xy", "!"), ("\\sqrt{x^2y^2}", "|xy|", "="),
    # the same element in two spellings
    ("\\{1/2, 3\\}", "\\{0.5, 3.0, 2/4\\}", "="), ("\\{1/2, 3\\}", "\\{0.5, 3.0, 2/3\\}", "!"),
    # separators and stars after commands
    ("8\\cdot{}5", "40", "="), ("\\frac{8\\cdot{}11}{5}", "\\frac{88}{5}", "="), ("\\alpha*x", "x\\alpha", "="), ("\\lvert x\\rvert*2", "2|x|", "="),
    ("{5 \\choose 2}", "10", "="), ("5 \\choose 2", "10", "="),
    # regions
    ("x>3", "x<3", "!"), ("(5,1)", "1 < x \\le 0.5", "x"), ("(5,1)", "x<1 \\text{ and } x>5", "x"), ("x^2<4", "-2<x<2", "?"), ("x^2<4", "-2<x<3", "x"),
    # numbers
    ("4796375.999999", "\\frac{4796376}{1}", "!"), ("0x10", "0", "x"), ("\\sqrt{10^{400}+1}-10^{200}", "0", "x"), ("\\sqrt2-\\sqrt{2+10^{-300}}", "0", "x"),
    # integrals whose mass lies aside, by hand: a shifted bell has the area of a bell, and the other is 1/(n+1)
    ("\\int_{-\\infty}^{\\infty} e^{-(x-50)^2} dx", "0", "x"), ("\\int_0^1 (2x-1)^{1000} dx", "0", "x"), ("\\int_0^1 e^{-10^6(x-0.123)^2} dx", "0", "x"),
    # reflexive also where boxes are left open
    ("\\boxed 5 \\boxed{ a", "\\boxed 5 \\boxed{ a\n", "="), ("答案是 \\boxed 5 \\fbox{ \\theta", " 答案是 \\boxed 5 \\fbox{ \\theta", "="),
)  # fmt: skip


@pytest.mark.parametrize(("left", "right", "label"), PAIRS, ids=range(len(PAIRS)))
def test_pair(left: str, right: str, label: str) -> None:
    allowed = {"=": {"correct"}, "!": {"incorrect"}, "x": NOT_CORRECT, "?": NOT_CORRECT | {"correct"}}[label]
    found = answer_outcome(left, right)
    assert found in allowed, found


MATRIX = "\\begin{pmatrix}1&2\\\\\n3&4\\end{pmatrix}"


@pytest.mark.parametrize(
    ("response", "reference", "label"),
    [
        (f"<answer>{MATRIX}</answer>", MATRIX, "="),
        ("I would not choose B.", "(B)", "x"),
        ("**A\\cup (10, y, x^2+1) \\cup (10, 11]\x1f*nswer:** (-The answer is Answer:** (-\\infty, |x-0|) \\cup (10, 11]", "5", "x"),
    ],
)  # fmt: skip
def test_response(response: str, reference: str, label: str) -> None:
    """A matrix may take several lines; a negated choice is none; and the last raised an exception."""
    found = timed(lambda: equal(response, reference, form="response")).outcome
    assert found in ({"correct"} if label == "=" else NOT_CORRECT), found
