"""The settings of rollouts in `train-rl`: which groups are begun, kept, carried on and left out (docs/rollouts.md)."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from dartkit.settings import Settings


class RolloutSettings(Settings):
    """How a training batch is filled, and how new weights reach the engine that draws."""

    generation_prompts: int | None = Field(None, ge=1)
    """Prompts begun at once when a step starts. None: as many as the expected share of useful groups calls for, or with
    `max_group_age_steps` 0 only those still missing."""
    max_group_age_steps: int = Field(1, ge=0)
    """Useful groups beyond the batch train in a later step, at most this many steps after they were drawn; 0 throws them
    away. They keep the sampler's log-probabilities, by which the trainer weighs them."""
    short_batch: Literal["stop", "train-smaller"] = "stop"
    """When `algo.max_generation_rounds` did not fill the batch: end the run (exit 5), or train on what there is. A step in which
    every group is all wrong or failed always ends it."""
    min_pass_rate: float = Field(0.0, ge=0.0, le=1.0)
    """With dynamic sampling, leave out groups with a smaller share of right answers."""
    max_pass_rate: float = Field(1.0, ge=0.0, le=1.0)
    """With dynamic sampling, leave out groups with a larger share of right answers."""
    curriculum: Literal["none", "easy-to-hard"] = "none"
    """`easy-to-hard`: in every epoch from high to low measured pass rate, in tenths, shuffled within each."""
    retire_pass_rate: float | None = Field(None, gt=0.0, le=1.0)
    """Ask a prompt no more once this share of its answers was right, over all its draws in training, or before its first
    draw as measured in the data (ScaleRL: 0.9). None asks all."""
    long_prompts: Literal["error", "drop", "left-truncate"] = "error"
    """What becomes of prompts with more than `max_prompt_tokens`: end the run (exit 5), leave them out, or cut their start."""
    max_prompt_tokens: int | None = Field(None, ge=1)
    """Longest prompt, in tokens. None: what leaves room for one token in the model's context."""
    sleep: bool = True
    """vLLM in this process frees its GPU memory while the trainer works. Without CUDA it cannot, and says so. The transformers
    engine always frees its keys and values then."""
    server_weights: Literal["nccl", "files"] = "nccl"
    """How a vLLM server gets new weights: over NCCL (started with `--weight-transfer-config`), or from a folder that it can
    read. Both need VLLM_SERVER_DEV_MODE=1 there."""
    server_folder: str | None = None
    """For `files`: the folder, the same path here and on the server. None: inside the run directory."""
    transfer_address: str = "127.0.0.1"
    """For `nccl`: address of this machine as the server's workers see it."""
    probe_tolerance: float | None = Field(None, gt=0.0)
    """Largest mean difference of the engine's and the trainer's log-probabilities after weights were handed over. None: 0.002
    for a float32 engine, 0.05 for others."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.min_pass_rate > self.max_pass_rate:
            raise ValueError("min_pass_rate is above max_pass_rate")
        if self.long_prompts == "left-truncate" and self.max_prompt_tokens is None:
            raise ValueError(
                "left-truncate needs max_prompt_tokens, which leaves the completion its share of the context"
            )
        return self
