"""What one problem costs: exact means, and one simulated course of draws under a quota."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from dartkit.dart.chance import draw_binomial, draw_failures, draw_until_success
from dartkit.dart.pacing import hopeless_after
from dartkit.dart.strategies import Quota
from dartkit.records import TargetStatus

MOST_TRIES = 200


@dataclass(frozen=True, slots=True)
class Cost:
    """One problem in one simulated world: draws to come, correct samples at the end, and how it ended."""

    draws: float
    correct: float
    status: TargetStatus


def expected_draws(target: int, pass_rate: float, max_draws: int) -> float:
    """Return the mean of min(NB(target, pass_rate), max_draws); exact, in O(max_draws).

    It is the sum over j < max_draws of P(Bin(j, p) < target), and each term follows from the one before:
    P(Bin(j + 1, p) < t) = P(Bin(j, p) < t) - p P(Bin(j, p) = t - 1).
    """
    if target <= 0 or max_draws <= 0:
        return 0.0
    if pass_rate <= 0.0:
        return float(max_draws)
    if pass_rate >= 1.0:
        return float(min(target, max_draws))
    total, alive = 0.0, 1.0
    log_miss = math.log1p(-pass_rate)
    log_chance = (target - 1) * math.log(
        pass_rate
    )  # of exactly target - 1 successes in j draws; j = target - 1 here
    for j in range(max_draws):
        total += alive
        if j >= target - 1:
            alive -= pass_rate * math.exp(log_chance)
            if alive < 1e-12:
                break
            log_chance += log_miss + math.log((j + 1) / (j + 2 - target))
    return total


def simulate_cost(
    quota: Quota, correct: int, judged: int, drawn: int, rate: float, share: float, rng: random.Random
) -> Cost:
    """Return what one problem comes to in one world.

    Args:
        quota: What is wanted.
        correct: Correct draws so far.
        judged: Judged draws so far.
        drawn: Draws so far.
        rate: Its true pass rate among judged draws.
        share: Share of draws that can be judged.
        rng: Source of chance.
    """
    success = rate * share
    if quota.draws is not None:
        left = max(0, quota.draws - drawn)
        kept = correct * min(1.0, quota.draws / drawn) if drawn else 0.0
        return Cost(left, kept + draw_binomial(rng, left, success), "met")
    wanted = quota.correct or 0
    limit = quota.max_draws - drawn
    time, have = 0.0, correct
    while have < wanted:
        given_up = hopeless_after(have, quota.hopeless_pass_rate)
        end = math.inf if given_up is None else (given_up - judged) / share
        if end >= limit:
            break
        arrival = time + draw_until_success(rng, success)
        if arrival > end:
            return Cost(max(time, math.ceil(end)), have, "hopeless")
        time, have = arrival, have + 1
    if have >= wanted:
        return Cost(time, wanted, "met")
    if limit <= time:
        return Cost(max(0.0, time), have, "exhausted")
    arrival = time + wanted - have + draw_failures(rng, wanted - have, success)
    if arrival <= limit:
        return Cost(arrival, wanted, "met")
    return Cost(limit, have + _draw_fewer(rng, int(limit - time), success, wanted - have), "exhausted")


def _draw_fewer(rng: random.Random, n: int, rate: float, bound: int) -> int:
    """Return a binomial count known to be under a bound, by drawing again; the bound itself less 1 where that takes too long."""
    for _ in range(MOST_TRIES):
        found = draw_binomial(rng, n, rate)
        if found < bound:
            return found
    return bound - 1
