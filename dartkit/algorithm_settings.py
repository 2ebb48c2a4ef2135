"""The settings of reinforcement learning algorithms: what all share, and one small class with its own defaults for each.

What the formulas are is in `dartkit.rl.objectives`; what the presets are, in `dartkit.algorithm_presets`; both in
docs/algorithms.md.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from dartkit.correction_settings import CorrectionSettings, MismatchGuard, NoCorrection
from dartkit.settings import Settings

AdvantageNormaliser = Literal["group-std", "batch-std", "none", "leave-one-out", "batch-whiten"]
Aggregation = Literal[
    "token-mean", "prompt-mean", "seq-mean-token-mean", "seq-mean-token-sum", "seq-mean-token-sum-norm"
]


class AlgorithmSettings(Settings):
    """What every algorithm has. Each of DAPO's techniques has its own switch."""

    formula: ClassVar[str]
    """Loss of a token, to be minimised: r ratio, A advantage, sg stop-gradient, s sigmoid."""
    source: ClassVar[str]
    """Paper and place in it."""

    clip_low: float = Field(0.2, gt=0.0, le=1.0)
    """Lower clip range: the ratio's bound is 1 minus this."""
    clip_high: float = Field(0.2, gt=0.0)
    """Upper clip range: the ratio's bound is 1 plus this. Above `clip_low` it is DAPO's Clip-Higher."""
    dual_clip: float | None = Field(None, gt=1.0)
    """Bound of the ratio where the advantage is negative (verl's DAPO: 10). None: no bound, as in the paper."""
    advantage: AdvantageNormaliser = "group-std"
    """What is subtracted from a reward and what it is divided by; see docs/algorithms.md."""
    advantage_epsilon: float = Field(1e-6, ge=0.0)
    """Added to the standard deviation (verl 1e-6, TRL 1e-4); to the variance for `batch-whiten`. Equal rewards give 0 at any value."""
    loss_aggregation: Aggregation = "token-mean"
    """How token losses become one number. `token-mean` is the token-level loss; `prompt-mean` is the same within each prompt's
    group, as DAPO's equation 8 is written; the others carry verl's names."""
    loss_constant_tokens: int | None = Field(None, ge=1)
    """What `seq-mean-token-sum-norm` divides each sample's sum by. None: `sampling.max_tokens`."""
    dynamic_sampling: bool = False
    """Replace groups that are all right or all wrong until the batch is full."""
    max_generation_rounds: int = Field(8, ge=1)
    """Give up filling a batch after this many times its prompts; `rollout.short_batch` says what then."""
    overlong_filtering: bool = False
    """Mask the loss of truncated samples."""
    overlong_in_baseline: bool = True
    """Whether samples that `overlong_filtering` masks still count in the mean and deviation of rewards."""
    overlong_buffer_tokens: int = Field(0, ge=0)
    """Soft overlong punishment over the last tokens before `max_tokens` (paper: 4096 of 20480); 0 is off."""
    passes_per_step: int = Field(1, ge=1)
    """Times that a step's batch is trained on (the papers' mu); from the second on in another, seeded order of groups."""
    old_logprobs: Literal["recompute", "sampler"] = "recompute"
    """Old policy of the ratio: as the trainer computes it before the first update, or as the sampler reported it, which saves a
    pass over the model."""
    kl_coefficient: float = Field(0.0, ge=0.0)
    """Weight of the divergence from the model that training started from; 0 is off, and no reference is loaded."""
    kl_estimator: Literal["k1", "k2", "k3"] = "k3"
    """With d = log p - log p_reference: d, d squared / 2, or exp(-d) + d - 1."""
    kl_in: Literal["loss", "reward"] = "loss"
    """Add it to each token's loss, or subtract its sum over a sample from the reward."""
    entropy_coefficient: float = Field(0.0, ge=0.0)
    """Reward for the entropy of the next-token distribution, subtracted from the loss."""
    top_entropy_share: float = Field(1.0, gt=0.0, le=1.0)
    """Learn only from this share of tokens, those with the highest entropy (paper 2506.01939: 0.2); 1 is off."""
    kl_cov_share: float = Field(0.0, ge=0.0, le=1.0)
    """Share of tokens, those with the highest covariance of log-probability and advantage, that are held to the old policy
    (KL-Cov, paper 2505.22617: 2e-4); 0 is off."""
    kl_cov_coefficient: float = Field(1.0, ge=0.0)
    """Weight of |log r| on the tokens of `kl_cov_share`."""
    correction: CorrectionSettings = NoCorrection()
    """What is done about the gap between the sampler's probabilities and the trainer's."""
    guard: MismatchGuard = MismatchGuard()
    """When that gap is too wide."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.old_logprobs == "sampler" and self.correction.kind != "none":
            raise ValueError(
                "with old_logprobs 'sampler' the ratio already starts at the sampler; a correction would count the gap twice"
            )
        return self


class DapoSettings(AlgorithmSettings):
    """DAPO: Clip-Higher, dynamic sampling, token-level loss, overlong reward shaping."""

    formula: ClassVar[str] = "-min(r A, clip(r, 1 - low, 1 + high) A)"
    source: ClassVar[str] = "arXiv 2503.14476, eq. 8 to 13"
    kind: Literal["dapo"] = "dapo"
    clip_high: float = Field(0.28, gt=0.0)
    """Upper clip range: the ratio's bound is 1 plus this (paper: 0.28); equal to `clip_low` switches Clip-Higher off."""
    dynamic_sampling: bool = True
    """Replace groups that are all right or all wrong until the batch is full."""


