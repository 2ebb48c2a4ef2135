"""The update of one rollout step: mini-batches, old log-probabilities, the DAPO loss over micro-batches, AdamW.

The groups of a step are cut into `updates_per_step` mini-batches, whole groups each. The old policy is the model before the
first update. For the first mini-batch that is the model itself, so its ratios are 1 and need no extra pass; for the later ones
the trainer computes the old log-probabilities once, before the first update. Log-probabilities of the sampler are never
trained on (another engine or number type gives others), but the gap to them is measured.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch

from dartkit.rl.losses import clipped_surrogate, sample_weights
from dartkit.training.batching import TokenRow, collate, split_rows
from dartkit.training.logprobs import score_tokens
from dartkit.training.optimizer import apply_update

if TYPE_CHECKING:
    from torch import Tensor

    from dartkit.rl.samples import RolloutGroup, RolloutSample
    from dartkit.training.batching import MicroBatch
    from dartkit.training.logprobs import TokenScores
    from dartkit.training.model import TrainableModel
    from dartkit.training_settings import TrainRlSettings


@dataclass(frozen=True, slots=True)
class TrainingSample:
    """A sample with its advantage, ready for the loss."""

    row: TokenRow
    advantage: float
    sampler_logprobs: tuple[float, ...] | None


@dataclass
class UpdateTotals:
    """Sums over the tokens and updates of one step."""

    tokens: int = 0
    entropy_sum: float = 0.0
    clipped_low: int = 0
    clipped_high: int = 0
    max_ratio: float = 0.0
    gap_sum: float = 0.0
    gap_tokens: int = 0
    losses: list[float] = field(default_factory=list)
    grad_norms: list[float] = field(default_factory=list)
    updates: int = 0

    def numbers(self) -> dict[str, Any]:
        """Return the step's metrics; what was not measured is None."""
        return {
            "updates": self.updates,
            "loss": _mean(self.losses),
            "grad_norm": _mean(self.grad_norms),
            "entropy": self.entropy_sum / self.tokens if self.tokens else None,
            "clip_fraction_low": self.clipped_low / self.tokens if self.tokens else None,
            "clip_fraction_high": self.clipped_high / self.tokens if self.tokens else None,
            "ratio_max": self.max_ratio if self.tokens else None,
            "sampler_gap": self.gap_sum / self.gap_tokens if self.gap_tokens else None,
            "trained_tokens": self.tokens,
        }


def training_samples(groups: Sequence[RolloutGroup], *, overlong_filtering: bool) -> list[TrainingSample]:
    """Join samples with their advantages; overlong filtering leaves out those cut by the token limit.

    A sample that is left out still counts in its group's mean and deviation, but neither in the loss nor in the number of
    tokens that the loss is divided by (DAPO section 3.4).
    """
    return [
        TrainingSample(TokenRow(sample.prompt_ids, sample.token_ids), advantage, sample.sampler_logprobs)
        for group in groups
        for sample, advantage in zip(group.samples, group.advantages, strict=True)
        if not (overlong_filtering and _is_truncated(sample))
    ]


def _is_truncated(sample: RolloutSample) -> bool:
    return sample.finish_reason == "length"


