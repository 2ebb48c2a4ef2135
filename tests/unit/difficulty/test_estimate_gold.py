"""`estimate` on loaded draws: problems without a usable gold answer are left out, and majorities go by equality."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dartkit.curate.validate import validate
from dartkit.difficulty.consensus_audit import audit_consensus
from dartkit.difficulty.estimate import estimate
from dartkit.errors import UsageError
from dartkit.events import MemorySink, Notice, SilentSink
from dartkit.records import Difficulty, Problem, Sample
from dartkit.run import RunDir
from dartkit.stage_settings import EstimateSettings, ValidateSettings, VerifySettings
from dartkit.verify import Verifier
from dartkit.verify.stage import verify
from tests.conftest import make_problem, make_run, make_sample

HALF = make_problem("Half of one?", r"\frac{1}{2}")
WRONG = make_problem("Seven minus one?", "7")
BROKEN = make_problem("Unbalanced?", "4} or {5")
BARE = replace(make_problem("No answer?"), answer=None, answer_id=None, answer_kind="none")


def given(problem: Problem, *answers: str) -> list[Sample]:
    return [
        replace(make_sample(problem, index, f"So it is $\\boxed{{{answer}}}$."), phase="given")
        for index, answer in enumerate(answers)
    ]


@pytest.fixture
def run(tmp_path: Path) -> RunDir:
    """Four problems: one solved in three spellings, one with a wrong gold answer, two that cannot be used."""
    run = make_run(tmp_path / "run", [HALF, WRONG, BROKEN, BARE])
    draws = [
        *given(HALF, "0.5", "1/2", r"\frac{2}{4}", "3"),
        *given(WRONG, "6", r"\frac{12}{2}", "6.0", "6", "5"),
        *given(BROKEN, "4", "5"),
    ]
    for sample in draws:
        run.append(sample)
    validate(run, ValidateSettings(), None, SilentSink())
    verify(run, VerifySettings(), None, SilentSink())
    return run


def rate(run: RunDir, events: Any = None) -> tuple[dict[str, Any], dict[str, Difficulty]]:
    counts = estimate(run, EstimateSettings(phase="given"), None, events or SilentSink())
    return counts, {item.problem_id: item for item in run.difficulty()}


def test_unusable_problems_are_left_out_and_counted(run: RunDir) -> None:
    counts, records = rate(run)
    assert set(records) == {HALF.problem_id, WRONG.problem_id}
    assert counts["problems"] == 2
    assert counts["excluded"] == {"gold-not-verifiable": 1, "no-answer": 1}


def test_majority_by_equality(run: RunDir) -> None:
    """0.5, 1/2 and 2/4 are three of four; 6, 12/2, 6.0 and 6 are four of five, against a gold answer of 7."""
    _, records = rate(run)
    half, wrong = records[HALF.problem_id], records[WRONG.problem_id]
    assert (half.majority_agrees, half.majority_share) == (True, 0.75)
    assert (wrong.majority_answer, wrong.majority_agrees, wrong.majority_share) == ("6", False, 0.8)
    assert (wrong.n_correct, wrong.pass_rate) == (0, 0.0)


def test_suspect_gold_is_flagged_and_not_dropped(run: RunDir) -> None:
    sink = MemorySink()
    counts, _ = rate(run, sink)
    assert (counts["suspect_gold"], counts["undecided_gold"]) == (1, 0)
    [flag] = [item for item in run.decisions() if item.stage == "estimate"]
    assert (flag.item_id, flag.rule, flag.action, flag.score) == (
        WRONG.problem_id,
        "suspect-gold",
        "flag",
        0.8,
    )
    assert flag.evidence == "gold '7'; 4 of 5 draws say '6', none is correct"
    assert WRONG.problem_id not in run.dropped("problem")
    said = [event.message for event in sink.events if isinstance(event, Notice)]
    assert any("gold answers of 1 problems" in text and "--consensus" in text for text in said)


def test_second_call_changes_nothing(run: RunDir) -> None:
    first, records = rate(run)
    decisions = run.decisions()
    assert rate(run) == (first, records)
    assert run.decisions() == decisions


def test_consensus_audit_counts_every_draw_also_of_dropped_problems(run: RunDir) -> None:
    """One majority is the gold answer, one is not, and two draws that disagree are no majority."""
    with Verifier() as verifier:
        audit = audit_consensus(run, verifier)
    assert audit.summary() == {
        "problems": 3, "agree": 1, "differ": 1, "undecided": 0, "no_majority": 1, "suspect_gold": 1, "undecided_gold": 0,
    }  # fmt: skip
    [dispute] = audit.disputes
    assert (dispute.problem_id, dispute.gold, dispute.majority) == (WRONG.problem_id, "7", "6")
    assert (dispute.votes, dispute.draws, dispute.correct, dispute.agrees) == (4, 5, 0, False)
    assert dispute.rule == "suspect-gold"


def test_consensus_audit_without_verdicts_says_what_to_do(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", [HALF])
    with Verifier() as verifier, pytest.raises(UsageError, match="no verdicts") as caught:
        audit_consensus(run, verifier)
    assert "dartkit verify" in caught.value.fix
