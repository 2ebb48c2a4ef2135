"""The `tune-sampling` stage: draw some problems at several temperatures and say which one to sample at.

The draws are ordinary draws of the probe by samplers of their own: `estimate` and `synth` at the temperature that is chosen go on from
them, and nothing is paid twice.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from typing import Any

from dartkit.dart.drawing import Drawing, draw_samples, drawable_problems
from dartkit.dart.strategies import Quota
from dartkit.engines.base import Engine
from dartkit.errors import BudgetReached, UsageError
from dartkit.evaluate.tuning import (
    Scores,
    TriedDraw,
    describe_setting,
    hard_problems,
    recommend,
    score_problem,
)
from dartkit.events import EventSink, Notice
from dartkit.files import write_json
from dartkit.records import Problem
from dartkit.run import RunDir
from dartkit.settings import Budget
from dartkit.stage_settings import TuneSamplingSettings

RULE = (
    "the most effective different correct completions in 1,000 completion tokens, on the hard problems; within noise: the 95 % interval "
    "of the difference, by a paired bootstrap over these problems, holds 0"
)


def tune_sampling(
    run: RunDir, settings: TuneSamplingSettings, engine: Engine | None, events: EventSink
) -> dict[str, Any]:
    """Draw at every setting, compare them and write `tuning.json`.

    Raises:
        UsageError: when there are no problems.
        BudgetReached: when the budget ended it before every draw was made; what was drawn is kept.
    """
    if engine is None:
        raise UsageError("tune-sampling needs an engine")
    problems = _choose_problems(run, settings, events)
    purse = _Purse(settings.budget)
    grid = [
        (temperature, top_p)
        for temperature in dict.fromkeys(settings.temperatures)
        for top_p in dict.fromkeys(settings.top_ps or (settings.sampling.top_p,))
    ]
    drawings = []
    for temperature, top_p in grid:
        events.emit(Notice("tune-sampling", f"temperature {temperature:g}, top_p {top_p:g}"))
        sampling = settings.sampling.model_copy(update={"temperature": temperature, "top_p": top_p})
        step = settings.model_copy(update={"sampling": sampling, "budget": purse.left()})
        drawings.append(_draw(run, step, engine, events, problems))
        purse.spend(run, drawings[-1], settings.samples_per_problem)
    tried = [_read_scores(run, item, problems, settings.samples_per_problem) for item in drawings]
    result = _compare(settings, grid, drawings, tried)
    write_json(run.path / "tuning.json", result)
    return result


def _choose_problems(run: RunDir, settings: TuneSamplingSettings, events: EventSink) -> list[Problem]:
    """Return the problems to draw: a random part that depends on the seed and on nothing else."""
    usable = drawable_problems(run, settings.splits, events, "tune-sampling")
    if not usable:
        raise UsageError(
            f"no problems with a gold answer in split {'/'.join(settings.splits)}",
            where=str(run.path),
            fix=f"First: dartkit load files {run.path} FILE",
        )
    usable.sort(key=lambda item: item.problem_id)
    return random.Random(settings.seed).sample(usable, min(settings.problems, len(usable)))


def _draw(
    run: RunDir, step: TuneSamplingSettings, engine: Engine, events: EventSink, problems: list[Problem]
) -> Drawing:
    drawing = draw_samples(
        run,
        step,
        engine,
        events,
        phase="probe",
        quotas=lambda problem: Quota(draws=step.samples_per_problem),
        problems=problems,
    )
    if drawing.counts.stopped and any(item.status == "open" for item in drawing.progress):
        raise BudgetReached(
            f"tune-sampling stopped at {drawing.counts.stopped}; all draws are kept",
            where=str(run.path),
            fix="Raise the budget and run the same command: it goes on from here.",
        )
    return drawing


class _Purse:
    """One budget for the draws of several samplers."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._draws = self._tokens = 0
        self._started = time.monotonic()

    def spend(self, run: RunDir, drawing: Drawing, samples: int) -> None:
        """Count the draws that a setting has now, whenever they were made."""
        if self._budget.max_draws is None and self._budget.max_tokens is None:
            return
        chosen = {item.problem.problem_id for item in drawing.progress}
        columns = ("problem_id", "sampler_id", "draw_index", "completion_tokens")
        for row in run.rows("samples", (*columns, "sample_id", "finish_reason", "max_tokens")):
            own = row["sampler_id"] == drawing.sampler_id and row["problem_id"] in chosen
            if own and row["draw_index"] < samples:
                self._draws += 1
                self._tokens += row["completion_tokens"] or 0

    def left(self) -> Budget:
        """Return what is left of the budget; a limit of 0, which no recipe can say, stops at the first draw that is missing."""
        budget = self._budget
        hours = (time.monotonic() - self._started) / 3600
        spent = {
            "max_draws": self._draws,
            "max_tokens": self._tokens,
            "max_hours": hours,
            "max_money": hours * budget.money_per_hour,
        }
        limits = {name: getattr(budget, name) for name in spent}
        return budget.model_copy(
            update={name: max(0, limits[name] - spent[name]) for name in spent if limits[name] is not None}
        )


def _read_scores(run: RunDir, drawing: Drawing, problems: list[Problem], samples: int) -> Scores:
    """Return each problem's score from the first draws of one sampler."""
    from dartkit.verify.judge.stage import judged_verdicts

    golds = {item.problem_id: item.answer_id for item in problems}
    verdicts = {item.sample_id: item for item in run.verdicts(drawing.verifier_id)}
    verdicts.update((key, found) for (key, _), found in judged_verdicts(run, drawing.verifier_id).items())
    draws: dict[str, list[TriedDraw]] = defaultdict(list)
    for row in run.rows("samples"):
        problem_id, verdict = row["problem_id"], verdicts.get(row["sample_id"])
        if row["sampler_id"] != drawing.sampler_id or row["draw_index"] >= samples:
            continue
        if problem_id in golds and verdict is not None and verdict.answer_id == golds[problem_id]:
            answer = verdict.normalized or verdict.extracted
            tokens = row["completion_tokens"] or 0
            draws[problem_id].append(TriedDraw(verdict.outcome, row["completion"], tokens, answer))
    return {item.problem_id: score_problem(draws[item.problem_id]) for item in problems}


def _compare(
    settings: TuneSamplingSettings,
    grid: list[tuple[float, float]],
    drawings: list[Drawing],
    tried: list[Scores],
) -> dict[str, Any]:
    hard = hard_problems(tried, settings.hard_below)
    best, close = recommend(tried, hard, seed=settings.seed)
    names = [{"temperature": temperature, "top_p": top_p} for temperature, top_p in grid]
    return {
        "problems": len(tried[0]),
        "hard_problems": len(hard),
        "samples_per_problem": settings.samples_per_problem,
        "draws": sum(item.counts.draws for item in drawings),
        "tokens": sum(item.counts.tokens for item in drawings),
        "rule": RULE,
        "recommended": names[best],
        "within_noise": [names[index] for index in close],
        "settings": [
            {**name, "sampler_id": drawing.sampler_id, **describe_setting(scores, hard)}
            for name, drawing, scores in zip(names, drawings, tried, strict=True)
        ],
    }
