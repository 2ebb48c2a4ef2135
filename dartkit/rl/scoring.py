"""A finished draw becomes a judged sample, a finished group of them gets its rewards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dartkit.errors import UsageError
from dartkit.rl.samples import RolloutGroup, RolloutSample

if TYPE_CHECKING:
    from dartkit.engines.base import FinishedDraw
    from dartkit.rl.data import RlProblem
    from dartkit.rl.rewards.compose import RewardSet
    from dartkit.verify import Grader


class Scorer:
    """Judges draws against gold answers as they come, and rewards them group by group.

    Args:
        verifier: Says whether a completion's answer is right.
        rewards: What samples earn.
        filter_metric: What must differ within a group for it to be able to teach.
    """

    def __init__(self, verifier: Grader, rewards: RewardSet, *, filter_metric: str = "accuracy") -> None:
        self._verifier = verifier
        self._rewards = rewards
        self._filter_metric = filter_metric

    def score(self, draw: FinishedDraw, gold: str) -> RolloutSample | None:
        """Return the judged sample, its rewards still open; None for a draw that failed and so says nothing about the model."""
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
            sampler_logprobs=draw.token_logprobs,
        )

    def group(
        self, position: int, problem: RlProblem, samples: Sequence[RolloutSample], failed: bool
    ) -> RolloutGroup:
        """Return the group of all samples of one prompt, each with what it earns.

        Raises:
            UsageError: when the filter metric is a number that the reward's function does not return.
        """
        rewarded = self._rewards.score(problem, samples)
        self._check_metric(rewarded)
        return RolloutGroup(position, problem, rewarded, failed, self._filter_metric)

    def _check_metric(self, samples: Sequence[RolloutSample]) -> None:
        reward, slash, _ = self._filter_metric.rpartition("/")
        for sample in samples:
            if slash and reward not in sample.reward_errors and sample.metric(self._filter_metric) is None:
                found = [name for name in sample.rewards if name.startswith(f"{reward}/")]
                raise UsageError(
                    f"filter_metric is '{self._filter_metric}', and the reward '{reward}' does not return that number",
                    fix=f"It returns: {', '.join(found) or 'the score alone'}.",
                )
