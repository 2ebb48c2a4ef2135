r"""The parts that cut: trimming, the answering side of an equation, sentence ends, numbers. Read off by eye."""

from __future__ import annotations

import pytest

from dartkit.verify.extraction.equations import right_side
from dartkit.verify.extraction.formulas import formulas_in, is_prose
from dartkit.verify.extraction.numbers import last_number, numbers_in
from dartkit.verify.extraction.segments import sentence_end
from dartkit.verify.extraction.trimming import trim

TRIMMED = (
    ("", ""), ("   ", ""), ("**", ""), ("5", "5"), (" 5 ", "5"), ("\u2009 5\u00a0", "5"), ("**5**", "5"), ("*5*", "5"), ("`5`", "5"),
    ('"5"', "5"), ("'5'", "5"), ("“5”", "5"), ("$5$", "5"), ("$$5$$", "5"), ("\\(5\\)", "5"), ("\\[5\\]", "5"), ("**$5$**", "5"),
    ("$\\boxed{5}$", "5"), ("5.", "5"), ("5,", "5"), ("5;", "5"), ("5。", "5"), ("5 \\\\", "5"), (": 5", "5"), ("5**", "5"),
    ("$18", "$18"), ("18$", "18$"), ("$3$ or $5$", "$3$ or $5$"), ("\\(3\\), \\(5\\)", "\\(3\\), \\(5\\)"), ("\\$5", "\\$5"),
    ("5!", "5!"), ("n!", "n!"), ("Yes!", "Yes"), ("z^*", "z^*"), ("1, 2, ...", "1, 2, ..."), ("3 p.m.", "3 p.m."), ("3 a.m.**", "3 a.m."),
    ("(3)", "(3)"), ("3)", "3"), ("3}", "3"), ("{3}", "{3}"), ("\\{3\\}", "\\{3\\}"), ("[2, 3)", "[2, 3)"), ("]2, 3]", "]2, 3]"),
    ("|x|", "|x|"), ("x'", "x'"), ("-5", "-5"), ("50%", "50%"), ("a_", "a_"), ("5__", "5"), ("__5__", "5"), ("$x", "$x"),
    ("\\(x", "x"), ("x\\)", "x"), ("x$", "x"), ("x = 5.", "x = 5"), ("\\right.", "\\right."),
)  # fmt: skip


@pytest.mark.parametrize(("piece", "text"), TRIMMED)
def test_trim(piece: str, text: str) -> None:
    """Markup goes, parts of the answer stay; what stands around the span does not matter."""
    start, end = trim("(" + piece + ")", 1, 1 + len(piece))
    assert ("(" + piece + ")")[start:end] == text
    assert trim(text, 0, len(text)) == (0, len(text))


SIDES = (
    ("7", None, "7"),
    ("3+4=7", None, "7"),
    ("3+4=7", "integer", "7"),
    ("x=5", None, "x=5"),
    ("x=5", "integer", "5"),
    ("x=5", "expression", "x=5"),
    ("f(-1001)=2005", None, "2005"),
    ("f(-1001)=2005", "equation", "f(-1001)=2005"),
    ("a+b=7", None, "7"),
    ("x^2+y^2=4", None, "x^2+y^2=4"),
    ("x^2+y^2=4", "integer", "4"),
    ("a+b=2c", None, "a+b=2c"),
    ("[3,5) \\cup [5,6) = [3,6)", "interval", "[3,6)"),
    ("5\\cdot 100=500 \\text{ words per hour}", "integer", "500 \\text{ words per hour}"),
    ("x=2 \\text{ or } x=3", "integer", "x=2 \\text{ or } x=3"),
    ("22,\\!000/4=5500", None, "5500"),
    ("(1-(1+(x-1))=1-x", "expression", "1-x"),
    ("37+49 \\equiv 1+1 \\equiv 2 \\pmod{12}", "integer", "2"),
    ("n \\equiv 28 \\pmod{43}", None, "n \\equiv 28 \\pmod{43}"),
    ("n \\equiv 28 \\pmod{43}", "integer", "28"),
    ("f(x)=2x", None, "f(x)=2x"),
    ("x_1=5", None, "x_1=5"),
    ("\\angle ABC = 30^\\circ", None, "\\angle ABC = 30^\\circ"),
    ("x=2+3=5", None, "5"),
    ("x=2+3=5", "equation", "x=2+3=5"),
    ("2x+3y=6", None, "2x+3y=6"),
    ("2x+3y=6", "equation", "2x+3y=6"),
    ("2x=6", "integer", "6"),
    ("x=2,y=3", None, "x=2,y=3"),
    ("1+2=3, 3+4=7", None, "1+2=3, 3+4=7"),
    ("x=1,000", None, "x=1,000"),
    ("5+5=1,000", None, "1,000"),
    ("P(X=1)=\\frac{1}{2}", "rational", "\\frac{1}{2}"),
    ("\\sum_{k=1}^{3} k = 6", None, "6"),
    ("x \\approx 3.14", None, "3.14"),
    ("\\frac{22}{7} \\approx 3.14", None, "\\frac{22}{7}"),
    ("\\frac{22}{7} \\approx 3.14", "decimal", "3.14"),
    ("x = \\frac{22}{7} \\approx 3.14", "rational", "\\frac{22}{7}"),
    ("x = \\frac{22}{7} ≈ 3.14", "decimal", "3.14"),
    ("2x=6 \\Rightarrow x=3", None, "x=3"),
    ("x &= 5", None, "x &= 5"),
    ("&= 5", None, "5"),
    ("a < b = 3", None, "a < b = 3"),
    ("x \\neq 3 = 4", None, "x \\neq 3 = 4"),
    ("x = 2 or x = 3", "integer", "x = 2 or x = 3"),
    ("3 = ", None, "3 ="),
    ("=", None, "="),
    ("{a=b}", None, "{a=b}"),
)  # fmt: skip


