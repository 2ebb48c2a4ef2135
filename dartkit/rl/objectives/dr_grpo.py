"""Dr. GRPO (arXiv 2503.20783, section 3.2), to be minimised.

    L = 1/samples * sum over samples i, tokens t of  -min( r A_i, clip(r, 1 - e, 1 + e) A_i ) / constant
    A_i = R_i - mean(R) over the samples of the prompt

GRPO without its two biases: dividing by a sample's own length favours long wrong answers, dividing by the deviation favours
prompts that are nearly always or never solved. The constant is the longest completion allowed, so it changes only the step
size. Degenerate case: equal rewards give A = 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dartkit.rl.objectives.surrogate import clipped_surrogate
from dartkit.rl.objectives.tokens import PolicyTokens, TokenLosses, token_ratio

if TYPE_CHECKING:
    from dartkit.algorithm_settings import AlgorithmSettings


def dr_grpo_loss(tokens: PolicyTokens, algo: AlgorithmSettings) -> TokenLosses:
    """Return the loss of each token."""
    return clipped_surrogate(token_ratio(tokens), tokens.advantages_N, algo)
