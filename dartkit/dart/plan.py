"""The `plan` stage: the price of each strategy, from measured or assumed pass rates. Needs no engine and spends nothing."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from dartkit.dart.forecast import Forecast, Outlook, forecast
from dartkit.dart.strategies import quota_of
from dartkit.difficulty.prior import fit_prior
from dartkit.engines.base import Engine
from dartkit.errors import UsageError
from dartkit.events import EventSink, Notice
from dartkit.files import write_json
from dartkit.records import Difficulty, Problem
from dartkit.run import RunDir
from dartkit.settings import StrategySettings
from dartkit.stage_settings import PlanSettings

ASSUMED_JUDGED = 8  # an assumed pass rate weighs as much as a probe of this many draws


def plan(run: RunDir, settings: PlanSettings, engine: Engine | None, events: EventSink) -> dict[str, Any]:
    """Forecast every strategy of the settings, in all and for each source level, and write `plan.json`."""
    dropped = run.dropped("problem")
    problems = [item for item in run.problems(("train",)) if item.answer and item.problem_id not in dropped]
    if not problems:
        raise UsageError(
            "there are no problems to plan for",
            where=str(run.path),
            fix=f"First: dartkit load files {run.path} FILE",
        )
    difficulty = {record.problem_id: record for record in run.difficulty()}
    measured = sum(item.problem_id in difficulty for item in problems)
    if measured < len(problems):
        events.emit(
            Notice(
                "plan",
                f"{len(problems) - measured} problems are not measured; assumed pass rate {settings.assumed_pass_rate:g}",
            )
        )
    speed = settings.tokens_per_second or _measured_speed(run)
    rows = [
        _plan_strategy(item, settings, problems, difficulty, speed, run.seed) for item in settings.strategies
    ]
    result = {"problems": len(problems), "measured": measured, "tokens_per_second": speed, "strategies": rows}
    write_json(run.path / "plan.json", result)
    return result


def _plan_strategy(
    strategy: StrategySettings,
    settings: PlanSettings,
    problems: list[Problem],
    difficulty: dict[str, Difficulty],
    speed: float | None,
    seed: int,
) -> dict[str, Any]:
    groups: dict[str, list[Outlook]] = defaultdict(list)
    for problem in problems:
        groups[problem.level or "-"].append(_outlook(strategy, settings, difficulty.get(problem.problem_id)))
    everything = [item for group in groups.values() for item in group]
    prior = fit_prior([(item.correct, item.judged) for item in everything])
    whole = forecast(everything, seed=seed, prior=prior)
    hours = None if speed is None else [round(value / speed / 3600, 4) for value in whole.tokens]
    return {
        "strategy": strategy.kind,
        "settings": strategy.model_dump(mode="json"),
        **_rounded(whole),
        "hours": hours,
        "money": None if hours is None else [round(value * settings.money_per_hour, 2) for value in hours],
        "by_level": {
            level: {"problems": len(group), **_rounded(forecast(group, seed=seed, prior=prior))}
            for level, group in sorted(groups.items())
        },
    }


def _outlook(strategy: StrategySettings, settings: PlanSettings, record: Difficulty | None) -> Outlook:
    if record is None or record.pass_rate is None:
        correct, judged, tokens = round(settings.assumed_pass_rate * ASSUMED_JUDGED), ASSUMED_JUDGED, None
        fail_rate = 1 - settings.assumed_pass_rate
    else:
        correct, judged, tokens = (
            record.n_correct,
            record.n_samples - record.n_undecided,
            record.median_completion_tokens,
        )
        fail_rate = 1 - record.pass_rate
    quota = quota_of(
        strategy,
        fail_rate,
        max_draws=settings.max_draws_per_problem,
        hopeless_pass_rate=settings.hopeless_pass_rate,
    )
    return Outlook(quota, correct, judged, tokens or settings.assumed_tokens_per_draw)


def _rounded(value: Forecast) -> dict[str, list[int]]:
    return {name: [round(item) for item in getattr(value, name)] for name in ("draws", "tokens", "correct")}


def _measured_speed(run: RunDir) -> float | None:
    """Return the probe's completion tokens per second, from the manifest; None if no probe was timed."""
    for entry in run.steps().values():
        counts = entry.get("counts", {})
        if entry.get("stage") == "estimate" and counts.get("tokens") and entry.get("seconds"):
            return round(float(counts["tokens"]) / float(entry["seconds"]), 1)
    return None
