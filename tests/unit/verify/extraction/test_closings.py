r"""Answers that nothing announces: the last formula, the last number, a bold last line, closing words. Read off by eye."""

from __future__ import annotations

import pytest

from dartkit.verify.extraction import extract_answer

FORMULAS = (
    ("so we get $x = \\frac{2}{3}$.", "x = \\frac{2}{3}", "inline-formula"),
    ("so $x = 5$ and we are done.", "x = 5", "inline-formula"),
    ("So $x=12$. $\\square$", "x=12", "inline-formula"),
    ("The volume is $36\\pi$ cubic inches.", "36\\pi", "inline-formula"),
    ("The volume is \\(36\\pi\\) cm^3.", "36\\pi", "inline-formula"),
    ("Therefore, \\(3 \\times 4 = 12\\).", "12", "inline-formula"),
    ("so $a = b = 7$", "7", "inline-formula"),
    ("so $x=12$, for every $n$.", "x=12", "inline-formula"),
    ("= \\frac{1}{2}", "\\frac{1}{2}", "inline-formula"),
    ("x = 2\\sqrt{3}", "2\\sqrt{3}", "inline-formula"),
    ("the sum is \\frac{2}{3}.", "\\frac{2}{3}", "inline-formula"),
    ("\\[ 3 + 4 = 7 \\]", "7", "display-formula"),
    ("\\[ x = 7 \\]", "x = 7", "display-formula"),
    ("\\[\n\\frac{7}{2}\n\\]\n", "\\frac{7}{2}", "display-formula"),
    ("$$\\int_0^1 x dx = \\frac{1}{2}$$", "\\frac{1}{2}", "display-formula"),
    ("\\[ A = \\pi r^2 = 9\\pi. \\]", "9\\pi", "display-formula"),
    ("\\begin{align*} x &= 2+3 \\\\ &= 5 \\end{align*}", "5", "display-formula"),
    ("\\begin{align*} a &= 2 \\\\ b &= 3 + 4 \\\\ \\end{align*}", "b &= 3 + 4", "display-formula"),
    ("\\begin{equation} y = 4 \\end{equation}", "y = 4", "display-formula"),
    ("\\[ 2x = 6 \\Rightarrow x = 3 \\]", "x = 3", "display-formula"),
    ("\\[ x = 2, \\quad y = 3 \\]", "x = 2, \\quad y = 3", "display-formula"),
    ("\\[ x^2 + y^2 = 4 \\]", "x^2 + y^2 = 4", "display-formula"),
    ("\\[ 1 < x \\le 3 \\]", "1 < x \\le 3", "display-formula"),
    ("\\[ \\begin{aligned} a &= 2 \\\\ &= 5 \\end{aligned} \\]", "5", "display-formula"),
    ("\\begin{align*}\n" + "a &= b + c \\\\\n" * 120 + "a &= 5\n\\end{align*}", "a &= 5", "display-formula"),
    ("\\[ AB \\cdot AC \\sin \\angle BAC = \\frac{5}{2}. \\]", "\\frac{5}{2}", "display-formula"),
    ("It costs $5 and $x=3$", "x=3", "inline-formula"),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "text", "rule"), FORMULAS)
def test_the_last_formula(completion: str, text: str, rule: str) -> None:
    """What it says its left side is; a named value, a list and an equation in unknowns stay whole."""
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.rule) == (text, rule)
    assert completion.startswith(text, found.start)


NUMBERS = (
    ("and there are <<3+4=7>>7 eggs", "7"),
    ("The change is -5", "-5"),
    ("The change is −5", "−5"),
    ("It is -$5", "-$5"),
    ("we compute 12 - 5", "5"),
    ("we compute 12-5", "5"),
    ("f(x) - 5", "5"),
    ("x = -5", "-5"),
    ("(-5)", "-5"),
    ("in total 1,234 cats", "1,234"),
    ("in total 1\u2009234\u2009567 cats", "1\u2009234\u2009567"),
    ("in total 1{,}234 cats", "1{,}234"),
    ("So she has $1,234.50 left.", "$1,234.50"),
    ("that is US 3/4 of it", "3/4"),
    ("it is 1 1/2 cups", "1 1/2"),
    ("we get 6.02e23", "6.02e23"),
    ("which is 1.5 × 10^8 m", "1.5 × 10^8 m"),
    ("which is 1.5 \\times 10^{8}", "1.5 \\times 10^{8}"),
    ("the length is 5.0 × 10^-3 m.", "5.0 × 10^-3 m"),
    ("That makes 25%", "25%"),
    ("That makes 25 \\%", "25 \\%"),
    ("It costs 12 €", "12 €"),
    ("It costs €12", "€12"),
    ("It costs £ 12", "£ 12"),
    ("temperature: -40°C", "-40°C"),
    ("an angle of 30°", "30°"),
    ("5 km", "5 km"),
    ("5 cm^2", "5 cm^2"),
    ("5 m²", "5 m²"),
    ("5 m/s", "5 m/s"),
    ("5 men", "5"),
    ("the time is 3:45 pm", "3:45 pm"),
    ("the ratio is 3:4", "3:4"),
    ("so 2^10", "2^10"),
    ("in base: 43_5", "43_5"),
    ("it is .5", ".5"),
    ("it is 0.5.", "0.5"),
    ("rounded, 3.14 (to 2 decimal places)", "3.14"),
    ("by 12 we mean x2 and H2O and x^2 and a_1 and cos^{-1}", "12"),
    ("so 12 it is. " + "word " * 600, "12"),
    ("So it is 12. I hope this helps!", "12"),
    ("If the answer is 7, then it fails. So 8 works.", "8"),
    ("The price of $x$ is 12.", "12"),
    ("so $x=3$, and there are 12 apples", "12"),
    ("Hence the value of x is 5.", "5"),
    ("Hence, the area of the triangle is 24 square units.", "24"),
    ("١٢ تفاحة", "١٢"),
)  # fmt: skip


@pytest.mark.parametrize(("completion", "text"), NUMBERS)
def test_the_last_number(completion: str, text: str) -> None:
    """With its sign, currency, percent sign and short unit, but no digit that is part of a name or an exponent."""
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.rule) == (text, "last-number")
    assert completion.startswith(text, found.start)


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("We add.\n\n**42**", "42"),
        ("We add 3.\n**42 apples**.", "42 apples"),
        ("We add 3.\n**$x+1$**", "x+1"),
        ("We add 3.\n**isosceles**", "isosceles"),
        ("We add 3.\n> **42**", "42"),
    ],
)
def test_a_bold_last_line(completion: str, text: str) -> None:
    found = extract_answer(completion)
    assert found is not None
    assert (found.text, found.rule) == (text, "bold-line")


@pytest.mark.parametrize(
    "completion",
    [
        "So it is 42.\n**Note:** fine",
        "So it is 42.\n**Why this works:**",
        "So it is 42.\n**Done** and **over**",
    ],
)
def test_a_bold_line_that_is_no_answer(completion: str) -> None:
    found = extract_answer(completion)
    assert found is not None
    assert found.text == "42"


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("Therefore the triangle is isosceles.", "isosceles"),
        ("We compare. Thus the winner is Alice.", "Alice"),
        ("The triangle is isosceles.", None),  # without a hint only a conclusion counts
        ("I cannot tell.", None),
        ("It is hard. Let me know what is unclear.", None),
    ],
)
def test_closing_words_without_a_hint(completion: str, text: str | None) -> None:
    found = extract_answer(completion)
    assert (found.text if found else None) == text
