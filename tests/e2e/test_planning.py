"""`plan`, `synth` and `status` as a chain on the scripted engine: the price that was said against the price that was paid."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from dartkit.events import SilentSink
from dartkit.recipe import check_recipe
from dartkit.report.summary import summarize
from dartkit.run import RunDir
from dartkit.runner import run_stage
from tests.conftest import make_problem, make_run

PRIOR = (0.32, 0.5)  # the Beta that fits released rollouts of Polaris problems


@pytest.fixture
def scripted(tmp_path: Path) -> tuple[RunDir, dict[str, Any]]:
    """300 problems of three levels, and the engine that knows their rates."""
    rng = random.Random(4)
    problems = [make_problem(f"p{i}", str(i), level=str(1 + i % 3)) for i in range(300)]
    rates = {item.problem_id: rng.betavariate(*PRIOR) for item in problems}
    engine = {"kind": "scripted", "pass_rate_by_problem": rates, "capacity": 32, "mean_tokens": 12}
    return make_run(tmp_path, problems, seed=2), engine


def stage(run: RunDir, engine: dict[str, Any], **settings: Any) -> dict[str, Any]:
    recipe = check_recipe({"name": "s", "engine": engine, "steps": [settings]})
    return run_stage(run, recipe.steps[0], SilentSink())


def test_a_measured_plan_holds(scripted: tuple[RunDir, dict[str, Any]]) -> None:
    """Draws, tokens and correct samples of two strategies lie within the 90 % ranges, as `status` says (fixed seed: checked once)."""
    run, engine = scripted
    stage(run, engine, stage="estimate")
    strategies = [
        {"kind": "prop2diff", "max_correct": 8},
        {"kind": "uniform", "correct_per_problem": 4},
    ]
    limits = {"max_draws_per_problem": 60, "hopeless_pass_rate": 0.03}
    planned = stage(run, engine, stage="plan", strategies=strategies, tokens_per_second=100, gpus=4, **limits)
    assert planned["measured"] == 300
    for strategy in strategies:
        stage(run, engine, stage="synth", strategy=strategy, **limits)
    for item, rows in zip(summarize(run)["plan"]["strategies"], planned["strategies"], strict=True):
        assert (item["state"], item["same_settings"]) == ("done", True)
        for name in ("draws", "tokens", "correct", "met"):
            assert item["figures"][name]["inside"], (item["strategy"], name, item["figures"][name])
        assert sum(cell["problems"] for cell in rows["by_level"].values()) == 300
        assert set(rows["by_level"]) == {"1", "2", "3"}
        assert rows["hours"][0] == pytest.approx(rows["tokens"][0] / 100 / 3600, abs=2e-4)
        assert rows["gpu_hours"][0] == pytest.approx(4 * rows["hours"][0], abs=3e-4)


def test_a_plan_before_any_draw_holds_if_its_assumption_does(scripted: tuple[RunDir, dict[str, Any]]) -> None:
    """Nothing measured, the true Beta assumed: probe and synth together lie within the 90 % range of draws."""
    run, engine = scripted
    strategy = {"kind": "prop2diff", "max_correct": 8}
    limits = {"max_draws_per_problem": 60, "hopeless_pass_rate": 0.03}
    planned = stage(
        run,
        engine,
        stage="plan",
        strategies=[strategy],
        assumed_pass_rate=PRIOR[0] / sum(PRIOR),
        assumed_strength=sum(PRIOR),
        **limits,
    )
    assert planned["measured"] == 0
    assert planned["strategies"][0]["hours"] is None
    stage(run, engine, stage="estimate")
    stage(run, engine, stage="synth", strategy=strategy, **limits)
    (item,) = summarize(run)["plan"]["strategies"]
    assert item["figures"]["draws"]["inside"], item["figures"]["draws"]
    assert item["figures"]["correct"]["inside"], item["figures"]["correct"]


def test_assumptions_by_level_reach_the_forecast(scripted: tuple[RunDir, dict[str, Any]]) -> None:
    """Level 1 at 0.999, level 2 at 0.5, level 3 at 0.001, all alike: uniform k = 4 takes 4, 8 and all 60 draws of a problem.

    NB(4, 0.5) has mean 8 and deviation 2.8, so that 100 problems have a mean within 0.9 with over 99 %.
    """
    run, engine = scripted
    planned = stage(
        run,
        engine,
        stage="plan",
        strategies=[{"kind": "uniform", "correct_per_problem": 4}],
        assumed_pass_rate=0.5,
        assumed_pass_rate_by_level={"1": 0.999, "3": 0.001},
        assumed_strength=10_000,
        max_draws_per_problem=60,
        hopeless_pass_rate=0.0,
    )
    draws = {level: cell["draws"][0] / 100 for level, cell in planned["strategies"][0]["by_level"].items()}
    assert draws["1"] == pytest.approx(4, abs=0.1)
    assert draws["2"] == pytest.approx(8, abs=0.9)
    assert draws["3"] == pytest.approx(60, abs=0.5)


def test_shrunk_targets_follow_the_posterior_mean(scripted: tuple[RunDir, dict[str, Any]]) -> None:
    """Target = ceil(8 * (1 - shrunk rate)) for every problem."""
    from math import ceil

    run, engine = scripted
    stage(run, engine, stage="estimate", samples_per_problem=4)
    stage(
        run,
        engine,
        stage="synth",
        strategy={"kind": "prop2diff", "max_correct": 8},
        rate="shrunk",
        max_draws_per_problem=20,
    )
    shrunk = {record.problem_id: record.shrunk_pass_rate or 0.0 for record in run.difficulty()}
    assert all(
        item.target_correct == ceil(8 * (1 - shrunk[item.problem_id]) - 1e-9) for item in run.targets()
    )
