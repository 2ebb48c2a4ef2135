"""RLOO, REINFORCE with a leave-one-out baseline (arXiv 2402.14740, section 2), to be minimised.

    L = mean over samples i of  sum over tokens t of  -min( r A_i, clip(r, 1 - e, 1 + e) A_i )
    A_i = R_i - mean of the other samples' rewards  =  G/(G - 1) * (R_i - mean(R))

On the policy that drew the samples r = 1, and the gradient is exactly that of -A_i log p(sample): REINFORCE with the whole
sample as one action. In later mini-batches of a step the clip holds it, as PPO does. Degenerate case: a group of one has no
others; its advantage is 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dartkit.rl.objectives.surrogate import clipped_surrogate
from dartkit.rl.objectives.tokens import PolicyTokens, TokenLosses, token_ratio

if TYPE_CHECKING:
    from dartkit.algorithm_settings import AlgorithmSettings


def rloo_loss(tokens: PolicyTokens, algo: AlgorithmSettings) -> TokenLosses:
    """Return the loss of each token."""
    return clipped_surrogate(token_ratio(tokens), tokens.advantages_N, algo)
