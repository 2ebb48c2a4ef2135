"""Which verdicts the judge may touch, and what of a completion it is shown."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import get_args

import pytest

from dartkit.records import AnswerKind, FinishReason, Outcome, Verdict
from dartkit.verify.judge import RuledSample, final_outcome, question_of, wants_judge
from dartkit.verify.judge.candidate import JUDGEABLE, spoken_text
from tests.conftest import make_problem

KINDS: tuple[AnswerKind, ...] = get_args(AnswerKind)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
MATHEMATICAL = sorted(set(KINDS) - {"text", "proof"})


def sample(
    completion: str,
    *,
    kind: AnswerKind = "text",
    outcome: Outcome = "incorrect",
    extracted: str | None = None,
    ends: FinishReason = "stop",
    answer: str = "Friday",
) -> RuledSample:
    problem = replace(make_problem("Which day?", answer), answer_kind=kind)
    return RuledSample(
        problem, completion, ends, Verdict("s", "a", "v", outcome, "none", extracted=extracted)
    )


def test_the_whole_table() -> None:
    """Written out from the rule: undecided everywhere; on words and proofs also incorrect and no_answer; nothing else."""
    wanted = {(kind, outcome) for kind, outcome in product(KINDS, OUTCOMES) if wants_judge(kind, outcome)}
    expected = {(kind, "undecided") for kind in KINDS} | {
        ("text", "incorrect"), ("text", "no_answer"), ("proof", "incorrect"), ("proof", "no_answer"),
    }  # fmt: skip
    assert wanted == expected
    assert {outcome for _, outcome in wanted} == JUDGEABLE


@pytest.mark.parametrize("kind", MATHEMATICAL)
@pytest.mark.parametrize("ruled", ["correct", "incorrect", "no_answer", "truncated", "timeout", "error"])
@pytest.mark.parametrize("judged", ["correct", "incorrect", "undecided", None])
def test_the_rules_are_never_overruled_on_mathematics(
    kind: AnswerKind, ruled: Outcome, judged: Outcome | None
) -> None:
    """Whatever a judge said, and even if somebody asked it."""
    assert final_outcome(kind, ruled, judged) == ruled
    assert question_of(sample("\\boxed{7}", kind=kind, outcome=ruled, extracted="7")) is None


def test_where_outcomes_join() -> None:
    assert final_outcome("integer", "undecided", "correct") == "correct"
    assert final_outcome("integer", "undecided", None) == "undecided"
    assert final_outcome("text", "incorrect", "correct") == "correct"
    assert final_outcome("text", "correct", "incorrect") == "correct"
    assert final_outcome("proof", "no_answer", "undecided") == "undecided"


@pytest.mark.parametrize(
    ("completion", "candidate"),
    [
        ("It follows. \\boxed{the day after Thursday}", "the day after Thursday"),
        ("<answer>the weekend's eve</answer>", "the weekend's eve"),
        ("The answer is Friday, as is known to all 7 dwarfs", None),
        ("It must be the day before Saturday, which has 8 letters.", "It must be the day before Saturday, which has 8 letters."),
        ("<think>Perhaps 7?</think>The day before Saturday.", "The day before Saturday."),
        ("<think>Perhaps \\boxed{Monday}", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_words(completion: str, candidate: str | None) -> None:
    """A marked answer is shown alone; without a mark all that was said, where rules would take a number out of the sentence."""
    question = question_of(sample(completion))
    assert question is not None
    if candidate is not None:
        assert question.candidate == candidate
    assert (question.problem, question.gold, question.kind) == ("Which day?", "Friday", "text")
    assert question.problem_id == make_problem("Which day?").problem_id


@pytest.mark.parametrize(
    ("completion", "ends", "candidate"),
    [
        ("\\boxed{Sunday} and then", "length", "Sunday"),
        ("The answer is Sunday", "length", None),
        ("It must be Sun", "length", None),
        ("It must be Sunday", "stop", "It must be Sunday"),
        ("It must be Sunday", "abort", None),
    ],
)
def test_completions_that_were_cut_off(completion: str, ends: FinishReason, candidate: str | None) -> None:
    """Only a box counts in them, as for the rules."""
    question = question_of(sample(completion, ends=ends))
    assert (question.candidate if question else None) == candidate


def test_proofs_are_shown_whole_or_not_at_all() -> None:
    """A box at the end of a proof is not the proof."""
    text = "Assume the contrary. Then 1 = 2. \\boxed{q.e.d.}"
    question = question_of(sample("<think>Hm.</think>" + text, kind="proof"))
    assert question is not None
    assert question.candidate == text
    assert question_of(sample(text, kind="proof", ends="length")) is None


@pytest.mark.parametrize("kind", MATHEMATICAL)
def test_mathematics_is_shown_as_extracted(kind: AnswerKind) -> None:
    """The judge completes the rules, so it is shown what they compared; where they extracted nothing there is nothing to ask."""
    undecided = sample("so \\boxed{x!}", kind=kind, outcome="undecided", extracted="x!")
    question = question_of(undecided)
    assert question is not None
    assert question.candidate == "x!"
    assert question_of(sample("so \\boxed{x!}", kind=kind, outcome="undecided")) is None


@pytest.mark.parametrize("answer", ["", "  "])
def test_no_gold_answer_no_question(answer: str) -> None:
    assert question_of(sample("\\boxed{7}", outcome="undecided", extracted="7", answer=answer)) is None


@pytest.mark.parametrize(
    ("completion", "spoken"),
    [
        ("a", "a"), (" a \n", "a"), ("<think>b</think>a", "a"), ("b</think>a", "a"), ("<think>b", ""), ("a<think>b", "a"),
        ("<think>b</think>a<think>c", "a"), ("<think>b</think>c<thinking>d</thinking>a", "a"), ("</think>", ""), ("", ""),
    ],
)  # fmt: skip
def test_spoken_text(completion: str, spoken: str) -> None:
    assert spoken_text(completion) == spoken
