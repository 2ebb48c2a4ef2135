"""No setting of the trainers can be misspelt in silence: each one with a letter swapped is refused, and the right name is shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from dartkit.cli.options import More
from dartkit.cli.step_settings import build_step
from pydantic import BaseModel

from dartkit.errors import RecipeError
from dartkit.training_settings import TrainRlSettings, TrainSftSettings

BLOCKS = {"engine": "", "rewards": ""}
"""Unions, whose keys depend on a kind; they have tests of their own."""


def paths(kind: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every setting of a stage by its key path."""
    for name, field in kind.model_fields.items():
        if name == "stage" or name in BLOCKS:
            continue
        inner: Any = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from paths(inner, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


CASES = [
    (stage, path)
    for stage, kind in (("train-rl", TrainRlSettings), ("train-sft", TrainSftSettings))
    for path in paths(kind)
]


@pytest.mark.parametrize(("stage", "path"), CASES)
def test_a_misspelt_setting_is_refused_with_the_nearest_name(stage: str, path: str) -> None:
    block, _, name = path.rpartition(".")
    wrong = f"{block}{'.' if block else ''}{name[:-1]}_{name[-1]}"
    with pytest.raises(RecipeError) as caught:
        build_step(stage, [], More(set=[f"{wrong}=1"]))
    assert f"--set {wrong}" in caught.value.what
    assert name in caught.value.what.replace(wrong, "")


def test_there_are_many_settings() -> None:
    """A guard for this test itself: it would pass with an empty list."""
    assert len(CASES) > 40
    assert ("train-rl", "sampling.top_p") in CASES
    assert ("train-rl", "eval.every_steps") in CASES
    assert ("train-sft", "checkpoint.keep_checkpoints") in CASES
