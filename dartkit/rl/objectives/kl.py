"""Estimators of the divergence from a reference model (J. Schulman, "Approximating KL divergence", 2020).

With d = log p - log p_ref of the token that was drawn:

    k1 = d            unbiased value, high variance; its gradient in a loss is 0 on average
    k2 = d^2 / 2      biased value, the right gradient
    k3 = e^-d + d - 1 unbiased value, never negative, low variance (GRPO eq. 4)

d is held within 20 in both directions in k3. Degenerate case: equal models give 0 and no gradient for k2 and k3.

Shape suffix: N response tokens of all samples of a micro-batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from dartkit.rl.objectives.tokens import MAX_LOG_RATIO

if TYPE_CHECKING:
    from torch import Tensor


def kl_estimate(logprobs_N: Tensor, reference_N: Tensor, estimator: Literal["k1", "k2", "k3"]) -> Tensor:
    """Return the estimate at each token."""
    gap_N = logprobs_N - reference_N
    if estimator == "k1":
        return gap_N
    if estimator == "k2":
        return 0.5 * gap_N.square()
    held_N = gap_N.clamp(-MAX_LOG_RATIO, MAX_LOG_RATIO)
    estimate_N: Tensor = (-held_N).exp() + held_N - 1.0
    return estimate_N
