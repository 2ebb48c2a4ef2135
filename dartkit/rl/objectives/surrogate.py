"""The clipped surrogate of PPO with two clip ranges and an optional second bound, shared by five algorithms.

    l = -min( r A, clip(r, 1 - clip_low, 1 + clip_high) A ),   and for A < 0 with dual clip c:   l = min( l, -c A )

(DAPO eq. 8 and 10; dual clip: arXiv 1912.09729, eq. 5.) For A < 0 and a ratio far above 1 the first line grows without bound;
the dual clip holds it at c. Degenerate cases: A = 0 gives loss and gradient 0; r = 1 gives -A with the gradient of -A log p.

Shape suffix: N response tokens of all samples of a micro-batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from dartkit.rl.objectives.tokens import TokenLosses

if TYPE_CHECKING:
    from torch import Tensor

    from dartkit.algorithm_settings import AlgorithmSettings


def clipped_surrogate(ratio_N: Tensor, advantages_N: Tensor, algo: AlgorithmSettings) -> TokenLosses:
    """Return the loss of each token from its ratio."""
    low, high = 1.0 - algo.clip_low, 1.0 + algo.clip_high
    loss_N = -torch.minimum(ratio_N * advantages_N, ratio_N.clamp(low, high) * advantages_N)
    negative_N = advantages_N < 0
    dual_N = torch.zeros_like(negative_N)
    if algo.dual_clip is not None:
        bound_N = -algo.dual_clip * advantages_N
        dual_N = negative_N & (loss_N.detach() > bound_N)
        loss_N = torch.where(negative_N, torch.minimum(loss_N, bound_N), loss_N)
    now_N = ratio_N.detach()
    return TokenLosses(loss_N, now_N, (now_N < low) & negative_N, (now_N > high) & (advantages_N > 0), dual_N)