@pytest.mark.parametrize(("equation", "hint", "text"), SIDES)
def test_right_side(equation: str, hint: str | None, text: str) -> None:
    start, end = right_side(equation, 0, len(equation), hint)
    assert equation[start:end].strip() == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("It is 5. Then 6.", "It is 5"),
        ("It is 5.5 or so. Then", "It is 5.5 or so"),
        ("It is 5\nThen", "It is 5"),
        ("at 3 p.m. on Monday. Then", "at 3 p.m. on Monday"),
        ("at 3 p.m. Then", "at 3 p.m."),
        ("5 sq. ft. in all. Then", "5 sq. ft. in all"),
        ("Yes! It is", "Yes"),
        ("5! is 120. Then", "5! is 120"),
        ("是五。然后", "是五"),
        ("it is 5.** Then", "it is 5"),
        ("it is 5<|im_end|>", "it is 5"),
        ("it is 5</answer>", "it is 5"),
        ("x < 5 and y</2", "x < 5 and y</2"),
        ("it is 5```", "it is 5"),
        ("it is 5.\\n\\nNext", "it is 5"),
        ("no end", "no end"),
        ("", ""),
    ],
)
def test_sentence_end(text: str, sentence: str) -> None:
    assert text[: sentence_end(text, 0)] == sentence


@pytest.mark.parametrize(
    ("piece", "prose"),
    [
        ("x = 5", False), ("12 square units", False), ("sin x cos x log x exp", False), ("\\text{the number of cats} = 5", False),
        ("\\frac{a}{b} \\cdot \\sqrt{cd}", False), ("3 or 4 or 5 and 6", False), ("the number is 5", True), ("Friday or Saturday", False),
        ("she has five cats", True), ("这个数是五十六和七十八的最大公约数所以是十二", True), ("42个", False), ("", False),
    ],
)  # fmt: skip
def test_prose(piece: str, prose: bool) -> None:
    """More than two words outside of LaTeX and apart from function names make a sentence."""
    assert is_prose(piece) is prose


@pytest.mark.parametrize(
    ("text", "insides"),
    [
        ("$a$ and $b$", ["a", "b"]),
        ("\\(a\\), \\[b\\], $$c$$", ["a", "b", "c"]),
        ("it costs $5 and $10 but $x=3$", ["x=3"]),
        ("it costs \\$5 and \\$10", []),
        ("$a\n\nand $c$", ["c"]),
        ("\\begin{align}a\\end{align}", ["a"]),
        ("\\begin{pmatrix}a\\end{pmatrix}", []),
        ("$a \\$ b$", ["a \\$ b"]),
        ("$open", []),
        ("the $a$ and then $b$ is", ["a", "b"]),
        ("a$ and also $b$", ["b"]),  # the first dollar sign closes a formula that began before
        ("$4x^2 - 2x $ and $ y $", ["4x^2 - 2x", "y"]),
        ("$\\text{an integer in words}$", ["\\text{an integer in words}"]),
        ("\\(open and $b$", ["b"]),
    ],
)
def test_formulas(text: str, insides: list[str]) -> None:
    """Dollar signs before amounts are no delimiters; a formula ends at a blank line."""
    assert [
        text[formula.inside : formula.inside_end] for formula in formulas_in(text, 0, len(text))
    ] == insides


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1, 2 and 3", ["1", "2", "3"]), ("1,2,3", ["1,2,3"]), ("-1 - 2", ["-1", "2"]), ("5-3", ["5", "3"]), ("$5-$3", ["$5", "$3"]),
        ("x2 2x", ["2"]), ("3/4/5", ["3", "4/5"]), ("12:30:15", ["12:30:15"]), ("1.2.3", ["1.2"]), ("1e5 1e", ["1e5", "1"]),
        ("10^{-3}", ["10^{-3}"]), ("2^3^4", ["2^3"]), ("7_8", ["7_8"]), ("007", ["007"]), ("", []), ("½", []),
    ],
)  # fmt: skip
def test_numbers(text: str, numbers: list[str]) -> None:
    assert [text[start:end] for start, end in numbers_in(text, 0, len(text))] == numbers


@pytest.mark.parametrize("distance", [0, 200, 239, 240, 241, 1_999, 2_001, 60_000])
def test_the_last_number_is_found_at_any_distance(distance: int) -> None:
    """The search widens from the end; a number is not cut where a narrower search begins."""
    text = "3 and 12,345.67 " + "x" * distance
    span = last_number(text)
    assert span is not None
    assert text[slice(*span)] == "12,345.67"
