"""What every reward is: a name, a weight, and a number for each sample of a group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dartkit.rl.data import RlProblem
    from dartkit.rl.samples import RolloutSample


@dataclass(frozen=True, slots=True)
class Score:
    """What one reward says of one sample, before the weight.

    Attributes:
        value: The number. Of a dense reward the sum of its stream.
        stream: One number for each response token; None for a reward of the whole sample.
        extra: Further numbers to log, never part of the sum.
        error: Why there is no real value, and `value` is what an error earns.
    """

    value: float
    stream: tuple[float, ...] | None = None
    extra: Mapping[str, float] = field(default_factory=dict)
    error: str | None = None


class Reward(Protocol):
    """Scores the samples of one prompt together, so that a slow reward can work in batches."""

    def score(self, problem: RlProblem, samples: Sequence[RolloutSample]) -> list[Score]:
        """Return one score for each sample, in order."""
        ...

    def close(self) -> None:
        """Free what it holds; may be called twice."""
        ...


class PlainReward:
    """A reward that is a formula: holds nothing, scores sample by sample."""

    def score(self, problem: RlProblem, samples: Sequence[RolloutSample]) -> list[Score]:
        """Return one score for each sample, in order."""
        return [self.score_one(problem, sample) for sample in samples]

    def score_one(self, problem: RlProblem, sample: RolloutSample) -> Score:
        """Return the score of one sample."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing to free."""
