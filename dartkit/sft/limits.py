"""The end of a supervised training before its last step: its budget. Steps are never cut, so a larger budget goes on exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dartkit.budget import BudgetMeter
from dartkit.errors import UsageError

if TYPE_CHECKING:
    from dartkit.training_settings import SftBudget


class SftLimits:
    """Counts what a training has spent and says when it ends.

    Args:
        budget: The stage's.
        rows: The metrics of the steps that exist already.
    """

    def __init__(self, budget: SftBudget, rows: Sequence[dict[str, Any]]) -> None:
        self._budget = budget
        self._meter = BudgetMeter(budget)
        self._updates = 0
        for row in rows:
            self.count(row)

    def count(self, row: dict[str, Any]) -> None:
        """Take one step's metrics into account."""
        self._updates += 1
        self._meter.spend(0, row["tokens"])

    def stop(self, next_tokens: int) -> str | None:
        """Return what forbids a next step of so many tokens, as a phrase with its setting, or None.

        Raises:
            UsageError: when not even the first step fits.
        """
        most, limit = self._budget.max_tokens, self._budget.max_updates
        if limit is not None and self._updates >= limit:
            return f"{self._updates} updates (budget.max_updates={limit})"
        if most is not None and self._meter.tokens + next_tokens > most:
            if not self._updates:
                raise UsageError(
                    f"the first step has {next_tokens} tokens, and budget.max_tokens is {most}",
                    fix="Raise it, or lower `tokens_per_step`.",
                )
            return f"{self._meter.tokens} tokens (budget.max_tokens={most})"
        return self._meter.reached()
