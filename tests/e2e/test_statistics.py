"""Statistics of whole stages on the scripted engine, where the truth is known.

Each test states the law it checks and the chance of a false alarm.
"""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest

from dartkit.events import SilentSink
from dartkit.recipe import check_recipe
from dartkit.records import Problem
from dartkit.run import RunDir
from dartkit.runner import run_stage
from tests.conftest import make_problem, make_run

# GSM8K and MATH levels with DART-Math's measured mean fail rates (reference table: Hard mean / 192), a tenth of the problems.
DART_LEVELS = {
    "gsm8k": (74, 0.044),
    "1": (56, 0.074),
    "2": (135, 0.175),
    "3": (159, 0.286),
    "4": (169, 0.415),
    "5": (230, 0.558),
}


def scripted_run(path: Path, *, spread: bool = True) -> tuple[RunDir, dict[str, float]]:
    """A run of 823 problems whose pass rates scatter (Beta, strength 3) around the published mean of their level."""
    rng = random.Random(7)
    problems: list[Problem] = []
    rates: dict[str, float] = {}
    for level, (count, fail) in DART_LEVELS.items():
        for index in range(count):
            problem = make_problem(f"{level} {index}", str(index), level=level)
            problems.append(problem)
            rates[problem.problem_id] = rng.betavariate(3 * (1 - fail), 3 * fail) if spread else 1 - fail
    return make_run(path, problems, seed=1), rates


def stage(run: RunDir, rates: dict[str, float], **settings: Any) -> dict[str, Any]:
    """Run one stage with the scripted engine."""
    engine = {"kind": "scripted", "pass_rate_by_problem": rates, "capacity": 256}
    recipe = check_recipe({"name": "s", "engine": engine, "steps": [settings]})
    return run_stage(run, recipe.steps[0], SilentSink())


def test_probe_is_unbiased_and_early_stopping_is_not(tmp_path: Path) -> None:
    """True rate 0.05 everywhere: the mean of 1,000 probes of 8 is 0.05 (sigma 0.0024); stopping at k = 4 reads high.

    For stopping at k successes E[k/N] > p; with k = 4 and p = 0.05 the exact sum over the negative binomial is 0.0650.
    """
    problems = [make_problem(f"p{i}", str(i)) for i in range(1000)]
    run = make_run(tmp_path, problems, seed=5)
    rates = {item.problem_id: 0.05 for item in problems}
    stage(run, rates, stage="estimate", samples_per_problem=8)
    mean = sum(record.pass_rate or 0.0 for record in run.difficulty()) / 1000
    assert mean == pytest.approx(0.05, abs=4 * 0.0024)
    exact = sum(math.comb(n - 1, 3) * 0.05**4 * 0.95 ** (n - 4) * 4 / n for n in range(4, 2000))
    assert exact == pytest.approx(0.065, abs=5e-4)


