r"""dart-math as a whole: what it accepts and refuses, right and wrong, and how it fits the protocol.

Expectations are worked by hand from upstream's published rules (percent factor 100, `no` inside a word, the first readable
part of a text, …). The recorded verdicts of upstream itself are in `test_dart_math_recorded`.
"""

from __future__ import annotations

import pytest

from dartkit.records import FinishReason, Outcome
from dartkit.verify.named.dart_math.grader import DartMath, DartMathSets, asks_for_set

RIGHT = (
    ("\\frac12", "0.5"), ("75\\%", "\\frac34"), ("\\sqrt{8}", "2\\sqrt2"), ("(x+1)^2", "x^2+2x+1"),
    ("\\sin^2x+\\cos^2x", "1"), ("[1,3]\\cup[2,5]", "[1,5]"), ("10:30", "10:30:00"), ("seven", "7"), ("\\$5.00", "5"),
    ("1-\\sqrt2,1+\\sqrt2", "1\\pm\\sqrt2"), ("12 \\text{ meters}", "12"), ("Monday", "mon"), ("2+3", "5"),
    ("\\frac{a+b}{2}", "\\frac{b+a}{2}"), ("1,234", "1234"), ("x\\in[0,1]", "[0,1]"),
    ("\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\begin{bmatrix}1&2\\\\3&4\\end{bmatrix}"),
)  # fmt: skip
WRONG_ACCEPTS = (
    ("50", "0.5"), ("2", "200"), ("200", "2"), ("0.9", "90"), ("polynomial", "monomial"), ("\\binom{10}{3}", "\\binom72"),
    ("0", "no idea"), ("1", "yes"), ("(0,1)", "[0,1]"), ("(0,9)", "[0,9)"), ("2", "2t"), ("7", "7g"), ("y=5", "x=5"),
    ("f(x)", "f'(x)"), ("i", "j"), ("money", "month"), ("cat", "act"), ("A", "A) because it is so"), ("x", "x**2"),
    ("x", "x+(2"), ("\\begin{pmatrix}1\\\\2\\end{pmatrix}", "(1,2)"), ("2^3", "1"), ("3^{2025}", "2^{2025}"),
    ("2^{-150}", "2^{-151}"), ("1<2", "3<4"), ("5", ".5"),
)  # fmt: skip
WRONG_REJECTS = (
    ("3\\frac12", "3.5"), ("x\\ge2", "[2,\\infty)"), ("y=2x+3", "2x-y+3=0"), ("e^2", "7.38905609893065"), ("\\ln e", "1"),
    ("5", "5 dollars"), ("25", "25 cm^2"), ("2", "２"), ("(0.5,2)", "(\\frac34,2)"), ("x>2", "2<x"),
    ("\\cos60^\\circ", "\\frac12"), ("1\\pm\\sqrt2", "1+\\sqrt2,1-\\sqrt2"), ("zero", "0"), ("\\emptyset", "\\varnothing"),
)  # fmt: skip
WRONG = (
    ("3", "4"), ("(1,2)", "(2,1)"), ("1,2", "1,3"), ("7,-4", "7,-9"), ("(2,9)", "[2,9)"), ("3x-7y=12", "3x+7y=12"),
    ("\\frac13", "0.333"), ("84213", "84214"), ("6 or 8", "6"), ("1,2,3", "1,2"), ("(1,2)\\cup(3,4)", "(1,2)\\cap(3,4)"),
    ("\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\begin{pmatrix}1&2\\\\3&5\\end{pmatrix}"),
)  # fmt: skip


@pytest.mark.parametrize(("gold", "answer"), RIGHT)
def test_equal_answers(gold: str, answer: str) -> None:
    """What a reader and upstream both call equal."""
    assert DartMath().check_answer(answer, gold).outcome == "correct"


@pytest.mark.parametrize(("gold", "answer"), WRONG_ACCEPTS)
def test_wrong_accepts_are_reproduced(gold: str, answer: str) -> None:
    """What upstream takes and a reader does not; each is in the module's list of errors."""
    assert DartMath().check_answer(answer, gold).outcome == "correct"


@pytest.mark.parametrize(("gold", "answer"), WRONG_REJECTS)
def test_wrong_rejects_are_reproduced(gold: str, answer: str) -> None:
    """What upstream refuses, mostly against a reader."""
    assert DartMath().check_answer(answer, gold).outcome == "incorrect"


@pytest.mark.parametrize(("gold", "answer"), WRONG)
def test_different_answers(gold: str, answer: str) -> None:
    """What a reader and upstream both call different."""
    assert DartMath().check_answer(answer, gold).outcome == "incorrect"


