"""Recipes: YAML 1.2, merging, overrides, errors, fingerprints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dartkit.errors import RecipeError
from dartkit.recipe import (
    NOT_RUN_IDENTITY,
    NOT_STEP_IDENTITY,
    Recipe,
    check_recipe,
    load_recipe,
    recipe_schema,
    step_fingerprint,
)
from dartkit.stage_settings import STEP_CLASSES, EstimateSettings, SynthSettings
from dartkit.stages import STAGES
from dartkit.yaml12 import load_yaml

ROOT = Path(__file__).parents[2]


def write(tmp_path: Path, text: str, name: str = "r.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-6", 1e-6), ("no", "no"), ("010", 10), ("0o10", 8), ("0x1F", 31), ("1_000", "1_000"), ("on", "on"),
        ("~", None), ("", None), ("True", True), ("1.", 1.0), (".5", 0.5), ("12:30", "12:30"), ("'1'", "1"), ("2026-01-01", "2026-01-01"),
        ("-.inf", float("-inf")), ("[1, a]", [1, "a"]), ("+3", 3), ("1e3", 1000.0), ("null", None), ("yes", "yes"),
    ],
)  # fmt: skip
def test_scalars_follow_yaml_1_2(text: str, value: Any) -> None:
    """Values by the core schema of the YAML 1.2.2 specification, section 10.3.2 (PyYAML itself follows 1.1)."""
    assert load_yaml(f"x: {text}", "t")[0] == {"x": value}


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("a: 1\na: 2", "'a' stands twice", 2),
        (
            "a: !!python/object/apply:os.system ['true']",
            "tag tag:yaml.org,2002:python/object/apply:os.system is not allowed",
            1,
        ),
        ("a: [1, 2", "not valid YAML", 1),
        ("? [a]\n: 1", "a key must be plain text", 1),
        ("a: 123456789012345678901234567890123456789012345", "more than 40 digits", 1),
    ],
)
def test_bad_yaml_is_named_with_its_line(text: str, message: str, line: int) -> None:
    with pytest.raises(RecipeError, match=message) as caught:
        check_recipe(*_loaded(text))
    assert caught.value.where == f"t:{line}" or f"t:{line}" in caught.value.what


def _loaded(text: str) -> tuple[Any, dict[Any, str]]:
    value, lines = load_yaml(text, "t")
    return value, {key: f"t:{line}" for key, line in lines.items()}


def test_alias_bombs_are_refused() -> None:
    """Nine levels of nine references each would be 387 million values."""
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 9)
    )
    with pytest.raises(RecipeError, match="too many values"):
        load_yaml(text, "t")


def test_all_problems_at_once_with_lines_and_nearest_names(tmp_path: Path) -> None:
    """Six mistakes on six lines, one of them in an override: six lines of report in one error."""
    path = write(
        tmp_path,
        "name: demo\nsampling: {temperature: 9, max_token: 9}\nengine: {kind: vlm}\nsteps:\n"
        "  - stage: synth\n    strategy: {kind: prop2dif}\n  - stage: estmate\n  - stage: estimate\n    samples_per_problem: 0\n",
    )
    with pytest.raises(RecipeError) as caught:
        load_recipe([path], ["steps.synth.max_open_gap=7"])
    report = caught.value.paragraph()
    assert report.startswith("7 problems in the recipe")
    for expected in (
        f"{path}:2: sampling.temperature: input should be less than or equal to 2 (got 9)",
        f"{path}:2: sampling.max_token: unknown key; did you mean 'max_tokens'?",
        f"{path}:3: engine.kind: unknown kind 'vlm'; did you mean 'vllm'?",
        f"{path}:6: steps.0.strategy.kind: unknown kind 'prop2dif'; did you mean 'prop2diff'?",
        "--set steps.synth.max_open_gap=7: steps.0.max_open_gap: input should be less than or equal to 1 (got 7)",
        f"{path}:7: steps.1.stage: unknown stage 'estmate'; did you mean 'estimate'?",
        f"{path}:9: steps.2.samples_per_problem: input should be greater than or equal to 1 (got 0)",
    ):
        assert expected in report
    assert report.count("\n") == 8  # head, seven lines, fix


def test_shared_blocks_reach_the_steps_and_a_steps_own_keys_win() -> None:
    recipe = check_recipe(
        {
            "name": "r",
            "sampling": {"temperature": 0.5, "max_tokens": 99},
            "engine": {"kind": "scripted", "pass_rate": 0.25},
            "steps": [
                {"stage": "synth", "sampling": {"max_tokens": 7}},
                {"stage": "estimate", "engine": {"kind": "transformers"}},
                {"stage": "validate"},
            ],
        }
    )
    synth, estimate, _ = recipe.steps
    assert isinstance(synth, SynthSettings)
    assert isinstance(estimate, EstimateSettings)
    assert (synth.sampling.temperature, synth.sampling.max_tokens) == (0.5, 7)
    assert synth.engine.kind == "scripted"
    assert estimate.engine.kind == "transformers"
    assert estimate.sampling.max_tokens == 99


def test_files_merge_left_to_right_then_overrides(tmp_path: Path) -> None:
    one = write(tmp_path, "name: one\nseed: 1\nsteps: [{stage: synth}, {stage: estimate}]\n", "1.yaml")
    two = write(tmp_path, "name: two\nsampling: {top_k: 5}\n", "2.yaml")
    recipe = load_recipe(
        [one, two],
        ["sampling.top_p=0.5", "steps.1.samples_per_problem=3", "steps.synth.strategy.kind=uniform"],
    )
    assert (recipe.name, recipe.seed) == ("two", 1)
    synth, estimate = recipe.steps
    assert isinstance(synth, SynthSettings)
    assert isinstance(estimate, EstimateSettings)
    assert (synth.sampling.top_k, synth.sampling.top_p, synth.strategy.kind) == (5, 0.5, "uniform")
    assert estimate.samples_per_problem == 3


@pytest.mark.parametrize("text", ["sampling.top_k", "=3", "steps.7.stage=load", "steps.train.epochs=1"])
def test_bad_overrides_are_refused(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, "name: r\nsteps: [{stage: synth}]\n")
    with pytest.raises(RecipeError, match="--set"):
        load_recipe([path], [text])


def recipe_with(**changes: Any) -> Recipe:
    """A recipe of one synth step with top-level changes."""
    return check_recipe({"name": "r", "steps": [{"stage": "synth"}], **changes})


def test_fingerprint_leaves_out_what_it_says() -> None:
    """Each excluded key changes nothing; seed, temperature and strategy do."""
    base = recipe_with().fingerprint()
    same = (
        {"name": "other"}, {"description": "x"}, {"engine": {"kind": "vllm"}}, {"budget": {"max_draws": 5}},
        {"verifier": {"timeout_seconds": 9}}, {"sampling": {"max_tokens": 9}}, {"steps": [{"stage": "synth", "max_draws_per_problem": 9}]},
    )  # fmt: skip
    other = (
        {"seed": 1}, {"sampling": {"temperature": 0.5}}, {"steps": [{"stage": "synth", "strategy": {"kind": "vanilla"}}]},
        {"model": {"path": "x"}}, {"verifier": {"percent": "strict"}}, {"steps": [{"stage": "synth"}, {"stage": "card"}]},
    )  # fmt: skip
    assert {recipe_with(**change).fingerprint() for change in same} == {base}
    assert base not in {recipe_with(**change).fingerprint() for change in other}


def test_a_steps_fingerprint_keeps_max_tokens() -> None:
    """Raising `max_tokens` must run the step again (it redoes the draws that ended by length), though the run stays the same."""
    one, two = (recipe_with(sampling={"max_tokens": value}) for value in (9, 10))
    assert step_fingerprint(one.steps[0]) != step_fingerprint(two.steps[0])
    assert all(reason for reason in (*NOT_RUN_IDENTITY.values(), *NOT_STEP_IDENTITY.values()))


def test_resolved_recipe_is_complete_and_loads_again() -> None:
    recipe = recipe_with(sampling={"temperature": 0.5})
    resolved = recipe.resolved()
    assert resolved["steps"][0]["sampling"]["temperature"] == 0.5
    assert check_recipe(resolved).fingerprint() == recipe.fingerprint()


def test_every_bundled_recipe_loads() -> None:
    paths = sorted((ROOT / "pipelines").glob("*.yaml"))
    assert len(paths) >= 3
    for path in paths:
        assert load_recipe([path]).description, path.name


def test_every_stage_has_settings_and_a_function() -> None:
    """The stage table, the settings union and the code agree."""
    assert set(STAGES) == set(STEP_CLASSES)
    for name, stage in STAGES.items():
        assert callable(stage.load()), name


def test_schema_names_every_stage() -> None:
    text = str(recipe_schema())
    assert all(f"'{name}'" in text for name in STEP_CLASSES)
