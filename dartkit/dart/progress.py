"""What the scheduler knows of one problem: which draws exist, how many were correct, what is in flight, what is still wanted."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from dartkit.dart.strategies import Quota
from dartkit.difficulty.intervals import upper_bound
from dartkit.records import Problem, TargetStatus


@dataclass(slots=True)
class ProblemProgress:
    """One problem under a quota. `drawn` holds the indices of draws that need not be made again."""

    problem: Problem
    prompt: str
    quota: Quota
    drawn: set[int] = field(default_factory=set)
    n_correct: int = 0
    n_judged: int = 0
    in_flight: int = 0
    given_up: bool = False
    _next: int = 0
    _fixed_done: int = 0

    def add_drawn(self, index: int) -> None:
        """Note that the draw with this index exists."""
        if index not in self.drawn:
            self.drawn.add(index)
            self._fixed_done += self.quota.draws is not None and index < self.quota.draws

    def take_index(self) -> int:
        """Return the lowest draw index that neither exists nor is in flight, and count it as in flight."""
        while self._next in self.drawn:
            self._next += 1
        index = self._next
        self._next += 1
        self.in_flight += 1
        return index

    def wants(self) -> int:
        """Return how many draws may be started now.

        For a target of correct samples the draws in flight are held near need / p, with p one standard deviation above the
        posterior mean of the pass rate, so that few correct samples beyond the target are paid for.
        """
        status = self.status()
        if status != "open":
            return 0
        if self.quota.draws is not None:
            return self.quota.draws - self._next - self._drawn_ahead()
        need = (self.quota.correct or 0) - self.n_correct
        mean, deviation = self._posterior()
        limit = max(1, math.floor(need / min(1.0, mean + deviation)))
        left = self.quota.max_draws - len(self.drawn) - self.in_flight
        return max(0, min(limit - self.in_flight, left))

    def _drawn_ahead(self) -> int:
        """Count the draws of a fixed number that exist at or beyond the next index."""
        return sum(self._next <= index < (self.quota.draws or 0) for index in self.drawn)

    def _posterior(self) -> tuple[float, float]:
        """Return mean and standard deviation of Beta(c + 1/2, n - c + 1/2)."""
        a, b = self.n_correct + 0.5, self.n_judged - self.n_correct + 0.5
        return a / (a + b), math.sqrt(a * b / ((a + b) ** 2 * (a + b + 1)))

    def expected_left(self) -> float:
        """Return the expected number of draws still to make; the scheduler starts with the longest, so that the tail is short."""
        if self.quota.draws is not None:
            return float(self.quota.draws - self._fixed_done)
        need = max(0, (self.quota.correct or 0) - self.n_correct)
        return min(need / self._posterior()[0], float(self.quota.max_draws - len(self.drawn)))

    def status(self) -> TargetStatus:
        """Return whether the problem is done, and how.

        `hopeless`: the one-sided 95 % upper bound of the pass rate is under `hopeless_pass_rate` while the target is not met.
        """
        quota = self.quota
        if quota.draws is not None:
            return "met" if self._fixed_done >= quota.draws else "open"
        if self.n_correct >= (quota.correct or 0):
            return "met"
        if self.given_up or self._hopeless():
            self.given_up = True
            return "hopeless"
        return "exhausted" if len(self.drawn) >= quota.max_draws else "open"

    def _hopeless(self) -> bool:
        threshold = self.quota.hopeless_pass_rate
        if threshold <= 0 or self.n_judged == 0 or self.n_correct / self.n_judged >= threshold:
            return False
        return upper_bound(self.n_correct, self.n_judged) < threshold
