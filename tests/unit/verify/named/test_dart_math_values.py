"""When two expressions are one for dart-math: numbers with the percent rule, exact constants, points of the plane.

Numbers are compared with values worked by hand or with `fractions` and `cmath`, not with what the module returns elsewhere.
"""

from __future__ import annotations

import cmath
import math
from fractions import Fraction

import pytest

from dartkit.verify.named.dart_math.latex import read_latex
from dartkit.verify.named.dart_math.plain import read_plain
from dartkit.verify.named.dart_math.trees import (
    Tree,
    Unknown,
    exact_value,
    magnitude_at,
    negated,
    number,
    sample_point,
    symbols,
    value_at,
)
from dartkit.verify.named.dart_math.values import same_number, same_value, vanishes


@pytest.mark.parametrize(
    ("reference", "prediction", "same"),
    [
        (1.0, 1.0, True), (1.0, 1.0 + 5e-10, True), (1e10, 1e10 + 5, True), (1.0, 1.0 + 1e-7, False), (0.0, 5e-9, True),
        (50.0, 0.5, True), (0.5, 50.0, True), (50.0, 0.5004, True), (50.0, 0.501, False), (200.0, 2.0, True),
        (2.0, 200.0, False),  # 200 itself could not be a percentage
        (1.0, 100.0, False), (100.0, 1.0, False),  # 1 and 100 are excluded
        (-50.0, -0.5, False), (3.0, 4.0, False), (math.inf, math.inf, True), (math.nan, math.nan, False),
    ],
)  # fmt: skip
def test_numbers(reference: float, prediction: float, same: bool) -> None:
    """1e-9 relative or 1e-8 absolute; a factor of 100 within 1e-3 where the prediction lies in (0,1) or (1,100)."""
    assert same_number(reference, prediction) is same


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("\\frac{1}{3}+\\frac{1}{6}", Fraction(1, 2)), ("2^{10}", Fraction(1024)), ("2^{-3}", Fraction(1, 8)), ("0.125", Fraction(1, 8)),
        ("-(3-5)", Fraction(2)), ("\\frac{1}{0}", None), ("\\sqrt{4}", None), ("x", None), ("2^{10^{9}}", None),
    ],
)  # fmt: skip
def test_exact_values(text: str, value: Fraction | None) -> None:
    """Rational constants with integer powers, up to a size."""
    assert exact_value(read_latex(text)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x^2+1", (2 + 1j) ** 2 + 1), ("\\sqrt{x}", cmath.sqrt(2 + 1j)), ("\\sin x", cmath.sin(2 + 1j)), ("|x|", abs(2 + 1j)),
        ("\\ln x", cmath.log(2 + 1j)), ("\\log_{2}8", 3), ("\\exp x", cmath.exp(2 + 1j)), ("5!", 120), ("\\binom{5}{2}", 10),
        ("\\lfloor2.5\\rfloor", 2), ("\\lceil2.5\\rceil", 3), ("\\overline{x}", 2 - 1j), ("\\tan^{-1}x", cmath.atan(2 + 1j)),
        ("\\arccot x", cmath.atan(1 / (2 + 1j))), ("\\sqrt[3]{-8}", 1 + math.sqrt(3) * 1j), ("\\frac{x}{2}", 1 + 0.5j),
    ],
)  # fmt: skip
def test_values_at_a_point(text: str, value: complex) -> None:
    """At x = 2+i, against cmath; a root of a negative number is the principal one."""
    assert cmath.isclose(value_at(read_latex(text), {"x": 2 + 1j}), value, rel_tol=1e-12)


