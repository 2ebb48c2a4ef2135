r"""Numbers and expressions that nobody may work out: towers, factorials, long sums, huge literals, deep radicals.

Against another number none is correct; against itself each is; and of near relatives no two are called equal. The pairs
marked `incorrect` differ by exact arithmetic that is done here by hand: $10^{-400} \ne 10^{-401}$, a digit changed, and so on.
"""

from __future__ import annotations

import pytest

from tests.unit.verify.hostile.checking import answer_outcome, assert_equals_itself, assert_never_correct

BOMBS = (
    "9^{9^{9^{9}}}", "9^{9^{9^{9^{9^9}}}}", "x^{9^{9^{9^9}}}", "2^{2^{2^{2^{2^{2}}}}}", "10^{10^{10}}", "10^{-999999999}", "1e999999999", "1e-999999999",
    "(10^9)!", "(10^{100})!", "((9!)!)!", "9!!!!!!!!", "1000000!!", "100!^{100!}", "99999999999999!", "\\binom{10^9}{5\\cdot 10^8}",
    "\\binom{10^{18}}{10^{17}}", "\\sum_{k=1}^{10^{12}} k", "\\sum_{k=1}^{10^{9}} \\frac{1}{k}", "\\prod_{k=1}^{10^{9}} (1+\\frac1k)",
    "\\prod_{i=1}^{2000}(x+i)", "\\sum_{a=1}^{999}\\sum_{b=1}^{999}\\sum_{c=1}^{999} abc", "(1+10^{-50})^{10^{60}}", "\\gcd(10^{10^{9}},6)", "10^{10^{9}} \\bmod 7",
    "F_{10^{18}}", "\\sqrt[10^{9}]{2}", "2^{1/10^{12}}", "e^{e^{e^{e^{e}}}}", "\\ln\\ln\\ln\\ln(10^{10^{10}})", "\\Gamma(10^{12})", "\\log_{10^{-300}}(10^{10^8})",
    "(x+y+z+w)^{100000}", "(a+b)^{10^{9}}", "(x+1)^{1000}(x-1)^{1000}", "\\sin(10^{10^{10}})", "\\arctan(10^{10^{7}})", "1/(10^{400}-10^{400}+10^{-400})",
    "2^{-10^{15}}", "\\sin^{40}(x)+\\cos^{40}(x)-\\sin^{38}(x)", "\\frac{(a+b+c+d)^{12}}{(a-b-c-d)^{11}}", "x^{y^{z^{w}}}", "\\tan(\\tan(\\tan(\\tan x)))",
    "|x|^{|y|^{|z|}}+\\lfloor x^{\\lceil y \\rceil}\\rfloor", "\\lfloor 10^{300}\\pi \\rfloor", "\\lcm(10^{300}, 7^{400})",
)  # fmt: skip


def _long_bombs() -> dict[str, str]:
    """Bombs that are large in characters."""
    return {
        "digits": "7" * 19_000,
        "decimals": "0." + "3" * 15_000,
        "exponent": "1e99999",
        "denominator": "1/" + "7" * 30_000,
        "hexadecimal": "0x" + "f" * 5_000,
        "period": "0.\\overline{" + "123" * 9_000 + "}",
        "base": "1" * 9_000 + "_2",
        "groups": "1" + ",000" * 15_000,
        "sum": "+".join(["x"] * 900),
        "sum of squares": "+".join(f"x_{{{n}}}^2" for n in range(2_000)),
        "quotients": "/".join(["x"] * 900),
        "powers": "x^" * 400 + "x",
        "binomials": "*".join(f"(x+{n})" for n in range(400)),
        "independent binomials": "*".join(f"(x_{{{n}}}+y_{{{n}}})" for n in range(60)),
        "radicals": "\\sqrt{2+" * 60 + "2" + "}" * 60,
        "continued fraction": "\\frac{1}{1+" * 60 + "1" + "}" * 60,
        "signs of both kinds": "+".join(f"\\pm {n}" for n in range(1, 60)),
        "products of signs": "\\pm 2" * 20,
        "set of roots": ",".join(f"\\sqrt{{{n}}}" for n in range(2, 62)),
        "unions": " \\cup ".join(f"({2 * n},{2 * n + 1})" for n in range(3_000)),
        "conditions": " \\text{ or } ".join(f"x > {n}" for n in range(900)),
        "chain of inequalities": " < ".join(f"x_{n}" for n in range(2_000)),
        "chain of equations": " = ".join(f"x_{n}+1" for n in range(2_000)),
        "nested sums": "\\sum_{k=1}^{9} " * 12 + "k",
        "nested integrals": "\\int_0^1 " * 12 + "x" + " dx" * 12,
        "matrix": "\\begin{pmatrix}" + "\\\\".join("&".join("1" * 40) for _ in range(60)) + "\\end{pmatrix}",
        "list of functions": ",".join(f"x^{{{n}}}+{n}" for n in range(800)),
        "ellipsis": "1, 2, \\ldots, " + "9" * 300,
    }


