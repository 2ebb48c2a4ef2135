"""Answers that a person would ask about, and answers that nobody would."""

from __future__ import annotations

import pytest

from dartkit.records import AnswerKind
from dartkit.verify.gold import find_doubts

UNCLEAR: list[tuple[str, AnswerKind, list[str]]] = [
    ("3 or 4", "set", ["alternatives joined by 'or'"]),
    (r"x = 1 \text{ or } x = 2", "set", ["alternatives joined by 'or'"]),
    (r"\boxed{5}", "integer", ["a box inside the answer"]),
    (r"\boxed{5} \boxed{6}", "set", ["several boxes"]),
    ("Answers may vary.", "text", ["one of many right answers"]),
    (r"\frac{1}{2}, for example", "text", ["one of many right answers"]),
    (r"1, 2, \ldots, 9", "set", ["an enumeration that goes on"]),
    ("0.333...", "decimal", ["an enumeration that goes on"]),
    (r"\approx 8.24", "decimal", ["an approximation"]),
    ("about 12", "text", ["an approximation"]),
    (r"x^2 \text{ if } x > 0", "expression", ["a side condition"]),
    ("2 million", "text", ["a unit of other value"]),
    ("____", "text", ["a question or a blank"]),
    ("\x0crac{1}{2}", "expression", ["a broken escape"]),  # \frac in a string that was not raw
    ("2\times 3", "expression", ["a broken escape"]),
    (r"\frac{11}{2^{20}", "text", ["braces that do not pair"]),
    ("3}", "text", ["braces that do not pair"]),
    ("The number of such colourings is equal to six", "text", ["a sentence"]),
]


@pytest.mark.parametrize(("gold", "kind", "reasons"), UNCLEAR)
def test_unclear(gold: str, kind: AnswerKind, reasons: list[str]) -> None:
    assert [doubt.reason for doubt in find_doubts(gold, kind)] == reasons


@pytest.mark.parametrize(
    ("gold", "kind"),
    [
        ("7", "integer"),
        (r"\frac{3}{4}", "rational"),
        (r"x < 1 \text{ or } x > 2", "interval"),  # one set of numbers
        (r"\{1, 2\}", "set"),
        (r"\cos\theta\sin\phi\tan\alpha\log\beta\exp\gamma\det\delta", "expression"),  # macros are no words
        ("orange", "text"),
        (r"5 \text{ square feet}", "integer"),
        (r"a\n b", "text"),
        ("x = 3\n", "equation"),
        (r"\left(3, \frac{\pi}{2}\right)", "tuple"),
        ("", "none"),
    ],
)
def test_clear(gold: str, kind: AnswerKind) -> None:
    assert find_doubts(gold, kind) == []


def test_evidence_is_what_was_found() -> None:
    assert find_doubts("3 OR 4", "set")[0].evidence == "OR"
    assert find_doubts("\x0crac12", "text")[0].evidence == r"'\x0c'"


def test_several_reasons_are_all_named() -> None:
    found = [doubt.reason for doubt in find_doubts("about 3 or 4, for example", "text")]
    assert found == ["alternatives joined by 'or'", "one of many right answers", "an approximation"]


def test_a_long_answer_takes_no_time() -> None:
    """64 KB of the worst characters: dollars, backslashes and braces in turn; a quadratic search would take minutes."""
    for piece in ("$", "\\", "{", "$a", "\\a", "or "):
        assert isinstance(find_doubts(piece * (65_536 // len(piece)), "text"), list)
