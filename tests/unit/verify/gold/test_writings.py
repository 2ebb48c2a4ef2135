"""Other ways of writing an answer; every expected text was written by hand, as a person would write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.records import AnswerKind
from dartkit.verify.gold import writings
from dartkit.verify.gold.text import is_enclosed, split_items, strip_mathematics

STOP, DOLLARS = "full stop", "dollar signs"

CASES: list[tuple[str, AnswerKind, dict[str, str]]] = [
    ("7", "integer", {"x =": "x = 7"}),
    ("-3", "integer", {"x =": "x = -3", "unicode signs": "−3"}),
    ("12345", "integer", {"x =": "x = 12345", "thousands separator": "12,345",
                          "LaTeX thousands separator": "12{,}345"}),
    ("12,345", "integer", {"x =": "x = 12,345", "thousands separator": "12345"}),
    ("1{,}000", "integer", {"x =": "x = 1{,}000", "thousands separator": "1000"}),
    ("0.5", "decimal", {"x =": "x = 0.5", "leading zero": ".5"}),
    (".25", "decimal", {"x =": "x = .25", "leading zero": "0.25"}),
    (r"\frac{3}{4}", "rational", {"x =": r"x = \frac{3}{4}", "display fraction": r"\dfrac{3}{4}",
                                  "slash fraction": "3/4", "no braces": r"\frac34"}),
    (r"-\frac{10}{3}", "rational", {"x =": r"x = -\frac{10}{3}", "display fraction": r"-\dfrac{10}{3}",
                                    "slash fraction": "-10/3", "unicode signs": r"−\frac{10}{3}"}),
    ("3/4", "rational", {"x =": "x = 3/4", "slash fraction": r"\frac{3}{4}"}),
    (r"2\sqrt3+\pi", "expression", {"x =": r"x = 2\sqrt3+\pi", "spaces": r"2\sqrt3 + \pi",
                                    "braces": r"2\sqrt{3}+\pi", "unicode signs": r"2\sqrt3+π"}),
    ("x^2 - 2x", "expression", {"no spaces": "x^2-2x", "braces": "x^{2} - 2x", "unicode signs": "x^2 − 2x"}),
    (r"3 \cdot 10^{8}", "expression", {"x =": r"x = 3 \cdot 10^{8}", "product sign": r"3 \times 10^{8}",
                                       "no braces": r"3 \cdot 10^8", "unicode signs": "3 ·10^{8}"}),
    ("x = 5", "equation", {"no spaces": "x=5", "right-hand side": "5"}),
    ("y=2x+1", "equation", {"spaces": "y = 2x + 1", "right-hand side": "2x+1"}),
    ("(1,2)", "tuple", {"spaces": "(1, 2)", "sized brackets": r"\left(1,2\right)"}),
    ("(1, 2]", "interval", {"no spaces": "(1,2]", "sized brackets": r"\left(1, 2\right]", "element of": r"x \in (1, 2]"}),
    (r"\left[0,\infty\right)", "interval", {"spaces": r"\left[0, \infty\right)", "sized brackets": r"[0,\infty)",
                                           "unicode signs": r"\left[0,∞\right)"}),
    ("1, 2", "set", {"no spaces": "1,2", "set braces": r"\{1, 2\}", "other order": "2, 1",
                     "joined by and": r"1 \text{ and } 2"}),
    (r"\{a,b,c\}", "set", {"spaces": r"\{a, b, c\}", "sized brackets": r"\left\{a,b,c\right\}",
                           "set braces": "a, b, c", "other order": r"\{c, b, a\}"}),
    (r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}", "matrix", {"matrix brackets": r"\begin{bmatrix} 1 \\ 2 \end{bmatrix}"}),
    (r"5\text{ cm}", "integer", {"unit left out": "5", "unit as a word": "5 cm"}),
    (r"\frac{1}{2} \, \text{square feet}", "rational",
     {"display fraction": r"\dfrac{1}{2} \, \text{square feet}", "no braces": r"\frac12 \, \text{square feet}",
      "unit left out": r"\frac{1}{2}", "unit as a word": r"\frac{1}{2} square feet"}),
    (r"12\text{ cm}^2", "integer", {"braces": r"12\text{ cm}^{2}", "unit left out": "12"}),
    (r"28\%", "integer", {"x =": r"x = 28\%", "percent sign": "28%", "percent left out": "28"}),
    (r"\$5.50", "decimal", {"x =": r"x = \$5.50", "currency left out": "5.50"}),
    (r"90^\circ", "integer", {"x =": r"x = 90^\circ", "degree sign": r"90^{\circ}", "degree left out": "90",
                             "unicode signs": "90°"}),
    ("B", "choice", {"letter in brackets": "(B)", "bold letter": r"\textbf{(B)}", "text wrapper": r"\text{B}"}),
    (r"\text{(C)}", "choice", {"bare letter": "C", "letter in brackets": "(C)", "bold letter": r"\textbf{(C)}",
                               "text wrapper": "(C)"}),
    (r"\text{Yes}", "boolean", {"text wrapper": "Yes", "other case": "yes"}),
    ("odd", "text", {"text wrapper": r"\text{odd}", "other case": "Odd"}),
]  # fmt: skip


@pytest.mark.parametrize(("gold", "kind", "expected"), CASES, ids=lambda value: str(value)[:24])
def test_writings(gold: str, kind: AnswerKind, expected: dict[str, str]) -> None:
    """Besides those listed, every answer may end in a full stop or stand between dollar signs."""
    found = {item.text: item.name for item in writings(gold, kind)}
    wanted = {text: name for name, text in expected.items()} | {f"{gold}.": STOP}
    if "$" not in gold:
        wanted[f"${gold}$"] = DOLLARS
    if (
        gold == r"\text{(C)}"
    ):  # the bracketed letter and the unwrapped text are one writing; the first name stays
        wanted["(C)"] = "letter in brackets"
    assert found == wanted


def test_delimiters_are_taken_off_first() -> None:
    """`$7$` may be written 7, and then all ways of writing 7; the answer as it stands is not among them."""
    found = {item.text: item.name for item in writings("$7$", "integer")}
    assert found == {"7": "no delimiters", "x = 7": "x =", "7.": STOP}


@pytest.mark.parametrize(
    ("gold", "kind", "never"),
    [
        ("1, 234", "set", "no spaces"),  # 1,234 is a number
        ("1,234", "set", "other order"),
        ("3 1/2", "rational", "slash fraction"),
        ("7e-3", "decimal", "spaces"),  # 7e - 3 is a difference
        ("x^2+1", "expression", "x ="),  # the letter has a meaning
        (r"3 \text{ million}", "integer", "unit left out"),
        (r"10 \text{ a.m.}", "integer", "unit left out"),
        ("x = 1, y = 2", "equation", "right-hand side"),
        ("1, 2, 3", "set", "joined by and"),
        ("(1, 2)", "tuple", "other order"),
        ("(x+1)(x-1)", "expression", "sized brackets"),  # the first bracket does not close at the end
        ("0123", "integer", "thousands separator"),
        (r"\frac{12}{34}", "rational", "no braces"),  # \frac1234 reads 1/2 times 34
        ("x^{10}", "expression", "no braces"),
        (r"\left.\frac{dy}{dx}\right|_{0}", "expression", "sized brackets"),
        ("n = 1, 2, \\dots", "set", "other order"),
    ],
)
def test_what_would_change_the_meaning_is_left(gold: str, kind: AnswerKind, never: str) -> None:
    assert never not in {item.name for item in writings(gold, kind)}


def test_spaces_inside_words_stay() -> None:
    texts = [item.text for item in writings(r"x \text{ is odd} + 1", "expression")]
    assert all(" is odd" in text for text in texts)


@pytest.mark.parametrize("gold", ["", "   ", "9" * 2001])
def test_nothing_and_too_much(gold: str) -> None:
    assert writings(gold, "integer") == []


KINDS = ["integer", "decimal", "rational", "expression", "equation", "interval", "set", "tuple", "matrix",
         "choice", "boolean", "text", "proof", "none"]  # fmt: skip
PIECES = st.sampled_from(
    [
        *list(r"0123456789abxyz+-*/=<>^_{}()[],.$% "),
        "\\",
        "\\frac",
        "\\text{",
        "\\{",
        "\\,",
        "\n",
        "−",
        "\x00",
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=40)


@given(TEXTS, st.sampled_from(KINDS))
def test_any_text_is_taken(gold: str, kind: AnswerKind) -> None:
    """No text raises; what comes back differs from the answer, has no repeats and is not much longer."""
    texts = [item.text for item in writings(gold, kind)]
    assert len(set(texts)) == len(texts)
    assert gold.strip() not in texts
    assert all(text and len(text) <= 8 * len(gold) + 60 for text in texts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(a)", True),
        ("(a)(b)", False),
        ("[0,1)", True),
        ("((a)", False),
        ("a", False),
        ("()", True),
        ("", False),
    ],
)
def test_enclosed(text: str, expected: bool) -> None:
    assert is_enclosed(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1, 2", ["1", "2"]),
        ("(1,2),(3,4)", ["(1,2)", "(3,4)"]),
        (r"a\,b", [r"a\,b"]),
        ("1{,}000", ["1{,}000"]),
        (",", ["", ""]),
        ("", [""]),
    ],
)
def test_items(text: str, expected: list[str]) -> None:
    assert split_items(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$7$", "7"),
        (" $$ x $$ ", "x"),
        (r"\(x\)", "x"),
        (r"\[x\]", "x"),
        (r"$\$5$", r"\$5"),
        ("$a$ and $b$", "$a$ and $b$"),
        (r"5\$", r"5\$"),
        ("$", "$"),
        ("$$", "$$"),
    ],
)
def test_delimiters(text: str, expected: str) -> None:
    assert strip_mathematics(text) == expected
