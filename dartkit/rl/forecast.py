"""How many of the next groups will be useful, from what is known of each prompt; sizes the number of groups begun.

With pass rate p and G samples a group is neither all right nor all wrong with probability 1 - p^G - (1 - p)^G. In general, with
K the numbers of right answers that make a group useful, it is the sum over k in K of C(G, k) p^k (1 - p)^(G - k). After r right
answers among n draws in training, p is not known but Beta(r + 1, n - r + 1), and the sum is over the beta-binomial law.
A prompt that nothing is known of counts with the run's own share of useful groups.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dartkit.rl.data import RlProblem

Observed = Mapping[str, tuple[int, int]]
"""Right answers and judged draws in training, for each problem id."""

ROUNDING = 1e-9
LEAST = 0.05  # keeps the number of groups begun on a forecast within 20 times the missing ones


def useful_counts(group_size: int, lowest: float = 0.0, highest: float = 1.0) -> list[int]:
    """Return the numbers of right answers with which a group is useful; empty where no number lies within the band."""
    return [right for right in range(1, group_size) if lowest <= right / group_size <= highest]


def acceptance_of_rate(rate: float, group_size: int, counts: list[int]) -> float:
    """Return the probability of a useful group for a known pass rate."""
    return math.fsum(
        math.comb(group_size, right) * rate**right * (1.0 - rate) ** (group_size - right) for right in counts
    )


def acceptance_after(right: int, drawn: int, group_size: int, counts: list[int]) -> float:
    """Return the probability of a useful group after `right` of `drawn` answers were right (uniform prior)."""
    a, b = right + 1, drawn - right + 1

    def log_beta(x: int, y: int) -> float:
        return math.lgamma(x) + math.lgamma(y) - math.lgamma(x + y)

    return math.fsum(
        math.comb(group_size, k) * math.exp(log_beta(a + k, b + group_size - k) - log_beta(a, b))
        for k in counts
    )


class AcceptanceForecast:
    """Forecasts of one step.

    Args:
        group_size: G.
        counts: K, from `useful_counts`.
        observed: What training has seen so far.
        overall: The share of useful groups of the run, for prompts without a rate of their own.
        by_rate: Whether pass rates decide what is useful; with another filter metric they do not, and all go by `overall`.
    """

    def __init__(
        self, group_size: int, counts: list[int], observed: Observed, overall: float, *, by_rate: bool = True
    ) -> None:
        self._group_size = group_size
        self._counts = counts
        self._observed = observed
        self._overall = overall
        self._by_rate = by_rate

    def of(self, problem: RlProblem) -> float:
        """Return the probability that a group of this prompt is useful.

        What training has seen of a prompt outweighs what was measured before it, on another policy. Prompts without a measured
        rate go by the run's share even then: one group says little.
        """
        if problem.pass_rate is None or not self._by_rate:
            return self._overall
        seen = self._observed.get(problem.problem_id)
        if seen is not None:
            return acceptance_after(*seen, self._group_size, self._counts)
        return acceptance_of_rate(problem.pass_rate, self._group_size, self._counts)

    def groups_to_begin(self, upcoming: Iterator[tuple[int, RlProblem]], missing: int, most: int) -> int:
        """Return how many of the upcoming prompts it takes until `missing` useful groups are expected, at most `most`."""
        expected, count = 0.0, 0
        for _, problem in upcoming:
            if count >= most or (count >= missing and expected >= missing - ROUNDING):
                break
            expected += max(LEAST, self.of(problem))
            count += 1
        return count


def is_retired(problem: RlProblem, observed: Observed, limit: float | None) -> bool:
    """Say whether a prompt counts as solved: by its draws in training, or before the first by the rate in the data."""
    if limit is None:
        return False
    seen = observed.get(problem.problem_id)
    rate = problem.pass_rate if seen is None else seen[0] / seen[1]
    return rate is not None and rate >= limit
