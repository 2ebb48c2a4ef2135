"""GSPO (arXiv 2507.18071), to be minimised; equation 5 with the ratio of equation 7.

    L = mean over samples i of  -min( q_i A_i, clip(q_i, 1 - 3e-4, 1 + 4e-4) A_i ),   q_i = exp( mean over t of log r_{i,t} )

Computed token by token (equations 13 and 14): q_{i,t} = sg(q_i) p / sg(p) has the value q_i and, with each sample's mean over
tokens, the gradient of the line above; per-token advantages then work too. Degenerate case: a sample of one token has q = r.

Shape suffixes: N response tokens of all samples of a micro-batch, B its samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dartkit.rl.objectives.surrogate import clipped_surrogate
from dartkit.rl.objectives.tokens import MAX_LOG_RATIO, PolicyTokens, TokenLosses, mean_by_row

if TYPE_CHECKING:
    from dartkit.algorithm_settings import AlgorithmSettings


def gspo_loss(tokens: PolicyTokens, algo: AlgorithmSettings) -> TokenLosses:
    """Return the loss of each token."""
    now_N = tokens.logprobs_N.detach()
    log_B = mean_by_row(now_N - tokens.old_logprobs_N, tokens.row_N, tokens.rows)
    log_N = log_B.clamp(-MAX_LOG_RATIO, MAX_LOG_RATIO)[tokens.row_N] + tokens.logprobs_N - now_N
    return clipped_surrogate(log_N.exp(), tokens.advantages_N, algo)