class GrpoSettings(AlgorithmSettings):
    """GRPO: one clip range, the mean of each sample's mean."""

    formula: ClassVar[str] = "-min(r A, clip(r, 1 - low, 1 + high) A)"
    source: ClassVar[str] = "arXiv 2402.03300, eq. 3 and 4"
    kind: Literal["grpo"] = "grpo"
    loss_aggregation: Aggregation = "seq-mean-token-mean"
    """How token losses become one number; GRPO: the mean over samples of each sample's mean over tokens."""


class DrGrpoSettings(AlgorithmSettings):
    """Dr. GRPO: no deviation and no length in any denominator, so no bias towards either."""

    formula: ClassVar[str] = "-min(r A, clip(r, 1 - low, 1 + high) A)"
    source: ClassVar[str] = "arXiv 2503.20783, section 3.2"
    kind: Literal["dr-grpo"] = "dr-grpo"
    advantage: AdvantageNormaliser = "none"
    """What is subtracted from a reward and what it is divided by; Dr. GRPO: the group's mean, nothing."""
    loss_aggregation: Aggregation = "seq-mean-token-sum-norm"
    """How token losses become one number; Dr. GRPO: each sample's sum over a constant."""


class GspoSettings(AlgorithmSettings):
    """GSPO: one ratio for the whole sample, the geometric mean of its tokens' ratios."""

    formula: ClassVar[str] = "-min(q A, clip(q, 1 - low, 1 + high) A), q = exp(mean over the sample of log r)"
    source: ClassVar[str] = "arXiv 2507.18071, eq. 5 to 7"
    kind: Literal["gspo"] = "gspo"
    clip_low: float = Field(3e-4, gt=0.0, le=1.0)
    """Lower clip range of the sample's ratio (paper: 3e-4)."""
    clip_high: float = Field(4e-4, gt=0.0)
    """Upper clip range of the sample's ratio (paper: 4e-4)."""
    loss_aggregation: Aggregation = "seq-mean-token-mean"
    """How token losses become one number; GSPO: the mean over samples."""


class CispoSettings(AlgorithmSettings):
    """CISPO: the clipped ratio is only a weight, so that clipped tokens keep their gradient."""

    formula: ClassVar[str] = "-sg(clip(r, 1 - low, 1 + high)) A log p"
    source: ClassVar[str] = "arXiv 2506.13585, section 3.1"
    kind: Literal["cispo"] = "cispo"
    clip_low: float = Field(1.0, gt=0.0, le=1.0)
    """Lower clip range; 1 is no lower bound, as in the paper. verl uses its PPO range, 0.2."""
    clip_high: float = Field(4.0, gt=0.0)
    """Upper clip range; 4 caps the weight at 5, as TRL advises. verl uses its PPO range, 0.2."""


class SapoSettings(AlgorithmSettings):
    """SAPO: a smooth gate in place of the clip, narrower for negative advantages."""

    formula: ClassVar[str] = "-(4 / tau) s(tau (r - 1)) A, tau by the sign of A"
    source: ClassVar[str] = "arXiv 2511.20347, section 3"
    kind: Literal["sapo"] = "sapo"
    tau_positive: float = Field(1.0, gt=0.0)
    """Steepness of the gate for advantages above 0."""
    tau_negative: float = Field(1.05, gt=0.0)
    """Steepness of the gate for the others."""
    loss_aggregation: Aggregation = "seq-mean-token-mean"
    """How token losses become one number; SAPO: the mean over samples of each sample's mean over tokens."""


class ReinforcePlusPlusSettings(AlgorithmSettings):
    """REINFORCE++: no groups; rewards are whitened over all tokens of the batch."""

    formula: ClassVar[str] = "-min(r A, clip(r, 1 - low, 1 + high) A)"
    source: ClassVar[str] = "arXiv 2501.03262"
    kind: Literal["reinforce++"] = "reinforce++"
    advantage: AdvantageNormaliser = "batch-whiten"
    """What is subtracted from a reward and what it is divided by; REINFORCE++: mean and deviation over the batch's tokens."""
    advantage_epsilon: float = Field(1e-8, ge=0.0)
    """Added to the variance (verl: 1e-8)."""


class RlooSettings(AlgorithmSettings):
    """RLOO: the baseline of a sample is the mean reward of the group's others."""

    formula: ClassVar[str] = "-min(r A, clip(r, 1 - low, 1 + high) A)"
    source: ClassVar[str] = "arXiv 2402.14740, section 2"
    kind: Literal["rloo"] = "rloo"
    advantage: AdvantageNormaliser = "leave-one-out"
    """What is subtracted from a reward and what it is divided by; RLOO: the mean of the group's others, nothing."""
    loss_aggregation: Aggregation = "seq-mean-token-sum"
    """How token losses become one number; RLOO: the mean over samples of each sample's sum, as a sample is one action."""


AlgoSettings = Annotated[
    DapoSettings
    | GrpoSettings
    | DrGrpoSettings
    | GspoSettings
    | CispoSettings
    | SapoSettings
    | ReinforcePlusPlusSettings
    | RlooSettings,
    Field(discriminator="kind"),
]

ALGORITHMS: tuple[type[AlgorithmSettings], ...] = (
    DapoSettings, GrpoSettings, DrGrpoSettings, GspoSettings, CispoSettings, SapoSettings, ReinforcePlusPlusSettings,
    RlooSettings,
)  # fmt: skip
