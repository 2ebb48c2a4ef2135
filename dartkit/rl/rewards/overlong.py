"""Soft overlong punishment (DAPO eq. 13), added to the correctness reward.

With n tokens, the limit L and the buffer C:  R = 0 up to L - C;  ((L - C) - n) / C within the buffer;  -1 from L on.
Never below -1 times the weight; verl's reward manager has no such floor, which differs beyond the limit only.
Degenerate case: a buffer of L punishes from the first token on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dartkit.rl.rewards.score import PlainReward, Score

if TYPE_CHECKING:
    from dartkit.reward_settings import OverlongReward
    from dartkit.rl.data import RlProblem
    from dartkit.rl.samples import RolloutSample


def overlong_penalty(tokens: int, *, max_tokens: int, buffer_tokens: int) -> float:
    """Return the punishment for a completion of `tokens` tokens, from -1 to 0; a buffer of 0 punishes nothing."""
    if buffer_tokens == 0:
        return 0.0
    over = tokens - (max_tokens - buffer_tokens)
    return -min(max(over, 0) / buffer_tokens, 1.0) + 0.0


class OverlongPenalty(PlainReward):
    """Punishes length before the limit."""

    def __init__(self, settings: OverlongReward, max_tokens: int) -> None:
        self._buffer_tokens = settings.buffer_tokens
        self._max_tokens = max_tokens

    def score_one(self, problem: RlProblem, sample: RolloutSample) -> Score:
        """Return the punishment of one sample."""
        tokens = len(sample.token_ids)
        return Score(overlong_penalty(tokens, max_tokens=self._max_tokens, buffer_tokens=self._buffer_tokens))
