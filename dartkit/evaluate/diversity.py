"""How different completions of one problem are.

Two completions are as similar as the sets of their runs of four words: s = |A and B| / |A or B| (Jaccard). Of n completions

    diversity             the mean of 1 - s over all pairs
    effective number      n^2 / sum over all ordered pairs, each with itself too, of s

The effective number is 1 where all are the same, n where no two share four words in a row, and between them what as many unlike
completions would be worth (the diversity of order two with similarities of Leinster and Cobbold, Ecology 93, 2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

RUN = 4  # words


@dataclass(frozen=True, slots=True)
class Diversity:
    """Attributes: the completions, those that differ in some word, the mean distance of pairs (None under two), the effective number."""

    completions: int
    distinct: int
    mean_distance: float | None
    effective: float


def measure_diversity(completions: Sequence[str]) -> Diversity:
    """Return how different these completions are; spaces do not count."""
    words = [tuple(text.split()) for text in completions]
    sets = [word_runs(item) for item in words]
    n = len(sets)
    similar = [similarity(first, second) for first, second in combinations(sets, 2)]
    total = sum(similar)
    return Diversity(
        completions=n,
        distinct=len(set(words)),
        mean_distance=1 - total / len(similar) if similar else None,
        effective=n * n / (n + 2 * total) if n else 0.0,
    )


def word_runs(words: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    """Return the runs of four words in a row; fewer than four words are one run."""
    if len(words) <= RUN:
        return frozenset((words,))
    return frozenset(words[start : start + RUN] for start in range(len(words) - RUN + 1))


def similarity(first: frozenset[tuple[str, ...]], second: frozenset[tuple[str, ...]]) -> float:
    """Return the shared part of two sets: 1 for equal ones, 0 where nothing is shared."""
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared)
