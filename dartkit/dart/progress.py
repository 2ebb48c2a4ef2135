"""What the scheduler knows of one problem: which draws exist, what came of them, what is in flight, what is still wanted.

The state of a problem is decided by its draws *in the order of their numbers*, not of their arrival: a target is met at the first
number at which enough of the draws up to it are correct, and a problem is given up at the first number at which the rule says so.
Whatever order draws finish in, and wherever a run is killed, the same draws give the same end. Draws beyond it, which were in
flight when it was reached, are kept on disk and used by no one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dartkit.dart.pacing import ALLOWANCES, hopeless_after, risk_of, safe_in_flight
from dartkit.dart.strategies import Quota
from dartkit.difficulty.rates import NOT_JUDGED
from dartkit.records import Outcome, Problem, TargetStatus


@dataclass(slots=True)
class ProblemProgress:
    """One problem under a quota.

    `n_draws`, `n_judged` and `n_correct` count the draws with numbers 0 to `n_draws` - 1 that decided the status so far.
    """

    problem: Problem
    prompt: str
    quota: Quota
    n_draws: int = 0
    n_judged: int = 0
    n_correct: int = 0
    in_flight: int = 0
    status: TargetStatus = "open"
    queued: bool = False  # by the scheduler, to draw when its turn comes
    _waiting: dict[int, Outcome] = field(default_factory=dict)  # outcomes past `n_draws`
    _ahead: set[int] = field(default_factory=set)
    _next: int = 0
    _all_draws: int = 0
    _all_judged: int = 0
    _all_correct: int = 0

    def __post_init__(self) -> None:
        self.status = self._status_here()

    def add_outcome(self, index: int, outcome: Outcome) -> None:
        """Note what came of the draw with this number; a number counts once, and none counts for a problem that is done."""
        if index < self.n_draws or self.status != "open" or index in self._waiting:
            return
        if index >= self._next:  # from an earlier call; numbers taken in this call are lower
            self._ahead.add(index)
        self._waiting[index] = outcome
        self._all_draws += 1
        self._all_judged += outcome not in NOT_JUDGED
        self._all_correct += outcome == "correct"
        if index == self.n_draws:
            self._settle()

    def add_outcomes(self, outcomes: Iterable[tuple[int, Outcome]]) -> None:
        """Note what came of many draws, in any order."""
        for index, outcome in sorted(outcomes):
            self.add_outcome(index, outcome)

    def _settle(self) -> None:
        """Follow the draws in order of number until one is missing or the problem is done."""
        while self.status == "open" and self.n_draws in self._waiting:
            outcome = self._waiting.pop(self.n_draws)
            self.n_draws += 1
            self.n_judged += outcome not in NOT_JUDGED
            self.n_correct += outcome == "correct"
            self.status = self._status_here()
        if self.status != "open":
            self._waiting.clear()
            self._ahead.clear()

    def _status_here(self) -> TargetStatus:
        """Return the status after the draws counted so far."""
        quota = self.quota
        if quota.draws is not None:
            return "met" if self.n_draws >= quota.draws else "open"
        if self.n_correct >= (quota.correct or 0):
            return "met"
        end = hopeless_after(self.n_correct, quota.hopeless_pass_rate)
        if end is not None and self.n_judged >= end:
            return "hopeless"
        return "exhausted" if self.n_draws >= quota.max_draws else "open"

    def take_index(self) -> int:
        """Return the lowest draw number that neither exists nor is in flight, and count it as in flight."""
        self._skip_existing()
        self._next += 1
        self.in_flight += 1
        return self._next - 1

    def _skip_existing(self) -> None:
        if self._next < self.n_draws:
            self._next = self.n_draws
            self._ahead = {index for index in self._ahead if index >= self._next}
        while self._ahead and self._next in self._ahead:
            self._ahead.remove(self._next)
            self._next += 1

    def wants(self, allowance: float = ALLOWANCES[0]) -> int:
        """Return how many draws may be started now.

        Args:
            allowance: How eager to be; see `pacing`. What is certain to be needed is always wanted.
        """
        if self.status != "open":
            return 0
        self._skip_existing()
        limit = self.quota.draws if self.quota.draws is not None else self.quota.max_draws
        left = max(0, limit - self._next - sum(index < limit for index in self._ahead))
        if self.quota.draws is not None:
            return left
        if self._ahead:
            # A kill lost draws between others: they come first, or the order could not be followed.
            return min(left, max(self._ahead) - self._next - len(self._ahead) + 1)
        need = (self.quota.correct or 0) - self._all_correct
        if need <= 0:
            return 0  # what is in flight will settle it
        end = hopeless_after(self._all_correct, self.quota.hopeless_pass_rate)
        if end is not None:
            left = min(left, end - self._all_judged - self.in_flight)
        return max(0, min(self._safe(need, allowance) - self.in_flight, left))

    def _safe(self, need: int, allowance: float) -> int:
        """Return how many draws may be in flight; at most as many beyond the certain ones as have been seen, a slow start."""
        a, b = self._posterior()
        risk = risk_of(allowance, self.quota.correct or 0)
        return min(safe_in_flight(need, a, b, risk), need + self._all_draws)

    def _posterior(self) -> tuple[float, float]:
        """Return the parameters of Beta(c + 1, n - c + 1) for the share of all draws that are correct, judged or not."""
        return self._all_correct + 1.0, self._all_draws - self._all_correct + 1.0

    def expected_left(self) -> float:
        """Return the expected number of draws still to make."""
        if self.quota.draws is not None:
            return float(max(0, self.quota.draws - self.n_draws))
        need = max(0, (self.quota.correct or 0) - self._all_correct)
        a, b = self._posterior()
        return min(need * (a + b) / a, float(max(0, self.quota.max_draws - self.n_draws)))

    def rounds_left(self, allowance: float = ALLOWANCES[0]) -> float:
        """Return how many durations of a draw the problem takes if it may always draw: the scheduler starts with the longest."""
        need = (self.quota.correct or 0) - self._all_correct
        if self.quota.draws is not None or need <= 0:
            return 0.0
        return self.expected_left() / self._safe(need, allowance)
