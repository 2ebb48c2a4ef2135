"""Truth values in words and sentences, judged by hand."""

from __future__ import annotations

import pytest

from dartkit.verify.lexicon.booleans import read_boolean

TRUE = (
    "true", "True", "TRUE", "true.", "\\text{True}", "\\textbf{Yes}", "$\\text{ Yes }$", "yes", "Yes!", "correct",
    "**True**", "`true`", "是", "对", "正确", "是的。", "vrai", "oui", "wahr", "ja", "sí", "verdadero", "да", "はい",
    "Yes, it converges", "Yes, since v is zero", "Yes. It will be an integer.", "Yes; always", "Yes: always",
    "yes it does", "Yes because the sum is finite", "True, as f is continuous", "The statement is true",
    "It is true.", "not false", "The answer is yes", "是，因为它收敛", "Yes - it does", "Yes, because $x=2$ works", "Ｔｒｕｅ",
)  # fmt: skip
FALSE = (
    "false", "False.", "no", "No", "No.", "\\text{No}", "\\mathrm{no}", "incorrect", "否", "错", "不是", "错误", "faux",
    "non", "falsch", "nein", "нет", "falso", "No, it diverges", "No. It does not", "no, because of x",
    "The statement is false", "This statement is false.", "not true", "not correct", "untrue",
)  # fmt: skip
NEITHER = (
    "", "x", "t", "f", "y", "n", "tru", "truex", "T", "F", "1", "0", "right", "wrong", "right angle", "no solution",
    "no solutions", "No real solutions", "no one", "none", "nothing", "north", "No such number", "true or false",
    "true and false", "Yes, no", "No, yes", "yes if n is even", "Yes, if n is even", "Yes, when x>0",
    "True for all x>0", "true only for n=1", "yes no", "not", "not sure", "it is", "the statement is",
    "The statement is unclear", "Yes. $F(x)=2x$", "x = true", "\\neg true", "da", "si", "yesterday", "nonzero",
    "trues", "falsehood", "correctly", "the true value", "是否", "truе", "yes\u200b", "\u202eno", "no yes",
)  # fmt: skip


@pytest.mark.parametrize("text", TRUE)
def test_true(text: str) -> None:
    assert read_boolean(text) is True


@pytest.mark.parametrize("text", FALSE)
def test_false(text: str) -> None:
    assert read_boolean(text) is False


@pytest.mark.parametrize("text", NEITHER)
def test_what_states_no_truth_value(text: str) -> None:
    """Conditions, both at once, `no` before a noun, directions, formulas that follow, a Cyrillic е, invisible marks."""
    assert read_boolean(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T", True),
        ("F", False),
        ("\\text{T}", True),
        ("(F)", False),
        ("t", None),
        ("f", None),
        ("true", True),
        ("TF", None),
    ],
)
def test_letters_if_asked(text: str, expected: bool | None) -> None:
    assert read_boolean(text, letters=True) is expected
