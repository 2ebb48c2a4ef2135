r"""Numbers that agree to many digits without being the same, and such that are the same however they are written.

How the truth is known: by the first terms of a series, worked out by hand. $\tanh x = 1-2e^{-2x}+\dots$ differs from 1 from digit 869
on for $x=1000$; $\sin\delta=\delta-\delta^3/6$; $\arctan x=\pi/2-1/x+\dots$; $\cosh x=\sinh x+e^{-x}$; $\sqrt{1+\delta}=1+\delta/2-\dots$;
the norm of $1+\sqrt2$ is -1, so that its thousandth power is a whole number but for $(1-\sqrt2)^{1000}\ne0$. The near misses of
Fermat's last theorem are false by that theorem, and $\lfloor x\rfloor$ is known from on which side of a whole number x lies.
"""

from __future__ import annotations

import pytest

from dartkit.text.tokens import tokenize
from dartkit.verify import equal
from dartkit.verify.algebra.evaluate import evaluate
from dartkit.verify.algebra.fields import fine_field
from dartkit.verify.algebra.identity import same_value
from dartkit.verify.algebra.sharpness import digits_wanted
from dartkit.verify.reading.syntax import parse
from tests.unit.verify.hostile.checking import answer_outcome

DIFFERENT = (
    ("\\tanh 1000", "1"), ("\\tanh 5000", "1"), ("\\frac{1}{\\tanh 300}", "1"), ("\\sin(10^{-30})", "10^{-30}"), ("\\tan(10^{-40})", "10^{-40}"),
    ("\\sin(\\sin(10^{-30}))", "\\sin(10^{-30})"), ("\\frac{\\sin(10^{-50})}{10^{-50}}", "1"), ("\\cos(10^{-100})", "1"), ("\\cosh(10^{-40})", "1"),
    ("\\cosh 500", "\\sinh 500"), ("\\sinh 300", "\\frac{e^{300}}{2}"), ("\\ln(\\cosh 300)", "300-\\ln 2"), ("\\ln(1+10^{-60})", "10^{-60}"),
    ("\\arctan(10^{60})", "\\frac{\\pi}{2}"), ("\\arctan(10^{1000})", "\\frac\\pi2"), ("\\cos(\\arctan(10^{40}))", "0"), ("10^{10^{-300}}", "1"), ("2^{1/10^{70}}", "1"),
    ("e^{10^{-40}}", "1"), ("e^{500}+e^{-500}", "e^{500}"), ("1+e^{-10^4}", "1"), ("e^{-10^5}", "0"), ("\\sqrt{10^{300}+1}", "10^{150}"), ("\\sqrt[100]{1+10^{-60}}", "1"),
    ("\\pi-10^{-2000}", "\\pi"), ("\\sin(\\pi+10^{-60})", "0"), ("\\frac{\\pi+10^{-70}}{\\pi}", "1"), ("(1+\\sqrt2)^{1000}", "2\\cosh(1000\\ln(1+\\sqrt2))"),
    ("e^{\\pi\\sqrt{163}}", "262537412640768744"), ("\\frac{\\ln(640320^3+744)}{\\sqrt{163}}", "\\pi"), ("\\sqrt[12]{1782^{12}+1841^{12}}", "1922"),
    ("\\lfloor\\tanh 1000\\rfloor", "1"), ("\\lceil 3+10^{-70}\\pi\\rceil", "3"), ("\\lfloor 3-10^{-70}\\pi\\rfloor", "3"), ("\\lfloor\\log_{10}(1000-10^{-60})\\rfloor", "3"),
    ("2305843009213693951\\cdot 2305843009213693921\\cdot 2^{10^{10}}", "0"),
)  # fmt: skip

SAME = (
    ("\\lfloor\\tanh 1000\\rfloor", "0"), ("\\lfloor\\sqrt{9}\\rfloor", "3"), ("\\lfloor\\frac{\\ln 8}{\\ln 2}\\rfloor", "3"), ("\\lfloor\\pi-10^{-70}\\rfloor", "3"),
    ("\\lfloor e^{\\pi\\sqrt{163}}\\rfloor", "262537412640768743"), ("\\lfloor 10^{20}\\pi\\rfloor", "314159265358979323846"), ("\\lfloor(1+\\sqrt2)^{10}\\rfloor", "6725"),
    ("\\sqrt{5+2\\sqrt6}", "\\sqrt2+\\sqrt3"), ("\\sqrt[3]{2+\\sqrt5}+\\sqrt[3]{2-\\sqrt5}", "1"), ("\\arctan\\frac12+\\arctan\\frac13", "\\frac{\\pi}{4}"),
    ("\\cos\\frac{\\pi}{7}\\cos\\frac{2\\pi}{7}\\cos\\frac{3\\pi}{7}", "\\frac18"), ("\\pi\\cdot 10^{-400}", "10^{-400}\\pi"), ("2^{1000}\\sqrt{2}", "2^{1000.5}"),
    ("(1+\\sqrt2)^{100}+(1-\\sqrt2)^{100}", "(3+2\\sqrt2)^{50}+(3-2\\sqrt2)^{50}"),
)  # fmt: skip


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_near_is_not_equal(left: str, right: str) -> None:
    assert answer_outcome(left, right) != "correct"


@pytest.mark.parametrize(("left", "right"), SAME)
def test_equal_stays_equal(left: str, right: str) -> None:
    assert answer_outcome(left, right) == "correct"


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("\\tanh 1000", 868, 930),  # 2000 / ln 10 digits hide the difference from 1
        ("\\sin(10^{-30})", 60, 120),  # twice thirty
        ("10^{-400}\\pi", 0, 60),  # a factor costs nothing
        ("1+10^{-400}\\pi", 399, 460),  # and a term all its digits
        ("\\sqrt2+\\sqrt3", 0, 60),
    ],
)
def test_digits_that_are_asked_for(text: str, least: int, most: int) -> None:
    """Between what the series above ask for and that and some sixty digits for the length of the text."""
    tree, field = parse(tokenize(text)), fine_field().noting()
    evaluate(tree, {}, field)
    assert least <= digits_wanted(tree, ("num", "1"), field) <= most


def test_what_needs_more_than_1500_digits_is_not_told() -> None:
    """1 - tanh 2000 has its first digit other than 0 at place 1738."""
    found = same_value(parse(tokenize("\\tanh 2000")), ("num", "1"))
    assert (found.equal, found.rule) == (None, "too-many-digits")


def test_primes_depend_on_the_pair() -> None:
    """A product of the primes of one pair is 0 modulo these; of another pair it is not, and nobody can know them beforehand."""
    import random

    from dartkit.verify.algebra.modular import is_prime, primes

    found = list(primes(random.Random(1)))
    assert found != list(primes(random.Random(2)))
    assert all(number.bit_length() == 61 for number in found)
    assert [number for number in range(41, 140, 2) if is_prime(number)] == [41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139]  # fmt: skip
    assert not is_prime(2_305_843_009_213_693_921 * 3)
    assert equal("2^{10^{10}}", "3 \\cdot 2^{10^{10}}", form="answer").outcome != "correct"
