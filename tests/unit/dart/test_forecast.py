"""The forecast against exact sums and brute force."""

from __future__ import annotations

import math
import random
from collections import Counter
from functools import partial
from itertools import product
from statistics import fmean, stdev

import pytest

from dartkit.dart.chance import draw_until_success
from dartkit.dart.cost import expected_draws, simulate_cost
from dartkit.dart.forecast import Outlook, forecast
from dartkit.dart.progress import ProblemProgress
from dartkit.dart.strategies import Quota, quota_of
from dartkit.difficulty.prior import beta_prior
from dartkit.records import Outcome
from dartkit.strategy_settings import Prop2Diff, Uniform, Vanilla
from tests.conftest import make_problem

PROBLEM = make_problem("p")


def always(quota: Quota, fail_rate: float) -> Quota:
    """A quota that does not depend on the fail rate."""
    return quota


def brute_force(target: int, rate: float, cap: int) -> float:
    """Mean of min(draws to the target-th success, cap) over all 2^cap outcomes."""
    total = 0.0
    for outcome in product((0, 1), repeat=cap):
        weight, wins, used = 1.0, 0, cap
        for index, hit in enumerate(outcome):
            weight *= rate if hit else 1 - rate
            wins += hit
            if wins == target and used == cap:
                used = index + 1
        total += weight * used
    return total


@pytest.mark.parametrize(
    ("target", "rate", "cap"), [(1, 0.3, 6), (2, 0.5, 8), (3, 0.9, 7), (3, 0.1, 9), (1, 1.0, 5), (2, 0.0, 4)]
)
def test_expected_draws_by_brute_force(target: int, rate: float, cap: int) -> None:
    assert expected_draws(target, rate, cap) == pytest.approx(brute_force(target, rate, cap))


@pytest.mark.parametrize(
    ("target", "rate", "cap"), [(1, 0.9, 50), (1, 0.01, 100), (5, 0.3, 12), (40, 0.5, 400), (192, 0.35, 520)]
)
def test_simulated_cost_has_the_exact_mean(target: int, rate: float, cap: int) -> None:
    """Mean of 20,000 simulated draws to come against the exact sum, 4 standard errors of what was simulated."""
    rng = random.Random(3)
    costs = [
        simulate_cost(Quota(correct=target, max_draws=cap), 0, 0, 0, rate, 1.0, rng) for _ in range(20_000)
    ]
    exact = expected_draws(target, rate, cap)
    spread = math.sqrt(sum((cost.draws - exact) ** 2 for cost in costs) / len(costs))
    mean = sum(cost.draws for cost in costs) / len(costs)
    assert mean == pytest.approx(exact, abs=4 * spread / math.sqrt(20_000) + 1e-9)
    # Wald's identity: the mean of correct samples is the pass rate times the mean of draws
    found = sum(cost.correct for cost in costs) / len(costs)
    assert found == pytest.approx(rate * exact, rel=0.02)


def play(quota: Quota, rate: float, rng: random.Random) -> tuple[int, int, str]:
    """One problem drawn for real, by the state that the scheduler keeps: draws, correct samples, how it ended."""
    item = ProblemProgress(make_problem("p"), "p", quota)
    while item.status == "open":
        item.add_outcome(item.n_draws, "correct" if rng.random() < rate else "incorrect")
    return item.n_draws, item.n_correct, item.status


@pytest.mark.parametrize("rate", [0.0, 0.02, 0.08, 0.3])
def test_giving_up_is_simulated_as_it_is_done(rate: float) -> None:
    """3,000 problems by `simulate_cost` and by `ProblemProgress`: shares of each end within 4 sigma, mean draws within 4 %."""
    quota = Quota(correct=6, max_draws=90, hopeless_pass_rate=0.06)
    rng = random.Random(1)
    real = [play(quota, rate, rng) for _ in range(3000)]
    made = [simulate_cost(quota, 0, 0, 0, rate, 1.0, rng) for _ in range(3000)]
    ends = Counter(item[2] for item in real)
    for status, count in Counter(item.status for item in made).items():
        assert count == pytest.approx(ends[status], abs=4 * math.sqrt(3000 / 4 * 2))
    assert sum(item.draws for item in made) == pytest.approx(sum(item[0] for item in real), rel=0.04)
    assert sum(item.correct for item in made) == pytest.approx(sum(item[1] for item in real), rel=0.06)


