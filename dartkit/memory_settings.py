"""The block `memory` of the training stages: what a training holds in memory, and in which type."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from dartkit.settings import Settings


class LoraSettings(Settings):
    """Train low-rank matrices beside the model's frozen ones (arXiv 2106.09685), without dropout; merged at export."""

    rank: int = Field(16, ge=1, le=1024)
    """Rank of the matrices."""
    alpha: float = Field(32.0, gt=0.0)
    """The product of the matrices is scaled by alpha / rank."""
    target_modules: Literal["all-linear"] | tuple[str, ...] = "all-linear"
    """Names of the layers that get matrices; `all-linear` is every linear layer but the output head."""


class MemorySettings(Settings):
    """Trade time or precision for memory. Matrix products run in `model.dtype`."""

    gradient_checkpointing: bool = False
    """Keep each layer's input only and compute the layer again in the backward pass: about a third more time."""
    fp32_head: bool = False
    """Multiply by the output head in float32 where the rest runs in bfloat16 (arXiv 2506.13585): steadier log-probabilities."""
    weights: Literal["float32", "bfloat16"] = "float32"
    """Type of the frozen weights under `lora`. Trained weights are float32: bfloat16 loses an update of 1e-6 of a weight."""
    lora: LoraSettings | None = None
    """Train adapters instead of all weights."""
    compile: bool = False
    """Compile the layers with torch.compile. Off: it saves about a fifth of the time and costs a start that pays in long runs only."""

    @model_validator(mode="after")
    def _check_weights(self) -> Self:
        if self.weights != "float32" and self.lora is None:
            raise ValueError("weights 'bfloat16' needs lora: weights that are trained must be float32")
        return self
