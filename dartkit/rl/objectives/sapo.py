"""SAPO (arXiv 2511.20347, section 3), to be minimised.

    L = mean over samples i of  1/n_i * sum over tokens t of  -(4 / tau) s( tau (r - 1) ) A,   s(x) = 1 / (1 + e^-x)

with tau = 1.0 where A > 0 and 1.05 elsewhere. The gate has value 2 / tau and slope 1 at r = 1, and its slope fades on both sides
in place of a clip; negative advantages fade faster. Degenerate case: A = 0 gives loss and gradient 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from dartkit.rl.objectives.tokens import PolicyTokens, TokenLosses, token_ratio

if TYPE_CHECKING:
    from dartkit.algorithm_settings import SapoSettings


def sapo_loss(tokens: PolicyTokens, algo: SapoSettings) -> TokenLosses:
    """Return the loss of each token; no token is clipped."""
    ratio_N = token_ratio(tokens)
    tau_N = torch.full_like(ratio_N, algo.tau_negative)
    tau_N[tokens.advantages_N > 0] = algo.tau_positive
    loss_N = -torch.sigmoid(tau_N * (ratio_N - 1.0)) * (4.0 / tau_N) * tokens.advantages_N
    none_N = torch.zeros_like(ratio_N, dtype=torch.bool)
    return TokenLosses(loss_N, ratio_N.detach(), none_N, none_N, none_N)
