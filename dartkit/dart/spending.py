"""How `synth` spends the token budget of the `budget` strategy: what is left after a helping is shared out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dartkit.dart.drawing import Drawing
from dartkit.dart.progress import ProblemProgress
from dartkit.dart.quotas import share_tokens
from dartkit.dart.strategies import Quota
from dartkit.records import Difficulty
from dartkit.stage_settings import SynthSettings
from dartkit.strategy_settings import TokenBudget

HELPINGS = 4  # in all; each is right in expectation, so the rest shrinks by far more than half
WORTH_SHARING = 0.01  # of the tokens


def with_token_limit(settings: SynthSettings) -> SynthSettings:
    """Return the settings with the strategy's tokens among the hard stops, so that draws in flight cannot overspend them."""
    if not isinstance(settings.strategy, TokenBudget):
        return settings
    limits = [settings.strategy.tokens, settings.budget.max_tokens or settings.strategy.tokens]
    return settings.model_copy(
        update={"budget": settings.budget.model_copy(update={"max_tokens": min(limits)})}
    )


def is_token_budget_spent(settings: SynthSettings, drawing: Drawing) -> bool:
    """Say whether drawing stopped because the strategy's own tokens were spent, which is its end and no interruption."""
    return isinstance(settings.strategy, TokenBudget) and drawing.spent_tokens >= settings.strategy.tokens


def spend_tokens(
    settings: SynthSettings,
    strategy: TokenBudget,
    difficulty: Mapping[str, Difficulty],
    drawing: Drawing,
    draw: Callable[[dict[str, Quota]], Drawing],
) -> Drawing:
    """Share out what is left of the tokens among the problems without a correct sample, and draw again, a few times.

    Args:
        settings: Of the stage.
        strategy: How many tokens.
        difficulty: What the probe measured.
        drawing: The first helping.
        draw: Draws with other quotas, going on from what is on disk.
    """
    for _ in range(HELPINGS - 1):
        left = strategy.tokens - drawing.spent_tokens
        if drawing.counts.stopped or left < WORTH_SHARING * strategy.tokens:
            break
        items = {item.problem.problem_id: item for item in drawing.progress}
        failed = {
            key: (item.n_draws, item.n_judged)
            for key, item in items.items()
            if item.status == "exhausted" and item.n_correct == 0
        }
        records = [difficulty[key] for key in items]
        more = share_tokens(records, left, settings.max_draws_per_problem, failed)
        if not any(more.values()):
            break
        before = drawing.counts
        drawing = draw({key: _more(item, more.get(key, 0)) for key, item in items.items()})
        for name in ("draws", "tokens", "correct", "errors", "seconds"):
            setattr(drawing.counts, name, getattr(drawing.counts, name) + getattr(before, name))
    return drawing


def _more(item: ProblemProgress, draws: int) -> Quota:
    quota = item.quota
    return Quota(
        correct=quota.correct,
        max_draws=max(quota.max_draws, item.n_draws + draws),
        hopeless_pass_rate=quota.hopeless_pass_rate,
    )
