"""`--for`: each unit with its setting, and what is refused."""

from __future__ import annotations

import pytest
from dartkit.cli.options import More
from dartkit.cli.step_settings import build_step
from dartkit.cli.training_length import apply_length

from dartkit.errors import UsageError
from dartkit.training_settings import TrainRlSettings


def build(text: str | None, steps: int | None = None, more: More | None = None) -> TrainRlSettings:
    flags, rest = apply_length(text, steps, more or More())
    built = build_step("train-rl", flags, rest)
    assert isinstance(built, TrainRlSettings)
    return built


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("200 updates", {"max_updates": 200}),
        ("10000 prompts", {"max_prompts": 10_000}),
        ("1 prompt", {"max_prompts": 1}),
        ("5M tokens", {"max_tokens": 5_000_000}),
        ("1.5k draws", {"max_draws": 1500}),
        ("2 hours", {"max_hours": 2.0}),
        ("0.5 hours", {"max_hours": 0.5}),
    ],
)
def test_a_length_is_a_budget_without_a_number_of_steps(text: str, limit: dict[str, float]) -> None:
    built = build(text)
    assert built.budget.model_dump(exclude_none=True, exclude={"money_per_hour"}) == limit
    assert built.steps is None
    assert build(text, steps=7).steps == 7
    assert build(text, more=More(set=["steps=9"])).steps == 9


def test_steps_are_steps() -> None:
    assert build("12 steps").steps == 12
    assert build("12 steps", steps=5).steps == 5
    assert build(None).steps == 40
    assert build(None, steps=5).steps == 5
    assert not build("12 steps").budget.is_limited


@pytest.mark.parametrize(
    "text",
    ["", "200", "updates", "0 updates", "-3 updates", "1.5 updates", "3 days", "1e3 tokens", "2 hours!"],
)
def test_other_lengths_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected a number and steps") as caught:
        build(text)
    assert "--for '200 updates'" in caught.value.fix
