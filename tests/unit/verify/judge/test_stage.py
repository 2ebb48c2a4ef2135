"""Judging in a run directory: who is asked about, what is written, and that a kill or a second call costs nothing twice.

The run holds hand-made verdicts of a verifier called `rules`, so that every count below follows from the table `CASES`.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from dartkit.engines.scripted import ScriptedEngine
from dartkit.errors import BudgetReached, ExitStatus, UsageError
from dartkit.events import MemorySink, SilentSink, StageProgress, StageStarted
from dartkit.records import AnswerKind, Outcome, Sample, Verdict
from dartkit.run import RunDir
from dartkit.settings import Budget
from dartkit.settings import ScriptedEngine as ScriptedSettings
from dartkit.verify.judge import Judge, RuledSample
from dartkit.verify.judge.stage import (
    judge_samples,
    judge_undecided,
    judged_verdicts,
    judges_of,
    newest_verifier,
)
from tests.conftest import make_problem, make_run, make_sample
from tests.unit.verify.judge.voices import Killed, VoiceEngine, always, judge_settings, sound

RULES = "r" * 32
DAY = replace(make_problem("Which day follows Thursday?", "Friday"), answer_kind="text")
SUM = make_problem("What is 2 + 2?", "4")
KNOWN = (("Friday", "the day before Saturday"), ("4", "two squared"))
# gold answer's kind, what the rules extracted, their outcome, and the outcome after a sound judge (None: it has no say)
CASES: tuple[tuple[AnswerKind, str, Outcome, Outcome | None], ...] = (
    ("text", "the day before Saturday", "incorrect", "correct"),
    ("text", "the day before Saturday", "undecided", "correct"),  # the same question: nothing more is asked
    ("text", "Monday", "incorrect", "incorrect"),
    ("text", "Solution", "incorrect", "no_answer"),
    ("text", "Friday", "correct", None),
    ("text", "Friday", "truncated", None),
    ("integer", "two squared", "undecided", "correct"),
    ("integer", "too squared", "undecided", "incorrect"),
    ("integer", "two squared", "incorrect", None),
    ("integer", "5", "incorrect", None),
    ("integer", "4", "correct", None),
    ("integer", "two squared", "timeout", None),
    ("integer", "two squared", "error", None),
    ("integer", "two squared", "no_answer", None),
)
JUDGED: Counter[str] = Counter(after for *_, after in CASES if after is not None)
DRAWS = 4 * 3 + 2 * 3  # four questions that the model is asked, two gold answers with controls


def fill(path: Path, *, seed: int = 0) -> list[Sample]:
    """Write the run of `CASES` and return its samples."""
    samples = []
    with make_run(path, (DAY, SUM), seed=seed) as run:
        for index, (kind, extracted, outcome, _) in enumerate(CASES):
            problem = DAY if kind == "text" else SUM
            sample = make_sample(problem, index, f"\\boxed{{{extracted}}}")
            run.append(sample)
            run.append(ruling(sample, outcome, extracted))
            samples.append(sample)
    return samples


def ruling(sample: Sample, outcome: Outcome, extracted: str, *, verifier: str = RULES) -> Verdict:
    answer = DAY.answer_id if sample.problem_id == DAY.problem_id else SUM.answer_id
    assert answer is not None
    return Verdict(
        sample.sample_id,
        answer,
        verifier,
        outcome,
        "exact",
        extracted=extracted,
        normalized=extracted.lower(),
    )


def judge_all(path: Path, engine: VoiceEngine, **changes: object) -> dict[str, object]:
    settings = judge_settings().model_copy(update=changes)
    with RunDir(path) as run:
        return judge_undecided(run, settings, engine, SilentSink())


def test_who_is_judged_and_what_is_written(tmp_path: Path) -> None:
    """Outcomes by the table; every verdict of the rules stays as it was."""
    samples = fill(tmp_path)
    engine = VoiceEngine(sound(*KNOWN))
    counts = judge_all(tmp_path, engine)
    assert counts == {"samples": 6, "draws": DRAWS, "tokens": 3 * DRAWS, **JUDGED}
    assert len(engine.asked) == DRAWS
    run = RunDir(tmp_path)
    assert sorted((v.sample_id, v.outcome) for v in run.verdicts(RULES)) == sorted(
        (sample.sample_id, outcome) for sample, (_, _, outcome, _) in zip(samples, CASES, strict=True)
    )
    found = {identity: verdict for (identity, _), verdict in judged_verdicts(run, RULES).items()}
    for sample, (_, extracted, _, after) in zip(samples, CASES, strict=True):
        verdict = found.get(sample.sample_id)
        assert (verdict.outcome if verdict else None) == after
        if verdict is not None:
            assert verdict.reward == {"correct": 1.0, "incorrect": 0.0, "no_answer": 0.0}[verdict.outcome]
            assert verdict.method == ("none" if after == "no_answer" else "judge")
            assert (verdict.extracted, verdict.normalized) == (extracted, extracted.lower())
    assert found[samples[0].sample_id].detail == "majority: 3 equal, 0 different, 0 abstained"
    assert found[samples[3].sample_id].detail == "opener"


def test_a_second_call_asks_nothing(tmp_path: Path) -> None:
    fill(tmp_path)
    judge_all(tmp_path, VoiceEngine(sound(*KNOWN)))
    before = sorted(path.name for path in (tmp_path / "verdicts").iterdir())
    engine = VoiceEngine(always("never asked"))
    assert judge_all(tmp_path, engine) == {"samples": 0, "draws": 0, "tokens": 0}
    assert engine.asked == []
    assert sorted(path.name for path in (tmp_path / "verdicts").iterdir()) == before


def test_undecided_is_final_too(tmp_path: Path) -> None:
    """A judge that cannot tell is not asked again and again; its verdict earns no reward."""
    fill(tmp_path)
    counts = judge_all(tmp_path, VoiceEngine(always("no verdict")))
    assert (counts["undecided"], counts["no_answer"]) == (5, 1)
    engine = VoiceEngine(sound(*KNOWN))
    assert judge_all(tmp_path, engine)["samples"] == 0
    verdicts = judged_verdicts(RunDir(tmp_path), RULES).values()
    assert {verdict.reward for verdict in verdicts if verdict.outcome == "undecided"} == {None}


@pytest.mark.parametrize("killed_after", range(0, DRAWS, 2))
@pytest.mark.parametrize("torn", [True, False])
def test_killed_and_called_again(tmp_path: Path, killed_after: int, torn: bool) -> None:
    """After a kill at any draw the same call ends as an unbroken one, and no stored vote is drawn again."""
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    fill(whole)
    fill(broken)
    judge_all(whole, VoiceEngine(sound(*KNOWN)))
    with pytest.raises(Killed):
        judge_all(broken, VoiceEngine(sound(*KNOWN), killed_after=killed_after))
    if torn:
        for segment in broken.glob("v*/seg-*.jsonl"):
            with segment.open("ab") as file:
                file.write(b'{"vote_id": "0123')
    engine = VoiceEngine(sound(*KNOWN))
    judge_all(broken, engine)
    assert len(engine.asked) == DRAWS - killed_after
    results = [
        {key: (verdict.outcome, verdict.detail, verdict.verifier_id) for key, verdict in judged_verdicts(RunDir(path), RULES).items()}
        for path in (whole, broken)
    ]  # fmt: skip
    assert results[0] == results[1]
    assert len(results[0]) == 6


def test_budget(tmp_path: Path) -> None:
    """Each call may spend what is left of the whole run's allowance; a larger one goes on."""
    fill(tmp_path)
    engines = [VoiceEngine(sound(*KNOWN), capacity=3) for _ in range(4)]
    for engine, limit in zip(engines, (5, 5, 11, 100), strict=True):
        budget = Budget(max_draws=limit)
        if limit < DRAWS:
            with pytest.raises(BudgetReached, match=r"budget\.max_draws") as caught:
                judge_all(tmp_path, engine, budget=budget)
            assert caught.value.status is ExitStatus.BUDGET
        else:
            judge_all(tmp_path, engine, budget=budget)
    assert [len(engine.asked) for engine in engines] == [5, 0, 6, DRAWS - 11]
    assert Counter(v.outcome for v in judged_verdicts(RunDir(tmp_path), RULES).values()) == JUDGED