def split_evenly(groups: Sequence[RolloutGroup], parts: int) -> list[Sequence[RolloutGroup]]:
    """Cut groups into at most `parts` runs whose sizes differ by at most one; none is empty."""
    count = min(parts, len(groups))
    bounds = [len(groups) * part // count for part in range(count + 1)] if count else [0]
    return [groups[low:high] for low, high in pairwise(bounds)]


class DapoTrainer:
    """Moves a model by the DAPO loss.

    Args:
        trained: The model; runs in evaluation mode, because dropout would make old and new policy differ by chance.
        optimizer: Over its weights.
        settings: The stage's settings.
    """

    def __init__(
        self, trained: TrainableModel, optimizer: torch.optim.Optimizer, settings: TrainRlSettings
    ) -> None:
        self._trained = trained
        self._optimizer = optimizer
        self._settings = settings

    def train(self, groups: Sequence[RolloutGroup], learning_rate: float) -> UpdateTotals:
        """Make the updates of one rollout step.

        A mini-batch in which no sample has an advantage moves nothing.
        """
        self._trained.model.eval()
        filtering = self._settings.algo.overlong_filtering
        mini_batches = [
            training_samples(part, overlong_filtering=filtering)
            for part in split_evenly(groups, self._settings.updates_per_step)
        ]
        useful = [samples for samples in mini_batches if any(sample.advantage for sample in samples)]
        totals = UpdateTotals()
        old = [self.score(samples) for samples in useful[1:]]
        for number, samples in enumerate(useful):
            totals.losses.append(self.accumulate(samples, old[number - 1] if number else None, totals))
            result = apply_update(
                self._trained.model,
                self._optimizer,
                learning_rate=learning_rate,
                max_grad_norm=self._settings.optimizer.max_grad_norm,
            )
            totals.grad_norms.append(result.grad_norm)
            totals.updates += result.applied
        return totals

    @torch.no_grad()
    def score(self, samples: Sequence[TrainingSample]) -> list[Tensor]:
        """Return the present log-probabilities of each sample's response tokens."""
        found: dict[int, Tensor] = {}
        for indices in self._split(samples):
            batch = self._collate(samples, indices)
            lengths = [len(samples[index].row.response_ids) for index in indices]
            found.update(zip(indices, torch.split(self._forward(batch).logprobs_N, lengths), strict=True))
        return [found[index] for index in range(len(samples))]

    def accumulate(
        self, samples: Sequence[TrainingSample], old: Sequence[Tensor] | None, totals: UpdateTotals
    ) -> float:
        """Add the gradient of the loss of one mini-batch to the model and return the loss.

        Args:
            samples: The mini-batch; its token counts decide every sample's weight, however it is split.
            old: Log-probabilities under the old policy; None where that is the model itself.
            totals: Facts are added to it.
        """
        algo = self._settings.algo
        weights = sample_weights([len(sample.row.response_ids) for sample in samples], algo.loss_aggregation)
        value = 0.0
        for indices in self._split(samples):
            batch = self._collate(samples, indices)
            scores = self._forward(batch)
            now_N, row_N = scores.logprobs_N, batch.row_N
            old_N = now_N.detach() if old is None else torch.cat([old[index] for index in indices])
            result = clipped_surrogate(
                now_N,
                old_N,
                now_N.new_tensor([samples[index].advantage for index in indices])[row_N],
                now_N.new_tensor([weights[index] for index in indices])[row_N],
                clip_low=algo.clip_low,
                clip_high=algo.clip_high,
            )
            torch.autograd.backward(result.loss)
            value += float(result.loss.detach())
            totals.clipped_low += result.clipped_low
            totals.clipped_high += result.clipped_high
            totals.max_ratio = max(totals.max_ratio, result.max_ratio)
            _add_facts(totals, scores, [samples[index] for index in indices], old_N)
        return value

    def _split(self, samples: Sequence[TrainingSample]) -> list[list[int]]:
        return split_rows([sample.row for sample in samples], self._settings.tokens_per_micro_batch)

    def _collate(self, samples: Sequence[TrainingSample], indices: Sequence[int]) -> MicroBatch:
        rows = [samples[index].row for index in indices]
        return collate(rows, pad_id=self._trained.pad_id, device=self._trained.device)

    def _forward(self, batch: MicroBatch) -> TokenScores:
        return score_tokens(
            self._trained.model,
            batch,
            temperature=self._settings.sampling.temperature,
            dtype=self._trained.compute_dtype,
        )


def _add_facts(
    totals: UpdateTotals, scores: TokenScores, samples: Sequence[TrainingSample], old_N: Tensor
) -> None:
    """Count tokens and entropy, and the mean absolute gap between the sampler's and the trainer's log-probabilities."""
    totals.tokens += len(old_N)
    totals.entropy_sum += float(scores.entropy_N.sum())
    lengths = [len(sample.row.response_ids) for sample in samples]
    for sample, ours_N in zip(samples, torch.split(old_N, lengths), strict=True):
        theirs = sample.sampler_logprobs
        if theirs is not None and len(theirs) == len(ours_N):
            gap = float((ours_N - ours_N.new_tensor(theirs)).abs().sum())
            if math.isfinite(gap):
                totals.gap_sum += gap
                totals.gap_tokens += len(theirs)


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None
