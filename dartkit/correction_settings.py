"""What is done about the gap between sampler and trainer: w = p_old / p_rollout, with p_old as the trainer computes it.

Formulas: `dartkit.rl.objectives.correction`. Bounds are on w itself; verl's `rollout_rs` k1 bounds are on 1 / w.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dartkit.settings import Settings

Level = Literal["token", "sequence", "geometric"]
Denominator = Literal["fixed", "kept"]


def _check_band(low: float, high: float) -> None:
    if low > high:
        raise ValueError("low is above high")


class NoCorrection(Settings):
    """Measure the gap and leave it."""

    kind: Literal["none"] = "none"


class TruncatedWeights(Settings):
    """Truncated importance sampling: multiply the loss by w, held at a maximum."""

    kind: Literal["tis"] = "tis"
    level: Level = "token"
    """w of the token, the product over the sample, or its geometric mean."""
    max_weight: float = Field(2.0, gt=0.0)
    """Largest weight."""


class IcePop(Settings):
    """Multiply the loss by w within a band and by zero outside it."""

    kind: Literal["icepop"] = "icepop"
    level: Level = "token"
    """w of the token, the product over the sample, or its geometric mean."""
    low: float = Field(0.5, ge=0.0)
    """Smallest w that is kept."""
    high: float = Field(5.0, gt=0.0)
    """Largest w that is kept."""
    denominator: Denominator = "fixed"
    """Divide the loss by all tokens, or by those that are kept."""

    @model_validator(mode="after")
    def _is_a_band(self) -> Self:
        _check_band(self.low, self.high)
        return self


class GeometricRejection(Settings):
    """Leave out samples whose geometric mean of w lies outside a band."""

    kind: Literal["geometric-rejection"] = "geometric-rejection"
    low: float = Field(0.999, ge=0.0)
    """Smallest geometric mean that is kept."""
    high: float = Field(1.001, gt=0.0)
    """Largest geometric mean that is kept."""
    max_weight: float | None = Field(None, gt=0.0)
    """Also multiply the tokens that are kept by w, held at this maximum. None: by 1."""
    denominator: Denominator = "fixed"
    """Divide the loss by all tokens, or by those that are kept."""

    @model_validator(mode="after")
    def _is_a_band(self) -> Self:
        _check_band(self.low, self.high)
        return self


CorrectionSettings = Annotated[
    NoCorrection | TruncatedWeights | IcePop | GeometricRejection, Field(discriminator="kind")
]


class MismatchGuard(Settings):
    """Thresholds on the gap between sampler and trainer. None switches one off.

    The first step beyond a threshold switches truncated importance sampling on where there is no correction; steps beyond one
    with a correction on, one after another, end the run with a diagnosis (exit 4).
    """

    max_k3: float | None = Field(0.1, gt=0.0)
    """Largest k3 estimate of the divergence, mean over tokens."""
    min_effective_share: float | None = Field(0.5, gt=0.0, le=1.0)
    """Smallest effective sample size of the token weights, as a share of the tokens."""
    max_gap: float | None = Field(None, gt=0.0)
    """Largest difference of two log-probabilities of one token."""
    stop_after_steps: int = Field(3, ge=1)
    """Steps in a row beyond a threshold, with a correction on, that end the run."""
