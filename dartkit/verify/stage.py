"""The `verify` stage: a verdict for every sample that has none by this verifier, without drawing again."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from dartkit.engines.base import Engine
from dartkit.events import EventSink, Notice, StageProgress, StageStarted
from dartkit.ids import in_shard
from dartkit.outcomes import read_outcomes
from dartkit.records import Outcome, Problem, Sample, from_row
from dartkit.run import RunDir
from dartkit.stage_settings import VerifySettings
from dartkit.store.winners import plain
from dartkit.verify import Grader, load_verifier

BATCH = 512
REPORT_SECONDS = 0.25


def verify(run: RunDir, settings: VerifySettings, engine: Engine | None, events: EventSink) -> dict[str, Any]:
    """Judge what is not judged yet, in the order of the samples; verdicts are durable batch by batch."""
    with load_verifier(settings.verifier) as verifier:
        pending, without_gold = _pending(run, verifier.verifier_id)
        if without_gold:
            events.emit(Notice("verify", f"{without_gold} samples belong to problems without a gold answer"))
        events.emit(StageStarted("verify", "samples", len(pending)))
        outcomes = _judge_all(run, verifier, pending, settings.verifier.workers, events)
    counts: dict[str, Any] = {"samples": len(pending), "without_gold": without_gold}
    counts.update(sorted(outcomes.items()))
    if settings.judge is not None:
        from dartkit.verify.judge.stage import judge_undecided

        counts["judge"] = judge_undecided(run, settings.judge, engine, events, over=verifier.verifier_id)
    return counts


def _pending(run: RunDir, verifier_id: str) -> tuple[set[str], int]:
    """Return the ids of samples to judge and the number of samples that cannot be judged.

    A verdict of `truncated`, `timeout` or `error` is provisional: the first is judged again once the sample was redone with a larger
    limit, the others whenever the stage runs.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    golds = {problem.problem_id: problem.answer_id for problem in run.problems_by_id.values()}
    samples = run.columns("samples", ("sample_id", "problem_id", "finish_reason"))
    names = samples["problem_id"].combine_chunks()
    own = pa.array([in_shard(name, *run.shard) for name in names.dictionary.to_pylist()], pa.bool_())
    samples = samples.filter(own.take(names.indices))
    outcome = read_outcomes(run, samples, golds, verifier_id)
    stopped = pc.equal(plain(samples["finish_reason"]), "stop")
    open_ones = pc.or_(
        pc.fill_null(pc.is_in(outcome, pa.array(["timeout", "error"])), False),
        pc.fill_null(pc.and_(pc.equal(outcome, "truncated"), stopped), False),
    )
    asked = samples.filter(pc.or_(pc.is_null(outcome), open_ones))
    pending, without_gold = set(), 0
    for sample_id, problem_id in zip(
        *(asked[name].to_pylist() for name in ("sample_id", "problem_id")), strict=True
    ):
        if golds.get(problem_id) is None:
            without_gold += 1
        else:
            pending.add(sample_id)
    return pending, without_gold


def _judge_all(
    run: RunDir, verifier: Grader, pending: set[str], workers: int, events: EventSink
) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    batch: list[Sample] = []
    reported = 0.0
    with ThreadPoolExecutor(workers, thread_name_prefix="judge") as pool:
        for row in run.rows("samples"):
            if row["sample_id"] not in pending:
                continue
            batch.append(from_row(Sample, row))
            if len(batch) == BATCH:
                outcomes.update(_judge_batch(run, verifier, batch, pool))
                batch = []
            if time.monotonic() - reported > REPORT_SECONDS:
                reported = time.monotonic()
                events.emit(
                    StageProgress("verify", outcomes.total(), len(pending), {"correct": outcomes["correct"]})
                )
        outcomes.update(_judge_batch(run, verifier, batch, pool))
    events.emit(StageProgress("verify", outcomes.total(), len(pending), {"correct": outcomes["correct"]}))
    return outcomes


def _judge_batch(
    run: RunDir, verifier: Grader, batch: list[Sample], pool: ThreadPoolExecutor
) -> list[Outcome]:
    golds = [run.problems_by_id[sample.problem_id] for sample in batch]
    results = pool.map(
        lambda pair: verifier.check(
            pair[0].completion, pair[1].answer or "", finish_reason=pair[0].finish_reason
        ),
        zip(batch, golds, strict=True),
    )
    found: list[Outcome] = []
    for sample, problem, result in zip(batch, golds, results, strict=True):
        run.append(
            result.record(
                sample_id=sample.sample_id,
                answer_id=_answer_id(problem),
                verifier_id=verifier.verifier_id,
            )
        )
        found.append(result.outcome)
    return found


def _answer_id(problem: Problem) -> str:
    if problem.answer_id is None:
        raise AssertionError(f"problem {problem.problem_id} has an answer but no answer_id")
    return problem.answer_id
