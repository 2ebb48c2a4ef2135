"""`validate` on problems whose fate is obvious to a person; every verdict here was decided by reading them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dartkit.curate.validate import decide as decide_problem
from dartkit.curate.validate import validate
from dartkit.errors import GateFailed, UsageError
from dartkit.events import MemorySink, SilentSink, StageProgress
from dartkit.ids import answer_id, problem_id
from dartkit.records import AnswerKind, Problem
from dartkit.run import RunDir
from dartkit.stage_settings import ValidateSettings
from dartkit.verify.gold import examine_gold
from tests.unit.verify.gold.scripted_grader import ScriptedGrader, says_no, says_same_text, says_yes


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunDir]:
    """A new, empty run."""
    RunDir.create(tmp_path / "run")
    with RunDir(tmp_path / "run") as opened:
        yield opened


def add(run: RunDir, text: str, answer: str | None, kind: AnswerKind = "integer") -> str:
    identity = problem_id(text)
    run.append(
        Problem(
            problem_id=identity, text=text, source="s", source_split="train", source_row=1, answer=answer,
            answer_id=answer_id(answer) if answer else None, answer_kind=kind,
        )
    )  # fmt: skip
    return identity


def decide(run: RunDir, **settings: Any) -> dict[str, Any]:
    return validate(run, ValidateSettings(**settings), None, SilentSink())


@pytest.mark.parametrize(
    ("text", "answer", "kind", "rule"),
    [
        ("  ", "4", "integer", "empty-text"),
        ("How many?", None, "none", "no-answer"),
        ("How many?", "  ", "none", "no-answer"),
        ("Prove that there are infinitely many primes.", None, "none", "proof"),
        ("Let n be even. Show that n squared is even.", None, "none", "proof"),
        ("Is it so?", "by induction", "proof", "proof"),
    ],
)
def test_dropped(run: RunDir, text: str, answer: str | None, kind: AnswerKind, rule: str) -> None:
    identity = add(run, text, answer, kind)
    expected = {"problems": 1, "dropped": 1, "flagged": 0, "rules": {rule: 1}, "unmatched_forms": {}}
    assert decide(run) == expected
    assert run.dropped("problem")[identity].rule == rule


@pytest.mark.parametrize(
    "answer", ["18", "-3", "0.5", "\\frac{1}{2}", "2\\sqrt{3}", "x^2+1", "(1,2)", "B", "12,345"]
)
def test_usual_answers_survive_the_round_trip(run: RunDir, answer: str) -> None:
    """They are neither dropped nor flagged: every form in which a right completion may state them is matched."""
    add(run, "What is it?", answer)
    counts = decide(run)
    assert (counts["dropped"], counts["flagged"], counts["rules"]) == (0, 0, {})


def test_answer_that_no_completion_can_match(run: RunDir) -> None:
    """An answer that closes the box early cannot be found again: a box around "4} or {5" ends after the 4."""
    identity = add(run, "Which?", "4} or {5")
    assert decide(run)["rules"] == {"gold-not-verifiable": 1}
    assert "4} or {5" in (run.dropped("problem")[identity].evidence or "")


def test_gold_matched_in_some_forms_only(run: RunDir) -> None:
    r"""Under strict percentages `28\\%` is 0.28 and not 28. Of its 13 forms one is not matched, so the score is 12/13.

    The forms: eight frames, `x = 28\\%`, `28%`, `28`, a full stop, dollar signs.
    """
    identity = add(run, "What share?", r"28\%")
    counts = decide(run, verifier={"percent": "strict"})
    assert counts["rules"] == {"gold-fragile": 1}
    assert counts["unmatched_forms"] == {"percent left out": 1}
    assert (counts["dropped"], counts["flagged"]) == (0, 1)
    [decision] = run.decisions()
    assert (decision.item_id, decision.action) == (identity, "flag")
    assert decision.score == pytest.approx(12 / 13)
    assert (decision.evidence or "").startswith("percent left out '28': incorrect")


def test_ambiguous_gold(run: RunDir) -> None:
    add(run, "Which?", "3 or 4")
    counts = decide(run)
    assert counts["rules"]["gold-ambiguous"] == 1
    evidence = {item.rule: item.evidence for item in run.decisions()}
    assert evidence["gold-ambiguous"] == "alternatives joined by 'or': or"


def problem(answer: str) -> Problem:
    return Problem(
        problem_id=problem_id("How much?"), text="How much?", source="s", source_split="train", source_row=1, answer=answer,
        answer_id=answer_id(answer), answer_kind="integer",
    )  # fmt: skip


def test_gold_that_anything_matches_is_dropped() -> None:
    """A verifier that accepts everything: no completion about this problem could ever be wrong."""
    report = examine_gold("7", ScriptedGrader(says_yes))
    [decision] = decide_problem(problem("7"), report)
    assert (decision.rule, decision.action) == ("gold-accepts-wrong", "drop")


def test_gold_that_a_near_miss_matches_is_flagged() -> None:
    """A verifier that does not see the sign: -7 is accepted for 7."""
    report = examine_gold("7", ScriptedGrader(lambda answer, gold: says_same_text(answer.strip("-$."), gold)))
    found = {item.rule: item for item in decide_problem(problem("7"), report)}
    assert found["gold-accepts-wrong"].action == "flag"
    assert found["gold-accepts-wrong"].evidence == "the other sign '-7': correct (boxed:script)"


def test_gold_that_nothing_matches_is_dropped_and_not_flagged_as_well() -> None:
    report = examine_gold("7", ScriptedGrader(says_no))
    [decision] = decide_problem(problem("7"), report)
    assert (decision.rule, decision.action) == ("gold-not-verifiable", "drop")
    assert decision.evidence == "answer '7': incorrect (boxed:script)"


def test_each_distinct_gold_goes_round_once(run: RunDir) -> None:
    """Two problems with one fragile answer: both are flagged, and both count among the unmatched forms."""
    add(run, "What share?", r"28\%")
    add(run, "What other share?", r"28\%")
    counts = decide(run, verifier={"percent": "strict"})
    assert counts["unmatched_forms"] == {"percent left out": 2}
    assert counts["flagged"] == 2


def test_flags_keep_the_problem(run: RunDir) -> None:
    """One problem may have several flags; it counts once."""
    add(run, "Which city?", "Paris", "text")
    add(run, "Roots? [asy] draw(unitcircle); [/asy]" + " and so on" * 800, "(1,2)", "tuple")
    counts = decide(run)
    assert counts["rules"] == {"long-question": 1, "needs-picture": 1, "several-values": 1, "text-answer": 1}
    assert (counts["dropped"], counts["flagged"]) == (0, 2)
    assert run.dropped("problem") == {}


def test_gate_counts_the_share_and_keeps_the_decisions(run: RunDir) -> None:
    """One of four is dropped: 25 % passes a gate of 0.25 and fails one of 0.2."""
    for number in range(3):
        add(run, f"{number}?", str(number))
    add(run, "?", None, "none")
    assert decide(run, max_drop_share=0.25)["dropped"] == 1
    with pytest.raises(GateFailed, match=r"1 of 4 problems \(25\.0%\)"):
        decide(run, max_drop_share=0.2)
    assert len(run.decisions()) == 1


def test_second_call_and_other_shards_change_nothing(run: RunDir) -> None:
    for number in range(5):
        add(run, f"{number}?", str(number) if number % 2 else None)
    first, decisions = decide(run), run.decisions()
    run.close()
    with RunDir(run.path, shard=(1, 9)) as other:
        assert decide(other) == first
    assert run.decisions() == decisions
    assert first["rules"] == {"no-answer": 3}


def test_run_without_problems_says_what_to_do(run: RunDir) -> None:
    with pytest.raises(UsageError, match="no problems") as caught:
        decide(run)
    assert "dartkit load" in caught.value.fix


def test_progress_ends_at_the_total(run: RunDir) -> None:
    add(run, "1?", "1")
    sink = MemorySink()
    validate(run, ValidateSettings(), None, sink)
    last = [event for event in sink.events if isinstance(event, StageProgress)][-1]
    assert (last.done, last.total) == (1, 1)
