"""What the updates of a step measured: sums over tokens, and their means as the step's metrics.

All that several ranks must add up is here: each holds the sums of its own samples, and `combine` makes them one. What is known
from the list of samples alone (`advantage_mean` and the like) is the same on every rank and is not added.

Shape suffix: N response tokens of all samples of a micro-batch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dartkit.rl.objectives.mismatch import MismatchTotals

if TYPE_CHECKING:
    from torch import Tensor

    from dartkit.rl.objectives.policy_loss import PolicyLoss
    from dartkit.rl.objectives.tokens import PolicyTokens
    from dartkit.rl.training_samples import TrainingSample

SUMS = (
    "tokens", "entropy_sum", "probability_sum", "clipped_low", "clipped_high", "clipped_dual", "up_clipped_sum", "silent_tokens", "kl_sum", "kl_tokens",
)  # fmt: skip


@dataclass
class UpdateTotals:
    """Sums over the tokens and updates of one step. `losses` holds this rank's part of each mini-batch's loss.

    `mini_batches` are the problem ids that each loss is of, `learning_rate` is that of the last of them.
    """

    tokens: int = 0
    entropy_sum: float = 0.0
    probability_sum: float = 0.0
    clipped_low: int = 0
    clipped_high: int = 0
    clipped_dual: int = 0
    up_clipped_sum: float = 0.0
    silent_tokens: int = 0
    kl_sum: float = 0.0
    kl_tokens: int = 0
    max_ratio: float = 0.0
    mismatch: MismatchTotals = field(default_factory=MismatchTotals)
    losses: list[float] = field(default_factory=list)
    grad_norms: list[float] = field(default_factory=list)
    mini_batches: list[tuple[str, ...]] = field(default_factory=list)
    updates: int = 0
    learning_rate: float | None = None
    advantage_mean: float | None = None
    advantage_std: float | None = None
    samples_masked: int = 0
    samples_total: int = 0
    corrected: bool = False

    def describe(self, samples: Sequence[TrainingSample], generated: int) -> None:
        """Note what the step trains on: `samples` of the `generated` ones that its groups hold."""
        advantages = [sample.advantage for sample in samples]
        self.samples_total, self.samples_masked = generated, generated - len(samples)
        self.advantage_mean = _mean(advantages)
        if self.advantage_mean is not None:
            spread = math.fsum((value - self.advantage_mean) ** 2 for value in advantages)
            self.advantage_std = math.sqrt(spread / len(advantages))

    def add(self, tokens: PolicyTokens, result: PolicyLoss, entropy_N: Tensor) -> None:
        """Count the tokens of a micro-batch."""
        found = result.tokens
        probability_N = tokens.logprobs_N.detach().exp()
        self.tokens += len(probability_N)
        self.entropy_sum += _sum(entropy_N)
        self.probability_sum += _sum(probability_N)
        self.clipped_low += int(found.low_N.sum())
        self.clipped_high += int(found.high_N.sum())
        self.clipped_dual += int(found.dual_N.sum())
        self.up_clipped_sum += _sum(probability_N[found.high_N])
        self.silent_tokens += int(result.silent_N.sum())
        if len(probability_N):
            self.max_ratio = max(self.max_ratio, float(found.ratio_N.max()))
        if result.kl_N is not None:
            self.kl_sum += _sum(result.kl_N)
            self.kl_tokens += len(result.kl_N)

    def combine(self, other: UpdateTotals) -> None:
        """Add what another rank measured in the same updates; gradients and updates are the same on both."""
        for name in SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.losses = [mine + theirs for mine, theirs in zip(self.losses, other.losses, strict=True)]
        self.max_ratio = max(self.max_ratio, other.max_ratio)
        self.mismatch.combine(other.mismatch)

    def numbers(self) -> dict[str, Any]:
        """Return the step's metrics; what was not measured is None.

        `up_clipped_probability` is the mean probability of the tokens that the upper clip held (DAPO fig. 3a), and
        `mean_probability` that of all (fig. 7d). `masked_share` is the share of samples that overlong filtering left out,
        `silent_share` that of tokens which the correction rejected or `top_entropy_share` left out.
        """
        return {
            **({} if self.learning_rate is None else {"learning_rate": self.learning_rate}),
            "updates": self.updates,
            "loss": _mean(self.losses),
            "grad_norm": _mean(self.grad_norms),
            "entropy": self._share(self.entropy_sum),
            "mean_probability": self._share(self.probability_sum),
            "up_clipped_probability": self.up_clipped_sum / self.clipped_high if self.clipped_high else None,
            "clip_fraction_low": self._share(self.clipped_low),
            "clip_fraction_high": self._share(self.clipped_high),
            "clip_fraction_dual": self._share(self.clipped_dual),
            "ratio_max": self.max_ratio if self.tokens else None,
            "kl": self.kl_sum / self.kl_tokens if self.kl_tokens else None,
            "advantage_mean": self.advantage_mean,
            "advantage_std": self.advantage_std,
            "masked_share": self.samples_masked / self.samples_total if self.samples_total else None,
            "silent_share": self._share(self.silent_tokens),
            **self.mismatch.numbers(),
            "correction_switched_on": self.corrected,
            "trained_tokens": self.tokens,
        }

    def _share(self, total: float) -> float | None:
        return total / self.tokens if self.tokens else None


def _sum(values_N: Tensor) -> float:
    return float(values_N.detach().double().sum())


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None