def test_prop2diff_targets_follow_the_measured_fail_rate(tmp_path: Path) -> None:
    """Target = max(1, ceil(k_p * wrong / n)) for every problem, from the stored probe in exact integers."""
    run, rates = scripted_run(tmp_path)
    stage(run, rates, stage="estimate", samples_per_problem=8)
    stage(
        run,
        rates,
        stage="synth",
        strategy={"kind": "prop2diff", "max_correct": 12},
        max_draws_per_problem=200,
    )
    difficulty = {record.problem_id: record for record in run.difficulty()}
    targets = run.targets()
    assert len(targets) == 823
    for target in targets:
        record = difficulty[target.problem_id]
        wrong = record.n_samples - record.n_correct
        assert target.target_correct == max(1, -(-12 * wrong // record.n_samples))
        assert (target.have_correct >= target.target_correct) == (target.status == "met")


def shares(run: RunDir, strategy: str) -> dict[str, float]:
    """Share of correct samples that each level owns under a strategy."""
    from dartkit.report.summary import summarize

    levels = summarize(run)["strategies"][strategy]["by_level"]
    total = sum(cell["correct"] for cell in levels.values())
    return {level: cell["correct"] / total for level, cell in levels.items()}


def test_vanilla_favours_easy_problems_and_prop2diff_turns_it_round(tmp_path: Path) -> None:
    """Expected share of a level: vanilla n_l (1 - f_l) / sum, Prop2Diff n_l f_l / sum (cover and caps aside), from the table.

    Level 5 holds 27.9 % of the problems; vanilla gives it 17.4 % of the samples, Prop2Diff near 47 %.
    """
    run, rates = scripted_run(tmp_path, spread=False)
    stage(run, rates, stage="estimate", samples_per_problem=16)
    stage(run, rates, stage="synth", strategy={"kind": "vanilla", "draws_per_problem": 32})
    stage(
        run,
        rates,
        stage="synth",
        strategy={"kind": "prop2diff", "max_correct": 32},
        max_draws_per_problem=300,
    )
    easy = sum(n * (1 - f) for n, f in DART_LEVELS.values())
    hard = sum(n * f for n, f in DART_LEVELS.values())
    vanilla, prop = shares(run, "vanilla"), shares(run, "prop2diff")
    for level, (n, f) in DART_LEVELS.items():
        assert vanilla[level] == pytest.approx(n * (1 - f) / easy, abs=0.015)
        assert prop[level] == pytest.approx(n * f / hard, abs=0.03)
    assert vanilla["5"] < 230 / 823 < prop["5"]


def test_uniform_reaches_k_everywhere_and_a_second_call_does_nothing(tmp_path: Path) -> None:
    run, rates = scripted_run(tmp_path)
    rates = {key: max(rate, 0.1) for key, rate in rates.items()}
    settings = {
        "stage": "synth",
        "strategy": {"kind": "uniform", "correct_per_problem": 4},
        "max_draws_per_problem": 400,
    }
    first = stage(run, rates, **settings)
    assert first["met"] == 823
    second = stage(run, rates, **settings)
    assert (second["draws"], second["met"]) == (0, 823)


def test_shards_together_are_the_whole(tmp_path: Path) -> None:
    """Three shards, one after another, into one directory: the same samples as one unsharded run of the same seed."""
    whole, rates = scripted_run(tmp_path / "whole")
    sharded, _ = scripted_run(tmp_path / "sharded")
    sharded.close()
    stage(whole, rates, stage="estimate", samples_per_problem=4)
    for index in range(3):
        with RunDir(tmp_path / "sharded", shard=(index, 3)) as run:
            stage(run, rates, stage="estimate", samples_per_problem=4)

    def content(run: RunDir) -> dict[str, tuple[str, int | None]]:
        return {row["sample_id"]: (row["completion"], row["seed"]) for row in run.rows("samples")}

    merged = RunDir(tmp_path / "sharded")
    assert content(merged) == content(whole)
    assert {r.problem_id: r.n_correct for r in merged.difficulty()} == {
        r.problem_id: r.n_correct for r in whole.difficulty()
    }


def test_raising_max_tokens_redoes_only_truncated_draws(tmp_path: Path) -> None:
    """Draws that stopped keep their record; those that ended by length are replaced; none is added."""
    run, rates = scripted_run(tmp_path)
    stage(run, rates, stage="estimate", samples_per_problem=4, sampling={"max_tokens": 40})
    before = {row["sample_id"]: row for row in run.rows("samples")}
    cut = {key for key, row in before.items() if row["finish_reason"] == "length"}
    assert 0 < len(cut) < len(before)
    counts = stage(run, rates, stage="estimate", samples_per_problem=4, sampling={"max_tokens": 4000})
    after = {row["sample_id"]: row for row in run.rows("samples")}
    assert counts["draws"] == len(cut)
    assert set(after) == set(before)
    assert all(after[key] == before[key] for key in set(before) - cut)
    assert {after[key]["finish_reason"] for key in cut} == {"stop"}
    assert sum(record.n_truncated for record in run.difficulty()) == 0
