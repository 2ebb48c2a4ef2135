"""What a rollout leaves behind: samples, and the group of all samples of one prompt in one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from dartkit.rl.rewards.dense import dense_advantages

if TYPE_CHECKING:
    from dartkit.records import FinishReason, Outcome
    from dartkit.rl.data import RlProblem

Fate = Literal["kept", "all_right", "all_wrong", "failed"]


@dataclass(frozen=True, slots=True)
class RolloutSample:
    """One scored completion. `token_ids` ends with the end token where the model stopped by itself.

    Attributes:
        rewards: What each reward of the recipe said, by name and before its weight.
        reward: The weighted sum of those that are about the whole sample.
        token_rewards: The weighted dense stream, one number for each response token; None where no dense reward counts.
        token_returns: Its discounted sums from each token on, each dense reward with its own gamma.
        reward_errors: Why a reward could not be computed, by name.
        sampler_logprobs: What the sampler gave its tokens.
    """

    sample_index: int
    prompt_ids: tuple[int, ...]
    token_ids: tuple[int, ...]
    completion: str
    finish_reason: FinishReason
    outcome: Outcome
    rewards: Mapping[str, float] = field(default_factory=dict)
    reward: float = 0.0
    token_rewards: tuple[float, ...] | None = None
    token_returns: tuple[float, ...] | None = None
    reward_errors: Mapping[str, str] = field(default_factory=dict)
    sampler_logprobs: tuple[float, ...] | None = None

    def metric(self, name: str) -> float | None:
        """Return `accuracy` (1 for a right answer, else 0), the `reward`, or one number of a reward by name.

        None where a reward's function failed and so did not return that number.
        """
        if name == "accuracy":
            return float(self.outcome == "correct")
        return self.reward if name == "reward" else self.rewards.get(name)


@dataclass(frozen=True)
class RolloutGroup:
    """All samples of one prompt. `position` is the prompt's place in the endless order of prompts.

    Attributes:
        filter_metric: What must differ between the samples for the group to be able to teach (`RolloutSample.metric`).
        policy_version: Which weights drew it; a run's first weights are version 0.
        age: In how many steps before this one it was drawn.
        tokens: Completion tokens of all its draws, failed ones included.
        microseconds: What the engine worked on each draw, added up. No two runs agree in it, so it is not stored with a group.
    """

    position: int
    problem: RlProblem
    samples: tuple[RolloutSample, ...]
    failed: bool = False
    filter_metric: str = "accuracy"
    policy_version: int = 0
    age: int = 0
    tokens: int = 0
    microseconds: int = field(default=0, compare=False)

    @cached_property
    def fate(self) -> Fate:
        """Whether the group can teach: whether the filter metric differs between its samples (by default 0 < right < all).

        A group that cannot is `all_right` when every answer is right, else `all_wrong`; with another metric than accuracy
        that includes groups of right and wrong answers that earn the same.
        """
        if self.failed:
            return "failed"
        values = {sample.metric(self.filter_metric) for sample in self.samples}
        if len(values - {None}) > 1:
            return "kept"
        return "all_right" if all(sample.outcome == "correct" for sample in self.samples) else "all_wrong"

    @cached_property
    def token_advantages(self) -> list[tuple[float, ...]] | None:
        """What each token's advantage has besides its sample's, from the dense rewards; None where none counts."""
        returns = [sample.token_returns for sample in self.samples if sample.token_returns is not None]
        return dense_advantages(returns) if returns and len(returns) == len(self.samples) else None
