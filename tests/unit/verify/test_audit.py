"""Two verifiers on one run: figures worked out by hand, verdicts by graders whose rules are written in the test."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from dartkit.errors import UsageError
from dartkit.events import MemorySink, SilentSink, StageProgress
from dartkit.records import Outcome
from dartkit.run import RunDir
from dartkit.verify.audit import Audit, Disagreement, Side, audit_run
from dartkit.verify.audit_summary import agreement, class_of, cohens_kappa, summarize_audit
from tests.conftest import make_problem, make_run, make_sample
from tests.unit.verify.gold.scripted_grader import ScriptedGrader, says_no, says_same_text, says_yes

PERCENT = make_problem("What share?", r"28\%")
NUMBER = make_problem("How many?", "4")
BARE = replace(make_problem("Why?"), answer=None, answer_id=None, answer_kind="none")
BOXES = [(PERCENT, "28"), (PERCENT, r"28\%"), (NUMBER, "4"), (NUMBER, "5")]


def says_without_signs(answer: str, gold: str) -> Outcome:
    """Accept a percentage without its sign."""
    return says_same_text(answer.rstrip("\\%"), gold.rstrip("\\%"))


def strict() -> ScriptedGrader:
    return ScriptedGrader(says_same_text, "strict")


def loose() -> ScriptedGrader:
    return ScriptedGrader(says_without_signs, "loose")


@pytest.fixture
def run(tmp_path: Path) -> RunDir:
    """Four samples of two problems, and one of a problem without a gold answer."""
    run = make_run(tmp_path / "run", [PERCENT, NUMBER, BARE])
    for index, (problem, answer) in enumerate(BOXES):
        run.append(make_sample(problem, index, f"$\\boxed{{{answer}}}$"))
    run.append(make_sample(BARE, 0))
    return run


def test_one_sample_differs(run: RunDir) -> None:
    """28 for 28% is wrong by text and right without signs; the other three are judged alike."""
    audit = audit_run(run, strict(), loose(), SilentSink())
    assert (audit.samples, audit.without_gold, audit.computed) == (4, 1, 8)
    assert audit.confusion == {
        ("correct", "correct"): 2,
        ("incorrect", "incorrect"): 1,
        ("incorrect", "correct"): 1,
    }
    [found] = audit.disagreements
    assert (found.problem_id, found.gold) == (PERCENT.problem_id, r"28\%")
    assert found.first == Side("incorrect", "28", "boxed:script", None)
    assert found.second == Side("correct", "28", "boxed:script", None)


def test_the_run_is_not_altered(run: RunDir) -> None:
    audit_run(run, strict(), loose(), SilentSink())
    assert list(run.verdicts()) == []


def test_write_keeps_the_verdicts_and_the_next_audit_uses_them(run: RunDir) -> None:
    """8 verdicts are written; the second audit asks each grader only for the rule of the one disagreement."""
    audit_run(run, strict(), loose(), SilentSink(), write=True)
    assert len(list(run.verdicts(strict().verifier_id))) == 4
    first, second = strict(), loose()
    audit = audit_run(run, first, second, SilentSink(), write=True)
    assert audit.computed == 0
    assert first.asked == second.asked == [("28", r"28\%")]
    assert len(list(run.verdicts())) == 8
    assert audit.disagreements[0].first.rule == "boxed:script"


def test_a_verdict_that_is_held_counts_even_where_judging_again_says_otherwise(run: RunDir) -> None:
    """The same id, another opinion: a timeout on a slower machine, say. What is in the run is what is audited, and it is said."""
    audit_run(run, strict(), loose(), SilentSink(), write=True)
    changed = ScriptedGrader(says_yes, "strict")
    audit = audit_run(run, changed, loose(), SilentSink())
    assert audit.confusion["incorrect", "correct"] == 1
    assert audit.disagreements[0].first == Side("incorrect", "28", "stored", "judged again it is correct")


@pytest.mark.parametrize("outcome", ["timeout", "error"])
def test_a_provisional_verdict_is_computed_again(run: RunDir, outcome: Outcome) -> None:
    troubled = ScriptedGrader(lambda answer, gold: outcome, "strict")
    audit_run(run, troubled, loose(), SilentSink(), write=True)
    audit = audit_run(run, strict(), loose(), SilentSink())
    assert audit.computed == 4
    assert audit.confusion["correct", "correct"] == 2


def test_a_truncated_draw_that_was_redone_is_judged_again(run: RunDir) -> None:
    """The verdict `truncated` was of the shorter draw; the one that stopped by itself is right."""
    cut = replace(make_sample(NUMBER, 9, r"$\boxed{4}$"), finish_reason="length")
    run.append(cut)
    audit_run(run, strict(), loose(), SilentSink(), write=True)
    run.append(replace(cut, finish_reason="stop", max_tokens=128))
    audit = audit_run(run, strict(), loose(), SilentSink())
    assert audit.computed == 2
    assert audit.confusion["truncated", "truncated"] == 0
    assert audit.confusion["correct", "correct"] == 3


def test_more_samples_than_a_batch(tmp_path: Path) -> None:
    """1,100 samples, every third right; threads change neither counts nor order."""
    run = make_run(tmp_path / "run", [NUMBER])
    for index in range(1100):
        run.append(make_sample(NUMBER, index, f"$\\boxed{{{4 if index % 3 == 0 else index + 10}}}$"))
    sink = MemorySink()
    audit = audit_run(run, strict(), ScriptedGrader(says_no, "no"), sink, workers=4)
    assert audit.confusion == {("correct", "incorrect"): 367, ("incorrect", "incorrect"): 733}
    order = [sample.sample_id for sample in run.samples() if r"\boxed{4}" in sample.completion]
    assert [item.sample_id for item in audit.disagreements] == order
    last = [event for event in sink.events if isinstance(event, StageProgress)][-1]
    assert (last.done, last.total, last.numbers) == (1100, 1100, {"differ": 367})


def test_one_verifier_twice_is_refused(run: RunDir) -> None:
    with pytest.raises(UsageError, match="the same") as caught:
        audit_run(run, strict(), strict(), SilentSink())
    assert "--against" in caught.value.fix


def test_a_run_without_samples_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no samples") as caught:
        audit_run(make_run(tmp_path / "run", [NUMBER]), strict(), loose(), SilentSink())
    assert "dartkit load samples" in caught.value.fix


def confusion(*cells: tuple[Outcome, Outcome, int]) -> Counter[tuple[Outcome, Outcome]]:
    return Counter({(first, second): count for first, second, count in cells})


def test_kappa_of_the_textbook_table() -> None:
    """20, 5, 10, 15 of 50 (the usual example): p = 35/50 = 0.7, q = 0.5*0.6 + 0.5*0.4 = 0.5, kappa = 0.2/0.5 = 0.4."""
    table = confusion(
        ("correct", "correct", 20), ("correct", "incorrect", 5), ("incorrect", "correct", 10),
        ("incorrect", "incorrect", 15),
    )  # fmt: skip
    assert agreement(table) == pytest.approx(0.7)
    assert cohens_kappa(table) == pytest.approx(0.4)


def test_kappa_of_three_outcomes() -> None:
    """10 correct/correct, 2 correct/undecided, 4 incorrect/incorrect, 4 no_answer/incorrect of 20.

    p = 14/20. Firsts: 12 correct, 4 incorrect, 4 no_answer; seconds: 10 correct, 8 incorrect, 2 undecided.
    q = (12*10 + 4*8)/400 = 152/400 = 0.38; kappa = (0.7 - 0.38)/0.62 = 0.516129.
    """
    table = confusion(
        ("correct", "correct", 10), ("correct", "undecided", 2), ("incorrect", "incorrect", 4),
        ("no_answer", "incorrect", 4),
    )  # fmt: skip
    assert cohens_kappa(table) == pytest.approx(0.516129, abs=1e-6)


def test_kappa_where_chance_explains_everything() -> None:
    assert cohens_kappa(confusion(("correct", "correct", 9))) is None
    assert cohens_kappa(confusion()) is None
    assert agreement(confusion()) is None
    assert cohens_kappa(confusion(("correct", "incorrect", 9))) == pytest.approx(0.0)


def difference(sample: str, first: Side, second: Side, kind: str = "integer") -> Disagreement:
    return Disagreement(sample, "p", kind, "4", first, second)


def test_a_class_is_named_by_what_found_the_answer_or_by_what_compared_it() -> None:
    other_answer = difference(
        "a", Side("correct", "4", "boxed:same-text"), Side("incorrect", "5", "last-number:numbers")
    )
    assert class_of(other_answer) == ("extraction", "integer", "correct", "boxed", "incorrect", "last-number")
    same_answer = difference(
        "b", Side("correct", "4 ", "boxed:percent"), Side("incorrect", " 4", "tag:numbers")
    )
    assert class_of(same_answer) == ("comparison", "integer", "correct", "percent", "incorrect", "numbers")
    nothing = difference(
        "c", Side("correct", "4", "boxed:same-text"), Side("no_answer", None, "nothing-found")
    )
    assert class_of(nothing) == ("extraction", "integer", "correct", "boxed", "no_answer", "nothing-found")
    unnamed = difference("d", Side("correct", "4", "text"), Side("incorrect", "4", None))
    assert class_of(unnamed) == ("comparison", "integer", "correct", "text", "incorrect", "")


def test_summary_of_an_audit() -> None:
    """Five samples of one class and one of another: the larger comes first, with three examples in the order of the run."""
    first, second = Side("correct", "4", "boxed:percent"), Side("incorrect", "4", "boxed:numbers")
    items = [difference("z", Side("correct", "4", "boxed:words"), second, "text")]
    items += [difference(str(number), first, second) for number in range(5)]
    audit = Audit(
        samples=16,
        without_gold=2,
        computed=7,
        confusion=confusion(("correct", "correct", 10), ("correct", "incorrect", 6)),
        disagreements=items,
    )
    summary = summarize_audit(audit)
    assert summary["agreement"] == 0.625
    assert summary["kappa"] == 0.0  # q = 16/16 * 10/16 = p
    assert summary["correct"] == {"both": 10, "only_first": 6, "only_second": 0}
    assert summary["confusion"] == [
        {"first": "correct", "second": "correct", "samples": 10},
        {"first": "correct", "second": "incorrect", "samples": 6},
    ]
    classes = summary["classes"]
    assert [(item["samples"], item["first_rule"], item["answer_kind"]) for item in classes] == [
        (5, "percent", "integer"),
        (1, "words", "text"),
    ]
    assert [item["sample_id"] for item in classes[0]["examples"]] == ["0", "1", "2"]
    assert (summary["samples"], summary["without_gold"], summary["computed_verdicts"]) == (16, 2, 7)
