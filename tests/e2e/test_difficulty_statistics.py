"""Statistics of `estimate` at 10,000 problems on the scripted engine, where the truth is known.

The rates are drawn from the Beta that fits the real rollouts of 53 Polaris problems (16 draws each), which is U-shaped. With 10,000
problems an average of zeros and ones has a deviation of at most 0.005, so that every bound below is at least 3 deviations wide.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from dartkit.difficulty.prior import Prior, fit_prior
from dartkit.events import SilentSink
from dartkit.recipe import check_recipe
from dartkit.records import Difficulty
from dartkit.run import RunDir
from dartkit.runner import run_stage
from tests.conftest import make_problem, make_run

N = 8
PROBLEMS = 10_000


def polaris_counts(data_dir: Path) -> list[tuple[int, int]]:
    """Released correctness of 16 draws of each Polaris problem."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    path = data_dir / "outputs_polaris_rollouts16" / "responses.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            counts[row["question_id"]][0] += bool(row["correct"])
            counts[row["question_id"]][1] += 1
    return [(correct, judged) for correct, judged in counts.values()]


def estimate(run: RunDir, rates: dict[str, float], **settings: Any) -> dict[str, Any]:
    """Run `estimate` with the scripted engine."""
    engine = {"kind": "scripted", "pass_rate_by_problem": rates, "capacity": 256, "mean_tokens": 12}
    recipe = check_recipe({"name": "s", "engine": engine, "steps": [{"stage": "estimate", **settings}]})
    return run_stage(run, recipe.steps[0], SilentSink())


class Probed:
    """A run of 10,000 problems after a probe of eight, with its truth."""

    def __init__(self, path: Path, truth: Prior) -> None:
        rng = random.Random(20)
        problems = [make_problem(f"p{i}", str(i)) for i in range(PROBLEMS)]
        self.truth = truth
        self.rates = {item.problem_id: rng.betavariate(*truth) for item in problems}
        self.run = make_run(path, problems, seed=3)
        self.counts = estimate(self.run, self.rates, samples_per_problem=N)
        self.records = self.run.difficulty()

    def squared_error(self, field: str) -> float:
        return fmean((getattr(item, field) - self.rates[item.problem_id]) ** 2 for item in self.records)

    def coverage(self, low: str, high: str, records: list[Difficulty] | None = None) -> float:
        held = self.records if records is None else records
        return fmean(
            getattr(item, low) <= self.rates[item.problem_id] <= getattr(item, high) for item in held
        )


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory, data_dir: Path) -> Probed:
    return Probed(tmp_path_factory.mktemp("statistics") / "run", fit_prior(polaris_counts(data_dir)))


def test_intervals_of_95_per_cent_cover_the_truth(probed: Probed) -> None:
    """Raw (Wilson) and shrunk intervals of 10,000 problems: 93 to 97 %.

    By exact sums over k the expected coverage is 95.6 % and 95.0 % (tests/unit/difficulty/test_intervals.py).
    """
    assert len(probed.records) == PROBLEMS
    assert {item.n_samples for item in probed.records} == {N}
    assert 0.93 <= probed.coverage("ci_low", "ci_high") <= 0.97
    assert 0.93 <= probed.coverage("shrunk_low", "shrunk_high") <= 0.97


def test_the_shrunk_interval_is_right_among_the_extremes_too(probed: Probed) -> None:
    """Among the problems at 0 of 8 and 8 of 8, about half of all: the posterior's intervals cover 93 to 97 % in each group."""
    for correct in (0, N):
        group = [item for item in probed.records if item.n_correct == correct]
        assert len(group) > 1000
        assert 0.93 <= probed.coverage("shrunk_low", "shrunk_high", group) <= 0.97


def test_the_shrunk_estimate_is_closer_than_the_raw_one(probed: Probed) -> None:
    """Mean squared errors against their closed forms: E[p (1 - p)] / n raw, E[p (1 - p)] / (n + a + b) shrunk.

    E[p (1 - p)] = a b / ((a + b) (a + b + 1)). The relative deviation of a mean of 10,000 squared errors is about 2 %.
    """
    a, b = probed.truth
    spread = a * b / ((a + b) * (a + b + 1))
    raw, shrunk = probed.squared_error("pass_rate"), probed.squared_error("shrunk_pass_rate")
    assert raw == pytest.approx(spread / N, rel=0.07)
    assert shrunk == pytest.approx(spread / (N + a + b), rel=0.07)
    assert shrunk < 0.95 * raw


def test_the_prior_is_found_and_said(probed: Probed) -> None:
    """The fitted prior, as the manifest has it, is the truth within 10 % in each parameter."""
    assert probed.counts["prior"] == pytest.approx(list(probed.truth), rel=0.1)


def test_a_second_round_sharpens_and_does_not_bias(tmp_path: Path) -> None:
    """1,000 problems of rate 0.05 with 8 + 8 draws: the raw mean stays at 0.05 (sigma 0.0024), pooled it would read 0.0666.

    Exactly the problems at 0 or 8 of 8 get eight more draws, and a second call draws nothing.
    """
    problems = [make_problem(f"p{i}", str(i)) for i in range(1000)]
    rates = {item.problem_id: 0.05 for item in problems}
    run = make_run(tmp_path, problems, seed=5)
    counts = estimate(run, rates, samples_per_problem=N, extra_samples=8)
    records = run.difficulty()
    chosen = [item for item in records if item.n_correct in (0, N)]
    assert counts["second_round"] == len(chosen)
    assert counts["draws"] == 8 * (1000 + len(chosen))
    assert all(item.n_extra == (8 if item.n_correct in (0, N) else 0) for item in records)
    assert fmean(item.pass_rate or 0.0 for item in records) == pytest.approx(0.05, abs=4 * 0.0024)
    pooled = fmean(
        (item.n_correct + (item.n_extra_correct or 0)) / (8 + (item.n_extra or 0)) for item in records
    )
    assert pooled == pytest.approx(0.0666, abs=4 * 0.0022)
    assert fmean(item.shrunk_pass_rate or 0.0 for item in records) == pytest.approx(0.05, abs=4 * 0.0024)
    assert estimate(run, rates, samples_per_problem=N, extra_samples=8)["draws"] == 0
    assert run.difficulty() == records


def test_a_budget_ends_the_second_round_and_more_goes_on(tmp_path: Path) -> None:
    """50 problems of rate 0: 8 + 8 draws each; a budget of 500 ends in the second round, without one the rest is made."""
    from dartkit.errors import BudgetReached

    problems = [make_problem(f"p{i}", str(i)) for i in range(50)]
    rates = {item.problem_id: 0.0 for item in problems}
    run = make_run(tmp_path, problems)
    with pytest.raises(BudgetReached):
        estimate(run, rates, extra_samples=8, budget={"max_draws": 500})
    assert sum(item.n_extra or 0 for item in run.difficulty()) == 100
    assert estimate(run, rates, extra_samples=8)["draws"] == 300
