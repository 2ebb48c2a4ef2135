"""Cosine length reward (Demystifying Long CoT, arXiv 2502.03373 section 4.2, eq. 1).

    R = f(n; correct_short, correct_long)   right answer below the limit L
        f(n; wrong_short, wrong_long)       any other answer below it
        exceed                              at the limit, or cut by the token limit: right answers too
    f(n; r0, rL) = rL + (r0 - rL) (1 + cos(pi n / L)) / 2,      so f(0) = r0 and f(L) = rL

The paper's CosFn(t, T, min, max), called as its eq. 1 writes it, gives rL at 0: text, figures and code mean the direction here.
Beyond L the reward stays `exceed`; it never climbs again, as an unclamped cosine does.
Degenerate case: short = long pays for correctness alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dartkit.rl.rewards.lengths import Measure, measure
from dartkit.rl.rewards.score import PlainReward, Score

if TYPE_CHECKING:
    from dartkit.records import Outcome
    from dartkit.reward_settings import CosineReward
    from dartkit.rl.data import RlProblem
    from dartkit.rl.samples import RolloutSample

COULD_NOT_TELL: tuple[Outcome, ...] = ("undecided", "timeout", "error")


def cosine(share: float, short: float, long: float) -> float:
    """Return the value at `share` of the limit: `short` at 0, `long` at 1."""
    return long + 0.5 * (short - long) * (1.0 + math.cos(math.pi * share))


def cosine_limit(settings: CosineReward, max_tokens: int) -> Measure:
    """Return the length at which the long values are reached."""
    length = settings.max_length
    return Measure(max_tokens, "tokens") if length is None else Measure(length.amount, length.unit)


def cosine_reward(
    outcome: Outcome, length: Measure, *, cut: bool, limit: Measure, settings: CosineReward
) -> float:
    """Return the reward of one completion, before the weight.

    Args:
        outcome: What the verifier said.
        length: In the unit of `limit`.
        cut: Whether the token limit ended it.
        limit: L.
        settings: The five constants and the margin.

    Raises:
        UnitMismatch: when length and limit count different things.
    """
    reached = length.reaches(Measure(limit.amount - settings.margin, limit.unit))
    if cut or reached:
        return settings.exceed
    share = length.share_of(limit)
    if outcome == "correct":
        return cosine(share, settings.correct_short, settings.correct_long)
    if settings.could_not_tell is not None and outcome in COULD_NOT_TELL:
        return settings.could_not_tell
    return cosine(share, settings.wrong_short, settings.wrong_long)


class CosineLength(PlainReward):
    """Pays for right answers, more for short ones; charges for wrong ones, more for short ones."""

    def __init__(self, settings: CosineReward, max_tokens: int) -> None:
        self._settings = settings
        self._limit = cosine_limit(settings, max_tokens)

    def score_one(self, problem: RlProblem, sample: RolloutSample) -> Score:
        """Return the reward of one sample."""
        value = cosine_reward(
            sample.outcome,
            measure(sample, self._limit.unit),
            cut=sample.finish_reason == "length",
            limit=self._limit,
            settings=self._settings,
        )
        return Score(value)