def test_a_budget_that_is_just_enough(tmp_path: Path) -> None:
    """The limit is reached with the last draw, and nothing is left to do."""
    fill(tmp_path)
    assert judge_all(tmp_path, VoiceEngine(sound(*KNOWN)), budget=Budget(max_draws=DRAWS))["samples"] == 6


def test_another_judge_judges_anew_beside_the_first(tmp_path: Path) -> None:
    """Unanimity is another verifier: its verdicts stand beside the others, from the votes that are there."""
    fill(tmp_path)
    judge_all(tmp_path, VoiceEngine(sound(*KNOWN)))
    engine = VoiceEngine(always("never asked"))
    counts = judge_all(tmp_path, engine, accept="unanimous")
    assert (counts["samples"], engine.asked) == (6, [])
    run = RunDir(tmp_path)
    judges = judges_of(run)
    assert set(judges.values()) == {RULES}
    assert len(judges) == 2
    newest = {verdict.verifier_id for verdict in judged_verdicts(run, RULES).values()}
    described = [json.loads((tmp_path / "verifiers" / f"{identity}.json").read_text()) for identity in newest]
    assert [
        (entry["accept"], entry["votes"], entry["over"], entry["sampler"]["model"]) for entry in described
    ] == [("unanimous", 3, RULES, "scripted")]


def test_the_newest_verifier_is_never_a_judge(tmp_path: Path) -> None:
    samples = fill(tmp_path)
    assert newest_verifier(RunDir(tmp_path)) == RULES
    judge_all(tmp_path, VoiceEngine(sound(*KNOWN)))
    assert newest_verifier(RunDir(tmp_path)) == RULES
    with RunDir(tmp_path) as run:
        run.append(ruling(samples[0], "incorrect", "x", verifier="n" * 32))
    assert newest_verifier(RunDir(tmp_path)) == "n" * 32
    assert judged_verdicts(RunDir(tmp_path), "n" * 32) == {}


