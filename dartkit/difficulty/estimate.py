"""The `estimate` stage: pass rates from a fixed-n probe, or from draws that were loaded."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from dartkit.dart.drawing import draw_samples, drawable_problems
from dartkit.dart.strategies import Quota
from dartkit.difficulty.rates import JudgedDraw, rate_problem
from dartkit.engines.base import Engine
from dartkit.errors import BudgetReached, UsageError
from dartkit.events import EventSink, Notice
from dartkit.records import Difficulty
from dartkit.run import RunDir
from dartkit.stage_settings import EstimateSettings


def estimate(
    run: RunDir, settings: EstimateSettings, engine: Engine | None, events: EventSink
) -> dict[str, Any]:
    """Measure the difficulty of every usable problem of the run and replace the difficulty table.

    Raises:
        BudgetReached: when the probe could not be finished; what was drawn is kept.
        UsageError: when `phase` is `given` and no draws were loaded.
    """
    if settings.phase == "given":
        return _estimate_given(run, settings, events)
    if engine is None:
        raise UsageError(
            "the probe needs an engine", fix="Use --phase given to rate loaded samples without a model."
        )
    problems = drawable_problems(run, settings.splits, events, "estimate")
    n = settings.samples_per_problem
    drawing = draw_samples(
        run, settings, engine, events, phase="probe", quotas=lambda problem: Quota(draws=n), problems=problems
    )
    judged = judged_draws(run, drawing.verifier_id, sampler_id=drawing.sampler_id, below=n)
    records = [
        _rate(
            settings,
            item.problem_id,
            drawing.sampler_id,
            drawing.verifier_id,
            judged.get(item.problem_id, []),
        )
        for item in problems
    ]
    run.write_difficulty(records)
    if drawing.counts.stopped:
        raise BudgetReached(
            f"estimate stopped at {drawing.counts.stopped}; {drawing.counts.draws} draws made and kept",
            where=str(run.path),
            fix="Raise the budget and run the same command: it goes on from here.",
        )
    return {"draws": drawing.counts.draws, "tokens": drawing.counts.tokens, **_summary(records, events)}


def _estimate_given(run: RunDir, settings: EstimateSettings, events: EventSink) -> dict[str, Any]:
    from dartkit.verify import load_verifier

    with load_verifier(settings.verifier) as verifier:
        verifier_id = verifier.verifier_id
    judged = judged_draws(run, verifier_id, phase="given")
    if not judged:
        raise UsageError(
            "there are no verified given samples to rate",
            where=str(run.path),
            fix=f"First: dartkit load samples {run.path} FILE, then dartkit verify {run.path}",
        )
    problems = drawable_problems(run, settings.splits, events, "estimate")
    records = [
        _rate(settings, item.problem_id, "given", verifier_id, judged.get(item.problem_id, []))
        for item in problems
    ]
    run.write_difficulty(records)
    return {"draws": 0, "tokens": 0, **_summary(records, events)}


def _rate(
    settings: EstimateSettings, problem_id: str, sampler_id: str, verifier_id: str, draws: list[JudgedDraw]
) -> Difficulty:
    return rate_problem(
        problem_id, sampler_id, verifier_id, draws, interval=settings.interval, confidence=settings.confidence
    )


def judged_draws(
    run: RunDir,
    verifier_id: str,
    *,
    sampler_id: str | None = None,
    phase: str | None = None,
    below: int | None = None,
) -> dict[str, list[JudgedDraw]]:
    """Return the judged draws of each problem, of one sampler or phase, with a draw index under `below`.

    The index decides, not the phase: the first n draws are a fixed-n probe whoever asked for them, since no draw was ever
    made or left out because of its own result.
    """
    answers = run.problems_by_id
    verdicts = {verdict.sample_id: verdict for verdict in run.verdicts(verifier_id)}
    found: dict[str, list[JudgedDraw]] = defaultdict(list)
    columns = ("sample_id", "problem_id", "sampler_id", "draw_index", "phase", "completion_tokens")
    for row in run.rows("samples", (*columns, "finish_reason", "max_tokens")):
        if (sampler_id and row["sampler_id"] != sampler_id) or (phase and row["phase"] != phase):
            continue
        if below is not None and row["draw_index"] >= below:
            continue
        verdict = verdicts.get(row["sample_id"])
        problem = answers.get(row["problem_id"])
        if verdict is not None and problem is not None and verdict.answer_id == problem.answer_id:
            draw = JudgedDraw(
                verdict.outcome, verdict.normalized or verdict.extracted, row["completion_tokens"]
            )
            found[row["problem_id"]].append(draw)
    return found


def _summary(records: list[Difficulty], events: EventSink) -> dict[str, Any]:
    rates = [record.pass_rate for record in records if record.pass_rate is not None]
    suspects = sum(record.majority_agrees is False and record.n_correct == 0 for record in records)
    if suspects:
        events.emit(
            Notice(
                "estimate",
                f"{suspects} problems have a majority answer that is not the gold answer and no correct draw",
            )
        )
    return {
        "problems": len(records),
        "mean_pass_rate": round(sum(rates) / len(rates), 4) if rates else None,
        "never_correct": sum(rate == 0 for rate in rates),
        "always_correct": sum(rate == 1 for rate in rates),
        "suspect_gold": suspects,
    }
