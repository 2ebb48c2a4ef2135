"""One mini-batch of an update: which samples, what their tokens weigh, which tokens are treated apart.

Everything here is about the whole mini-batch, over all micro-batches and ranks, which is what makes the loss independent of how
it is split.

Shape suffixes: N response tokens of all samples, L tokens of one sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from dartkit.rl.objectives.aggregation import sample_weights
from dartkit.rl.objectives.correction import correction_weights, log_weights
from dartkit.rl.objectives.entropy import choose_by_covariance, choose_by_entropy
from dartkit.rl.training_samples import order_of_pass, split_evenly

if TYPE_CHECKING:
    from torch import Tensor

    from dartkit.algorithm_settings import AlgorithmSettings, AlgoSettings
    from dartkit.correction_settings import CorrectionSettings
    from dartkit.rl.training_samples import TrainingSample
    from dartkit.training_settings import TrainRlSettings


@dataclass(frozen=True, slots=True)
class TokenChoice:
    """Tokens of each sample that KL-Cov holds, and those that may learn; None where that is not asked for."""

    held_L: list[Tensor] | None = None
    learning_L: list[Tensor] | None = None


def plan_mini_batches(
    by_group: Sequence[Sequence[TrainingSample]], settings: TrainRlSettings, step: int
) -> list[list[int]]:
    """Return the sample numbers (counted through all groups) of each mini-batch that can move the model, pass after pass."""
    algo = settings.algo
    first, ranges = 0, []
    for group in by_group:
        ranges.append(range(first, first + len(group)))
        first += len(group)
    always = algo.entropy_coefficient > 0.0 or (algo.kl_coefficient > 0.0 and algo.kl_in == "loss")
    teaches = [sample.teaches for group in by_group for sample in group]
    plan = []
    for number in range(algo.passes_per_step):
        order = order_of_pass(len(by_group), seed=settings.seed, step=step, number=number)
        for part in split_evenly(order, settings.updates_per_step):
            chosen = [index for group in part for index in ranges[group]]
            if chosen and (always or any(teaches[index] for index in chosen)):
                plan.append(chosen)
    return plan


def token_weights(
    samples: Sequence[TrainingSample], counted: Sequence[int], settings: TrainRlSettings
) -> list[float]:
    """Return the weight of a token of each sample, of whose tokens `counted` are in the denominator."""
    algo = settings.algo
    constant = algo.loss_constant_tokens or settings.sampling.max_tokens
    prompts = [sample.prompt for sample in samples]
    return sample_weights(counted, algo.loss_aggregation, prompts=prompts, constant=constant)


def kept_tokens(
    samples: Sequence[TrainingSample], old: Sequence[Tensor], correction: CorrectionSettings
) -> list[int]:
    """Return how many tokens of each sample the correction does not reject."""
    counts = []
    for sample, old_L in zip(samples, old, strict=True):
        row_L = torch.zeros_like(old_L, dtype=torch.long)
        log_L = log_weights(old_L, sampler_tokens(sample, old_L))
        counts.append(int(correction_weights(log_L, row_L, 1, correction).kept_N.sum()))
    return counts


def sampler_tokens(sample: TrainingSample, like_L: Tensor) -> Tensor:
    """Return what the sampler reported for each token, NaN for all where it reported nothing that fits."""
    told = sample.sampler_logprobs
    if told is None or len(told) != len(like_L):
        return torch.full_like(like_L, float("nan"))
    return like_L.new_tensor(told)


def advantage_tokens(sample: TrainingSample, like_L: Tensor) -> Tensor:
    """Return the advantage of each token: the sample's, plus what dense rewards give."""
    advantage_L = torch.full_like(like_L, sample.advantage)
    return (
        advantage_L
        if sample.token_advantages is None
        else advantage_L + like_L.new_tensor(sample.token_advantages)
    )


def divides_by_kept(correction: CorrectionSettings) -> bool:
    """Whether the loss is divided by the tokens that the correction keeps, which must then be known before it begins."""
    return correction.kind in ("icepop", "geometric-rejection") and correction.denominator == "kept"


def needs_choice(algo: AlgorithmSettings) -> bool:
    """Whether tokens are chosen by how they are scored now."""
    return algo.kl_cov_share > 0.0 or algo.top_entropy_share < 1.0


def choose_tokens(
    samples: Sequence[TrainingSample],
    logprobs: Sequence[Tensor],
    entropies: Sequence[Tensor],
    algo: AlgoSettings,
) -> TokenChoice:
    """Choose among the tokens of a mini-batch by their present log-probabilities and entropies."""
    lengths = [len(logprobs_L) for logprobs_L in logprobs]
    held = learning = None
    if algo.kl_cov_share > 0.0:
        advantages_N = torch.cat(
            [advantage_tokens(sample, like_L) for sample, like_L in zip(samples, logprobs, strict=True)]
        )
        held_N = choose_by_covariance(torch.cat(list(logprobs)), advantages_N, algo.kl_cov_share)
        held = list(torch.split(held_N, lengths))
    if algo.top_entropy_share < 1.0:
        learning_N = choose_by_entropy(torch.cat(list(entropies)), algo.top_entropy_share)
        learning = list(torch.split(learning_N, lengths))
    return TokenChoice(held, learning)
