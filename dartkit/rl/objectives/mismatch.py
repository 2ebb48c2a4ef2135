"""How far the sampler's probabilities are from the trainer's, over the tokens for which both are known.

With d = log w = log p_old - log p_rollout of each token:

    gap       mean and largest |d|
    k3        mean of e^d - d - 1, an estimate of KL(p_rollout, p_old) that is never negative
    ess       (sum w)^2 / (n * sum w^2): the effective sample size as a share of the tokens, 1 where all w are equal
    ratio     smallest, mean and largest w

log w is held within 20 in the exponentials. Degenerate case: no token known to both gives None for all.

Shape suffix: N response tokens of all samples of a micro-batch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dartkit.rl.objectives.tokens import MAX_LOG_RATIO

if TYPE_CHECKING:
    from torch import Tensor


@dataclass
class MismatchTotals:
    """Sums over tokens; those of two parts of a batch combine."""

    tokens: int = 0
    gap_sum: float = 0.0
    gap_max: float = 0.0
    k3_sum: float = 0.0
    weight_sum: float = 0.0
    square_sum: float = 0.0
    weight_min: float = math.inf
    weight_max: float = 0.0

    def add(self, old_logprobs_N: Tensor, sampler_logprobs_N: Tensor) -> None:
        """Count the tokens of a micro-batch; those without a finite number on either side are passed over."""
        gap_N = (old_logprobs_N - sampler_logprobs_N).detach().double()
        gap_N = gap_N[gap_N.isfinite()]
        if not len(gap_N):
            return
        held_N = gap_N.clamp(-MAX_LOG_RATIO, MAX_LOG_RATIO)
        weight_N = held_N.exp()
        self.tokens += len(gap_N)
        self.gap_sum += float(gap_N.abs().sum())
        self.gap_max = max(self.gap_max, float(gap_N.abs().max()))
        self.k3_sum += float((weight_N - held_N - 1.0).sum())
        self.weight_sum += float(weight_N.sum())
        self.square_sum += float(weight_N.square().sum())
        self.weight_min = min(self.weight_min, float(weight_N.min()))
        self.weight_max = max(self.weight_max, float(weight_N.max()))

    def combine(self, other: MismatchTotals) -> None:
        """Add what another part of the batch measured."""
        for name in ("tokens", "gap_sum", "k3_sum", "weight_sum", "square_sum"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.gap_max = max(self.gap_max, other.gap_max)
        self.weight_min = min(self.weight_min, other.weight_min)
        self.weight_max = max(self.weight_max, other.weight_max)

    @property
    def k3(self) -> float | None:
        """Mean k3."""
        return self.k3_sum / self.tokens if self.tokens else None

    @property
    def effective_share(self) -> float | None:
        """Effective sample size as a share of the tokens."""
        return self.weight_sum**2 / (self.tokens * self.square_sum) if self.tokens else None

    def numbers(self) -> dict[str, float | None]:
        """Return the metrics of a step."""
        known = self.tokens > 0
        return {
            "sampler_gap": self.gap_sum / self.tokens if known else None,
            "sampler_gap_max": self.gap_max if known else None,
            "sampler_k3": self.k3,
            "sampler_ess": self.effective_share,
            "sampler_ratio_min": self.weight_min if known else None,
            "sampler_ratio_mean": self.weight_sum / self.tokens if known else None,
            "sampler_ratio_max": self.weight_max if known else None,
        }
