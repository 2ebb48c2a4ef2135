"""Presets: what the paper and its script say, and who wins over whom."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from dartkit.algorithm_presets import NOTES, PRESETS, PresetName, flatten
from dartkit.algorithm_settings import ALGORITHMS
from dartkit.errors import RecipeError
from dartkit.recipe import Recipe, check_recipe
from dartkit.training_settings import TrainRlSettings


def test_every_preset_is_valid_and_named() -> None:
    assert set(get_args(PresetName)) == set(PRESETS)
    for name in PRESETS:
        assert TrainRlSettings.model_validate({"preset": name}).preset == name


def test_the_notes_name_exactly_the_differences_of_the_dapo_presets() -> None:
    """Reference table: warm-up 20 against 10 steps, dual clip 10, weight decay 0.1, token mean, no overlong filtering."""
    ours, theirs = (
        dict(flatten(TrainRlSettings.model_validate({"preset": name}).model_dump()))
        for name in ("dapo-paper", "dapo-verl")
    )
    different = {key for key in ours if ours[key] != theirs.get(key)} - {"preset"}
    assert different == set(NOTES)
    assert (ours["optimizer.warmup_steps"], theirs["optimizer.warmup_steps"]) == (20, 10)
    assert (ours["algo.dual_clip"], theirs["algo.dual_clip"]) == (None, 10.0)
    assert (ours["algo.clip_high"], ours["algo.overlong_buffer_tokens"], ours["sampling.max_tokens"]) == (
        0.28,
        4096,
        20480,
    )
    assert ours["prompts_per_step"] * ours["group_size"] // ours["updates_per_step"] == 512


def test_own_keys_win_over_the_preset_and_another_kind_replaces_the_block() -> None:
    own = {
        "preset": "dapo-verl",
        "group_size": 4,
        "algo": {"dual_clip": None},
        "sampling": {"max_tokens": 8192},
    }
    settings = TrainRlSettings.model_validate(own)
    assert (settings.group_size, settings.prompts_per_step, settings.algo.dual_clip) == (4, 512, None)
    assert (settings.sampling.max_tokens, settings.optimizer.weight_decay) == (8192, 0.1)
    other = TrainRlSettings.model_validate({"preset": "dapo-verl", "algo": {"kind": "gspo"}})
    assert (other.algo.kind, other.algo.clip_high, other.algo.dual_clip) == ("gspo", 4e-4, None)


def test_an_algorithm_without_a_name_is_dapo() -> None:
    settings = TrainRlSettings.model_validate({"algo": {"clip_high": 0.2}})
    assert (settings.algo.kind, settings.algo.clip_high, settings.algo.dynamic_sampling) == (
        "dapo",
        0.2,
        True,
    )


def test_a_resolved_recipe_reads_back_as_it_is() -> None:
    step = {"stage": "train-rl", "preset": "dapo-paper", "algo": {"overlong_filtering": False}}
    recipe = check_recipe({"name": "r", "steps": [step]})
    assert Recipe.model_validate(recipe.resolved()) == recipe


def test_the_page_names_every_algorithm_and_difference() -> None:
    """docs/algorithms.md has a row for each kind with its source, and one for each difference of the DAPO presets."""
    text = (Path(__file__).parents[2] / "docs" / "algorithms.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    for kind in ALGORITHMS:
        name, fields = kind.model_fields["kind"].default, kind.model_fields
        (row,) = [line for line in rows if line.startswith(f"| `{name}` |")]
        assert row.endswith(f"| {kind.source} |")
        assert f"`{fields['advantage'].default}` | `{fields['loss_aggregation'].default}`" in row
    for key in NOTES:
        assert len([line for line in rows if line.startswith(f"| `{key}` |")]) == 1


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"preset": "dapo-papers"}, "preset"),
        ({"algo": {"kind": "dapp"}}, "did you mean 'dapo'"),
        (
            {"algo": {"kind": "grpo", "correction": {"kind": "icepop", "low": 3, "high": 2}}},
            "low is above high",
        ),
        ({"algo": {"kind": "grpo", "old_logprobs": "sampler", "correction": {"kind": "tis"}}}, "twice"),
    ],
)
def test_what_does_not_fit_is_refused(step: dict[str, object], words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        check_recipe({"name": "r", "steps": [{"stage": "train-rl", **step}]})
