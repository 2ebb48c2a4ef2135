"""What a training keeps of itself, and how it measures itself on the way: blocks of the stages `train-sft` and `train-rl`."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from dartkit.settings import Settings


class CheckpointSettings(Settings):
    """Which checkpoints stay, and which one a training begins with. See docs/resuming.md."""

    keep_checkpoints: int = Field(2, ge=1)
    """Newest checkpoints that stay; the best one by evaluation stays besides."""
    resume: str | None = None
    """Go back, once, to this checkpoint (a folder) of the same training; None goes on from the newest."""
    fork: str | None = None
    """Begin with weights and optimizer of this checkpoint (a folder) of another training, at step 0 of a new one."""

    @model_validator(mode="after")
    def _one_beginning(self) -> Self:
        if self.resume is not None and self.fork is not None:
            raise ValueError("`resume` and `fork` are two beginnings; give one")
        return self


class TrainEvalSettings(Settings):
    """Evaluation on held-out problems while training, before the first step and every few steps."""

    data: str | None = None
    """Problems to measure on, in the same shapes as the training data; None evaluates nothing."""
    every_steps: int = Field(10, ge=1)
    """Rollout steps from one evaluation to the next."""
    samples_per_problem: int = Field(8, ge=1)
    """k of avg@k, pass@k and maj@k."""
    max_problems: int | None = Field(None, ge=1)
    """Only the first of them; None takes all."""
    temperature: float = Field(1.0, gt=0.0, le=2.0)
    """Softmax temperature (DAPO section 4.1: 1.0)."""
    top_p: float = Field(0.7, gt=0.0, le=1.0)
    """Nucleus mass (DAPO's script: 0.7)."""
    max_tokens: int | None = Field(None, ge=1)
    """Longest completion, in tokens; None takes that of the rollouts."""
