"""Judging in a run: from the rules' verdicts to the judge's, appended as new facts under an identity of its own.

The judge's verdicts complete those of one verifier (`over`) and are few; readers lay them over that verifier's with `judged_verdicts`
and `final_outcome`. What a judge is made of stands in `verifiers/<verifier_id>.json`, its replies in `votes/`.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from typing import Any

from dartkit.budget import BudgetMeter
from dartkit.engines.base import Engine
from dartkit.errors import BudgetReached, UsageError
from dartkit.events import EventSink, Number, StageProgress, StageStarted
from dartkit.files import read_json, write_json
from dartkit.ids import in_shard
from dartkit.records import Verdict
from dartkit.run import RunDir
from dartkit.verify.judge.candidate import JUDGEABLE, RuledSample, question_of
from dartkit.verify.judge.judge import NAME, Judge, load_judge
from dartkit.verify.judge.question import JudgeQuestion, JudgeVerdict
from dartkit.verify.judge.settings import JudgeSettings
from dartkit.verify.judge.votes import VoteBook, VoteTable
from dartkit.verify.verdict import REWARDS

STAGE = "judge"
REPORT_SECONDS = 0.25
Asked = tuple[JudgeQuestion, Verdict]
"""What the judge is asked, and the rules' verdict that it completes."""


def judge_undecided(
    run: RunDir,
    settings: JudgeSettings,
    engine: Engine | None,
    events: EventSink,
    *,
    over: str | None = None,
) -> dict[str, Any]:
    """Judge what the rules could not tell, and free-form answers that they did not find equal; see `wants_judge`.

    May be killed and called again: stored votes are used, stored verdicts are final, and a second call asks nothing.

    Args:
        run: The run directory, with verdicts of the rules in it.
        settings: The judge.
        engine: An engine opened for the judge's model.
        events: Who hears of progress.
        over: The verifier to complete; None takes the one that wrote last.

    Returns:
        Counts of samples, draws, tokens and outcomes.

    Raises:
        UsageError: without an engine, or without any verdict to complete.
        BudgetReached: when the budget ended it; votes and verdicts are kept.
    """
    if engine is None:
        raise UsageError("the judge needs an engine")
    over = over or newest_verifier(run)
    if over is None:
        raise UsageError(
            "there are no verdicts for the judge to complete",
            where=str(run.path),
            fix=f"First: dartkit verify {run.path}",
        )
    with VoteTable(run.path) as table:
        book = VoteBook(table.append)
        judge = load_judge(engine, settings, run_path=run.path, seed=run.seed, over=over, book=book)
        write_json(run.path / "verifiers" / f"{judge.verifier_id}.json", judge.identity)
        draws, tokens = book.recall(
            table.read(), sampler_id=judge.sampler_id, max_tokens=settings.sampling.max_tokens
        )
        meter = BudgetMeter(settings.budget, spent_draws=draws, spent_tokens=tokens)
        pending = _pending(run, judge.verifier_id, over)
        events.emit(
            StageStarted(STAGE, "samples", len(pending), note=f"{draws} votes on disk" if draws else "")
        )
        outcomes = _judge_all(run, judge, pending, meter, events)
    counts = {"samples": len(pending), "draws": meter.draws - draws, "tokens": meter.tokens - tokens}
    stopped = meter.reached()
    if stopped and outcomes.total() < len(pending):
        raise BudgetReached(
            f"the judge stopped at {stopped}; {outcomes.total()} of {len(pending)} samples are judged, all votes are kept",
            where=str(run.path),
            fix="Raise the judge's budget and run the same command: it goes on from here.",
        )
    return {**counts, **dict(sorted(outcomes.items()))}


def judge_samples(
    judge: Judge, samples: Iterable[RuledSample], *, meter: BudgetMeter | None = None
) -> Iterator[Verdict]:
    """Yield the judge's verdict on each sample it has a say in, as they come; samples with one answer share a verdict.

    All samples are read before the first is judged; of each only what the judge is shown is kept.
    """
    yield from _judge_asked(judge, _questions(samples), meter)


def _questions(samples: Iterable[RuledSample]) -> list[Asked]:
    found = ((question_of(sample), sample.verdict) for sample in samples)
    return [(question, verdict) for question, verdict in found if question is not None]


def _judge_asked(
    judge: Judge, asked: list[Asked], meter: BudgetMeter | None
) -> Generator[Verdict, None, None]:
    waiting: defaultdict[str, list[Verdict]] = defaultdict(list)
    for question, verdict in asked:
        waiting[question.question_id].append(verdict)
    for question, found in judge.stream((question for question, _ in asked), meter=meter):
        for ruled in waiting[question.question_id]:
            yield _verdict_of(found, ruled, judge.verifier_id)


