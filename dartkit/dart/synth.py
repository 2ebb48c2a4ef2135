"""The `synth` stage: spend draws where the strategy wants them, and say plainly what was not reached."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any

from dartkit.dart.cost import expected_draws
from dartkit.dart.drawing import Drawing, draw_samples, drawable_problems
from dartkit.dart.progress import ProblemProgress
from dartkit.dart.quotas import QuotaRules
from dartkit.dart.spending import is_token_budget_spent, spend_tokens, with_token_limit
from dartkit.dart.strategies import Quota, strategy_name
from dartkit.engines.base import Engine
from dartkit.errors import BudgetReached, GateFailed, UsageError
from dartkit.events import EventSink, Notice
from dartkit.records import Problem, Target, TargetStatus
from dartkit.run import RunDir
from dartkit.stage_settings import SynthSettings
from dartkit.strategy_settings import TokenBudget


def synth(run: RunDir, settings: SynthSettings, engine: Engine | None, events: EventSink) -> dict[str, Any]:
    """Draw until every problem's target is met, hopeless or exhausted; write the targets table.

    Raises:
        UsageError: when the strategy needs difficulty that was not measured.
        BudgetReached: when the budget ended it; what was drawn is kept.
        GateFailed: when more problems than `max_open_gap` allows have no correct sample.
    """
    if engine is None:
        raise UsageError("synth needs an engine")
    problems = drawable_problems(run, settings.splits, events, "synth")
    difficulty = {record.problem_id: record for record in run.difficulty()}
    quotas = QuotaRules(settings.strategy, difficulty, settings).quotas(problems, str(run.path))
    draw = partial(_draw, run, settings, engine, events, problems)
    drawing = draw(quotas)
    if isinstance(settings.strategy, TokenBudget):
        drawing = spend_tokens(settings, settings.strategy, difficulty, drawing, draw)
    targets = [_target(item, settings, drawing.sampler_id) for item in drawing.progress]
    if is_token_budget_spent(settings, drawing):
        targets = [replace(item, status="exhausted") if item.status == "open" else item for item in targets]
    run.write_targets(targets)
    statuses = Counter(target.status for target in targets)
    counts = _counts(drawing, targets, statuses)
    hopeless = statuses["hopeless"]
    if hopeless:
        events.emit(
            Notice(
                "synth",
                f"{hopeless} of {len(targets)} problems are hopeless for this model: the upper 95 % bound of their pass rate "
                f"is under {settings.hopeless_pass_rate:g}",
            )
        )
    if drawing.counts.stopped and not is_token_budget_spent(settings, drawing):
        raise BudgetReached(
            f"synth stopped at {drawing.counts.stopped}; {statuses['open']} problems are open, all draws are kept",
            where=str(run.path),
            fix="Raise the budget and run the same command: it goes on from here.",
        )
    _check_gap(settings, targets)
    return counts


def _draw(
    run: RunDir,
    settings: SynthSettings,
    engine: Engine,
    events: EventSink,
    problems: list[Problem],
    quotas: dict[str, Quota],
) -> Drawing:
    return draw_samples(
        run,
        with_token_limit(settings),
        engine,
        events,
        phase="synth",
        quotas=lambda problem: quotas[problem.problem_id],
        problems=[item for item in problems if item.problem_id in quotas],
    )


def _target(item: ProblemProgress, settings: SynthSettings, sampler_id: str) -> Target:
    quota = item.quota
    return Target(
        problem_id=item.problem.problem_id,
        strategy=strategy_name(settings.strategy),
        target_correct=quota.correct or 0,
        max_draws=quota.draws if quota.draws is not None else quota.max_draws,
        have_correct=item.n_correct,
        n_draws=item.n_draws,
        expected_draws=_expected_draws(item),
        expected_tokens=None,
        status=item.status,
        sampler_id=sampler_id,
    )


def _expected_draws(item: ProblemProgress) -> float:
    """Return how many more draws an open problem should take; 0 for one that is done."""
    if item.status != "open":
        return 0.0
    if item.quota.draws is not None:
        return item.expected_left()
    rate = (item.n_correct + 0.5) / (item.n_judged + 1)
    return expected_draws(
        (item.quota.correct or 0) - item.n_correct, rate, item.quota.max_draws - item.n_draws
    )


def _counts(drawing: Drawing, targets: list[Target], statuses: Counter[TargetStatus]) -> dict[str, Any]:
    counts = drawing.counts
    return {
        "draws": counts.draws,
        "tokens": counts.tokens,
        "correct": counts.correct,
        "errors": counts.errors,
        "problems": len(targets),
        "covered": sum(target.have_correct > 0 for target in targets),
        **{status: statuses[status] for status in ("met", "exhausted", "hopeless", "open")},
    }


def _check_gap(settings: SynthSettings, targets: list[Target]) -> None:
    if not targets:
        return
    uncovered = sum(target.have_correct == 0 for target in targets)
    if uncovered / len(targets) > settings.max_open_gap:
        raise GateFailed(
            f"{uncovered} of {len(targets)} problems have no correct sample, the gate max_open_gap allows "
            f"{settings.max_open_gap:.0%}",
            fix="Use a stronger model, more draws per problem, or a wider gate; the samples are kept.",
        )
