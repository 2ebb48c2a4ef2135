"""Which tokens get special treatment for the sake of entropy. Both choices are made over the whole mini-batch.

KL-Cov (arXiv 2505.22617): the share of tokens with the highest c = (A - mean A)(log p - mean log p) is held to the old policy by
adding coefficient * |log r| to its loss. Those are the tokens whose update lowers the entropy most. At least one token is chosen.

Top entropy (arXiv 2506.01939): only tokens whose entropy is at or above the (1 - share) quantile learn. The others stay in the
denominator, as in TRL. Degenerate cases: a share of 1 chooses all; no token, none.

Shape suffix: N response tokens of all samples of a mini-batch.
"""

from __future__ import annotations

import torch
from torch import Tensor


def choose_by_covariance(logprobs_N: Tensor, advantages_N: Tensor, share: float) -> Tensor:
    """Return which tokens KL-Cov holds."""
    chosen_N = torch.zeros_like(logprobs_N, dtype=torch.bool)
    if len(logprobs_N) and share > 0.0:
        covariance_N = (advantages_N - advantages_N.mean()) * (logprobs_N - logprobs_N.mean())
        count = max(1, int(len(logprobs_N) * share))
        chosen_N[covariance_N.topk(count).indices] = True
    return chosen_N


def choose_by_entropy(entropy_N: Tensor, share: float) -> Tensor:
    """Return which tokens learn. The quantile lies between two neighbours by linear interpolation."""
    if not len(entropy_N) or share >= 1.0:
        return torch.ones_like(entropy_N, dtype=torch.bool)
    # torch.quantile refuses more than 2**24 numbers, so the two neighbours are looked up.
    place = (1.0 - share) * (len(entropy_N) - 1)
    below = int(place)
    sorted_N = entropy_N.sort().values
    upper = sorted_N[min(below + 1, len(entropy_N) - 1)]
    threshold = torch.lerp(sorted_N[below], upper, place - below)
    return entropy_N >= threshold
