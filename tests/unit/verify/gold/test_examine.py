"""The round trip with verifiers whose faults are known, and with the real one on answers that give no trouble."""

from __future__ import annotations

import pytest

from dartkit.records import Outcome
from dartkit.verify import Policy, Verifier
from dartkit.verify.gold import examine_gold, frames, writings
from dartkit.verify.gold.examine import MOST_TROUBLED
from tests.unit.verify.gold.scripted_grader import ScriptedGrader, says_no, says_same_text, says_yes


def test_a_verifier_that_accepts_everything() -> None:
    """7 has three near misses: 8, 7 + 1 and -7; all are accepted, and so is an unrelated answer."""
    report = examine_gold("7", ScriptedGrader(says_yes))
    assert report.verifiable
    assert report.missed == ()
    assert [trial.answer for trial in report.accepted] == ["8", "7 + 1", "-7"]
    assert report.accepts_anything


def test_a_verifier_that_accepts_nothing() -> None:
    report = examine_gold("7", ScriptedGrader(says_no))
    assert not report.verifiable
    assert report.missed[0] is report.boxed
    assert len(report.missed) == report.tried
    assert (report.accepted, report.accepts_anything) == ((), False)


def test_a_verifier_that_compares_texts_misses_every_other_form() -> None:
    r"""Same text: the box, the displayed box and `#### 3/4` would do; this one reads a last line whole, so only the boxes match.

    The other forms of 3/4 are \frac{3}{4}, x = 3/4, 3/4. and $3/4$.
    """
    report = examine_gold("3/4", ScriptedGrader(says_same_text))
    assert report.verifiable
    names = [trial.name for trial in report.missed]
    assert names == [
        "sentence", "final answer", "answer line", "plain answer line", "hashes", "answer tag", "slash fraction", "x =",
        "full stop", "dollar signs",
    ]  # fmt: skip
    assert report.tried == len(names) + 2
    assert report.accepted == ()


def says_equal_values(answer: str, gold: str) -> Outcome:
    """Compare as a careless grader does that strips brackets, dollars and full stops."""
    plain = [text.strip("()[]$. ") for text in (answer, gold)]
    return "correct" if plain[0] == plain[1] else "incorrect"


def test_a_verifier_that_ignores_brackets_accepts_the_other_interval() -> None:
    report = examine_gold("[2, 9)", ScriptedGrader(says_equal_values))
    assert [(trial.name, trial.answer) for trial in report.accepted] == [("another bracket", "(2, 9)")]


def test_the_other_bracket_is_asked_inside_a_box() -> None:
    grader = ScriptedGrader(says_same_text)
    examine_gold("[2, 9)", grader)
    assert ("(2, 9)", "[2, 9)") in grader.asked


@pytest.mark.parametrize("outcome", ["timeout", "error"])
def test_trouble_ends_the_trials_early(outcome: Outcome) -> None:
    """One trial of the box, then two of each of the three sorts: a gold answer that costs a second a check is not asked fifty times."""

    def says(answer: str, gold: str) -> Outcome:
        return outcome

    grader = ScriptedGrader(says)
    report = examine_gold("7", grader)
    assert len(grader.asked) == 1 + 3 * MOST_TROUBLED
    assert not report.verifiable
    assert not report.accepts_anything


def test_undecided_is_not_matched() -> None:
    def says(answer: str, gold: str) -> Outcome:
        return "correct" if answer == gold else "undecided"

    report = examine_gold("7", ScriptedGrader(says))
    assert {trial.outcome for trial in report.missed} == {"undecided"}


def test_evidence_says_form_answer_and_rule() -> None:
    report = examine_gold("7", ScriptedGrader(says_no))
    assert str(report.boxed) == "boxed '7': incorrect (boxed:script)"


def test_frames_state_the_answer_as_it_is_written() -> None:
    """Eight ways; words stand without dollar signs, and an answer's own delimiters are not doubled."""
    texts = [
        item.text.removeprefix("We put the values in and simplify.\n\n")
        for item in frames("1/2", words=False)
    ]
    assert texts == [
        r"The answer is $\boxed{1/2}$.",
        "\\[\n\\boxed{1/2}\n\\]",
        "The answer is $1/2$.",
        "Final Answer: The final answer is $1/2$. I hope it is correct.",
        "Answer: $1/2$",
        "Answer: 1/2",
        "#### 1/2",
        "<answer>1/2</answer>",
    ]
    assert frames("Paris", words=True)[2].text.endswith("The answer is Paris.")
    assert frames("$7$", words=False)[2].text.endswith("The answer is $7$.")
    assert frames(r"\text{Paris}", words=True)[2].text.endswith(r"The answer is $\text{Paris}$.")


USUAL = [
    "18", "-3", "0.5", "12345", "12,345", r"\frac{1}{2}", r"-\frac{10}{3}", "3/4", r"2\sqrt{3}", "x^2+1", r"\frac{\pi}{4}",
    "x = 5", "y = 2x + 1", "(1, 2)", r"\left(3, \frac{\pi}{2}\right)", "1, 2", r"\{1, 2, 3\}", "[0, 1)", r"(-\infty, 2]",
    r"(-\infty,-1) \cup (1,\infty)", r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "B", r"\text{(C)}", r"\text{Yes}",
    r"\text{Evelyn}", r"5\text{ cm}", r"28\%", r"\$5.50", r"90^\circ", "2 + 3i",
]  # fmt: skip


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier()


@pytest.mark.parametrize("gold", USUAL)
def test_usual_answers_pass_the_round_trip(verifier: Verifier, gold: str) -> None:
    """Whatever form a right completion takes, it is correct; no near miss is; nothing about the answer is unclear."""
    report = examine_gold(gold, verifier)
    assert report.verifiable
    assert report.missed == ()
    assert report.accepted == ()
    assert not report.accepts_anything
    assert report.doubts == ()
    assert report.tried >= 9 + len(writings(gold, report.kind)) - 1


def test_a_strict_policy_makes_a_percentage_fragile() -> None:
    r"""Strict: `28\%` is 0.28 and nothing else, so the bare 28 is not matched; all other forms are."""
    strict = Policy(percent="strict")
    with Verifier(strict) as verifier:
        report = examine_gold(r"28\%", verifier, policy=strict)
    assert [(trial.name, trial.answer, trial.outcome) for trial in report.missed] == [
        ("percent left out", "28", "incorrect")
    ]


def test_an_answer_that_closes_the_box_cannot_be_matched() -> None:
    with Verifier() as verifier:
        report = examine_gold("4} or {5", verifier)
    assert not report.verifiable
    assert [doubt.reason for doubt in report.doubts] == [
        "alternatives joined by 'or'",
        "braces that do not pair",
    ]
