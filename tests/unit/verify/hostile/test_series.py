r"""Sums, integrals and limits that nearly have another value, diverge, or would keep a worker busy.

How the truth is known. $\lfloor n\tanh\pi\rfloor=n-1$ for the first 268 terms only, and so on for the others of Borwein and Borwein,
"Strange series and high precision fraud" (1992). $\sum e^{-(n/10)^2}$ is its integral and one half but for a multiple of
$e^{-100\pi^2}$ (Poisson). $\sum 1/(n^2+a^2)=\frac{\pi}{2a}\coth\pi a-\frac1{2a^2}$, and $\coth$ is not 1. Geometric series, those of
e, $\sin 1$ and $\ln 2$, and integrals of powers are from any textbook; a series whose first terms vanish is not 0.
"""

from __future__ import annotations

import pytest

from dartkit.text.tokens import tokenize
from dartkit.verify.algebra.hopeless import is_hopeless
from dartkit.verify.algebra.identity import same_value
from dartkit.verify.algebra.series import is_tame
from dartkit.verify.algebra.tree import Node
from dartkit.verify.reading.syntax import parse
from dartkit.verify.symbolic import equal_values


def tree(text: str) -> Node:
    return parse(tokenize(text))


NOT_EQUAL = (
    ("\\sum_{n=1}^{\\infty}\\frac{\\lfloor n\\tanh\\pi\\rfloor}{10^n}", "\\frac{1}{81}"),
    ("\\sum_{n=1}^{\\infty}\\frac{\\lfloor n e^{\\pi\\sqrt{163}/3}\\rfloor}{2^n}", "1280640"),
    ("\\sum_{n=0}^{\\infty} e^{-(n/10)^2}", "5\\sqrt\\pi+\\frac12"),
    ("\\sum_{n=1}^{\\infty}\\frac{1}{n^2+10000}", "\\frac{\\pi}{200}-\\frac{1}{20000}"),
    ("\\sum_{n=1}^{\\infty}\\lfloor n/5\\rfloor/2^n", "0"),
    ("\\sum_{n=1}^{\\infty}\\frac{\\lfloor n/100\\rfloor}{10^n}", "0"),
    ("\\sum_{n=1}^{\\infty}\\frac{(n-1)(n-2)(n-3)(n-4)(n-5)}{10^n}", "0"),
    ("\\sum_{n=0}^{\\infty}\\frac{1+(-1)^n}{2^n}", "2"),
    ("\\sum_{n=1}^{\\infty} n", "-\\frac{1}{12}"),
    ("\\sum_{n=0}^{\\infty} (-1)^n", "\\frac12"),
    ("\\sum_{n=0}^{\\infty} 2^n", "-1"),
    ("\\sum_{n=1}^{\\infty} 10^{-n!}", "0.110001"),
    ("\\sum_{i=1}^{10} i", "10i"),
    ("\\int_0^1 (1+10^{-20})dx", "1"),
    ("\\int_{-1}^1 \\frac{1}{x}dx", "0"),
    ("\\int_0^1 x^{999}(1-x)^{999}dx", "0"),  # positive
    ("\\int_{-1}^1 e^{-(x+100)^2}dx", "0"),  # positive
    ("\\int_0^{200} e^{-x}dx", "1"),  # 1 - e^{-200}
    ("\\int_0^{1000}\\tanh(x+50)dx", "1000"),  # tanh is below 1
    ("\\int_{-30}^{30} e^{-x^2}dx", "\\sqrt\\pi"),  # tails are missing
    ("\\int_0^1 \\cos(10^{-30}x)dx", "1"),  # the cosine is below 1
    ("\\lim_{x\\to 0} 2x\\sin x", "2x\\sin x"),  # the limit is 0
    ("\\lim_{n\\to\\infty}\\frac1n", "10^{-100}"),
    ("\\lim_{x\\to0}\\frac{|x|}{x}", "1"),
    ("\\lim_{x\\to0}\\frac{|x|}{x}", "-1"),
    ("\\lim_{x\\to 0}e^{-1/x}", "0"),
)  # fmt: skip

