"""The `plan` stage: the price of each strategy, from measured or assumed pass rates. Needs no engine and spends nothing."""

from __future__ import annotations

from statistics import fmean
from typing import Any

from dartkit.dart.forecast import FIGURES, Figures, Outlook, forecast
from dartkit.dart.quotas import QuotaRule, QuotaRules
from dartkit.dart.strategies import needs_estimate, strategy_name
from dartkit.difficulty.bins import BINS
from dartkit.difficulty.prior import beta_prior
from dartkit.difficulty.rates import judged_counts, measured_fail_rate
from dartkit.engines.base import Engine
from dartkit.errors import UsageError
from dartkit.events import EventSink, Notice
from dartkit.files import write_json
from dartkit.records import Difficulty, Problem
from dartkit.run import RunDir
from dartkit.stage_settings import PlanSettings
from dartkit.strategy_settings import StrategySettings, TokenBudget


def plan(run: RunDir, settings: PlanSettings, engine: Engine | None, events: EventSink) -> dict[str, Any]:
    """Forecast every strategy of the settings, in all, for each level and each bin of the pass rate; write `plan.json`.

    Raises:
        UsageError: when there are no problems.
    """
    dropped = run.dropped("problem")
    problems = [item for item in run.problems(("train",)) if item.answer and item.problem_id not in dropped]
    if not problems:
        raise UsageError(
            "there are no problems to plan for",
            where=str(run.path),
            fix=f"First: dartkit load files {run.path} FILE",
        )
    difficulty = {record.problem_id: record for record in run.difficulty() if record.pass_rate is not None}
    unmeasured = [item.problem_id for item in problems if item.problem_id not in difficulty]
    if unmeasured:
        events.emit(Notice("plan", _assumption(settings, len(unmeasured))))
    speed = settings.tokens_per_second or _measured_speed(run)
    measured = len(problems) - len(unmeasured)
    result = {
        "problems": len(problems),
        "measured": measured,
        "tokens_per_second": speed,
        "gpus": settings.gpus,
        "strategies": [
            _plan_strategy(item, settings, problems, difficulty, speed, run.seed)
            for item in settings.strategies
        ],
    }
    write_json(run.path / "plan.json", {**result, "unmeasured": unmeasured if measured else "all"})
    return result


def _assumption(settings: PlanSettings, count: int) -> str:
    by_level = "".join(
        f", {rate:g} at level {level}" for level, rate in settings.assumed_pass_rate_by_level.items()
    )
    return (
        f"{count} problems are not measured; assumed mean pass rate {settings.assumed_pass_rate:g}{by_level}, scattered as a Beta "
        f"of strength {settings.assumed_strength:g}"
    )


def _plan_strategy(
    strategy: StrategySettings,
    settings: PlanSettings,
    problems: list[Problem],
    difficulty: dict[str, Difficulty],
    speed: float | None,
    seed: int,
) -> dict[str, Any]:
    if isinstance(strategy, TokenBudget) and len(difficulty) < len(problems):
        raise UsageError(
            f"strategy 'budget' can be planned only for measured problems; {len(problems) - len(difficulty)} are not",
            fix="Run `dartkit estimate` first; its own price is the probe's.",
        )
    rules = QuotaRules(strategy, difficulty, settings).rules(problems)
    tokens = [item.mean_completion_tokens or item.median_completion_tokens for item in difficulty.values()]
    usual = fmean(item for item in tokens if item) if any(tokens) else settings.assumed_tokens_per_draw
    outlooks = [
        _measured(rules[item.problem_id], settings, item, difficulty[item.problem_id], usual)
        if item.problem_id in difficulty
        else _assumed(rules[item.problem_id], settings, item, usual, pays_probe=needs_estimate(strategy))
        for item in problems
    ]
    whole = forecast(outlooks, seed=seed)
    hours = None if speed is None else [value / speed / 3600 for value in whole.total.tokens]
    return {
        "strategy": strategy_name(strategy),
        "settings": strategy.model_dump(mode="json"),
        "pays_probe": needs_estimate(strategy),
        **_rounded(whole.total),
        "hours": None if hours is None else [round(value, 4) for value in hours],
        "gpu_hours": None if hours is None else [round(value * settings.gpus, 4) for value in hours],
        "money": None if hours is None else [round(value * settings.money_per_hour, 2) for value in hours],
        "by_level": {label: _rounded(cell) for label, cell in whole.by_level.items()},
        "by_bin": {label: _rounded(whole.by_bin[label]) for label in BINS if label in whole.by_bin},
    }


def _measured(
    rule: QuotaRule, settings: PlanSettings, problem: Problem, record: Difficulty, usual_tokens: float
) -> Outlook:
    correct, judged = judged_counts(record)
    fail_rate = measured_fail_rate(record, settings.rate) or 0.0
    return Outlook(
        rule,
        correct,
        judged,
        record.n_samples + (record.n_extra or 0),
        record.mean_completion_tokens or record.median_completion_tokens or usual_tokens,
        record.sd_completion_tokens or 0.0,
        rate=1 - fail_rate,
        level=problem.level or "-",
    )


def _assumed(
    rule: QuotaRule, settings: PlanSettings, problem: Problem, tokens: float, *, pays_probe: bool
) -> Outlook:
    level = problem.level or "-"
    mean = settings.assumed_pass_rate_by_level.get(level, settings.assumed_pass_rate)
    return Outlook(
        rule,
        tokens_per_draw=tokens,
        assumed=beta_prior(mean, settings.assumed_strength),
        probe=settings.samples_per_problem,
        pays_probe=pays_probe,
        level=level,
    )


def _rounded(value: Figures) -> dict[str, Any]:
    """Return the figures; the number of problems as one number where it is certain, as it is for all but bins."""
    figures = {name: [round(item) for item in getattr(value, name)] for name in FIGURES}
    return {**figures, "problems": figures["problems"][0]}


def _measured_speed(run: RunDir) -> float | None:
    """Return the probe's completion tokens per second, from the manifest; None if no probe was timed."""
    for entry in run.steps().values():
        counts = entry.get("counts", {})
        if entry.get("stage") == "estimate" and counts.get("tokens") and entry.get("seconds"):
            return round(float(counts["tokens"]) / float(entry["seconds"]), 1)
    return None
