"""The loop over rollout steps, and the little that it must remember from one step to the next."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.files import write_json_lines
from dartkit.rl.data import RlProblem, expected_acceptance
from dartkit.rl.metrics import rollout_numbers, sample_rows
from dartkit.rl.prompt_order import PromptOrder
from dartkit.rl.rewards.compose import RewardSet
from dartkit.rl.rollout_state import RolloutState
from dartkit.rl.rollout_steps import RolloutSteps
from dartkit.rl.scoring import Scorer
from dartkit.rl.trainer import DapoTrainer
from dartkit.training.checkpoint import save_checkpoint
from dartkit.training.optimizer import learning_rate

if TYPE_CHECKING:
    import torch

    from dartkit.rl.policy_engine import PolicyEngine
    from dartkit.training.model import TrainableModel
    from dartkit.training_settings import TrainRlSettings
    from dartkit.verify import Grader


class RlLoop:
    """Rollout, update, hand over the weights; again.

    Between steps it remembers its number and `rollouts`, which see.

    Args:
        trained: The policy.
        optimizer: Over its weights.
        policy: The engine that follows it.
        verifier: Judges completions.
        rewards: What they earn.
        problems: At least one.
        settings: The stage's settings.
        run_seed: Part of every draw's seed.
        state: What `save` stored, None at the start.
    """

    def __init__(
        self,
        trained: TrainableModel,
        optimizer: torch.optim.Optimizer,
        policy: PolicyEngine,
        verifier: Grader,
        rewards: RewardSet,
        problems: tuple[RlProblem, ...],
        settings: TrainRlSettings,
        *,
        run_seed: int,
        state: dict[str, Any] | None,
    ) -> None:
        self._trained = trained
        self._optimizer = optimizer
        self._policy = policy
        self._settings = settings
        scorer = Scorer(verifier, rewards, filter_metric=settings.filter_metric)
        self._trainer = DapoTrainer(trained, optimizer, settings)
        order = PromptOrder(problems, settings.seed, settings.rollout.curriculum)
        self._steps = RolloutSteps(policy.engine, order, scorer, settings, run_seed=run_seed)
        self.done = 0 if state is None else int(state["step"])
        self.rollouts = (
            RolloutState(acceptance=expected_acceptance(problems, settings.group_size))
            if state is None
            else RolloutState.from_dict(state["rollouts"], problems)
        )

    def step(self, samples_folder: Path) -> dict[str, Any]:
        """Make one step, write its samples, and return its metrics with the time it took under `seconds`."""
        began = time.monotonic()
        rollout, forecast = self._steps.collect(self.done, self.rollouts)
        self._policy.rest()
        drawn = time.monotonic()
        rate = learning_rate(self.done, self._settings.steps, self._settings.optimizer, "constant")
        totals = self._trainer.train(rollout.useful, rate)
        changed = totals.updates > 0
        self._policy.resume(changed=changed)
        self.done += 1
        after = self.rollouts.after(rollout)
        self.rollouts = after.with_new_weights() if changed else after
        write_json_lines(samples_folder / f"step-{self.done:06d}.jsonl", sample_rows(rollout))
        seconds = {
            "rollout": drawn - began,
            "update": time.monotonic() - drawn,
            "generation": rollout.ledger.seconds(),
        }
        return {
            "step": self.done,
            "learning_rate": rate,
            **rollout_numbers(rollout),
            **forecast,
            "weight_probe_gap": self._policy.probe_gap,
            **totals.numbers(),
            "seconds": seconds,
        }

    def save(self, root: Path, identity: dict[str, Any]) -> None:
        """Write a checkpoint of the finished steps."""
        state = {"identity": identity, "rollouts": self.rollouts.as_dict()}
        save_checkpoint(root, self.done, self._trained.model, self._optimizer, state)
