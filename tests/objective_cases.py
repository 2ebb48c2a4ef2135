"""Padded blocks of random tokens, as the peers take them, and dartkit's loss of the same tokens.

Padding holds NaN wherever a peer can bear it, so that no value from there can reach a result.

Shape suffixes: B samples, T padded response tokens, N response tokens of all samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dartkit.algorithm_settings import AlgoSettings
from dartkit.correction_settings import CorrectionSettings, NoCorrection
from dartkit.rl.objectives.aggregation import sample_weights
from dartkit.rl.objectives.entropy import choose_by_covariance, choose_by_entropy
from dartkit.rl.objectives.policy_loss import ExtraTokens, PolicyLoss, policy_loss
from dartkit.rl.objectives.tokens import PolicyTokens

CONSTANT = 7


@dataclass(frozen=True)
class Block:
    """Samples padded to one length in float64. `prompts` says which samples share a prompt; every sample has a token."""

    logprobs_BT: Tensor
    old_BT: Tensor
    sampler_BT: Tensor
    reference_BT: Tensor
    entropy_BT: Tensor
    advantages_B: Tensor
    mask_BT: Tensor
    prompts: tuple[int, ...]

    def rows(self, chosen: Sequence[int]) -> Block:
        """Some of the samples, in the order given."""
        index = torch.tensor(list(chosen), dtype=torch.long)
        tensors = {name: value[index] for name, value in vars(self).items() if isinstance(value, Tensor)}
        return Block(**tensors, prompts=tuple(self.prompts[number] for number in chosen))


def random_block(
    seed: int, *, samples: int = 6, width: int = 5, spread: float = 0.5, empty: bool = False
) -> Block:
    """Log-ratios of standard deviation `spread`, tokens masked anywhere, two samples to a prompt."""
    generator = torch.Generator().manual_seed(seed)

    def noise(scale: float) -> Tensor:
        return scale * torch.randn((samples, width), generator=generator, dtype=torch.float64)

    logprobs = -3 * torch.rand((samples, width), generator=generator, dtype=torch.float64)
    mask = torch.rand((samples, width), generator=generator) < 0.7
    mask[:, 0] = True
    if empty:
        mask[-1] = False
    return Block(
        logprobs_BT=logprobs,
        old_BT=logprobs + noise(spread),
        sampler_BT=logprobs + noise(spread),
        reference_BT=logprobs + noise(spread),
        entropy_BT=3 * torch.rand((samples, width), generator=generator, dtype=torch.float64),
        advantages_B=torch.randn(samples, generator=generator, dtype=torch.float64),
        mask_BT=mask,
        prompts=tuple(number // 2 for number in range(samples)),
    )


def poisoned(block: Block) -> Block:
    """The same tokens with NaN in all padding."""
    found: dict[str, Any] = dict(vars(block))
    for name in ("logprobs_BT", "old_BT", "sampler_BT", "reference_BT", "entropy_BT"):
        found[name] = torch.where(block.mask_BT, found[name], torch.nan)
    return Block(**found)


def block_weights(block: Block, algo: AlgoSettings) -> Tensor:
    """The weight of a token of each sample, with `CONSTANT` as the constant."""
    lengths = [int(length) for length in block.mask_BT.sum(1)]
    weights = sample_weights(lengths, algo.loss_aggregation, prompts=block.prompts, constant=CONSTANT)
    return torch.tensor(weights, dtype=torch.float64)


def loss_of(
    block: Block,
    algo: AlgoSettings,
    *,
    weights_B: Tensor | None = None,
    correction: CorrectionSettings | None = None,
    sampler: bool = False,
    reference: bool = False,
) -> PolicyLoss:
    """Dartkit's loss of the block's response tokens."""
    mask_BT = block.mask_BT
    row_N = mask_BT.nonzero()[:, 0]
    logprobs_N, entropy_N = block.logprobs_BT[mask_BT], block.entropy_BT[mask_BT]
    advantages_N = block.advantages_B[row_N]
    tokens = PolicyTokens(logprobs_N, block.old_BT[mask_BT], advantages_N, row_N, len(mask_BT))
    extra = ExtraTokens(
        sampler_logprobs_N=block.sampler_BT[mask_BT] if sampler else None,
        reference_logprobs_N=block.reference_BT[mask_BT] if reference else None,
        entropy_N=entropy_N if algo.entropy_coefficient else None,
        held_N=choose_by_covariance(logprobs_N.detach(), advantages_N, algo.kl_cov_share)
        if algo.kl_cov_share
        else None,
        learning_N=choose_by_entropy(entropy_N, algo.top_entropy_share)
        if algo.top_entropy_share < 1
        else None,
    )
    weights_B = block_weights(block, algo) if weights_B is None else weights_B
    return policy_loss(tokens, weights_B[row_N], algo, correction or NoCorrection(), extra)
