"""A finished draw becomes a scored sample: the verifier's outcome, the reward, the length punishment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dartkit.rl.rewards import correctness_reward, overlong_penalty
from dartkit.rl.samples import RolloutSample

if TYPE_CHECKING:
    from dartkit.engines.base import FinishedDraw
    from dartkit.verify import Grader


class Scorer:
    """Scores draws against gold answers.

    Args:
        verifier: Says whether a completion's answer is right.
        max_tokens: The longest completion.
        buffer_tokens: Tokens before it over which length is punished; 0 is off.
    """

    def __init__(self, verifier: Grader, *, max_tokens: int, buffer_tokens: int) -> None:
        self._verifier = verifier
        self._max_tokens = max_tokens
        self._buffer_tokens = buffer_tokens

    def score(self, draw: FinishedDraw, gold: str) -> RolloutSample | None:
        """Return the scored sample, None for a draw that failed and so says nothing about the model."""
        failed = draw.finish_reason in ("error", "abort")
        if failed or not draw.token_ids or not draw.prompt_token_ids:
            return None
        outcome = self._verifier.check(draw.completion, gold, finish_reason=draw.finish_reason).outcome
        return RolloutSample(
            sample_index=draw.request.draw_index,
            prompt_ids=draw.prompt_token_ids,
            token_ids=draw.token_ids,
            completion=draw.completion,
            finish_reason=draw.finish_reason,
            outcome=outcome,
            correctness=correctness_reward(outcome),
            overlong=overlong_penalty(
                len(draw.token_ids), max_tokens=self._max_tokens, buffer_tokens=self._buffer_tokens
            ),
            sampler_logprobs=draw.token_logprobs,
        )
