"""Sparse repetition penalty: one number for the whole completion (as in open-r1 and TRL).

R = P (1 - distinct n-grams / n-grams), over tokens or over words (split at blanks, lower-cased).
Degenerate case: a text with fewer than n tokens or words has no n-gram and earns 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dartkit.rl.rewards.repetition import number_ngrams
from dartkit.rl.rewards.score import PlainReward, Score

if TYPE_CHECKING:
    from dartkit.reward_settings import SparseRepetitionReward
    from dartkit.rl.data import RlProblem
    from dartkit.rl.samples import RolloutSample


def repeated_share(items: Sequence[object], size: int) -> float:
    """Return the share of n-grams that occurred before, from 0 to below 1; 0 where there is none."""
    numbers = number_ngrams(items, size)
    return 1.0 - (max(numbers) + 1) / len(numbers) if numbers else 0.0


class SparseRepetition(PlainReward):
    """Charges a completion for the share of its n-grams that repeat."""

    def __init__(self, settings: SparseRepetitionReward) -> None:
        self._settings = settings

    def score_one(self, problem: RlProblem, sample: RolloutSample) -> Score:
        """Return the penalty of one sample."""
        settings = self._settings
        items: Sequence[object] = sample.token_ids
        if settings.unit == "words":
            items = sample.completion.lower().split()
        return Score(settings.penalty * repeated_share(items, settings.ngram) + 0.0)
