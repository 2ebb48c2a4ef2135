"""Strategies: from the difficulty of a problem to its target. Small pure functions.

vanilla    n draws for every problem, right or wrong (the paper's VRT); no target of correct samples
uniform    t = k_u correct samples for every problem (DARS-Uniform)
prop2diff  t = ceil(k_p * fail rate), hardest get k_p; with cover t = max(1, t) (DARS-Prop2Diff, section 3.3)
budget     t = 1 for problems not solved yet, with as many draws as a number of tokens allows (see `token_budget`)
custom     what a function of your own says (see `custom`)

The paper gets coverage by rounding up, but a measured fail rate of exactly 0 gives ceil(0) = 0: only the explicit max(1, .)
covers such a problem.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from dartkit.strategy_settings import (
    CustomStrategy,
    Prop2Diff,
    StrategySettings,
    TokenBudget,
    Uniform,
    Vanilla,
)


@dataclass(frozen=True, slots=True)
class Quota:
    """When a problem is done.

    Either `draws` says how many draws to make whatever they give, or `correct` says how many correct ones to collect; then
    `max_draws` and `hopeless_pass_rate` say when to give up.
    """

    draws: int | None = None
    correct: int | None = None
    max_draws: int = 0
    hopeless_pass_rate: float = 0.0


def target_correct(strategy: StrategySettings, fail_rate: float) -> int | None:
    """Return how many correct samples a strategy wants of a problem; None for vanilla, which counts draws.

    Raises:
        ValueError: when the fail rate is not in [0, 1], or the strategy is a custom one, which is asked in another way.
    """
    if not 0.0 <= fail_rate <= 1.0:
        raise ValueError(f"fail rate {fail_rate} is not in [0, 1]")
    match strategy:
        case Vanilla():
            return None
        case Uniform():
            return strategy.correct_per_problem
        case Prop2Diff():
            wanted = _ceil_product(strategy.max_correct, fail_rate)
            return max(1, wanted) if strategy.cover else wanted
        case TokenBudget():
            return 1
        case CustomStrategy():
            raise ValueError("a custom strategy looks at more than the fail rate")


def _ceil_product(k: int, fail_rate: float) -> int:
    """Return ceil(k * fail_rate); a rate such as 1 - 7/8 carries rounding noise that must not lift the ceiling by one."""
    return math.ceil(k * fail_rate - 1e-9)


def quota_of(
    strategy: StrategySettings, fail_rate: float, *, max_draws: int, hopeless_pass_rate: float
) -> Quota:
    """Return the quota of a problem under a strategy that looks at nothing but its fail rate."""
    if isinstance(strategy, Vanilla):
        return Quota(draws=strategy.draws_per_problem)
    return Quota(
        correct=target_correct(strategy, fail_rate),
        max_draws=max_draws,
        hopeless_pass_rate=hopeless_pass_rate,
    )


def needs_estimate(strategy: StrategySettings) -> bool:
    """Say whether the strategy depends on measured difficulty."""
    return isinstance(strategy, Prop2Diff | TokenBudget)


def strategy_name(strategy: StrategySettings) -> str:
    """Return the name under which a strategy's targets are kept: its kind, or a custom strategy's own name."""
    return strategy.name if isinstance(strategy, CustomStrategy) else strategy.kind
