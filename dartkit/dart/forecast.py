"""What a strategy will cost, before it is spent.

A problem that is drawn until t are correct takes a negative binomial number of draws, cut at the most it may have and at the point where it
is given up. Its pass rate is not known: it has the posterior Beta(a + c, b + n - c) of the probe under a prior that is fitted to all
problems together, because a sum over thousands of problems turns a small fault of the prior into a certain error. A problem
without a probe has the prior that is assumed for it, and where the target follows from the probe that probe is simulated too. Every
simulated world draws its own prior from those that the probe allows, then every rate, then every draw; the interval is the
central 90 % of the worlds' totals.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from statistics import fmean, quantiles, stdev

from dartkit.dart.chance import draw_binomial
from dartkit.dart.cost import Cost, simulate_cost
from dartkit.dart.strategies import Quota
from dartkit.difficulty.bins import BINS, pass_rate_bin
from dartkit.difficulty.prior import JEFFREYS, Prior, draw_priors, fit_prior

WORLDS = 200
FEWEST_WORLDS = 24
WORK_LIMIT = 400_000  # simulated problems in all: a sum of many problems needs fewer worlds
Z90 = 1.6448536269514722  # normal deviations that hold the central 90 %
FIGURES = (
    "problems",
    "draws",
    "tokens",
    "correct",
    "covered",
    "met",
    "hopeless",
    "exhausted",
)  # as in Figures
Range = tuple[float, float, float]
"""Mean, low, high."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """One problem before it is drawn.

    Attributes:
        quota: What the strategy wants of it, given its measured fail rate.
        correct: Correct draws so far.
        judged: Draws so far that could be judged.
        drawn: Draws so far.
        tokens_per_draw: Mean completion tokens of a draw.
        tokens_deviation: Standard deviation of one draw's tokens.
        assumed: Prior of the pass rate where nothing was measured; None takes the one fitted to the measured problems.
        probe: Draws that would show the fail rate of an unmeasured problem.
        pays_probe: Whether the strategy makes these draws first, because its target follows from them.
        rate: Pass rate that names its bin; None takes that of the simulated probe.
        level: The source's level.
    """

    quota: Callable[[float], Quota]
    correct: int = 0
    judged: int = 0
    drawn: int = 0
    tokens_per_draw: float = 0.0
    tokens_deviation: float = 0.0
    assumed: Prior | None = None
    probe: int = 0
    pays_probe: bool = False
    rate: float | None = None
    level: str = "-"


@dataclass(frozen=True, slots=True)
class Figures:
    """Each figure as (mean, low, high).

    `draws` and `tokens` are still to come, with a probe that the strategy needs first; `correct`, `covered` (problems with a correct
    sample), `met`, `hopeless` and `exhausted` are of the end, with what exists already.
    """

    problems: Range
    draws: Range
    tokens: Range
    correct: Range
    covered: Range
    met: Range
    hopeless: Range
    exhausted: Range


@dataclass(frozen=True, slots=True)
class Forecast:
    """All problems together, and each group of them."""

    total: Figures
    by_level: dict[str, Figures]
    by_bin: dict[str, Figures]


def forecast(outlooks: Sequence[Outlook], *, seed: int = 0, worlds: int | None = None) -> Forecast:
    """Return the cost of these problems together, for each level and for each bin of the pass rate.

    Args:
        outlooks: The problems.
        seed: Seed of the simulation.
        worlds: Simulated worlds, at least two; None takes as many as are worth their time, fewer for many problems.
    """
    rng = random.Random(seed)
    measured = [(item.correct, item.judged) for item in outlooks if item.assumed is None]
    if worlds is None:
        worlds = max(FEWEST_WORLDS, min(WORLDS, WORK_LIMIT // max(1, len(outlooks))))
    priors = draw_priors(measured, fit_prior(measured), rng, worlds) if measured else [JEFFREYS] * worlds
    drawn = sum(item.drawn for item in outlooks)
    share = sum(item.judged for item in outlooks) / drawn if drawn else 1.0
    cases = [(item, None if item.rate is None else item.quota(1 - item.rate)) for item in outlooks]
    sums = [_simulate_world(cases, prior, max(share, 1e-6), rng) for prior in priors]
    held = {cell for world in sums for cell in world}
    levels = sorted({level for level, _ in held})
    bins = [name for name in BINS if any(cell[1] == name for cell in held)]
    return Forecast(
        total=_summarize(sums, held),
        by_level={level: _summarize(sums, {cell for cell in held if cell[0] == level}) for level in levels},
        by_bin={name: _summarize(sums, {cell for cell in held if cell[1] == name}) for name in bins},
    )


World = dict[tuple[str, str], list[float]]
"""Sums of the figures in one world, for each level and bin."""
STATUS_AT = {name: FIGURES.index(name) for name in ("met", "hopeless", "exhausted")}


def _simulate_world(
    cases: Sequence[tuple[Outlook, Quota | None]], prior: Prior, share: float, rng: random.Random
) -> World:
    sums: World = defaultdict(lambda: [0.0] * len(FIGURES))
    for item, quota in cases:
        a, b = item.assumed or prior
        rate = rng.betavariate(a + item.correct, b + item.judged - item.correct)
        if quota is not None and item.rate is not None:
            shown = item.rate
            cost = simulate_cost(quota, item.correct, item.judged, item.drawn, rate, share, rng)
        else:
            shown, cost = _simulate_unmeasured(item, rate, share, rng)
        tokens = cost.draws * item.tokens_per_draw
        if item.tokens_deviation and cost.draws:
            noise = cost.draws + (cost.draws**2 / item.drawn if item.drawn else 0.0)
            tokens += rng.gauss(0.0, item.tokens_deviation * math.sqrt(noise))
        cell = sums[item.level, pass_rate_bin(shown)]
        cell[0] += 1
        cell[1] += cost.draws
        cell[2] += tokens
        cell[3] += cost.correct
        cell[4] += cost.correct > 0
        cell[STATUS_AT[cost.status]] += 1
    return sums


def _simulate_unmeasured(item: Outlook, rate: float, share: float, rng: random.Random) -> tuple[float, Cost]:
    """Return the pass rate that a probe would show, and the cost, with the probe where the strategy pays for one."""
    found = draw_binomial(rng, item.probe, rate)
    shown = found / item.probe
    quota = item.quota(1 - shown)
    if not item.pays_probe:
        return shown, simulate_cost(quota, 0, 0, 0, rate, share, rng)
    cost = simulate_cost(quota, found, item.probe, item.probe, rate, share, rng)
    return shown, Cost(item.probe + cost.draws, cost.correct, cost.status)


def _summarize(worlds: Sequence[World], cells: AbstractSet[tuple[str, str]]) -> Figures:
    """Return each figure's mean and central 90 % over the worlds, of these cells together."""
    ranges = [
        _range([math.fsum(world[cell][at] for cell in cells if cell in world) for world in worlds])
        for at in range(len(FIGURES))
    ]
    return Figures(*ranges)


def _range(values: list[float]) -> Range:
    """Return the mean and the central 90 %: by order where there are many worlds, else by their deviation."""
    if not values:
        return (0.0, 0.0, 0.0)
    middle = fmean(values)
    if len(values) >= WORLDS:
        cuts = quantiles(values, n=20, method="inclusive")
        return (middle, cuts[0], cuts[-1])
    reach = Z90 * stdev(values)
    return (middle, max(0.0, middle - reach), middle + reach)
