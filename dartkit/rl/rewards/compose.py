"""A recipe's list of rewards as one thing: every reward of every sample, their weighted sum, and the dense stream.

    reward[i]           = sum of weight * value over the rewards of the whole sample
    token_rewards[i,t]  = sum of weight * stream over the dense rewards
    token_returns[i,t]  = sum of weight * returns_to_go(stream, gamma) over the dense rewards
A reward of weight 0 is measured and enters none of them; without a dense reward of another weight both streams are None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from dartkit.reward_settings import (
    CosineReward,
    FormatReward,
    ModelReward,
    OverlongReward,
    PythonReward,
    RepetitionReward,
    RewardSettings,
    SparseRepetitionReward,
    VerifierReward,
    reward_name,
)
from dartkit.rl.rewards.cosine import CosineLength
from dartkit.rl.rewards.dense import returns_to_go
from dartkit.rl.rewards.format import FormatCheck
from dartkit.rl.rewards.overlong import OverlongPenalty
from dartkit.rl.rewards.repetition import RepetitionPenalty
from dartkit.rl.rewards.score import Reward, Score
from dartkit.rl.rewards.sparse_repetition import SparseRepetition
from dartkit.rl.rewards.verifier import OutcomeReward

if TYPE_CHECKING:
    from types import TracebackType

    from dartkit.rl.data import RlProblem
    from dartkit.rl.samples import RolloutSample


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    weight: float
    gamma: float
    reward: Reward


class RewardSet:
    """The rewards of one recipe, ready to score. Close it at the end.

    Args:
        settings: The list, in order.
        max_tokens: The longest completion.
        run_path: The run directory that `run:models/NAME` refers to.

    Raises:
        UsageError: when a function cannot be used.
        EnvironmentProblem: when a reward model cannot be loaded.
    """

    def __init__(
        self, settings: Sequence[RewardSettings], *, max_tokens: int, run_path: Path | None = None
    ) -> None:
        self._parts: list[_Part] = []
        try:
            for item in settings:
                gamma = item.gamma if isinstance(item, RepetitionReward) else 1.0
                reward = open_reward(item, max_tokens, run_path)
                self._parts.append(_Part(reward_name(item), item.weight, gamma, reward))
        except BaseException:
            self.close()
            raise

    def score(self, problem: RlProblem, samples: Sequence[RolloutSample]) -> tuple[RolloutSample, ...]:
        """Return the samples of one prompt with all they earn."""
        columns = [part.reward.score(problem, samples) for part in self._parts]
        return tuple(
            self._combine(sample, [column[place] for column in columns])
            for place, sample in enumerate(samples)
        )

    def close(self) -> None:
        """Free models and processes."""
        for part in self._parts:
            part.reward.close()

    def __enter__(self) -> Self:
        """Return the set; leaving closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _combine(self, sample: RolloutSample, scores: Sequence[Score]) -> RolloutSample:
        values: dict[str, float] = {}
        errors: dict[str, str] = {}
        total = 0.0
        rewards: list[float] | None = None
        returns: list[float] | None = None
        for part, score in zip(self._parts, scores, strict=True):
            values[part.name] = score.value
            values.update((f"{part.name}/{key}", value) for key, value in score.extra.items())
            if score.error is not None:
                errors[part.name] = score.error
            if part.weight == 0.0:
                continue
            if score.stream is None:
                total += part.weight * score.value
            else:
                rewards = _add(rewards, score.stream, part.weight)
                returns = _add(returns, returns_to_go(score.stream, part.gamma), part.weight)
        return replace(
            sample,
            rewards=values,
            reward=total,
            token_rewards=None if rewards is None else tuple(rewards),
            token_returns=None if returns is None else tuple(returns),
            reward_errors=errors,
        )


def open_reward(settings: RewardSettings, max_tokens: int, run_path: Path | None) -> Reward:
    """Make one reward ready.

    Raises:
        UsageError: when a function cannot be used.
        EnvironmentProblem: when a reward model cannot be loaded.
    """
    match settings:
        case VerifierReward():
            return OutcomeReward(settings)
        case OverlongReward():
            return OverlongPenalty(settings, max_tokens)
        case CosineReward():
            return CosineLength(settings, max_tokens)
        case RepetitionReward():
            return RepetitionPenalty(settings)
        case SparseRepetitionReward():
            return SparseRepetition(settings)
        case FormatReward():
            return FormatCheck(settings)
        case ModelReward():
            from dartkit.rl.rewards.model import RewardModel

            return RewardModel(settings, run_path)
        case PythonReward():
            from dartkit.rl.rewards.user_function import UserFunction

            return UserFunction(settings)


def _add(sums: list[float] | None, stream: Sequence[float], weight: float) -> list[float]:
    if sums is None:
        return [weight * value for value in stream]
    return [held + weight * value for held, value in zip(sums, stream, strict=True)]
