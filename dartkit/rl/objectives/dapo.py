"""DAPO (arXiv 2503.14476), to be minimised; equations 8, 9 and 10.

    L = sum over prompts, samples i of each, tokens t of  -min( r A_i, clip(r, 1 - clip_low, 1 + clip_high) A_i ) / tokens
    A_i = (R_i - mean(R)) / std(R) over the samples of the prompt,   clip_low = 0.2 < clip_high = 0.28

Only the upper range grows (Clip-Higher), so that rare tokens can become likelier while none is pushed to probability 0. The
average over tokens stands within each prompt in the paper (`prompt-mean`), over the mini-batch in every trainer we know of
(`token-mean`). Degenerate case: a prompt whose samples earn the same has A = 0 and teaches nothing, hence dynamic sampling
(eq. 11), which replaces it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dartkit.rl.objectives.surrogate import clipped_surrogate
from dartkit.rl.objectives.tokens import PolicyTokens, TokenLosses, token_ratio

if TYPE_CHECKING:
    from dartkit.algorithm_settings import AlgorithmSettings


def dapo_loss(tokens: PolicyTokens, algo: AlgorithmSettings) -> TokenLosses:
    """Return the loss of each token."""
    return clipped_surrogate(token_ratio(tokens), tokens.advantages_N, algo)
