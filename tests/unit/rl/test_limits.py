"""Where a training ends, counted by hand: 4 prompts of 8 samples a step, 2 rounds at most, 2 updates."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dartkit.rl.limits import StepRoom, TrainingLimits
from dartkit.training_settings import TrainRlSettings


def settings(**changes: Any) -> TrainRlSettings:
    values: dict[str, Any] = {
        "prompts_per_step": 4, "group_size": 8, "updates_per_step": 2, "algo": {"max_generation_rounds": 2},
        "sampling": {"max_tokens": 10},
    }  # fmt: skip
    return TrainRlSettings.model_validate(values | changes)


def row(groups: int = 5, updates: int = 2, tokens: int = 400) -> dict[str, Any]:
    return {"groups_generated": groups, "updates": updates, "generated_tokens": tokens}


def test_steps_end_it_by_themselves() -> None:
    limits = TrainingLimits(settings(steps=2), [row()])
    assert (limits.over(), limits.reached(), limits.room()) == (False, None, StepRoom())
    limits.count(row(), StepRoom())
    assert (limits.over(), limits.reached(), limits.stop()) == (True, None, None)
    assert limits.progress("train-rl", {}).done == 2


@pytest.mark.parametrize(
    ("budget", "room", "unit", "done", "total"),
    [
        ({"max_updates": 5}, StepRoom(None, 1), "updates", 4, 5),  # two steps made 4
        ({"max_prompts": 13}, StepRoom(3), "prompts", 10, 13),  # they began 10 groups
        ({"max_draws": 110}, StepRoom(3), "draws", 80, 110),  # 30 draws are 3 groups of 8 and a rest
        ({"max_tokens": 1000}, StepRoom(2), "tokens", 800, 1000),  # 10 tokens a draw: 20 draws, 2 groups
    ],
)
def test_the_last_step_takes_what_is_left(
    budget: dict[str, int], room: StepRoom, unit: str, done: int, total: int
) -> None:
    limits = TrainingLimits(settings(steps=None, budget=budget), [row(), row()])
    assert limits.reached() is None
    assert limits.room() == room
    assert limits.room().is_short
    event = limits.started("train-rl")
    assert (event.unit, event.done, event.total) == (unit, done, total)


@pytest.mark.parametrize(
    ("budget", "text"),
    [
        ({"max_updates": 4}, "4 updates (budget.max_updates=4)"),
        ({"max_prompts": 10}, "10 prompts (budget.max_prompts=10)"),
        ({"max_draws": 87}, "80 draws (budget.max_draws=87, 8 a group)"),
        ({"max_tokens": 800}, "800 tokens (budget.max_tokens=800)"),
    ],
)
def test_a_spent_budget_ends_it(budget: dict[str, int], text: str) -> None:
    """Before its steps it is a stop; without a number of steps it is the end."""
    rows = [row(), row()]
    stopped, ended = (TrainingLimits(settings(budget=budget, steps=steps), rows) for steps in (40, None))
    assert (stopped.over(), stopped.reached(), stopped.stop()) == (True, text, text)
    assert (ended.over(), ended.reached(), ended.stop()) == (True, text, None)


@pytest.mark.parametrize(
    ("room", "made", "cut"),
    [
        (StepRoom(), row(groups=8), False),  # the step's own limit, budget or not
        (StepRoom(5), row(groups=5), True),
        (StepRoom(5), row(groups=4), False),
        (StepRoom(None, 1), row(updates=1), True),
        (StepRoom(None, 1), row(updates=0), False),
    ],
)
def test_a_cut_step_is_known_by_touching_its_room(room: StepRoom, made: dict[str, Any], cut: bool) -> None:
    """A training whose last step was cut is not complete, though it made all its steps."""
    limits = TrainingLimits(settings(steps=1, budget={"max_prompts": 100}), [])
    limits.count(made, room)
    assert limits.cut == cut
    assert limits.stop() == ("a step that the budget cut short" if cut else None)


def test_no_steps_need_a_budget_that_ends() -> None:
    for budget in ({}, {"max_money": 5.0}, {"money_per_hour": 2.0}):
        with pytest.raises(ValidationError, match="the budget must have a limit"):
            settings(steps=None, budget=budget)
    assert settings(steps=None, budget={"max_money": 5.0, "money_per_hour": 2.5}).budget.is_limited
    event = TrainingLimits(
        settings(steps=None, budget={"max_money": 5.0, "money_per_hour": 2.5}), []
    ).started("s")
    assert (event.unit, event.total) == ("seconds", 7200)
