"""GRPO (arXiv 2402.03300), to be minimised; equation 3.

    L = mean over samples i of  1/n_i * sum over tokens t of  -min( r A_i, clip(r, 1 - e, 1 + e) A_i )  +  beta * k3
    A_i = (R_i - mean(R)) / std(R) over the samples of the prompt,   k3 = p_ref/p - log(p_ref/p) - 1   (equation 4)

A token of a long sample weighs less than one of a short sample. beta is 0 unless `kl_coefficient` says otherwise. Degenerate
case: equal rewards give A = 0, so only the divergence term is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dartkit.rl.objectives.surrogate import clipped_surrogate
from dartkit.rl.objectives.tokens import PolicyTokens, TokenLosses, token_ratio

if TYPE_CHECKING:
    from dartkit.algorithm_settings import AlgorithmSettings


def grpo_loss(tokens: PolicyTokens, algo: AlgorithmSettings) -> TokenLosses:
    """Return the loss of each token."""
    return clipped_surrogate(token_ratio(tokens), tokens.advantages_N, algo)
