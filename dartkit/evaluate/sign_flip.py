"""The paired permutation test: could differences this large come from two models that are equally good?

If they are, each problem's difference d_i could as well have had the other sign. The p value is the share of all 2^n sign patterns whose
sum is at least as far from zero as the one seen (two-sided). Differences of zero change nothing and are left out.

    exact        differences are whole multiples of a step (avg@n: 1/n): the patterns are counted by their sum, as the
                 coefficients of the product of (1 + x^|d_i|), all of them in one long integer
    enumeration  at most 16 differences of any size: every pattern is tried
    monte-carlo  otherwise: M = 20,000 seeded random patterns, p = (hits + 1) / (M + 1)

With one draw per problem the exact test is McNemar's exact test: of b + c problems that only one model solved, the split is binomial.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from math import comb
from typing import Literal

ENUMERATED = 16
PATTERNS = 20_000
MOST_BITS = (
    20_000_000_000  # long integers are added once for each difference: this much work is about a second
)
SEED = 20_240_707
_CLOSE = 1e-9

Way = Literal["exact", "enumeration", "monte-carlo"]


@dataclass(frozen=True, slots=True)
class SignFlip:
    """A two-sided p value and how it was found."""

    p_value: float
    way: Way


def sign_flip_test(differences: Sequence[float], *, step: float | None = None, seed: int = SEED) -> SignFlip:
    """Return the two-sided p value of paired differences; 1 where all of them are zero.

    Args:
        differences: One for each problem.
        step: What all differences are multiples of, if they are.
        seed: Of the Monte Carlo patterns.
    """
    sizes = [abs(item) for item in differences if abs(item) > _CLOSE]
    seen = abs(sum(differences))
    if not sizes:
        return SignFlip(1.0, "exact")
    if step is not None:
        whole = [round(item / step) for item in sizes]
        if sum(whole) * len(whole) ** 2 <= MOST_BITS and all(
            abs(item / step - number) < 1e-6 for item, number in zip(sizes, whole, strict=True)
        ):
            return SignFlip(_count_patterns(whole, round(seen / step)), "exact")
    if len(sizes) <= ENUMERATED:
        return SignFlip(_enumerate(sizes, seen), "enumeration")
    return SignFlip(_sample(sizes, seen, seed), "monte-carlo")


def _count_patterns(sizes: Sequence[int], seen: int) -> float:
    """Return the share of sign patterns with a sum at least `seen` from zero, for whole numbers."""
    width = len(sizes) // 8 + 1  # bytes of a coefficient, each at most 2^n
    counts, total = 1, sum(sizes)
    for size in sizes:
        counts += counts << (8 * width * size)
    table = counts.to_bytes(width * (total + 1), "little")
    hits = 0
    for plus in range(total + 1):  # the sum of the sizes that keep their sign
        if abs(2 * plus - total) >= seen:
            hits += int.from_bytes(table[width * plus : width * (plus + 1)], "little")
    return hits / (1 << len(sizes))


def _enumerate(sizes: Sequence[float], seen: float) -> float:
    sums = [0.0]
    for size in sizes:
        sums = [value + sign * size for value in sums for sign in (1, -1)]
    return sum(abs(value) >= seen - _CLOSE for value in sums) / len(sums)


def _sample(sizes: Sequence[float], seen: float, seed: int) -> float:
    rng, total = random.Random(seed), sum(sizes)
    form, n = f"0{len(sizes)}b", len(sizes)
    hits = 0
    for _ in range(PATTERNS):
        signs = map(int, format(rng.getrandbits(n), form))
        hits += abs(2 * sum(compress(sizes, signs)) - total) >= seen - _CLOSE
    return (hits + 1) / (PATTERNS + 1)


def mcnemar_exact(only_first: int, only_second: int) -> float:
    """Return the two-sided exact p value of McNemar's test: of n problems that one model alone solved, k to one side."""
    n, k = only_first + only_second, min(only_first, only_second)
    if n == 0:
        return 1.0
    return min(1.0, 2 * sum(comb(n, i) for i in range(k + 1)) / (1 << n))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p values corrected for their number (Holm 1979): the chance of any false alarm among them stays at the level."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = highest
    return corrected