@pytest.mark.parametrize(
    ("completion", "gold", "expected", "extracted"),
    [
        ("Hence $x=\\boxed{\\frac{1}{2}}$.", "0.5", "correct", "\\frac{1}{2}"),
        ("first \\boxed{5}, then \\boxed{6}", "6", "correct", "6"),
        ("So the answer is $7$.", "7", "correct", "$7"),  # marks at the end go first, the dollar sign too
        ("We get 3 and then 12", "12", "correct", "12"),
        ("#### 5", "5", "correct", "5"),
        ("The statement is true.", "True", "correct", "True"),
        ("\\boxed{8}. Therefore, the angle is 190°", "8", "incorrect", "190"),
        ("nothing here", "12", "no_answer", None),
        ("", "12", "no_answer", None),
    ],
)
def test_completions(completion: str, gold: str, expected: Outcome, extracted: str | None) -> None:
    """The box counts, then a phrase, then the last number; "Therefore" cuts off what stands before it."""
    verdict = DartMath().check(completion, gold)
    assert (verdict.outcome, verdict.extracted) == (expected, extracted)


def test_an_extracted_answer_is_normalised_twice() -> None:
    r"""Each pass unwraps one `\text`, so two of them go from a box and one remains in a bare answer."""
    boxed = DartMath().check("\\boxed{\\text{a}\\text{b}}", "ab")
    bare = DartMath().check_answer("\\text{a}\\text{b}", "ab")
    assert (boxed.outcome, boxed.prediction_form) == ("correct", "ab")
    assert (bare.outcome, bare.prediction_form) == ("incorrect", "a\\text{b}")


@pytest.mark.parametrize(
    ("reason", "expected"),
    [("stop", "correct"), ("length", "truncated"), ("abort", "error"), ("error", "error")],
)
def test_finish_reasons(reason: FinishReason, expected: Outcome) -> None:
    """Upstream refuses a truncated completion even with a right box."""
    assert DartMath().check("\\boxed{5}", "5", finish_reason=reason).outcome == expected


def test_rules_name_the_reading_that_agreed() -> None:
    """One case for each reading, and one that none takes."""
    rules = {
        ("5", "5"): "text",
        ("0.5", "50"): "number",
        ("x*2+1", "1+2*x"): "plain",
        ("(1,2)\\cup(2,3]\\cup\\{2\\}", "(1,3]"): "interval",
        ("\\begin{pmatrix}\\sqrt2\\\\2\\end{pmatrix}", "(\\sqrt2,2)"): "matrix",
        ("\\frac{2}{4}", "\\frac12"): "latex",
        ("2020-03-04", "2020/03/04"): "date",
        ("4", "3"): "no-reading-agrees",
        ("&&", "3"): "unreadable",
        ("½", "0.5"): "not-ascii",
        (" ", "3"): "empty",
    }
    for (answer, gold), rule in rules.items():
        assert DartMath().check_answer(answer, gold).rule == f"dart-math/{rule}", (answer, gold)


@pytest.mark.parametrize(
    ("gold", "answer", "expected"),
    [
        ("1,2", "2,1", True),
        ("(1,2)", "(2,1)", True),
        ("1,2,3", "3,1,2", True),
        ("\\frac12,3", "3,0.5", True),
        ("1,2", "1,2,2", True),
        ("1,2", "1,3", False),
        ("1,2", "1", False),
        ("1 or 2", "2", False),
        ("x,y", "y,x", True),
    ],
)
def test_sets_have_no_order(gold: str, answer: str, expected: bool) -> None:
    """Under `dart-math-sets` ordered pairs match in any order too: documented, and wrong for points."""
    assert (DartMathSets().check_answer(answer, gold).outcome == "correct") is expected


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        ("Find the value of x.", True),
        ("What is x? Separate all answers by commas: all, separate", True),
        ("Compute x.", False),
        ("What are all the roots?", False),
        ("Let f bind them; rind the fruit", True),
    ],
)
def test_which_problems_ask_for_a_set(problem: str, expected: bool) -> None:
    """Upstream's test: the letters "ind the", or "all" and "separate" in lower case."""
    assert asks_for_set(problem) is expected


def test_beyond_its_limits_it_is_undecided_and_never_wrong() -> None:
    """A set of 41 elements, a list of 401 and a text above 64 KB are not worked on; identity is still seen."""
    many = "\\{" + ",".join(str(number) for number in range(41)) + "\\}"
    listed = ",".join(f"x_{number}" for number in range(401))
    for text in (many, listed, "x" * 70_000):
        verdict = DartMath().check_answer(text, "5")
        assert (verdict.outcome, verdict.reward, verdict.rule) == ("undecided", None, "dart-math/too-large")
    assert DartMath().check_answer("x" * 70_000, "x" * 70_000).outcome == "correct"
    assert DartMath().check("\\boxed{5}", " ").outcome == "undecided"
