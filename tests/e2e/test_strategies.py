"""The strategies beside the paper's, through the whole stage: a token budget, and a function of one's own from an installed package."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import pytest

from dartkit.errors import UsageError
from dartkit.events import SilentSink
from dartkit.recipe import check_recipe
from dartkit.run import RunDir
from dartkit.runner import run_stage
from tests.conftest import make_problem, make_run

TOKENS = 60_000


def stage(run: RunDir, rates: dict[str, float], **settings: Any) -> dict[str, Any]:
    engine = {"kind": "scripted", "pass_rate_by_problem": rates, "capacity": 32}
    recipe = check_recipe({"name": "s", "engine": engine, "steps": [settings]})
    return run_stage(run, recipe.steps[0], SilentSink())


def probed_run(path: Path) -> tuple[RunDir, dict[str, float]]:
    """300 problems of a hard set, rates Beta(0.3, 1.2), four draws of each made."""
    rng = random.Random(4)
    problems = [make_problem(f"p{index}", str(index)) for index in range(300)]
    rates = {item.problem_id: rng.betavariate(0.3, 1.2) for item in problems}
    run = make_run(path, problems, seed=3)
    stage(run, rates, stage="estimate", samples_per_problem=4)
    return run, rates


def covered_by(run: RunDir, strategy: str) -> int:
    return sum(target.have_correct > 0 for target in run.targets() if target.strategy == strategy)


def test_a_token_budget_is_spent_and_covers_more_than_the_same_draws_for_all(tmp_path: Path) -> None:
    """At least 97 % and not more than one draw above the tokens; more problems covered than by vanilla with a tenth more tokens."""
    run, rates = probed_run(tmp_path / "budget")
    counts = stage(run, rates, stage="synth", strategy={"kind": "budget", "tokens": TOKENS})
    assert 0.97 * TOKENS <= counts["tokens"] <= TOKENS + 90  # a scripted draw has 30 to 90 tokens
    assert counts["open"] == 0
    assert stage(run, rates, stage="synth", strategy={"kind": "budget", "tokens": TOKENS})["draws"] <= 2
    other, _ = probed_run(tmp_path / "vanilla")
    flat = stage(
        other,
        rates,
        stage="synth",
        strategy={"kind": "vanilla", "draws_per_problem": 8},
    )
    assert flat["tokens"] >= 1.1 * TOKENS
    assert covered_by(run, "budget") > covered_by(other, "vanilla")


def test_a_users_limit_is_still_an_interruption(tmp_path: Path) -> None:
    """budget.max_tokens under the strategy's own tokens ends with the status for budgets, and the rest is drawn later."""
    from dartkit.errors import BudgetReached

    run, rates = probed_run(tmp_path)
    with pytest.raises(BudgetReached):
        stage(
            run,
            rates,
            stage="synth",
            strategy={"kind": "budget", "tokens": TOKENS},
            budget={"max_tokens": 5_000},
        )
    assert stage(run, rates, stage="synth", strategy={"kind": "budget", "tokens": TOKENS})["open"] == 0


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An installed package that registers three strategies."""
    folder = tmp_path / "site"
    info = folder / "own_strategies-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: own-strategies\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[dartkit.strategies]\nmiddle = own_strategies:middle\nwrong = own_strategies:wrong\nabsent = own_strategies:absent\n"
    )
    (folder / "own_strategies.py").write_text(
        "def middle(difficulty, options):\n"
        "    solved = difficulty is not None and 0 < difficulty.n_correct < difficulty.n_samples\n"
        "    return options['correct'] if solved else 0\n"
        "def wrong(difficulty, options):\n    return -1\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "own_strategies", raising=False)
    return "middle"


def test_a_strategy_of_ones_own(tmp_path: Path, package: str) -> None:
    """Two correct ones of each problem that the probe solved sometimes, none of the others; kept under its own name."""
    run, rates = probed_run(tmp_path / "run")
    strategy = {"kind": "custom", "name": package, "options": {"correct": 2}}
    stage(run, rates, stage="synth", strategy=strategy)
    wanted = {
        record.problem_id: 2 if 0 < record.n_correct < record.n_samples else 0 for record in run.difficulty()
    }
    assert {target.problem_id: target.target_correct for target in run.targets()} == wanted
    assert {target.strategy for target in run.targets()} == {"middle"}
    assert "synth-middle" in run.steps()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("wrong", "returned -1 for problem"),
        ("absent", "does not load"),
        ("none-such", "no strategy named 'none-such'"),
    ],
)
def test_a_bad_strategy_is_named(tmp_path: Path, package: str, name: str, said: str) -> None:
    run = make_run(tmp_path / "run", [make_problem("p", "1")])
    with pytest.raises(UsageError, match=said):
        stage(run, {}, stage="synth", strategy={"kind": "custom", "name": name})


def test_the_budget_strategy_needs_a_probe(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", [make_problem("p", "1")])
    with pytest.raises(UsageError, match="needs measured difficulty"):
        stage(run, {}, stage="synth", strategy={"kind": "budget"})