def test_nothing_wanted_costs_nothing() -> None:
    assert expected_draws(0, 0.5, 9) == 0.0
    assert forecast([]).total.draws == (0.0, 0.0, 0.0)


def test_vanilla_is_certain() -> None:
    """100 problems, 52 draws each, 8 made: 4,400 draws, of 10 tokens each, with no uncertainty."""
    rule = partial(always, Quota(draws=52))
    plan = forecast([Outlook(rule, 4, 8, 8, 10.0, rate=0.5)] * 100)
    assert plan.total.draws == (4400.0, 4400.0, 4400.0)
    assert plan.total.tokens[0] == pytest.approx(44_000)
    assert plan.total.met == (100.0, 100.0, 100.0)
    assert set(plan.by_bin) == {"0.25 to 0.5"}


def test_groups_add_up() -> None:
    """Levels and bins are two ways to cut the same draws: each adds up to the total."""
    rule = partial(quota_of, Prop2Diff(max_correct=8), max_draws=64, hopeless_pass_rate=0.005)
    outlooks = [
        Outlook(rule, k, 8, 8, 5.0, rate=k / 8, level=str(k % 3)) for k in range(9) for _ in range(10)
    ]
    plan = forecast(outlooks)
    for groups in (plan.by_level, plan.by_bin):
        for name in ("problems", "draws", "tokens", "correct", "met"):
            assert sum(getattr(cell, name)[0] for cell in groups.values()) == pytest.approx(
                getattr(plan.total, name)[0]
            )


def test_undecided_draws_cost_but_do_not_count() -> None:
    """Half of all draws cannot be judged and all others are right: 10 more correct samples take 20 more draws on average."""
    rng = random.Random(0)
    costs = [
        simulate_cost(Quota(correct=14, max_draws=999), 4, 4, 8, 1.0, 0.5, rng).draws for _ in range(4000)
    ]
    assert sum(costs) / 4000 == pytest.approx(20, abs=4 * math.sqrt(20 / 4000))


# Reference table: problems, Uniform's mean of correct samples, Hard's mean of correct samples (DART-Math's own statistics).
PAPER = {
    "gsm8k": (7473, 8.49),
    "1": (565, 14.28),
    "2": (1349, 33.52),
    "3": (1592, 54.94),
    "4": (1690, 79.59),
    "5": (2304, 107.06),
}


def paper_outlooks(rule: object, *, pays_probe: bool, probe: int = 192) -> list[Outlook]:
    """A fifth of the 14,973 problems before any draw, with the published fail rates (Hard mean / 192) and little scatter."""
    return [
        Outlook(
            rule,  # type: ignore[arg-type]  # a partial of quota_of
            assumed=beta_prior(1 - hard / 192, 5.0),
            probe=probe,
            pays_probe=pays_probe,
            level=level,
        )
        for level, (count, hard) in PAPER.items()
        for _ in range(round(count / 5))
    ]


SCENES: dict[str, tuple[Uniform | Prop2Diff, tuple[float, float]]] = {
    "uniform": (Uniform(correct_per_problem=6), (0.32, 0.5)),
    "prop2diff": (Prop2Diff(max_correct=12), (0.32, 0.5)),
    "alike": (Prop2Diff(max_correct=12), (3.0, 2.0)),
}


class Scene:
    """One simulated run: a probe of 8 draws of each problem, its forecast, then what drawing really comes to."""

    def __init__(self, name: str, seed: int, problems: int) -> None:
        strategy, prior = SCENES[name]
        self.rule = partial(quota_of, strategy, max_draws=100, hopeless_pass_rate=0.03)
        self.rng = random.Random(f"{name} {seed}")
        self.draws = self.tokens = self.correct = 0.0
        outlooks = [self.add_problem(self.rng.betavariate(*prior)) for _ in range(problems)]
        self.plan = forecast(outlooks, seed=seed, worlds=100 if problems < 1000 else None).total

    def add_problem(self, rate: float) -> Outlook:
        outcomes: list[Outcome] = ["correct" if self.rng.random() < rate else "incorrect" for _ in range(100)]
        lengths = [self.rng.uniform(30, 90) for _ in range(100)]
        found = outcomes[:8].count("correct")
        item = ProblemProgress(PROBLEM, "p", self.rule(1 - found / 8))
        for index, outcome in enumerate(outcomes):
            if item.status != "open":
                break
            item.add_outcome(index, outcome)
        self.draws += max(0, item.n_draws - 8)
        self.tokens += sum(lengths[8 : item.n_draws])
        self.correct += item.n_correct
        return Outlook(self.rule, found, 8, 8, fmean(lengths[:8]), stdev(lengths[:8]), rate=found / 8)


