"""The settings of the stages that train: supervised fine-tuning and reinforcement learning (see `stage_settings`)."""

from __future__ import annotations

import math
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from dartkit.algorithm_presets import PresetName, apply_preset
from dartkit.algorithm_settings import AlgoSettings, DapoSettings
from dartkit.checkpoint_settings import CheckpointSettings, TrainEvalSettings
from dartkit.memory_settings import MemorySettings
from dartkit.reward_settings import RewardSettings, VerifierReward, check_rewards, with_overlong
from dartkit.rollout_settings import RolloutSettings
from dartkit.settings import (
    AutoEngine,
    Budget,
    EngineSettings,
    ModelSettings,
    PromptSettings,
    SamplingSettings,
    Settings,
    VerifierSettings,
)
from dartkit.sft_presets import SftPresetName, fill_preset

Tracker = Literal["tensorboard", "trackio", "wandb"]


class TrainBudget(Budget):
    """Hard stops of reinforcement learning, in the unit asked.

    Updates and prompts end exactly there: the last step is cut short, and a larger limit makes that step again, whole.
    Draws end with the last group that fits; tokens with the last that is expected to, by the mean so far; hours and money with
    the first step that passes them.
    """

    max_updates: int | None = Field(None, ge=1)
    """Optimizer updates over the whole training."""
    max_prompts: int | None = Field(None, ge=1)
    """Generated groups over the whole training, whatever became of them."""

    @property
    def is_limited(self) -> bool:
        """Whether a limit is set that will be reached; money needs a price."""
        limits = self.model_dump(
            exclude={"money_per_hour"} if self.money_per_hour else {"money_per_hour", "max_money"}
        )
        return any(value is not None for value in limits.values())


class SftBudget(Budget):
    """Hard stops of supervised fine-tuning.

    Updates and tokens (of prompts and responses) end with the last step that fits, hours and money with the first step that
    passes them; there are no draws. A larger budget goes on where it stopped, on the same schedule.
    """

    max_updates: int | None = Field(None, ge=1)
    """Optimizer updates over the whole training."""


class OptimizerSettings(Settings):
    """AdamW with linear warm-up."""

    learning_rate: float = Field(1e-5, gt=0.0)
    """Peak learning rate."""
    warmup_steps: int = Field(0, ge=0)
    """Steps over which the rate rises linearly to its peak, the first above zero: optimizer steps in SFT, rollout steps in RL (or
    what `warmup_unit` says there)."""
    weight_decay: float = Field(0.0, ge=0.0)
    """Decoupled weight decay."""
    beta1: float = Field(0.9, ge=0.0, lt=1.0)
    """First moment."""
    beta2: float = Field(0.95, ge=0.0, lt=1.0)
    """Second moment."""
    max_grad_norm: float = Field(1.0, gt=0.0)
    """Clip the gradient's norm."""


class TrainSftSettings(Settings):
    """Fine-tune on an SFT export; loss on the response tokens only."""

    stage: Literal["train-sft"] = "train-sft"
    preset: SftPresetName = "none"
    """Start from published hyper-parameters; what is given beside it wins (docs/sft.md lists them)."""
    name: str = "sft"
    """Folder under `models/`."""
    data: str = "run:exports/sft/messages.jsonl"
    """JSON lines with `messages`."""
    model: ModelSettings = ModelSettings()
    """Start from this model."""
    epochs: int = Field(3, ge=1)
    """Passes over the data."""
    budget: SftBudget = SftBudget()
    """When to stop before that."""
    tokens_per_step: int = Field(8192, ge=64)
    """Tokens (prompt and response) of one optimizer step."""
    tokens_per_micro_batch: int = Field(4096, ge=64)
    """Tokens that go through the model at once."""
    max_length: int = Field(4096, ge=16)
    """Rows longer than this, in tokens, are left out and counted."""
    schedule: Literal["cosine", "constant"] = "cosine"
    """Learning rate after warm-up."""
    warmup_share: float = Field(0.0, ge=0.0, le=1.0)
    """Share of all steps to warm up over, rounded up; where it is above zero it takes the place of `optimizer.warmup_steps`."""
    optimizer: OptimizerSettings = OptimizerSettings()
    """Optimizer."""
    memory: MemorySettings = MemorySettings()
    """Memory and precision."""
    save_every_steps: int = Field(50, ge=1)
    """Checkpoint for resuming."""
    checkpoint: CheckpointSettings = CheckpointSettings()
    """What stays of the checkpoints, and which one to begin with."""
    track: tuple[Tracker, ...] = ()
    """Also hand the metrics to these (extra `track`)."""
    seed: int = Field(0, ge=0)
    """Order of rows."""

    @model_validator(mode="before")
    @classmethod
    def _fill_preset(cls, values: Any) -> Any:
        return fill_preset(values)

    def with_warmup(self, total_steps: int) -> Self:
        """Return the settings with `warmup_share` turned into steps."""
        if self.warmup_share == 0.0:
            return self
        steps = math.ceil(self.warmup_share * total_steps)
        return self.model_copy(
            update={"optimizer": self.optimizer.model_copy(update={"warmup_steps": steps})}
        )