@pytest.mark.parametrize(
    "text", ["\\frac{1}{0}", "\\infty", "10^{999}", "200!", "\\ln 0", "2^{2^{2^{2^{2^{2}}}}}", "0^{-1}"]
)
def test_values_that_there_are_none(text: str) -> None:
    with pytest.raises(Unknown):
        value_at(read_latex(text), {})


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("(x+1)^2", "x^2+2x+1", True), ("x^2-1", "(x-1)(x+1)", True), ("\\frac{x^2-1}{x-1}", "x+1", True), ("x+y", "y+x", True),
        ("\\sin^2x+\\cos^2x", "1", True), ("x^{a}x^{b}", "x^{a+b}", True), ("(xy)^{a}", "x^{a}y^{a}", False),
        ("\\exp(x)\\exp(y)", "\\exp(x+y)", True), ("\\sqrt{x^2}", "x", False), ("\\ln(x^2)", "2\\ln x", False), ("xy", "yx", True),
        ("x+1", "x+2", False), ("f(x)", "f(x+0)", True), ("f(x)", "g(x)", False), ("\\frac{1}{3}", "0.333333333333", False),
        ("0.1+0.2", "0.3", True), ("10^{-30}x", "2*10^{-30}x", False), ("x^{9900}", "x^{9901}", False), ("x^{9900}", "x^{9899}x", True),
        ("(x+1)^2-x^2-2x-1", "0", True), ("\\infty", "\\infty+1", False), ("\\sqrt{2}\\sqrt{3}", "\\sqrt{6}", True),
        ("\\frac{1}{50!}", "\\frac{1}{51!}", False), ("x-x", "0", True), ("\\pi", "3.14159265358979", False),
    ],
)  # fmt: skip
def test_differences_that_vanish(first: str, second: str, same: bool) -> None:
    """Every symbol stands for any complex number: identities that need a positive number do not hold."""
    left, right = read_latex(first), read_latex(second)
    assert vanishes(left, right) is same
    assert vanishes(right, left) is same


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("\\pi", "3.14159265359", True),  # the last resort knows pi, E and I, to 1e-9
        ("\\frac{1}{3}", "0.3333333333", True), ("\\frac{1}{3}", "0.33333", False), ("\\frac{1}{2}", "50", True), ("E", "2.718281828459", True),
        ("e", "2.718281828459", False), ("\\sin 1", "0.84147098481", False),  # no function but the square root is known
        ("\\sqrt{2}", "1.41421356237", True), ("3^{2025}", "2^{2025}", True), ("3^{2025}", "-2^{2025}", False),
        ("\\frac{2^{2005}+1}{3*2^{2006}}", "\\frac{1}{3*2^{2006}}", False), ("x=5", "x=5", True), ("x=5", "5=x", False),
        ("\\infty", "\\infty", True), ("2^{-150}", "2^{-151}", True), ("II", "-1", True),
    ],
)  # fmt: skip
def test_values(first: str, second: str, same: bool) -> None:
    """Structure, then a vanishing difference, then numbers with the percent rule."""
    assert same_value(read_latex(first), read_latex(second)) is same


def test_python_truth_equals_one_and_zero() -> None:
    """`True == 1` in Python; sympy's own truth value equals no number."""
    assert same_value(read_plain("True"), read_latex("1"))
    assert same_value(read_latex("0"), read_plain("False"))
    assert same_value(read_plain("True"), read_latex("1<2"))
    assert not same_value(read_latex("1<2"), read_latex("1"))
    assert not same_value(read_plain("True"), read_latex("2"))


def test_points_are_fixed_and_generic() -> None:
    """The same names and index give the same point; the first four are of size 0.5 to 2, later ones near 1."""
    assert sample_point({"x", "y"}, 0) == sample_point({"y", "x"}, 0)
    sizes = [abs(sample_point({"x"}, index)["x"]) for index in range(8)]
    assert len(set(sizes)) == 8
    assert all(0.5 <= size <= 2 for size in sizes[:4])
    assert all(0.98 <= size <= 1.02 for size in sizes[4:])


def test_small_pieces() -> None:
    """Numbers have one spelling; a negative goes into the number, the leading factor, or each term."""
    assert number("0.50") == number("0.5") == Tree("number", "0.5")
    assert number("2.0") == Tree("number", "2")
    assert number("000") == number("0.00") == Tree("number", "0")
    assert negated(number("0")) == number("0")
    assert negated(negated(number("7"))) == number("7")
    assert negated(read_latex("2x")) == read_latex("-2x")
    assert negated(read_latex("x+1")) == Tree("add", "", (negated(Tree("symbol", "x")), number("-1")))
    assert symbols(read_latex("x_1+\\frac{y}{\\sin z}")) == {"x_{1}", "y", "z"}
    assert magnitude_at(read_latex("(3-3)(2+2)"), {}) == 24