@pytest.mark.parametrize("name", list(SCENES))
def test_intervals_hold_what_drawing_comes_to(name: str) -> None:
    """60 runs of 60 problems: the 90 % intervals hold the fact in 77 to 98 % of them, 46 to 59 runs.

    Over 300 other runs they held it in 86 to 89 %: with 60 problems even the prior is uncertain. Of 60 runs that is 53, and the
    bounds are 2.5 to 3 standard deviations off. The mean difference between plan and
    fact is within 3 of its standard errors.
    """
    scenes = [Scene(name, seed, 60) for seed in range(1000, 1060)]
    for figure in ("draws", "tokens", "correct"):
        facts = [getattr(scene, figure) for scene in scenes]
        plans = [getattr(scene.plan, figure) for scene in scenes]
        held = sum(low <= fact <= high for fact, (_, low, high) in zip(facts, plans, strict=True))
        assert 46 <= held <= 59, figure
        gaps = [plan[0] - fact for fact, plan in zip(facts, plans, strict=True)]
        assert abs(fmean(gaps)) <= 3 * stdev(gaps) / math.sqrt(len(gaps)), figure


@pytest.mark.parametrize("name", ["uniform", "prop2diff"])
def test_totals_are_right_within_two_per_cent(name: str) -> None:
    """12,000 problems: draws, tokens and correct samples; the fact itself has a relative deviation of about 0.7 %."""
    scene = Scene(name, 7, 12_000)
    for figure in ("draws", "tokens", "correct"):
        assert getattr(scene.plan, figure)[0] == pytest.approx(getattr(scene, figure), rel=0.02), figure


def test_the_papers_sizes_come_out() -> None:
    """A fifth of the published totals within 2 %, before any draw, from the published fail rates.

    With generous caps Uniform k = 40 wants 598,920 samples (the paper reached 98.6 % of them, 590,705) and Prop2Diff k = 192
    585,392 plus rounding up, half a sample of each problem; VRT's 52 draws at its pass rate 0.765 give 595.6k.
    """
    uniform = partial(quota_of, Uniform(correct_per_problem=40), max_draws=20_000, hopeless_pass_rate=0.0)
    total = forecast(paper_outlooks(uniform, pays_probe=False), worlds=20).total
    assert total.correct[0] == pytest.approx(598_920 / 5, rel=0.002)
    assert total.correct[0] == pytest.approx(590_705 / 5, rel=0.02)
    prop = partial(quota_of, Prop2Diff(max_correct=192), max_draws=20_000, hopeless_pass_rate=0.0)
    plan = forecast(paper_outlooks(prop, pays_probe=True), worlds=20)
    assert plan.total.correct[0] == pytest.approx(585_392 / 5, rel=0.02)
    assert plan.by_level["5"].correct[0] == pytest.approx(246_671 / 5, rel=0.03)
    vanilla = partial(quota_of, Vanilla(draws_per_problem=52), max_draws=1, hopeless_pass_rate=0.0)
    outlooks = [Outlook(vanilla, assumed=beta_prior(0.765, 1.0), probe=8) for _ in range(2994)]
    vrt = forecast(outlooks, worlds=20).total
    assert vrt.draws[0] == 2994 * 52
    assert vrt.correct[0] == pytest.approx(595_626 / 5, rel=0.01)


def test_rates_next_to_nothing_are_never() -> None:
    """A posterior of problems that were never solved gives rates down to 1e-320, whose waiting time is no number."""
    rng = random.Random(1)
    assert draw_until_success(rng, 1e-320) == math.inf
    quota = Quota(correct=4, max_draws=16, hopeless_pass_rate=0.25)
    assert simulate_cost(quota, 0, 8, 8, 1e-320, 1.0, rng).draws <= 16
