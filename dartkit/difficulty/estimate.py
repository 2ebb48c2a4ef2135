"""The `estimate` stage: pass rates from a fixed-n probe, or from draws that were loaded, and what they say of the gold answers.

The raw rate and its interval come from the first n draws of each problem and from nothing else. A second round (`extra_samples`) goes
to the problems that the first found always wrong or always right, where the rate is known least. Which problems those are depends
on their draws, so that k / n over both rounds would be biased (with 8 + 8 draws a true 0.05 reads 0.067 and a true 0.95 reads
0.933 on average); the raw rate leaves the second round out. A posterior does not depend on why a draw was made: the
shrunk estimate takes both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from dartkit.dart.drawing import Drawing, draw_samples, drawable_problems
from dartkit.dart.strategies import Quota
from dartkit.difficulty.rates import NOT_JUDGED, JudgedDraw, rate_problem, shrink
from dartkit.difficulty.suspects import find_suspects, write_suspects
from dartkit.engines.base import Engine
from dartkit.errors import BudgetReached, UsageError
from dartkit.events import EventSink, Notice
from dartkit.records import Difficulty, Outcome, Problem
from dartkit.run import RunDir
from dartkit.stage_settings import EstimateSettings
from dartkit.store.winners import find_rows

if TYPE_CHECKING:
    import pyarrow as pa

    from dartkit.verify import Grader

_Found = tuple[Outcome, str | None, str | None]
ROWS_AT_ONCE = 8_192


def estimate(
    run: RunDir, settings: EstimateSettings, engine: Engine | None, events: EventSink
) -> dict[str, Any]:
    """Measure the difficulty of every usable problem of the run and replace the difficulty table.

    Problems that `validate` dropped, such as those whose gold answer can never be matched, are left out and counted. Gold answers
    that the draws speak against are flagged (see `suspects`).

    Returns:
        `draws`, `tokens`, `problems` rated, `excluded` with the number of problems left out by rule, `mean_pass_rate`,
        `prior` (a and b of the fitted Beta; with shards, over the problems of this shard), `never_correct`, `always_correct`,
        `second_round` (problems that got one), `suspect_gold`, `undecided_gold`.

    Raises:
        BudgetReached: when the probe could not be finished; what was drawn is kept.
        UsageError: when `phase` is `given` and no draws were loaded.
    """
    from dartkit.verify import load_verifier

    if settings.phase == "given":
        return _estimate_given(run, settings, events)
    if engine is None:
        raise UsageError(
            "the probe needs an engine", fix="Use --phase given to rate loaded samples without a model."
        )
    problems = drawable_problems(run, settings.splits, events, "estimate")
    n, m = settings.samples_per_problem, settings.extra_samples
    rounds = [_draw_to(run, settings, engine, events, problems, n)]
    find = partial(judged_draws, run, rounds[0].verifier_id, sampler_id=rounds[0].sampler_id)
    judged = find(below=n)
    extra: dict[str, list[JudgedDraw]] = {}
    unclear = [item for item in problems if m and _is_one_sided(judged.get(item.problem_id, []))]
    if unclear:
        if not rounds[0].counts.stopped:
            rounds.append(_draw_to(run, settings, engine, events, unclear, n + m))
        later = find(start=n, below=n + m)
        extra = {item.problem_id: later.get(item.problem_id, []) for item in unclear}
    with load_verifier(settings.verifier) as verifier:
        records = _rate_all(settings, problems, rounds[0].sampler_id, verifier, judged, extra)
    summary = _finish(run, settings, problems, records, events)
    draws = sum(item.counts.draws for item in rounds)
    if rounds[-1].counts.stopped:
        raise BudgetReached(
            f"estimate stopped at {rounds[-1].counts.stopped}; {draws} draws made and kept",
            where=str(run.path),
            fix="Raise the budget and run the same command: it goes on from here.",
        )
    return {
        "draws": draws,
        "tokens": sum(item.counts.tokens for item in rounds),
        **summary,
        "second_round": len(unclear),
    }


def _draw_to(
    run: RunDir,
    settings: EstimateSettings,
    engine: Engine,
    events: EventSink,
    problems: list[Problem],
    draws: int,
) -> Drawing:
    """Make draws 0 to `draws` - 1 of these problems, as far as they are not there yet."""
    return draw_samples(
        run,
        settings,
        engine,
        events,
        phase="probe",
        quotas=lambda problem: Quota(draws=draws),
        problems=problems,
    )


def _is_one_sided(draws: Sequence[JudgedDraw]) -> bool:
    """Say whether all judged draws came out alike; False without any."""
    judged = [draw.outcome == "correct" for draw in draws if draw.outcome not in NOT_JUDGED]
    return bool(judged) and len(set(judged)) == 1


def _estimate_given(run: RunDir, settings: EstimateSettings, events: EventSink) -> dict[str, Any]:
    from dartkit.verify import load_verifier

    with load_verifier(settings.verifier) as verifier:
        judged = judged_draws(run, verifier.verifier_id, phase="given")
        if not judged:
            raise UsageError(
                "there are no verified given samples to rate",
                where=str(run.path),
                fix=f"First: dartkit load samples {run.path} FILE, then dartkit verify {run.path}",
            )
        problems = drawable_problems(run, settings.splits, events, "estimate")
        records = _rate_all(settings, problems, "given", verifier, judged, {})
    return {"draws": 0, "tokens": 0, **_finish(run, settings, problems, records, events)}


def _rate_all(
    settings: EstimateSettings,
    problems: list[Problem],
    sampler_id: str,
    verifier: Grader,
    judged: dict[str, list[JudgedDraw]],
    extra: dict[str, list[JudgedDraw]],
) -> list[Difficulty]:
    same = partial(is_same, verifier)
    return [
        rate_problem(
            item.problem_id,
            sampler_id,
            verifier.verifier_id,
            judged.get(item.problem_id, []),
            interval=settings.interval,
            confidence=settings.confidence,
            same=same,
            extra=extra.get(item.problem_id, ()),
        )
        for item in problems
    ]


def is_same(verifier: Grader, first: str, second: str) -> bool:
    """Say whether a verifier finds two answers equal."""
    return verifier.check_answer(first, second).outcome == "correct"


def judged_draws(
    run: RunDir,
    verifier_id: str,
    *,
    sampler_id: str | None = None,
    phase: str | None = None,
    start: int = 0,
    below: int | None = None,
) -> dict[str, list[JudgedDraw]]:
    """Return the judged draws of each problem, of one sampler or phase, with a draw index from `start` to under `below`.

    The index decides, not the phase: the first n draws are a fixed-n probe whoever asked for them, since no draw was ever
    made or left out because of its own result.
    """
    import pyarrow.compute as pc

    from dartkit.verify.judge.stage import judged_verdicts

    golds = {problem.problem_id: problem.answer_id for problem in run.problems_by_id.values()}
    wanted = {name: value for name, value in (("sampler_id", sampler_id), ("phase", phase)) if value}
    columns = ("sample_id", "problem_id", "draw_index", "completion_tokens")
    samples = run.columns("samples", columns, where=wanted)
    if start:
        samples = samples.filter(pc.greater_equal(samples["draw_index"], start))
    if below is not None:
        samples = samples.filter(pc.less(samples["draw_index"], below))
    verdicts = _verdicts_of(run, samples, verifier_id)
    verdicts.update(
        (key, (found.outcome, found.normalized, found.extracted))
        for key, found in judged_verdicts(run, verifier_id).items()
    )
    draws: dict[str, list[JudgedDraw]] = defaultdict(list)
    for batch in samples.to_batches(max_chunksize=ROWS_AT_ONCE):
        for row in batch.to_pylist():
            verdict = verdicts.get((row["sample_id"], golds.get(row["problem_id"])))
            if verdict is not None:
                outcome, normalized, extracted = verdict
                draw = JudgedDraw(outcome, normalized or extracted, row["completion_tokens"], extracted)
                draws[row["problem_id"]].append(draw)
    return draws


def _verdicts_of(run: RunDir, samples: pa.Table, verifier_id: str) -> dict[tuple[str, str | None], _Found]:
    """Return what a verifier says of these samples, by sample and gold answer."""
    import pyarrow.compute as pc

    columns = ("sample_id", "answer_id", "outcome", "normalized", "extracted")
    verdicts = run.columns("verdicts", columns, where={"verifier_id": verifier_id})
    verdicts = verdicts.filter(pc.is_valid(find_rows(verdicts["sample_id"], samples["sample_id"])))
    found: dict[tuple[str, str | None], _Found] = {}
    for batch in verdicts.to_batches(max_chunksize=ROWS_AT_ONCE):
        for sample, answer, *rest in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            found[sample, answer] = (rest[0], rest[1], rest[2])
    return found


def _finish(
    run: RunDir,
    settings: EstimateSettings,
    problems: list[Problem],
    records: list[Difficulty],
    events: EventSink,
) -> dict[str, Any]:
    """Store the difficulties with their shrunk estimates, and the flags; return the counts."""
    records, prior = shrink(records, settings.confidence)
    run.write_difficulty(records)
    suspects = find_suspects(records, {item.problem_id: item.answer for item in problems})
    write_suspects(run, suspects)
    rules = Counter(item.rule for item in suspects)
    if suspects:
        events.emit(
            Notice(
                "estimate",
                f"the draws speak against the gold answers of {len(suspects)} problems; see them: dartkit verify audit "
                f"{run.path} --consensus",
            )
        )
    rates = [record.pass_rate for record in records if record.pass_rate is not None]
    return {
        "problems": len(records),
        "excluded": _excluded(run, settings),
        "mean_pass_rate": round(sum(rates) / len(rates), 4) if rates else None,
        "prior": [round(prior.a, 4), round(prior.b, 4)],
        "never_correct": sum(rate == 0 for rate in rates),
        "always_correct": sum(rate == 1 for rate in rates),
        "suspect_gold": rules["suspect-gold"],
        "undecided_gold": rules["undecided-gold"],
    }


def _excluded(run: RunDir, settings: EstimateSettings) -> dict[str, int]:
    """Count the problems of these splits that were left out, by the rule that dropped them."""
    dropped = run.dropped("problem")
    rules = Counter(
        dropped[item.problem_id].rule if item.problem_id in dropped else "no-answer"
        for item in run.problems(settings.splits)
        if item.problem_id in dropped or not item.answer
    )
    return dict(sorted(rules.items()))
