r"""math-dapo: DAPO's reward rule, errors included.

Expectations are worked by hand from the rule as verl states it (last 300 characters, last `Answer:` line, Minerva's
clean-up, equal strings), not from the code here. The cases for the gold answer 34 are those measured for the DAPO reference.
"""

from __future__ import annotations

import pytest

from dartkit.records import FinishReason, Outcome
from dartkit.verify.named.grader import NamedGrader
from dartkit.verify.named.math_dapo import (
    MathDapo,
    MathDapoBox,
    MathDapoStrictBox,
    compute_score,
    last_answer_line,
    last_box,
    normalize,
)

FOR_34 = (
    ("Answer: 34", True), ("answer :  34", True), ("ANSWER:34", True), ("Final Answer: 34", True), ("Answer: $34$", True),
    ("Answer: \\boxed{34}", True), ("Answer: x = 34", True), ("Answer: 34 degrees", True), ("Answer:\n\n34", True),
    ("Answer: 12\nAnswer: 34", True), ("Answer: a 34", True),
    ("Answer: 34.", False), ("Answer: 34.0", False), ("Answer: 034", False), ("**Answer:** 34", False),
    ("Answer: The answer is 34", False), ("Answer: 34\nAnswer: 12", False), ("The answer is 34", False), ("34", False),
    ("Answer: 68/2", False), ("Answer 34", False),
)  # fmt: skip

NORMAL_FORMS = (
    ("x = y = 5", "5"),  # only what follows the last equals sign
    ("1,234,567", "1234567"),  # commas go where nothing but digits is left
    ("1,234.5", "1,234.5"),
    ("1,23", "123"),  # not a thousands separator; it goes all the same
    ("(1, 2)", "(1,2)"),
    ("a dozen", "dozen"),
    ("delta x", "deltx"),  # "a " vanishes wherever it stands
    ("an apple", "apple"),
    ("5 \\text{ cm}", "5"),
    ("5 \\mbox{ km}", "5"),
    ("12 square inches", "12"),
    ("issue", "is"),  # "sue" is on the list
    ("90^\\circ", "90"),
    ("90^{\\circ}", "90"),
    ("about $5$ or $6$", "5"),  # the first formula of the line
    ("\\$5.50", "5.50"),
    ("$5.$", "5"),
    ("5.", "5."),
    ("\\frac12", "\\frac{1}{2}"),
    ("\\frac1{2}", "\\frac{1}{{}2}"),  # three characters after `frac` are rearranged blindly
    ("\\frac{1}{2}", "\\frac{1}{2}"),
    ("\\sqrt2", "\\sqrt{2}"),
    ("\\sqrt 23", "\\sqrt{2}3"),
    ("\\text{left}", "left"),
    ("\\textbf{(B)}", "(B)"),
    ("\\overline{7}", "7"),
    ("\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"),
    ("\\boxed{1} and \\boxed{2}", "1}and\\boxed{2"),  # from the first box to the last brace
    ("\\text{a}b}", "ab}"),
    ("x\\text{and}y", "x,y"),
    ("1\\text{and}2", "12"),
    ("  7 ", "7"),
    ("", ""),
)  # fmt: skip


@pytest.mark.parametrize(("response", "expected"), FOR_34)
def test_responses_for_the_gold_answer_34(response: str, expected: bool) -> None:
    """Measured on verl's function for the DAPO reference; the same rule scores +1 and -1."""
    assert (MathDapo().check(response, "34").outcome == "correct") is expected
    assert compute_score(response, "34")["score"] == (1.0 if expected else -1.0)
    assert compute_score(response, "34")["acc"] is expected


@pytest.mark.parametrize(("text", "expected"), NORMAL_FORMS)
def test_normal_forms(text: str, expected: str) -> None:
    """Each worked by hand through the steps of the clean-up."""
    assert normalize(text) == expected


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        ("3x-7y=12", "3x+7y=12"),
        ("x^2+1=0", "x^3-5=0"),
        ("a=b=9", "9"),
        ("5 cm", "5 km"),
        ("5 minutes", "5 hours"),
        ("1,2", "12"),
        ("\\$5", "5 dollars"),
        ("squareways", "units"),
    ],
)
def test_wrong_accepts_are_reproduced(answer: str, gold: str) -> None:
    """Two equations with one right-hand side match, units vanish, a list of digits is a number: documented errors."""
    verdict = MathDapo().check_answer(answer, gold)
    assert verdict.outcome == "correct"
    assert verdict.prediction_form == verdict.reference_form


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        ("0.5", "\\frac12"),
        ("1/2", "\\frac{1}{2}"),
        ("x=-1,2", "2,-1"),
        ("2\\sqrt2", "\\sqrt8"),
        ("B.", "B"),
        ("½", "0.5"),
    ],
)
def test_wrong_rejects_are_reproduced(answer: str, gold: str) -> None:
    """Nothing is computed: right answers in another spelling are wrong."""
    assert MathDapo().check_answer(answer, gold).outcome == "incorrect"


def test_only_the_last_300_characters_are_read() -> None:
    """`Answer: 34` has 10 characters; with 290 behind it is just inside the window, with 291 its first letter is out."""
    assert MathDapo().check("x" * 500 + "Answer: 34\n" + "." * 289, "34").outcome == "correct"
    assert MathDapo().check("Answer: 34\n" + "." * 290, "34").outcome == "no_answer"


