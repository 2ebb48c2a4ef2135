"""From scored groups to samples that are ready for the loss: advantages, overlong filtering, mini-batches."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from dartkit.ids import draw_seed
from dartkit.rl.advantages import step_advantages
from dartkit.training.batching import TokenRow

if TYPE_CHECKING:
    from dartkit.algorithm_settings import AlgorithmSettings
    from dartkit.rl.samples import RolloutGroup, RolloutSample

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class TrainingSample:
    """A sample with its advantage, ready for the loss.

    Attributes:
        row: Its tokens.
        advantage: Of every token.
        sampler_logprobs: What the sampler reported for each token.
        token_advantages: What each token has besides, from dense rewards.
        prompt: Samples of one prompt have the same number.
        stale: Drawn by earlier weights than the step's, so that `sampler_logprobs` are those of another policy.
        problem_id: For messages.
    """

    row: TokenRow
    advantage: float
    sampler_logprobs: tuple[float, ...] | None = None
    token_advantages: tuple[float, ...] | None = None
    prompt: int = 0
    stale: bool = False
    problem_id: str = ""

    @property
    def length(self) -> int:
        """Response tokens."""
        return len(self.row.response_ids)

    @property
    def teaches(self) -> bool:
        """Whether any token has an advantage."""
        return self.advantage != 0.0 or any(self.token_advantages or ())


def training_samples(
    groups: Sequence[RolloutGroup],
    algo: AlgorithmSettings,
    *,
    policy_version: int | None = None,
    penalties: Sequence[Sequence[float]] | None = None,
) -> list[list[TrainingSample]]:
    """Join the samples of a step with their advantages, group by group.

    Overlong filtering leaves out samples cut by the token limit: they count neither in the loss nor in what it is divided by
    (DAPO section 3.4). In their group's mean and deviation they do count, unless `overlong_in_baseline` is off.

    Args:
        groups: All groups that the step trains on; normalisers over the batch see them all.
        algo: The algorithm's settings.
        policy_version: The weights' version; groups of an earlier one are stale. None: the newest among the groups.
        penalties: Subtracted from each sample's reward.
    """
    advantages = sample_advantages(groups, algo, penalties)
    newest = max((group.policy_version for group in groups), default=0)
    newest = newest if policy_version is None else policy_version
    return [
        [
            TrainingSample(
                TokenRow(sample.prompt_ids, sample.token_ids),
                advantage,
                sample.sampler_logprobs,
                extra,
                prompt=number,
                stale=group.policy_version < newest,
                problem_id=group.problem.problem_id,
            )
            for sample, advantage, extra in zip(
                group.samples, advantages[number], dense_advantages_of(group), strict=True
            )
            if sample.token_ids and not (algo.overlong_filtering and is_truncated(sample))
        ]
        for number, group in enumerate(groups)
    ]


def dense_advantages_of(group: RolloutGroup) -> Sequence[tuple[float, ...] | None]:
    """Return what dense rewards add to the advantage of each token of each sample; None where there are none."""
    found = group.token_advantages
    return [None] * len(group.samples) if found is None else found


def is_truncated(sample: RolloutSample) -> bool:
    """Whether the token limit cut the sample."""
    return sample.finish_reason == "length"


def sample_advantages(
    groups: Sequence[RolloutGroup],
    algo: AlgorithmSettings,
    penalties: Sequence[Sequence[float]] | None = None,
) -> list[list[float]]:
    """Return the advantage of each sample of each group that a step trains on, without what dense rewards add."""
    left_out = algo.overlong_filtering and not algo.overlong_in_baseline
    counted = [
        [number for number, sample in enumerate(group.samples) if not (left_out and is_truncated(sample))]
        for group in groups
    ]
    rewards = [
        [
            group.samples[number].reward - (penalties[place][number] if penalties else 0.0)
            for number in numbers
        ]
        for place, (group, numbers) in enumerate(zip(groups, counted, strict=True))
    ]
    lengths = [
        [len(group.samples[number].token_ids) for number in numbers]
        for group, numbers in zip(groups, counted, strict=True)
    ]
    found = step_advantages(rewards, algo.advantage, epsilon=algo.advantage_epsilon, lengths=lengths)
    result = [[0.0] * len(group.samples) for group in groups]
    for advantages, numbers, values in zip(result, counted, found, strict=True):
        for number, value in zip(numbers, values, strict=True):
            advantages[number] = value
    return result


def split_evenly(groups: Sequence[Item], parts: int) -> list[Sequence[Item]]:
    """Cut groups into at most `parts` runs whose sizes differ by at most one; none is empty."""
    count = min(parts, len(groups))
    bounds = [len(groups) * part // count for part in range(count + 1)] if count else [0]
    return [groups[low:high] for low, high in pairwise(bounds)]


def order_of_pass(count: int, *, seed: int, step: int, number: int) -> list[int]:
    """Return the order in which pass `number` (from 0) over a step's groups takes them: as drawn, then shuffled.

    The shuffle depends on seed, step and pass alone, so a resumed run makes the same mini-batches.
    """
    order = list(range(count))
    if number:
        random.Random(draw_seed(seed, f"mini-batches {step}", number)).shuffle(order)
    return order
