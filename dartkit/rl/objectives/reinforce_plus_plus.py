"""REINFORCE++ (arXiv 2501.03262), to be minimised.

    L = mean over all tokens of  -min( r A_i, clip(r, 1 - e, 1 + e) A_i )
    A_i = (R_i - m) / sqrt(v + 1e-8),   m and v mean and variance of R over all tokens of the step, each with its sample's R

There are no groups: the baseline is the batch. A group of equal rewards therefore does teach, unless every sample of the step
earns the same, which gives exactly 0. v is the sample variance (divided by tokens - 1). The paper subtracts a k1 divergence from
the reward: `kl_in: reward` with a coefficient.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dartkit.rl.objectives.surrogate import clipped_surrogate
from dartkit.rl.objectives.tokens import PolicyTokens, TokenLosses, token_ratio

if TYPE_CHECKING:
    from dartkit.algorithm_settings import AlgorithmSettings


def reinforce_plus_plus_loss(tokens: PolicyTokens, algo: AlgorithmSettings) -> TokenLosses:
    """Return the loss of each token."""
    return clipped_surrogate(token_ratio(tokens), tokens.advantages_N, algo)
