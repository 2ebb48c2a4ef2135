"""What the scheduler knows of one problem: which draws exist, what came of them, what is in flight, what is still wanted.

The state of a problem is decided by its draws *in the order of their numbers*, not of their arrival: a target is met at the first
number at which enough of the draws up to it are correct, and a problem is given up at the first number at which the rule says so.
Whatever order draws finish in, and wherever a run is killed, the same draws give the same end. Draws beyond it, which were in
flight when it was reached, are kept on disk and used by no one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from dartkit.dart.strategies import Quota
from dartkit.difficulty.intervals import upper_bound
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
    _outcomes: dict[int, Outcome] = field(default_factory=dict)
    _ahead: set[int] = field(default_factory=set)
    _next: int = 0
    _all_judged: int = 0
    _all_correct: int = 0

    def __post_init__(self) -> None:
        self._settle()

    def add_outcome(self, index: int, outcome: Outcome) -> None:
        """Note what came of the draw with this number; a number counts once."""
        if index in self._outcomes:
            return
        self._outcomes[index] = outcome
        if index >= self._next:  # from an earlier call; numbers taken in this call are lower
            self._ahead.add(index)
        self._all_judged += outcome not in NOT_JUDGED
        self._all_correct += outcome == "correct"
        self._settle()

    def _settle(self) -> None:
        """Follow the draws in order of number until one is missing or the problem is done."""
        self.status = self._status_here()
        while self.status == "open" and self.n_draws in self._outcomes:
            outcome = self._outcomes[self.n_draws]
            self.n_draws += 1
            self.n_judged += outcome not in NOT_JUDGED
            self.n_correct += outcome == "correct"
            self.status = self._status_here()

    def _status_here(self) -> TargetStatus:
        """Return the status after the draws counted so far.

        `hopeless`: the one-sided 95 % upper bound of the pass rate is under `hopeless_pass_rate` and the target is not met.
        """
        quota = self.quota
        if quota.draws is not None:
            return "met" if self.n_draws >= quota.draws else "open"
        if self.n_correct >= (quota.correct or 0):
            return "met"
        if self._is_hopeless(self.n_correct, self.n_judged):
            return "hopeless"
        return "exhausted" if self.n_draws >= quota.max_draws else "open"

    def _is_hopeless(self, correct: int, judged: int) -> bool:
        threshold = self.quota.hopeless_pass_rate
        if threshold <= 0 or judged == 0 or correct / judged >= threshold:
            return False
        return upper_bound(correct, judged) < threshold

    def take_index(self) -> int:
        """Return the lowest draw number that neither exists nor is in flight, and count it as in flight."""
        self._skip_existing()
        self._next += 1
        self.in_flight += 1
        return self._next - 1

    def _skip_existing(self) -> None:
        while self._next in self._ahead:
            self._ahead.remove(self._next)
            self._next += 1

    def wants(self) -> int:
        """Return how many draws may be started now.

        For a target of correct samples the draws in flight are held near need / p, with p one standard deviation above the
        posterior mean of the pass rate, so that few correct samples beyond the target are paid for.
        """
        if self.status != "open":
            return 0
        self._skip_existing()
        limit = self.quota.draws if self.quota.draws is not None else self.quota.max_draws
        left = max(0, limit - self._next - sum(index < limit for index in self._ahead))
        if self.quota.draws is not None:
            return left
        if (
            self._ahead
        ):  # a kill lost draws between others: they come first, or the order could not be followed
            return min(left, max(self._ahead) - self._next - len(self._ahead) + 1)
        need = (self.quota.correct or 0) - self._all_correct
        if need <= 0 or self._is_hopeless(self._all_correct, self._all_judged):
            return 0  # what is in flight will settle it
        mean, deviation = self._posterior()
        most = max(1, math.floor(need / min(1.0, mean + deviation)))
        return max(0, min(most - self.in_flight, left))

    def _posterior(self) -> tuple[float, float]:
        """Return mean and standard deviation of Beta(c + 1/2, n - c + 1/2) over all draws there are."""
        a, b = self._all_correct + 0.5, self._all_judged - self._all_correct + 0.5
        return a / (a + b), math.sqrt(a * b / ((a + b) ** 2 * (a + b + 1)))

    def expected_left(self) -> float:
        """Return the expected number of draws still to make; the scheduler starts with the longest, so that the tail is short."""
        if self.quota.draws is not None:
            return float(self.quota.draws - self.n_draws)
        need = max(0, (self.quota.correct or 0) - self._all_correct)
        return min(need / self._posterior()[0], float(self.quota.max_draws - self.n_draws))
