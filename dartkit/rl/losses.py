"""The DAPO loss (eq. 8 to 10), to be minimised.

It is the sum over samples i and tokens t of w_i * l_{i,t}, with

    l_{i,t} = -min( r_{i,t} A_i, clip(r_{i,t}, 1 - clip_low, 1 + clip_high) A_i ),    r_{i,t} = p_new(token) / p_old(token)

and w_i = 1 / (all tokens of the mini-batch) for the token-level loss (eq. 8), or 1 / (samples * tokens of sample i) for GRPO's
mean of sample means. The paper averages tokens within each prompt's group; as in every trainer we know of, the mean here is
over all groups of the mini-batch. Weights are made from the whole mini-batch, so the parts of any split add up to the same
value. Degenerate case: no unmasked token gives weights, loss and gradients of exactly zero.

Prompts and padding never come here: tensors hold response tokens alone, one after another.

Shape suffix: N response tokens of all samples of a micro-batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import torch

if TYPE_CHECKING:
    from torch import Tensor

MAX_LOG_RATIO = 20.0  # e**20 is finite in float32; a ratio beyond it is clipped by any sane range anyway

Aggregation = Literal["token-mean", "sample-mean"]


class SurrogateLoss(NamedTuple):
    """Sum of the weighted token losses, and facts about the tokens."""

    loss: Tensor
    clipped_low: int
    clipped_high: int
    max_ratio: float


def sample_weights(lengths: Sequence[int], aggregation: Aggregation) -> list[float]:
    """Return w_i for each sample of a mini-batch from its number of unmasked tokens; 0 for a sample without any."""
    total, samples = sum(lengths), sum(1 for length in lengths if length)
    if aggregation == "token-mean":
        return [1.0 / total if length else 0.0 for length in lengths]
    return [1.0 / (samples * length) if length else 0.0 for length in lengths]


def clipped_surrogate(
    logprobs_N: Tensor,
    old_logprobs_N: Tensor,
    advantages_N: Tensor,
    weights_N: Tensor,
    *,
    clip_low: float,
    clip_high: float,
) -> SurrogateLoss:
    """Compute the loss of the response tokens of a micro-batch.

    The log-ratio is held within 20 in both directions, where its gradient is then zero. `clipped_low` counts tokens whose
    ratio fell below the range with a negative advantage, `clipped_high` those above it with a positive one: the tokens that
    the clip keeps from learning.
    """
    ratio_N = (logprobs_N - old_logprobs_N).clamp(-MAX_LOG_RATIO, MAX_LOG_RATIO).exp()
    low, high = 1.0 - clip_low, 1.0 + clip_high
    token_loss_N = -torch.minimum(ratio_N * advantages_N, ratio_N.clamp(low, high) * advantages_N)
    below_N = (ratio_N < low) & (advantages_N < 0)
    above_N = (ratio_N > high) & (advantages_N > 0)
    largest = float(ratio_N.detach().max()) if len(ratio_N) else 0.0
    return SurrogateLoss((token_loss_N * weights_N).sum(), int(below_N.sum()), int(above_N.sum()), largest)
