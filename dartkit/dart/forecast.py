"""What a strategy will cost, before it is spent.

The number of draws to get t correct with pass rate p and at most m draws is min(NB(t, p), m), with mean
sum over j < m of P(Binomial(j, p) < t). The pass rate is not known: it has the posterior Beta(a + c, b + n - c) of the probe, where the
prior Beta(a, b) is fitted to all problems together (the beta-binomial of highest likelihood), because a sum over thousands of
problems turns a small fault of the prior into a certain error. The interval is the central 90 % of simulated totals.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, quantiles

from dartkit.dart.strategies import Quota
from dartkit.difficulty.prior import fit_prior

SIMULATIONS = 200
WORK_LIMIT = (
    400_000  # posterior draws in all; many problems need fewer simulations each, since their sum averages
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """One problem before it is drawn: what the probe saw, what exists and what is wanted."""

    quota: Quota
    correct: int
    judged: int
    tokens_per_draw: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Draws, tokens and correct samples still to come, each as (mean, low, high)."""

    draws: tuple[float, float, float]
    tokens: tuple[float, float, float]
    correct: tuple[float, float, float]


def expected_draws(target: int, pass_rate: float, max_draws: int) -> float:
    """Return the mean of min(NB(target, pass_rate), max_draws); exact.

    The chance of fewer than `target` successes after j draws follows from j - 1 by one step, so this is O(max_draws * target).
    """
    if target <= 0 or max_draws <= 0:
        return 0.0
    if pass_rate <= 0.0:
        return float(max_draws)
    state = [1.0] + [0.0] * (target - 1)  # state[i] = P(i successes so far), i < target
    total = 0.0
    for _ in range(max_draws):
        alive = math.fsum(state)
        total += alive
        if alive < 1e-12:
            break
        for i in range(target - 1, 0, -1):
            state[i] = state[i] * (1 - pass_rate) + state[i - 1] * pass_rate
        state[0] *= 1 - pass_rate
    return total


def simulate_cost(outlook: Outlook, rng: random.Random, prior: tuple[float, float]) -> tuple[float, float]:
    """Return draws and correct samples still to come for one problem in one simulated world."""
    rate = rng.betavariate(outlook.correct + prior[0], outlook.judged - outlook.correct + prior[1])
    quota = outlook.quota
    if quota.draws is not None:
        left = max(0, quota.draws - outlook.judged)
        return float(left), left * rate
    need = max(0, (quota.correct or 0) - outlook.correct)
    left = max(0, quota.max_draws - outlook.judged)
    if need == 0 or left == 0:
        return 0.0, 0.0
    rate = max(rate, 1e-9)
    failures = rng.gammavariate(
        need, max((1 - rate) / rate, 1e-12)
    )  # NB(need, rate) is Poisson with this mean
    failures = max(0.0, rng.gauss(failures, math.sqrt(failures)))
    draws = min(need + failures, _give_up_after(outlook, rate), float(left))
    return draws, min(float(need), draws * rate)


def _give_up_after(outlook: Outlook, rate: float) -> float:
    """Return after how many more draws a problem that is under the threshold is called hopeless.

    With c correct the one-sided 95 % bound passes a small threshold h near (c + 2) / h draws; above the threshold it never does.
    """
    threshold = outlook.quota.hopeless_pass_rate
    if threshold <= 0 or rate >= threshold:
        return math.inf
    return max(0.0, (outlook.correct + 2) / threshold - outlook.judged)


def forecast(
    outlooks: Sequence[Outlook], *, seed: int = 0, prior: tuple[float, float] | None = None
) -> Forecast:
    """Return the cost of these problems together, by simulation over the posterior of every pass rate.

    Args:
        outlooks: The problems.
        seed: Seed of the simulation.
        prior: Prior of the pass rate; None fits it to these problems. A part of a larger set takes the prior of the whole.
    """
    if not outlooks:
        return Forecast((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    if prior is None:
        prior = fit_prior([(item.correct, item.judged) for item in outlooks])
    rng = random.Random(seed)
    rounds = max(20, min(SIMULATIONS, WORK_LIMIT // len(outlooks)))
    draws, tokens, correct = [], [], []
    for _ in range(rounds):
        costs = [simulate_cost(item, rng, prior) for item in outlooks]
        draws.append(math.fsum(cost[0] for cost in costs))
        tokens.append(
            math.fsum(cost[0] * item.tokens_per_draw for cost, item in zip(costs, outlooks, strict=True))
        )
        correct.append(math.fsum(cost[1] for cost in costs))
    return Forecast(_interval(draws), _interval(tokens), _interval(correct))


def _interval(values: list[float]) -> tuple[float, float, float]:
    cuts = quantiles(values, n=20, method="inclusive")
    return (fmean(values), cuts[0], cuts[-1])
