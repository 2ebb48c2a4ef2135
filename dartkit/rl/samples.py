"""What a rollout leaves behind: samples, and the group of all samples of one prompt in one step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from dartkit.rl.advantages import group_advantages

if TYPE_CHECKING:
    from dartkit.records import FinishReason, Outcome
    from dartkit.rl.data import RlProblem

Fate = Literal["kept", "all_right", "all_wrong", "failed"]


@dataclass(frozen=True, slots=True)
class RolloutSample:
    """One scored completion. `token_ids` ends with the end token where the model stopped by itself."""

    sample_index: int
    prompt_ids: tuple[int, ...]
    token_ids: tuple[int, ...]
    completion: str
    finish_reason: FinishReason
    outcome: Outcome
    correctness: float
    overlong: float
    sampler_logprobs: tuple[float, ...] | None = None

    @property
    def reward(self) -> float:
        """Correctness and length punishment together."""
        return self.correctness + self.overlong


@dataclass(frozen=True)
class RolloutGroup:
    """All samples of one prompt. `position` is the prompt's place in the endless order of prompts."""

    position: int
    problem: RlProblem
    samples: tuple[RolloutSample, ...]
    failed: bool = False

    @cached_property
    def fate(self) -> Fate:
        """Whether the group can teach (0 < right < all), judged by correctness and not by the shaped reward."""
        right = sum(sample.outcome == "correct" for sample in self.samples)
        if self.failed:
            return "failed"
        if right == 0:
            return "all_wrong"
        return "all_right" if right == len(self.samples) else "kept"

    @cached_property
    def advantages(self) -> list[float]:
        """One advantage for each sample, from the shaped rewards."""
        return group_advantages([sample.reward for sample in self.samples])


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where every group generated in a step went; `surplus` groups were begun in advance and not needed."""

    generated: int
    kept: int
    all_right: int
    all_wrong: int
    surplus: int
    failed: int

    def check(self) -> None:
        """Assert that no group is missing or counted twice."""
        parts = self.kept + self.all_right + self.all_wrong + self.surplus + self.failed
        assert self.generated == parts, f"{self.generated} groups generated, {parts} accounted for"
