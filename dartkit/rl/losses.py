"""The DAPO loss (eq. 8 to 10), to be minimised.

It is the sum over samples i and tokens t of w_i * l_{i,t}, with

    l_{i,t} = -min( r_{i,t} A_i, clip(r_{i,t}, 1 - clip_low, 1 + clip_high) A_i ),    r_{i,t} = p_new(token) / p_old(token)

and w_i = 1 / (all tokens of the mini-batch) for the token-level loss (eq. 8), or 1 / (samples * tokens of sample i) for GRPO's
mean of sample means. The paper averages tokens within each prompt's group; as in every trainer we know of, the mean here is
over all groups of the mini-batch. Weights are made from the whole mini-batch, so the parts of any split add up to the same
value. Degenerate case: no unmasked token gives weights, loss and gradients of exactly zero.

Shape suffixes: B samples, S places that predict a token (`mask_BS` true at response tokens).
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
    """Sum of the weighted token losses, and facts about the unmasked tokens."""

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
    logprobs_BS: Tensor,
    old_logprobs_BS: Tensor,
    advantages_B: Tensor,
    weights_B: Tensor,
    mask_BS: Tensor,
    *,
    clip_low: float,
    clip_high: float,
) -> SurrogateLoss:
    """Compute the loss of a micro-batch.

    Whatever stands at masked places, NaN included, changes neither value nor gradient. The log-ratio is held within 20 in
    both directions, where its gradient is then zero. `clipped_low` counts tokens whose ratio fell below the range with a
    negative advantage, `clipped_high` those above it with a positive one: the tokens that the clip keeps from learning.
    """
    zeros_BS = torch.zeros_like(logprobs_BS)
    log_ratio_BS = torch.where(mask_BS, logprobs_BS, zeros_BS) - torch.where(
        mask_BS, old_logprobs_BS, zeros_BS
    )
    ratio_BS = log_ratio_BS.clamp(-MAX_LOG_RATIO, MAX_LOG_RATIO).exp()
    advantage_BS = advantages_B[:, None]
    low, high = 1.0 - clip_low, 1.0 + clip_high
    token_loss_BS = -torch.minimum(ratio_BS * advantage_BS, ratio_BS.clamp(low, high) * advantage_BS)
    loss = (torch.where(mask_BS, token_loss_BS, zeros_BS) * weights_B[:, None]).sum()
    below_BS = mask_BS & (ratio_BS < low) & (advantage_BS < 0)
    above_BS = mask_BS & (ratio_BS > high) & (advantage_BS > 0)
    largest = float(ratio_BS.detach()[mask_BS].max()) if bool(mask_BS.any()) else 0.0
    return SurrogateLoss(loss, int(below_BS.sum()), int(above_BS.sum()), largest)