def test_a_judge_over_new_rules_uses_the_old_votes(tmp_path: Path) -> None:
    """Version 2 of the rules can tell one more; the judge completes them without a single draw."""
    samples = fill(tmp_path)
    judge_all(tmp_path, VoiceEngine(sound(*KNOWN)))
    with RunDir(tmp_path) as run:
        for sample, (_, extracted, outcome, _) in zip(samples, CASES, strict=True):
            told = "incorrect" if extracted == "too squared" else outcome
            run.append(ruling(sample, told, extracted, verifier="n" * 32))
    engine = VoiceEngine(always("never asked"))
    assert judge_all(tmp_path, engine)["samples"] == 5
    assert engine.asked == []
    assert len(judged_verdicts(RunDir(tmp_path), "n" * 32)) == 5


def test_verdicts_against_another_gold_answer_are_passed_over(tmp_path: Path) -> None:
    """The problem's gold answer was corrected since; only verdicts against the present one are completed."""
    sample = make_sample(SUM, 0, "\\boxed{two squared}")
    with make_run(tmp_path, (SUM,)) as run:
        run.append(sample)
        run.append(replace(ruling(sample, "undecided", "two squared"), answer_id="0" * 32))
    engine = VoiceEngine(always("never asked"))
    assert judge_all(tmp_path, engine)["samples"] == 0
    assert engine.asked == []


def test_shards_share_the_work(tmp_path: Path) -> None:
    """Each of three processes judges the problems of its shard; together they do what one would."""
    fill(tmp_path)
    samples: list[object] = []
    total: Counter[str] = Counter()
    for index in range(3):
        with RunDir(tmp_path, shard=(index, 3)) as run:
            engine = VoiceEngine(sound(*KNOWN))
            counts = judge_undecided(run, judge_settings(), engine, SilentSink(), over=RULES)
        samples.append(counts["samples"])
        total.update(counts)
    owners = {int(problem.problem_id[:16], 16) % 3: size for problem, size in ((DAY, 4), (SUM, 2))}
    assert len(owners) == 2  # or the test would show nothing
    assert samples == [owners.get(index, 0) for index in range(3)]
    assert total == Counter({"samples": 6, "draws": DRAWS, "tokens": 3 * DRAWS, **JUDGED})


def test_events(tmp_path: Path) -> None:
    """A start with the number of samples, progress up to all of them, and what there was on disk."""
    fill(tmp_path)
    with pytest.raises(Killed):
        judge_all(tmp_path, VoiceEngine(sound(*KNOWN), killed_after=4))
    sink = MemorySink()
    with RunDir(tmp_path) as run:
        judge_undecided(run, judge_settings(), VoiceEngine(sound(*KNOWN)), sink)
    begun, last = sink.events[0], sink.events[-1]
    assert isinstance(begun, StageStarted)
    assert isinstance(last, StageProgress)
    assert (begun.stage, begun.unit, begun.note) == ("judge", "samples", "4 votes on disk")
    assert begun.total == last.done == last.total
    assert last.numbers["draws"] == DRAWS - 4


def test_refusals(tmp_path: Path) -> None:
    run = make_run(tmp_path, (DAY,))
    with pytest.raises(UsageError, match="engine"):
        judge_undecided(run, judge_settings(), None, SilentSink())
    with pytest.raises(UsageError, match="no verdicts"):
        judge_undecided(run, judge_settings(), VoiceEngine(always("")), SilentSink())


def test_with_the_scripted_engine(tmp_path: Path) -> None:
    """It knows the run's problems and writes no verdict line: everything it is asked stays undecided."""
    fill(tmp_path)
    engine = ScriptedEngine(ScriptedSettings(pass_rate=1.0), (DAY, SUM))
    with RunDir(tmp_path) as run:
        counts = judge_undecided(run, judge_settings(), engine, SilentSink())
    assert (counts["undecided"], counts["no_answer"], counts["draws"]) == (5, 1, DRAWS)


def test_rows_without_a_run() -> None:
    """The same on rows in memory: verdicts come back for the samples that the judge has a say in, and for no other."""
    rows = []
    for index, (kind, extracted, outcome, _) in enumerate(CASES):
        sample = make_sample(DAY if kind == "text" else SUM, index, f"\\boxed{{{extracted}}}")
        problem = DAY if kind == "text" else SUM
        rows.append(RuledSample(problem, sample.completion, "stop", ruling(sample, outcome, extracted)))
    judge = Judge(VoiceEngine(sound(*KNOWN)), judge_settings(), over=RULES)
    verdicts = {verdict.sample_id: verdict for verdict in judge_samples(judge, iter(rows))}
    assert {row.verdict.sample_id: after for row, (*_, after) in zip(rows, CASES, strict=True) if after} == {
        identity: verdict.outcome for identity, verdict in verdicts.items()
    }
    assert {verdict.verifier_id for verdict in verdicts.values()} == {judge.verifier_id}
