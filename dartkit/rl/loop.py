"""The loop over rollout steps, and the little that it must remember from one step to the next."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.files import write_json_lines
from dartkit.rl.data import PromptOrder, RlProblem, expected_acceptance
from dartkit.rl.metrics import rollout_numbers, sample_rows
from dartkit.rl.rollout import Rollout, RolloutCollector, RolloutPlan
from dartkit.rl.scoring import Scorer
from dartkit.rl.trainer import DapoTrainer
from dartkit.training.checkpoint import save_checkpoint
from dartkit.training.optimizer import learning_rate

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

    from dartkit.rl.policy_engine import PolicyEngine
    from dartkit.training.model import TrainableModel
    from dartkit.training_settings import TrainRlSettings
    from dartkit.verify import Grader


class RlLoop:
    """Rollout, update, hand over the weights; again.

    Between steps it remembers the next prompt position and the share of useful groups in the last step.

    Args:
        trained: The policy.
        optimizer: Over its weights.
        policy: The engine that follows it.
        verifier: Scores completions.
        problems: At least one.
        settings: The stage's settings.
        run_seed: Part of every draw's seed.
        state: What `save` stored, None at the start.
        reference: The model that training started from, where the algorithm measures the divergence from it.
    """

    def __init__(
        self,
        trained: TrainableModel,
        optimizer: torch.optim.Optimizer,
        policy: PolicyEngine,
        verifier: Grader,
        problems: tuple[RlProblem, ...],
        settings: TrainRlSettings,
        *,
        run_seed: int,
        state: dict[str, Any] | None,
        reference: PreTrainedModel | None = None,
    ) -> None:
        self._trained = trained
        self._optimizer = optimizer
        self._policy = policy
        self._settings = settings
        self._order = PromptOrder(problems, settings.seed)
        self._scorer = Scorer(
            verifier,
            max_tokens=settings.sampling.max_tokens,
            buffer_tokens=settings.algo.overlong_buffer_tokens,
        )
        self._trainer = DapoTrainer(trained, optimizer, settings, reference=reference)
        if state is not None:
            self._trainer.restore(state["trainer"])
        self._run_seed = run_seed
        self.done = 0 if state is None else int(state["step"])
        self._position = 0 if state is None else int(state["position"])
        self._acceptance = (
            expected_acceptance(problems, settings.group_size)
            if state is None
            else float(state["acceptance"])
        )

    def step(self, samples_folder: Path) -> dict[str, Any]:
        """Make one step, write its samples, and return its metrics with the time it took under `seconds`."""
        began = time.monotonic()
        rollout = self._collect()
        drawn = time.monotonic()
        rate = learning_rate(self.done, self._settings.steps, self._settings.optimizer, "constant")
        totals = self._trainer.train(rollout.useful, rate, step=self.done)
        if totals.updates:
            self._policy.follow()
        self.done += 1
        self._position = rollout.next_position
        judged = rollout.ledger.kept + rollout.ledger.all_right + rollout.ledger.all_wrong
        self._acceptance = (rollout.ledger.kept + 1) / (judged + 2)  # above zero after a step without any
        write_json_lines(samples_folder / f"step-{self.done:06d}.jsonl", sample_rows(rollout))
        seconds = {"rollout": drawn - began, "update": time.monotonic() - drawn}
        return {
            "step": self.done,
            "learning_rate": rate,
            **rollout_numbers(rollout),
            **totals.numbers(),
            "seconds": seconds,
        }

    def save(self, root: Path, identity: dict[str, Any]) -> None:
        """Write a checkpoint of the finished steps."""
        state = {"identity": identity, "position": self._position, "acceptance": self._acceptance}
        state["trainer"] = self._trainer.state()
        save_checkpoint(root, self.done, self._trained.model, self._optimizer, state)

    def _collect(self) -> Rollout:
        settings = self._settings
        plan = RolloutPlan(
            groups=settings.prompts_per_step,
            group_size=settings.group_size,
            max_groups=settings.prompts_per_step * settings.algo.max_generation_rounds,
            dynamic=settings.algo.dynamic_sampling,
            acceptance=self._acceptance,
            sampling=settings.sampling,
        )
        collector = RolloutCollector(
            self._policy.engine,
            self._order,
            self._scorer,
            plan,
            step=self.done,
            first_position=self._position,
            seed=(self._run_seed, settings.seed),
        )
        return collector.collect()
