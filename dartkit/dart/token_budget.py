"""The `budget` strategy: where a fixed number of tokens covers most hard problems.

A problem is covered by its first correct sample, and worth its fail rate. One that failed n times has the posterior Beta(a, b + n), so its
next draw covers it with probability a / (a + b + n) at the price of its tokens. That chance falls with every failure, and a success ends
the problem; so the best use of a budget is to make, at any time, the draw with the highest worth times chance for its price. How many
draws each problem gets is decided beforehand by making these draws in thought, each paid with the probability that it is needed.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prospect:
    """A problem without a correct sample.

    Attributes:
        failed: Judged draws so far, all of them wrong.
        tokens_per_draw: Expected price of a draw.
        most: Draws that may still be made.
    """

    failed: int
    tokens_per_draw: float
    most: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """How many more draws each problem may have, and what is to be expected of them."""

    draws: list[int]
    expected_tokens: float
    expected_covered: float


def allocate(prospects: Sequence[Prospect], tokens: float, prior: tuple[float, float]) -> Allocation:
    """Share out a number of tokens.

    Args:
        prospects: Problems not covered yet.
        tokens: What may be spent in expectation.
        prior: Beta prior (a, b) of the pass rate.
    """
    a, b = prior
    draws = [0] * len(prospects)
    needed = [1.0] * len(prospects)  # probability that all draws so far failed
    spent = covered = 0.0
    heap: list[tuple[float, int]] = []
    for index, item in enumerate(prospects):
        if item.most > 0:
            heap.append((-_worth_for_price(item, 0, a, b), index))
    heapq.heapify(heap)
    while heap:
        _, index = heapq.heappop(heap)
        item = prospects[index]
        price = needed[index] * item.tokens_per_draw
        if spent + price > tokens:
            continue  # a cheaper one may still fit
        spent += price
        chance = a / (a + b + item.failed + draws[index])
        covered += needed[index] * chance
        needed[index] *= 1 - chance
        draws[index] += 1
        if draws[index] < item.most:
            heapq.heappush(heap, (-_worth_for_price(item, draws[index], a, b), index))
    return Allocation(draws, spent, covered)


def _worth_for_price(item: Prospect, more: int, a: float, b: float) -> float:
    """Return fail rate times chance of the draw after `more` further failures, for each token."""
    fail_rate = (b + item.failed) / (a + b + item.failed)
    return fail_rate * a / (a + b + item.failed + more) / item.tokens_per_draw
