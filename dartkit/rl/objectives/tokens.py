"""What an objective is given and what it returns, and sums within samples.

Tensors hold the response tokens of a micro-batch alone, sample after sample; prompts and padding never come here. `row_N` is
each token's sample. A sample is never split over micro-batches, so what needs a whole sample finds it.

Shape suffixes: N response tokens of all samples of a micro-batch, B its samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor

MAX_LOG_RATIO = 20.0
"""e**20 is finite in float32; a ratio beyond it is clipped by any sane range anyway. Beyond it there is no gradient."""


@dataclass(frozen=True, slots=True)
class PolicyTokens:
    """Log-probabilities now (with gradient) and under the old policy, advantages, and each token's sample of `rows`."""

    logprobs_N: Tensor
    old_logprobs_N: Tensor
    advantages_N: Tensor
    row_N: Tensor
    rows: int


class TokenLosses(NamedTuple):
    """Loss of each token, and facts about it without gradient.

    `ratio_N` is what the algorithm clips. `low_N` and `high_N` are the tokens below the range with a negative advantage and
    above it with a positive one, which the clip keeps from learning (in CISPO: whose weight it holds); `dual_N` those at the
    bound for negative advantages.
    """

    loss_N: Tensor
    ratio_N: Tensor
    low_N: Tensor
    high_N: Tensor
    dual_N: Tensor


def token_ratio(tokens: PolicyTokens) -> Tensor:
    """Return r = p_now / p_old of each token, its logarithm held within 20 in both directions."""
    log_N = tokens.logprobs_N - tokens.old_logprobs_N
    ratio_N: Tensor = log_N.clamp(-MAX_LOG_RATIO, MAX_LOG_RATIO).exp()
    return ratio_N


def sum_by_row(values_N: Tensor, row_N: Tensor, rows: int) -> Tensor:
    """Return the sum over each sample's tokens, shape B; 0 for a sample without any."""
    sums_B: Tensor = values_N.new_zeros(rows).index_add(0, row_N, values_N)
    return sums_B


def mean_by_row(values_N: Tensor, row_N: Tensor, rows: int) -> Tensor:
    """Return the mean over each sample's tokens, shape B; 0 for a sample without any."""
    counts_B = row_N.bincount(minlength=rows).clamp(min=1)
    return sum_by_row(values_N, row_N, rows) / counts_B
