"""The end of a training: after so many steps, or when a budget is spent, exactly there where the unit allows it.

Before each step it says how much the step may still take. A step that may be cut short is preceded by a checkpoint, and none is
made after it: a larger budget makes the step again, whole, and so gives the numbers of a run that was never stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dartkit.budget import BudgetMeter
from dartkit.events import StageProgress, StageStarted

if TYPE_CHECKING:
    from dartkit.events import Number
    from dartkit.training_settings import TrainRlSettings


@dataclass(frozen=True, slots=True)
class StepRoom:
    """The most groups that a step may begin and the most updates it may make; None is as many as the settings say."""

    groups: int | None = None
    updates: int | None = None

    @property
    def is_short(self) -> bool:
        """Whether a step with this room could turn out otherwise than one that no budget limits."""
        return self != StepRoom()


class TrainingLimits:
    """Counts what a training has spent and says when it ends.

    Args:
        settings: The stage's settings.
        rows: The metrics of the steps that exist already.
    """

    def __init__(self, settings: TrainRlSettings, rows: Sequence[dict[str, Any]]) -> None:
        self._settings = settings
        self._most_updates = settings.updates_per_step * settings.algo.passes_per_step
        self._most_groups = settings.prompts_per_step * settings.algo.max_generation_rounds
        self._meter = BudgetMeter(settings.budget)
        self.steps = self.updates = self.prompts = 0
        self.cut = False
        for row in rows:
            self.count(row, StepRoom())

    def count(self, row: dict[str, Any], room: StepRoom) -> None:
        """Take one step's metrics into account, and whether the step came up against its room."""
        self.steps += 1
        self.updates += row["updates"]
        self.prompts += row["groups_generated"]
        self._meter.spend(row["groups_generated"] * self._settings.group_size, row["generated_tokens"])
        self.cut = self.cut or row["groups_generated"] == room.groups or row["updates"] == room.updates

    def room(self) -> StepRoom:
        """Return what the next step may take; numbers are at least 1 while it is not `over`."""
        budget, size = self._settings.budget, self._settings.group_size
        groups, updates = self._most_groups, self._most_updates
        draws = self._meter.room(0, self._settings.sampling.max_tokens)
        if draws is not None:
            groups = min(groups, max(1, draws // size))
        if budget.max_prompts is not None:
            groups = min(groups, budget.max_prompts - self.prompts)
        if budget.max_updates is not None:
            updates = min(updates, budget.max_updates - self.updates)
        return StepRoom(
            groups if groups < self._most_groups else None,
            updates if updates < self._most_updates else None,
        )

    def over(self) -> bool:
        """Say whether no further step may be made."""
        steps = self._settings.steps
        return self.reached() is not None or (steps is not None and self.steps >= steps)

    def stop(self) -> str | None:
        """Return what kept a training that is over from being complete, or None.

        Complete is one that made all its steps, each whole, or that has no number of steps.
        """
        steps = self._settings.steps
        if steps is None or (self.steps >= steps and not self.cut):
            return None
        return self.reached() or "a step that the budget cut short"

    def reached(self) -> str | None:
        """Return which limit of the budget is spent, as a phrase with its setting, or None."""
        budget, size = self._settings.budget, self._settings.group_size
        if budget.max_updates is not None and self.updates >= budget.max_updates:
            return f"{self.updates} updates (budget.max_updates={budget.max_updates})"
        if budget.max_prompts is not None and self.prompts >= budget.max_prompts:
            return f"{self.prompts} prompts (budget.max_prompts={budget.max_prompts})"
        if budget.max_draws is not None and self._meter.draws + size > budget.max_draws:
            return f"{self._meter.draws} draws (budget.max_draws={budget.max_draws}, {size} a group)"
        return self._meter.reached()

    def started(self, stage: str) -> StageStarted:
        """Return the event that opens the stage, in the unit of the limit that was asked for."""
        unit, done, total = self._position()
        return StageStarted(stage, unit, total=total, done=done)

    def progress(self, stage: str, numbers: dict[str, Number]) -> StageProgress:
        """Return the event after a step, from which the listener works out the time left."""
        unit, done, total = self._position()
        shown = numbers if unit == "steps" else {"steps": self.steps, **numbers}
        return StageProgress(stage, min(done, total), total, shown)

    def _position(self) -> tuple[str, int, int]:
        """Return unit, done and total: steps where their number is set, else what the budget limits."""
        budget, meter = self._settings.budget, self._meter
        seconds = round(meter.hours * 3600)
        hours = budget.max_hours
        if hours is None and budget.max_money is not None and budget.money_per_hour:
            hours = budget.max_money / budget.money_per_hour
        counted = (
            ("steps", self.steps, self._settings.steps),
            ("updates", self.updates, budget.max_updates),
            ("prompts", self.prompts, budget.max_prompts),
            ("draws", meter.draws, budget.max_draws),
            ("tokens", meter.tokens, budget.max_tokens),
            ("seconds", seconds, None if hours is None else round(hours * 3600)),
        )
        return next((unit, done, total) for unit, done, total in counted if total is not None)
