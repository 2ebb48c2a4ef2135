"""What `make learn` makes of finished runs: files written here by hand, numbers worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dartkit.recipe import load_recipe
from tests.bench.learn import FULL, PLAIN, RECIPE, SEEDS, START, judge, read_accuracies, summarise

STEP = {
    "updates": 4,
    "clip_fraction_high": 0.01,
    "truncated": 1,
    "samples": 160,
    "generated_tokens": 100,
    "trained_tokens": 60,
}
EMPTY = {**STEP, "updates": 0, "entropy": None, "clip_fraction_high": None, "truncated": 0, "trained_tokens": 0}  # fmt: skip


def write_run(folder: Path, correct: dict[str, list[int]]) -> Path:
    """Write a run with two trainings; `correct` of 8 draws for each of the problems."""
    for name, counts in correct.items():
        rows = {f"{number}": {"correct": count, "draws": 8} for number, count in enumerate(counts)}
        (folder / "evals").mkdir(parents=True, exist_ok=True)
        (folder / "evals" / f"{name}.json").write_text(json.dumps({"rows": rows}))
        (folder / "models" / name).mkdir(parents=True)
        steps = [{**STEP, "entropy": 0.3}, {**STEP, "entropy": 0.1}, EMPTY]
        (folder / "models" / name / "metrics.jsonl").write_text(
            "".join(json.dumps(step) + "\n" for step in steps)
        )
    return folder


def test_a_table_row_and_the_verdict(tmp_path: Path) -> None:
    """DAPO: (5+6+5)/24 = 2/3 against 1/3 at the start, and GRPO between; the step without an update counts only in what was generated."""
    runs = [
        write_run(tmp_path / str(seed), {START: [2, 4, 2], FULL: [5, 6, 5], PLAIN: [4, 5, 4]})
        for seed in SEEDS
    ]
    held_out = {name: [read_accuracies(run, name) for run in runs] for name in (START, FULL, PLAIN)}
    rows = {name: summarise(name, held_out, runs) for name in held_out}
    assert rows[START].keys() == {"name", "accuracy", "by_seed"}
    full = rows[FULL]
    assert full["accuracy"].mean == pytest.approx(2 / 3)
    assert full["gain"].mean == pytest.approx(1 / 3)
    assert rows[PLAIN]["against_full"].mean == pytest.approx(-1 / 8)
    assert full["entropy"] == pytest.approx([0.3, 0.1])
    assert (full["generated_tokens"], full["trained_tokens"], full["updates"]) == (300, 120, 8)
    assert full["truncated"] == pytest.approx(2 / 480)
    assert judge(rows) == 0
    small = {**full, "gain": full["gain"]._replace(mean=0.09)}
    worse = {**full, "against_plain": full["against_plain"]._replace(high=-0.01)}
    unsure = {**full, "gain": full["gain"]._replace(low=-0.01)}
    assert [judge({**rows, FULL: row}) for row in (small, worse, unsure)] == [1, 1, 1]


def test_the_recipe_switches_one_technique_off_at_a_time() -> None:
    """Against full DAPO each arm differs in the settings of its technique and in nothing else; all may generate equally much."""
    steps = [step.model_dump() for step in load_recipe([RECIPE]).steps if step.stage == "train-rl"]
    by_name = {step.pop("name"): step for step in steps}
    full = by_name.pop(FULL)
    differ = {
        name: {key for key, value in step.pop("algo").items() if value != full["algo"].get(key)}
        for name, step in by_name.items()
    }
    assert differ == {
        "no-clip-higher": {"clip_high"},
        "no-dynamic-sampling": {"dynamic_sampling"},
        "no-token-level-loss": {"loss_aggregation"},
        "no-overlong-shaping": {"overlong_filtering", "overlong_buffer_tokens"},
        PLAIN: {"kind", "clip_high", "dynamic_sampling", "loss_aggregation", "overlong_filtering", "overlong_buffer_tokens"},
    }  # fmt: skip
    full.pop("algo")
    assert all(step == full for step in by_name.values())
