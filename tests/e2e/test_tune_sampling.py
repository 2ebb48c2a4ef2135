"""`tune-sampling` on the scripted engine, which ignores temperature, and on the bundled model, which does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dartkit.errors import BudgetReached
from dartkit.events import SilentSink
from dartkit.recipe import check_recipe
from dartkit.run import RunDir
from dartkit.runner import run_stage
from tests.conftest import make_problem, make_run
from tests.e2e.terminal import dartkit

SCRIPTED = {"kind": "scripted", "pass_rate": 0.4, "mean_tokens": 12}


def stage(run: RunDir, engine: dict[str, Any], **settings: Any) -> dict[str, Any]:
    recipe = check_recipe({"name": "s", "engine": engine, "steps": [settings]})
    return run_stage(run, recipe.steps[0], SilentSink())


def tune(run: RunDir, **settings: Any) -> dict[str, Any]:
    return stage(run, SCRIPTED, stage="tune-sampling", temperatures=[0.5, 1.0], **settings)


@pytest.fixture
def run(tmp_path: Path) -> RunDir:
    return make_run(tmp_path / "run", [make_problem(f"p{i}", str(i)) for i in range(30)], seed=3)


def test_draws_are_made_once_and_used_again(run: RunDir) -> None:
    """10 of 30 problems, 4 draws at two temperatures: 80, and again none; another seed takes other problems.

    The probe of all 30 problems at temperature 1 then lacks 30 * 4 - 40 draws.
    """
    first = tune(run, problems=10, samples_per_problem=4)
    assert (first["draws"], first["problems"]) == (80, 10)
    assert [item["draws"] for item in first["settings"]] == [40, 40]
    second = tune(run, problems=10, samples_per_problem=4)
    assert second["draws"] == 0
    assert second["settings"] == first["settings"]
    assert json.loads((run.path / "tuning.json").read_text())["recommended"] == first["recommended"]
    assert stage(run, SCRIPTED, stage="estimate", samples_per_problem=4)["draws"] == 80
    assert tune(run, problems=10, samples_per_problem=4, seed=1)["draws"] > 0


def test_the_same_draws_at_two_temperatures_are_within_noise(run: RunDir) -> None:
    """The scripted engine ignores temperature: the settings' accuracies differ only by chance, so that both may be best."""
    found = tune(run, samples_per_problem=8)
    one, other = ({"temperature": item, "top_p": 1.0} for item in (0.5, 1.0))
    assert found["recommended"] in (one, other)
    assert found["within_noise"] == [other if found["recommended"] == one else one]
    for item in found["settings"]:
        assert item["accuracy"][1] <= 0.4 <= item["accuracy"][2]


def test_the_budget_is_of_all_settings_together(run: RunDir) -> None:
    """30 problems, 2 draws, two temperatures: 120 draws. A budget of 90 ends in the second; with 120 the rest is made."""
    with pytest.raises(BudgetReached, match="tune-sampling stopped"):
        tune(run, samples_per_problem=2, budget={"max_draws": 90})
    assert sum(1 for _ in run.rows("samples", ("sample_id", "finish_reason", "max_tokens"))) == 90
    assert not (run.path / "tuning.json").exists()
    assert tune(run, samples_per_problem=2, budget={"max_draws": 120})["draws"] == 30


def test_a_strategy_exports_only_its_own_samplers_draws(run: RunDir) -> None:
    """Vanilla takes 2 draws of each problem at temperature 1: no draw at 0.5 with the numbers 0 and 1 is exported with them."""
    tune(run, samples_per_problem=4)
    strategy = {"kind": "vanilla", "draws_per_problem": 2}
    stage(run, SCRIPTED, stage="synth", strategy=strategy)
    stage(run, SCRIPTED, stage="export-sft", strategy=strategy, distinct=False)
    lines = (run.path / "exports" / "sft" / "messages.jsonl").read_text().splitlines()
    rows = {row["sample_id"]: row for row in run.rows("samples")}
    exported = [rows[json.loads(line)["sample_id"]] for line in lines]
    assert len(exported) == sum(target.have_correct for target in run.targets())
    assert {row["sampler_id"] for row in exported} == {run.targets()[0].sampler_id}
    assert {row["draw_index"] for row in exported} == {0, 1}


def test_a_warmer_model_is_less_accurate_and_more_diverse(tmp_path: Path) -> None:
    """The bundled model on 12 problems of levels 2 and 3, 4 draws at 0.3 and at 1.5, by the command itself."""
    pytest.importorskip("torch")
    done = dartkit("load", "generated", "r", "--level", "2", "--level", "3", "--per-level", "6", cwd=tmp_path)
    assert done.status == 0, done.err
    done = dartkit(
        "tune-sampling", "r", "--temperature", "0.3", "--temperature", "1.5", "--samples", "4", "--engine", "transformers",
        "--max-tokens", "120", "--json", cwd=tmp_path,
    )  # fmt: skip
    assert done.status == 0, done.err
    cold, warm = done.value["counts"]["settings"]
    assert (cold["temperature"], warm["temperature"]) == (0.3, 1.5)
    assert warm["accuracy"][0] < cold["accuracy"][0]
    assert warm["diversity"] > cold["diversity"]
    assert warm["distinct_answers"] > cold["distinct_answers"]
    assert done.value["next"] == "dartkit estimate r"