def _verdict_of(found: JudgeVerdict, ruled: Verdict, verifier_id: str) -> Verdict:
    return Verdict(
        sample_id=ruled.sample_id,
        answer_id=ruled.answer_id,
        verifier_id=verifier_id,
        outcome=found.outcome,
        method=found.method,
        reward=REWARDS.get(found.outcome),
        extracted=ruled.extracted,
        normalized=ruled.normalized,
        detail=found.detail,
        seconds=found.seconds,
    )


def newest_verifier(run: RunDir) -> str | None:
    """Return the verifier, judges left out, that wrote the last row of the verdicts; None without any."""
    judges = set(judges_of(run))
    return _last_of(run, lambda verifier_id: verifier_id not in judges)


def _last_of(run: RunDir, counts: Callable[[str], bool]) -> str | None:
    """Return the verifier of the last verdict whose verifier counts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = run.columns("verdicts", ("verifier_id",))["verifier_id"].combine_chunks()
    wanted = pa.array([counts(name) for name in column.dictionary.to_pylist()], pa.bool_())
    places = pc.indices_nonzero(wanted.take(column.indices))
    return column[places[-1].as_py()].as_py() if len(places) else None


def judges_of(run: RunDir) -> dict[str, str | None]:
    """Return the judges that worked in a run, with the verifier that each completes."""
    folder = run.path / "verifiers"
    paths = sorted(folder.glob("*.json")) if folder.is_dir() else []
    found = {path.stem: read_json(path) for path in paths}
    return {identity: entry.get("over") for identity, entry in found.items() if entry.get("name") == NAME}


def judged_verdicts(run: RunDir, over: str) -> dict[tuple[str, str], Verdict]:
    """Return the verdicts of the newest judge over a verifier, by sample and gold answer; empty without one."""
    judges = {identity for identity, base in judges_of(run).items() if base == over}
    if not judges:
        return {}
    newest = _last_of(run, lambda verifier_id: verifier_id in judges)
    if newest is None:
        return {}
    return {(verdict.sample_id, verdict.answer_id): verdict for verdict in run.verdicts(newest)}


def _pending(run: RunDir, verifier_id: str, over: str) -> list[Asked]:
    """Return what the judge has a say in and has not judged yet: the samples of this shard against their problems' gold answers."""
    done = {(verdict.sample_id, verdict.answer_id) for verdict in run.verdicts(verifier_id)}
    ruled: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in run.verdicts(over):
        if verdict.outcome in JUDGEABLE and (verdict.sample_id, verdict.answer_id) not in done:
            ruled[verdict.sample_id].append(verdict)
    return _questions(_samples(run, ruled))


def _samples(run: RunDir, ruled: Mapping[str, list[Verdict]]) -> Iterator[RuledSample]:
    for row in run.rows("samples", ("sample_id", "problem_id", "completion", "finish_reason")):
        problem = run.problems_by_id.get(row["problem_id"])
        if problem is None or not in_shard(row["problem_id"], *run.shard):
            continue
        for verdict in ruled.get(row["sample_id"], ()):
            if verdict.answer_id == problem.answer_id:
                yield RuledSample(problem, row["completion"], row["finish_reason"], verdict)


def _judge_all(
    run: RunDir, judge: Judge, pending: list[Asked], meter: BudgetMeter, events: EventSink
) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    begun = time.monotonic()
    first, reported = meter.draws, begun
    with closing(_judge_asked(judge, pending, meter)) as verdicts:
        for verdict in verdicts:
            run.append(verdict)
            outcomes[verdict.outcome] += 1
            if time.monotonic() - reported > REPORT_SECONDS:
                reported = time.monotonic()
                numbers = _numbers(outcomes, meter.draws - first, begun)
                events.emit(StageProgress(STAGE, outcomes.total(), len(pending), numbers))
    numbers = _numbers(outcomes, meter.draws - first, begun)
    events.emit(StageProgress(STAGE, outcomes.total(), len(pending), numbers))
    return outcomes


def _numbers(outcomes: Counter[str], draws: int, begun: float) -> dict[str, Number]:
    seconds = max(time.monotonic() - begun, 1e-9)
    return {
        "correct": outcomes["correct"],
        "undecided": outcomes["undecided"],
        "draws": draws,
        "draws_per_s": draws / seconds,
    }