@pytest.mark.parametrize("bomb", BOMBS)
def test_bomb(bomb: str) -> None:
    """Not 42, and itself."""
    assert_never_correct(bomb, "42")
    assert_equals_itself(bomb)


@pytest.mark.parametrize("name", sorted(_long_bombs()))
def test_long_bomb(name: str) -> None:
    """Not 42, itself, and not what it is with one more character of weight at its end."""
    bomb = _long_bombs()[name]
    assert_never_correct(bomb, "42")
    assert_equals_itself(bomb)
    changed = f"{bomb}1" if bomb[-1].isdigit() else f"{bomb}+1"
    assert answer_outcome(bomb, changed) != "correct"


DIFFERENT = (
    ("9^{9^{9^9}}", "9^{9^{9^8}}", "any"), ("8^{8^{8^8}}", "8^{8^{8^7}}", "any"), ("(10^9)!", "(10^9+1)!", "any"), ("2^{10^{10}}", "2^{10^{10}+1}", "any"),
    ("\\binom{10^9}{5}", "\\binom{10^9}{6}", "any"), ("2^{100000}-1", "2^{100000}", "any"), ("10^{10^{10}}", "10^{10^{10}}+1", "any"),
    ("e^{1000}", "e^{1000}+1", "any"), ("\\sin(10^{22})", "\\sin(10^{22}+1)", "any"), ("\\frac{1}{1000!}", "\\frac{1}{1001!}", "any"),
    ("10^{-400}", "10^{-401}", "incorrect"), ("3^{-120}", "3^{-121}", "incorrect"), ("10^{18}+1", "10^{18}", "incorrect"), ("10^{400}+1", "10^{400}", "incorrect"),
    ("2^{10000}", "2^{9999}", "incorrect"), ("e^{-1000}", "e^{-1001}", "incorrect"), ("\\frac{1}{60!}", "\\frac{1}{61!}", "incorrect"), ("1e-300", "0", "incorrect"),
    ("\\pi+10^{-18}", "\\pi", "incorrect"), ("\\pi^{-150}", "\\pi^{-151}", "incorrect"), ("10^{30}+10^{-30}", "10^{30}", "incorrect"),
    ("1" * 3_000, "1" * 2_999 + "2", "incorrect"), ("0." + "3" * 400, "1/3", "any"), ("1." + "0" * 3_000 + "1", "1", "incorrect"),
    ("2^{61}-1", "0", "incorrect"), ("x^{2305843009213693950}", "1", "any"), ("2305843009213693951x", "0", "incorrect"),
)  # fmt: skip


@pytest.mark.parametrize(("left", "right", "expected"), DIFFERENT)
def test_near_relatives_are_not_equal(left: str, right: str, expected: str) -> None:
    """`any` is anything but correct; the last three would vanish modulo a prime that the verifier uses."""
    found = answer_outcome(left, right)
    assert found == expected if expected != "any" else found != "correct"
