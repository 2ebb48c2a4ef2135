"""The loss of a micro-batch, put together.

    L = sum over tokens of  weight * ( m * w * l  +  kl_cov * |log r|  +  kl_coefficient * kl  -  entropy_coefficient * H )

l is the algorithm's token loss, w the rollout correction, m 1 where the token may learn (`top_entropy_share`) and 0 elsewhere,
`weight` the aggregation's. Degenerate case: a micro-batch without tokens has loss and gradient 0.

Shape suffix: N response tokens of all samples of a micro-batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import torch

from dartkit.rl.objectives.correction import Correction, correction_weights, log_weights
from dartkit.rl.objectives.kl import kl_estimate
from dartkit.rl.objectives.registry import token_losses

if TYPE_CHECKING:
    from torch import Tensor

    from dartkit.algorithm_settings import AlgoSettings
    from dartkit.correction_settings import CorrectionSettings
    from dartkit.rl.objectives.tokens import PolicyTokens, TokenLosses


@dataclass(frozen=True, slots=True)
class ExtraTokens:
    """What a recipe may add to the policy's tokens; None where it does not.

    `entropy_N` carries a gradient, the others none. `held_N` are KL-Cov's tokens, `learning_N` those that may learn.
    """

    sampler_logprobs_N: Tensor | None = None
    reference_logprobs_N: Tensor | None = None
    entropy_N: Tensor | None = None
    held_N: Tensor | None = None
    learning_N: Tensor | None = None


class PolicyLoss(NamedTuple):
    """The loss to go backward from, and each token's facts without gradient. `silent_N`: the policy term is zero by choice."""

    loss: Tensor
    tokens: TokenLosses
    silent_N: Tensor
    kl_N: Tensor | None


def policy_loss(
    tokens: PolicyTokens,
    weights_N: Tensor,
    algo: AlgoSettings,
    correction: CorrectionSettings,
    extra: ExtraTokens,
) -> PolicyLoss:
    """Return the loss of one micro-batch. `weights_N` are each token's from the whole mini-batch (`aggregation`)."""
    found = token_losses(tokens, algo)
    weight_N, kept_N = _correct(tokens, correction, extra)
    loss_N = found.loss_N * weight_N
    if extra.learning_N is not None:
        loss_N = torch.where(extra.learning_N, loss_N, torch.zeros_like(loss_N))
        kept_N = kept_N & extra.learning_N
    if extra.held_N is not None:
        gap_N = (tokens.logprobs_N - tokens.old_logprobs_N).abs()
        loss_N = loss_N + torch.where(extra.held_N, algo.kl_cov_coefficient * gap_N, torch.zeros_like(gap_N))
    kl_N = None
    if extra.reference_logprobs_N is not None:
        kl_N = kl_estimate(tokens.logprobs_N, extra.reference_logprobs_N, algo.kl_estimator)
        if algo.kl_in == "loss":
            loss_N = loss_N + algo.kl_coefficient * kl_N
    if extra.entropy_N is not None:
        loss_N = loss_N - algo.entropy_coefficient * extra.entropy_N
    return PolicyLoss((loss_N * weights_N).sum(), found, ~kept_N, None if kl_N is None else kl_N.detach())


def _correct(tokens: PolicyTokens, settings: CorrectionSettings, extra: ExtraTokens) -> Correction:
    old_N = tokens.old_logprobs_N
    theirs_N = old_N if extra.sampler_logprobs_N is None else extra.sampler_logprobs_N
    return correction_weights(log_weights(old_N, theirs_N), tokens.row_N, tokens.rows, settings)
