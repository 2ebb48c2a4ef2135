"""CISPO (MiniMax-M1, arXiv 2506.13585, section 3.1), to be minimised.

    L = mean over all tokens of  -sg( clip(r, 1 - clip_low, 1 + clip_high) ) A log p

The clipped ratio is only a weight, so that a token beyond the range keeps its gradient, where PPO's clip would drop it. The
paper has no lower bound (clip_low = 1) and tunes the upper; TRL caps the weight at 5 (clip_high = 4), verl uses its PPO ranges
(0.2 and 0.2). Degenerate case: on the old policy r = 1, and it is REINFORCE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from dartkit.rl.objectives.tokens import PolicyTokens, TokenLosses, token_ratio

if TYPE_CHECKING:
    from dartkit.algorithm_settings import AlgorithmSettings


def cispo_loss(tokens: PolicyTokens, algo: AlgorithmSettings) -> TokenLosses:
    """Return the loss of each token."""
    low, high = 1.0 - algo.clip_low, 1.0 + algo.clip_high
    ratio_N, advantages_N = token_ratio(tokens).detach(), tokens.advantages_N
    loss_N = -ratio_N.clamp(low, high) * advantages_N * tokens.logprobs_N
    held_low_N, held_high_N = (ratio_N < low) & (advantages_N < 0), (ratio_N > high) & (advantages_N > 0)
    return TokenLosses(loss_N, ratio_N, held_low_N, held_high_N, torch.zeros_like(held_low_N))