EQUAL = (
    ("\\sum_{n=0}^{\\infty}\\frac{1+(-1)^n}{2^n}", "\\frac83"), ("\\sum_{n=1}^{\\infty}\\frac{\\lfloor n/2\\rfloor}{2^n}", "\\frac23"),
    ("\\sum_{n=0}^{\\infty}\\frac{\\sin(n\\pi/2)}{2^n}", "\\frac25"), ("\\sum_{n=0}^{\\infty}\\frac{\\cos(n\\pi)}{3^n}", "\\frac34"), ("\\sum_{n=1}^{\\infty}\\frac{n}{2^n}", "2"),
    ("\\sum_{n=0}^{\\infty}\\frac1{n!}", "e"), ("\\sum_{n=0}^{\\infty}\\frac{(-1)^n}{(2n+1)!}", "\\sin 1"), ("\\sum_{n=1}^{\\infty}\\frac{1}{n2^n}", "\\ln 2"),
    ("\\sum_{n=0}^{\\infty}\\frac{x^n}{n!}", "e^x"), ("\\sum_{i=1}^{10} i", "55"), ("\\int_0^1 x^2 dx", "\\frac13"), ("\\int_0^1 \\frac{1}{\\sqrt{x}}dx", "2"),
    ("\\int_0^1\\frac{4}{1+x^2}dx", "\\pi"), ("\\int_0^1 \\ln x dx", "-1"),
)  # fmt: skip

PROVED = (
    ("\\sum_{n=1}^{\\infty}\\frac1{n^2}", "\\frac{\\pi^2}{6}"), ("\\sum_{n=1}^{\\infty}\\frac{1}{n(n+1)}", "1"), ("\\int_0^{\\infty}\\frac{\\sin x}{x}dx", "\\frac{\\pi}{2}"),
    ("\\lim_{x\\to 0}\\frac{\\sin x}{x}", "1"), ("\\lim_{x\\to 0} x\\ln x", "0"), ("\\lim_{x\\to 0} 2x\\sin x", "0"), ("\\lim_{x\\to 0}\\sqrt{x}", "0"), ("\\lim_{x\\to 1}\\frac{x^2-1}{x-1}", "2"),
    ("\\sum_{i=1}^{n}\\sum_{j=1}^{i} j", "\\frac{n(n+1)(n+2)}{6}"),
)  # fmt: skip


@pytest.mark.parametrize(("left", "right"), NOT_EQUAL)
def test_neither_by_numbers_nor_by_sympy(left: str, right: str) -> None:
    """Both tiers are asked here, without a worker and its clock."""
    assert same_value(tree(left), tree(right)).equal is not True
    if not is_hopeless(tree(left)):
        try:
            found = equal_values(tree(left), tree(right), 0.0)[0]
        except (TypeError, ValueError):  # a worker reports what sympy raises
            found = None
        assert found is not True


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_equal_by_numbers(left: str, right: str) -> None:
    assert same_value(tree(left), tree(right)).equal is True


@pytest.mark.parametrize(("left", "right"), PROVED)
def test_equal_by_sympy(left: str, right: str) -> None:
    assert not is_hopeless(tree(left))
    assert equal_values(tree(left), tree(right), 0.0)[0] is True


@pytest.mark.parametrize(
    "text",
    [
        "\\sum_{n=1}^{\\infty} n", "\\sum_{n=1}^{\\infty} \\frac{n}{n+1}", "\\sum_{n=1}^{\\infty}\\frac{\\sin(n^2)}{n^3}", "\\int_0^{10}\\lfloor x\\rfloor dx",
        "\\int_0^{10^{100}} x dx", "\\int_0^1 e^{e^{e^{x}}}dx", "\\int_0^1 x^{x^{x}}dx", "\\sum_{k=1}^{10^{9}}\\frac1k", "\\sum_{a=1}^{9}\\sum_{b=1}^{9}\\sum_{c=1}^{9}\\sum_{d=1}^{9} a b c d",
    ],
)  # fmt: skip
def test_no_worker_is_asked(text: str) -> None:
    """Divergent, stepped, towering, absurdly wide, or nested four deep."""
    assert is_hopeless(tree(text))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("\\frac{n^2}{3^n}", True), ("\\frac{x^n}{n!}", True), ("\\frac{1}{n^2+1}", True), ("\\frac{(-1)^{n(n+1)/2}}{2^n}", True), ("\\frac{\\lfloor n/2\\rfloor}{2^n}", True),
        ("2^{-n^2}", False), ("\\frac{1}{2^n+1}", False), ("n^{-n}", False), ("\\frac{\\lfloor n\\pi\\rfloor}{2^n}", False), ("\\frac{\\sin(n^2)}{2^n}", False),
        ("\\frac{|\\sin n|}{2^n}", False),
    ],
)  # fmt: skip
def test_terms_that_may_be_added_up(body: str, expected: bool) -> None:
    """Polynomials, linear exponents and factorials; not exponentials of squares, of sums below, steps of irrationals."""
    assert is_tame(tree(body), "n") is expected
