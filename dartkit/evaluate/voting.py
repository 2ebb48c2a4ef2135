"""maj@k: the chance that the answer most of k draws give is the right one.

The n draws of a problem vote for answers, which are grouped by equality under the verifier. Of k draws taken from them at random,
without putting back, let V_r be the votes for the right answer and V_i those for the others; t others tie with the right one:

    maj@k = E[ 1 / (1 + t) ; V_r >= 1 and V_r >= V_i for all i ]

A tie goes to the answer that came first, which in random order is each of the tied ones equally often. Draws without an answer vote
for nothing. With k = n and no tie it is the plain majority vote; k = 1 gives avg@n.

The expectation is exact, not sampled: the votes of the groups are independent binomials with p = k/n, given that they sum to k, so
that for each value of V_r one polynomial product over the other groups gives the weight of every (draws used, ties). With g groups this
takes about n k^2/2 products of numbers, a few milliseconds at n = 32.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from math import comb
from typing import NamedTuple

from dartkit.difficulty.consensus import Same, group_answers
from dartkit.difficulty.rates import JudgedDraw


class Votes(NamedTuple):
    """The votes of one problem's draws.

    Attributes:
        right: For the right answer.
        wrong: For each other answer, largest first.
        silent: Draws without an answer.
    """

    right: int
    wrong: tuple[int, ...]
    silent: int

    @property
    def draws(self) -> int:
        """All draws."""
        return self.right + sum(self.wrong) + self.silent


def count_votes(draws: Sequence[JudgedDraw], same: Same | None = None) -> Votes:
    """Return the votes of the draws of one problem.

    Args:
        draws: The judged draws.
        same: Says whether two answers as written are equal; None compares normal forms only.
    """
    groups = group_answers(draws, same)
    right = sum(group.votes for group in groups if group.agrees)
    wrong = sorted((group.votes for group in groups if not group.agrees), reverse=True)
    return Votes(right, tuple(wrong), len(draws) - right - sum(wrong))


def majority_chance(votes: Votes, k: int) -> float:
    """Return maj@k of one problem.

    Raises:
        ValueError: when k is not between 1 and the number of draws.
    """
    if not 1 <= k <= votes.draws:
        raise ValueError(f"maj@{k} needs 1 to {votes.draws} draws")
    return _chance(votes, k)


@lru_cache(maxsize=16_384)  # problems share a few patterns of votes
def _chance(votes: Votes, k: int) -> float:
    if votes.right == 0:
        return 0.0
    share = k / votes.draws
    total = _binomial(votes.draws, k, share)
    chance = sum(
        _binomial(votes.right, v, share) * _ties(votes, k - v, v, share)
        for v in range(1, min(votes.right, k) + 1)
    )
    return min(1.0, chance / total)


def _binomial(n: int, j: int, share: float) -> float:
    """Return C(n, j) p^j (1 - p)^(n - j): the weight of j of n draws, which never over- or underflows a sum to 1."""
    return comb(n, j) * share**j * (1 - share) ** (n - j)


def _ties(votes: Votes, rest: int, v: int, share: float) -> float:
    """Return the weight of `rest` draws from the other groups with at most v each, every tie at v shared out."""
    weights: dict[tuple[int, int], float] = {(0, 0): 1.0}  # (draws used, groups that have v) -> weight
    for size, count in Counter(votes.wrong).items():
        steps = [(j, int(j == v), _binomial(size, j, share)) for j in range(min(size, v, rest) + 1)]
        for _ in range(count):
            following: dict[tuple[int, int], float] = {}
            for (used, tied), weight in weights.items():
                for j, ties, factor in steps:
                    if used + j > rest:
                        break
                    key = (used + j, tied + ties)
                    following[key] = following.get(key, 0.0) + weight * factor
            weights = following
    return sum(
        weight * _binomial(votes.silent, rest - used, share) / (1 + tied)
        for (used, tied), weight in weights.items()
        if rest - used <= votes.silent
    )