def test_a_long_line_is_cut_where_the_window_begins() -> None:
    """The gold answer of 310 characters never matches: its prediction has lost the start."""
    gold = "1" * 310
    assert MathDapo().check(f"Answer: {gold}", gold).outcome == "no_answer"
    assert MathDapo().check_answer(gold, gold).outcome == "correct"


@pytest.mark.parametrize(
    ("response", "answer", "box", "strict"),
    [
        ("so \\boxed{34}", "no_answer", "correct", "correct"),
        ("so \\boxed{ 34 }", "no_answer", "correct", "incorrect"),
        ("so \\boxed{x=34}", "no_answer", "correct", "incorrect"),
        ("Answer: 12, so \\boxed{34}", "incorrect", "incorrect", "correct"),
        ("\\boxed{12} \\boxed{34}", "no_answer", "correct", "correct"),
        ("\\boxed{34} \\boxed{12}", "no_answer", "incorrect", "incorrect"),
        ("\\boxed{34", "no_answer", "no_answer", "no_answer"),
        ("\\boxed{34}" + " " * 90, "no_answer", "correct", "correct"),
        ("\\boxed{34}" + " " * 91, "no_answer", "no_answer", "no_answer"),
        ("Answer: 34", "correct", "correct", "no_answer"),
        ("Answer: [INVALID] \\boxed{34}", "incorrect", "incorrect", "correct"),
        ("\\boxed{34} Answer: [INVALID]", "incorrect", "correct", "correct"),
    ],
)
def test_the_three_modes(response: str, answer: Outcome, box: Outcome, strict: Outcome) -> None:
    """The box counts within the last 100 characters; `[INVALID]`, verl's mark for nothing found, opens the way to it."""
    graders: tuple[tuple[NamedGrader, Outcome], ...] = (
        (MathDapo(), answer),
        (MathDapoBox(), box),
        (MathDapoStrictBox(), strict),
    )
    for grader, expected in graders:
        assert grader.check(response, "34").outcome == expected, grader.NAME


def test_a_strict_box_is_compared_to_the_character() -> None:
    """No clean-up at all: a space, a dollar sign or a thousands comma is a difference."""
    grader = MathDapoStrictBox()
    assert grader.check_answer("1234", "1234").outcome == "correct"
    for other in ("1,234", "1234 ", "$1234$", "1234.0"):
        assert grader.check_answer(other, "1234").outcome == "incorrect"


@pytest.mark.parametrize(
    ("response", "gold", "options", "expected"),
    [
        ("Answer: x=5", "5", {}, {"score": 1.0, "acc": True, "pred": "5"}),
        ("nothing", "5", {}, {"score": -1.0, "acc": False, "pred": "[INVALID]"}),
        ("nothing", "[INVALID]", {}, {"score": 1.0, "acc": True, "pred": "[INVALID]"}),
        ("nothing", "5", {"strict_box_verify": True}, {"score": -1.0, "acc": False, "pred": None}),
        ("\\boxed{ 5}", "5", {"strict_box_verify": True}, {"score": -1.0, "acc": False, "pred": " 5"}),
        ("\\boxed{ 5}", "5", {"box_fallback": True}, {"score": 1.0, "acc": True, "pred": "5"}),
        ("\\boxed{ 5}", "5", {}, {"score": -1.0, "acc": False, "pred": "[INVALID]"}),
    ],
)
def test_the_dictionary_of_verl(
    response: str, gold: str, options: dict[str, bool], expected: dict[str, object]
) -> None:
    """Keys and values as verl returns them."""
    assert compute_score(response, gold, **options) == expected


@pytest.mark.parametrize(
    ("reason", "response", "expected"),
    [
        ("length", "Answer: 34", "correct"),
        ("length", "I think", "truncated"),
        ("stop", "I think", "no_answer"),
        ("abort", "Answer: 34", "error"),
        ("error", "Answer: 34", "error"),
    ],
)
def test_finish_reasons(reason: FinishReason, response: str, expected: Outcome) -> None:
    """A truncated response is scored by its text like any other, as in verl."""
    assert MathDapo().check(response, "34", finish_reason=reason).outcome == expected


def test_pieces_of_the_extraction() -> None:
    """The line ends at a line break; braces are counted without regard to backslashes, as in verl."""
    assert last_answer_line("Answer: 1\nmore Answer: 2 ; 3\nend") == "2 ; 3"
    assert last_answer_line("Answer:") is None
    assert last_box("\\boxed{\\{1\\}} x") == "\\{1\\}"
    assert last_box("\\boxed{\\frac{1}{2}}") == "\\frac{1}{2}"
    assert last_box("\\boxed{a\\}b}") == "a\\"
    assert last_box("\\boxed{1} \\boxed{2") is None
    assert last_box("no box") is None


def test_there_is_no_verdict_without_a_gold_answer() -> None:
    """An empty gold answer is undecided, whatever the grader."""
    verdict = MathDapo().check("Answer: 5", "  ")
    assert (verdict.outcome, verdict.reward, verdict.rule) == ("undecided", None, "no-gold")