class TrainRlSettings(Settings):
    """Reinforcement learning with verifiable rewards."""

    stage: Literal["train-rl"] = "train-rl"
    name: str = "rl"
    """Folder under `models/`."""
    data: str = "run:exports/rl/problems.jsonl"
    """JSON lines of an RL export (dartkit's own shape), verl Parquet or TRL JSON lines."""
    model: ModelSettings = ModelSettings()
    """Start from this model."""
    engine: EngineSettings = AutoEngine()
    """Engine of the rollouts."""
    preset: PresetName | None = None
    """Settings of a paper or published script, under the keys given here: `dartkit algos` lists them."""
    algo: AlgoSettings = DapoSettings()
    """Algorithm."""
    steps: int | None = Field(40, ge=1)
    """Rollout steps; null trains until the budget is spent, which then is no stop but the end."""
    budget: TrainBudget = TrainBudget()
    """When to stop before that."""
    prompts_per_step: int = Field(32, ge=1)
    """Groups in a training batch."""
    group_size: int = Field(8, ge=2)
    """Samples of each prompt."""
    updates_per_step: int = Field(2, ge=1)
    """Mini-batches (optimizer steps) per rollout step."""
    tokens_per_micro_batch: int = Field(8192, ge=64)
    """Tokens that go through the model at once."""
    sampling: SamplingSettings = SamplingSettings()
    """How rollouts are drawn."""
    rollout: RolloutSettings = RolloutSettings()
    """How batches are filled."""
    prompt: PromptSettings = PromptSettings()
    """How to ask."""
    verifier: VerifierSettings = VerifierSettings()
    """Judges answers; the rewards say what its outcomes earn."""
    rewards: tuple[RewardSettings, ...] = Field((VerifierReward(),), min_length=1)
    """What a sample earns: the sum of these, each times its weight. `algo.overlong_buffer_tokens` adds an `overlong` one."""
    filter_metric: str = "accuracy"
    """What must differ within a group for dynamic sampling to keep it: `accuracy`, `reward` (the sum), a reward's name, or `NAME/KEY`
    for a further number that a python reward returns."""
    optimizer: OptimizerSettings = OptimizerSettings(learning_rate=1e-6)
    """Optimizer."""
    warmup_unit: Literal["steps", "updates"] = "steps"
    """What `optimizer.warmup_steps` counts: rollout steps, within which the rate does not change, or optimizer updates."""
    memory: MemorySettings = MemorySettings()
    """Memory and precision."""
    save_every_steps: int = Field(10, ge=1)
    """Checkpoint for resuming."""
    checkpoint: CheckpointSettings = CheckpointSettings()
    """What stays of the checkpoints, and which one to begin with."""
    eval: TrainEvalSettings = TrainEvalSettings()
    """Evaluation on the way."""
    track: tuple[Tracker, ...] = ()
    """Also hand the metrics to these (extra `track`)."""
    seed: int = Field(0, ge=0)
    """Order of prompts and noise of rollouts."""

    @model_validator(mode="before")
    @classmethod
    def _apply_preset(cls, data: Any) -> Any:
        return apply_preset(data) if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _rewards_fit_together(self) -> Self:
        check_rewards(
            self.all_rewards(), filter_metric=self.filter_metric, max_tokens=self.sampling.max_tokens
        )
        return self

    def all_rewards(self) -> tuple[RewardSettings, ...]:
        """Return the rewards with the one that `algo.overlong_buffer_tokens` switches on."""
        return with_overlong(self.rewards, self.algo.overlong_buffer_tokens)

    @model_validator(mode="after")
    def _ends_somewhere(self) -> Self:
        if self.steps is None and not self.budget.is_limited:
            raise ValueError("steps is null, so the budget must have a limit")
        return self
