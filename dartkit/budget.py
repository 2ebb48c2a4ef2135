"""Hard stops: draws, tokens, hours, money. What was spent before a restart counts, except hours, which are of this process."""

from __future__ import annotations

import time

from dartkit.settings import Budget


class BudgetMeter:
    """Counts what a stage spends and says when a limit is reached."""

    def __init__(self, budget: Budget, *, spent_draws: int = 0, spent_tokens: int = 0) -> None:
        self.budget = budget
        self.draws = spent_draws
        self.tokens = spent_tokens
        self._started = time.monotonic()  # not the wall clock, which may jump

    @property
    def hours(self) -> float:
        """Hours since this process began the stage."""
        return (time.monotonic() - self._started) / 3600

    def spend(self, draws: int, tokens: int) -> None:
        """Count finished draws and their completion tokens."""
        self.draws += draws
        self.tokens += tokens

    def room(self, in_flight: int, max_tokens: int) -> int | None:
        """Return how many more draws may be started without passing a limit, or None where nothing limits them.

        A draw is expected to take the mean of the draws so far, before there are any `max_tokens`. Tokens that are left for less
        than one draw allow one, if none is in flight.
        """
        limits: list[int] = []
        if self.budget.max_draws is not None:
            limits.append(self.budget.max_draws - self.draws - in_flight)
        if self.budget.max_tokens is not None:
            each = max(self.tokens / self.draws, 1.0) if self.draws else max_tokens
            expected = int((self.budget.max_tokens - self.tokens) / each) - in_flight
            limits.append(expected if in_flight else max(1, expected))
        return max(0, min(limits)) if limits else None

    def reached(self) -> str | None:
        """Return which limit is reached, as a phrase with its setting, or None."""
        budget = self.budget
        if budget.max_draws is not None and self.draws >= budget.max_draws:
            return f"{self.draws} draws (budget.max_draws={budget.max_draws})"
        if budget.max_tokens is not None and self.tokens >= budget.max_tokens:
            return f"{self.tokens} tokens (budget.max_tokens={budget.max_tokens})"
        if budget.max_hours is not None and self.hours >= budget.max_hours:
            return f"{self.hours:.2f} hours (budget.max_hours={budget.max_hours})"
        money = self.hours * budget.money_per_hour
        if budget.max_money is not None and money >= budget.max_money:
            return f"{money:.2f} of money (budget.max_money={budget.max_money})"
        return None
