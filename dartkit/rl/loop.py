"""One rollout step after another, and the little that must be remembered from one to the next.

A step has two halves: `collect` draws and leaves the weights alone, `update` moves them and writes down what was done. A training
may be stopped in the first at any moment; the second is short and is not interrupted (see `train`).
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.files import write_json_lines
from dartkit.rl.data import RlProblem, expected_acceptance
from dartkit.rl.metrics import rollout_numbers, sample_rows
from dartkit.rl.parallel_engine import collect_together, share_engine
from dartkit.rl.prompt_order import PromptOrder
from dartkit.rl.recorded import write_groups
from dartkit.rl.rewards.compose import RewardSet
from dartkit.rl.rollout_state import RolloutState
from dartkit.rl.rollout_steps import RolloutSteps
from dartkit.rl.scoring import Scorer
from dartkit.rl.trainer import DapoTrainer, UpdateTotals
from dartkit.training.checkpoint import collect_contents, list_checkpoints, save_checkpoint
from dartkit.training.divergence import diverged, first_not_finite
from dartkit.training.fingerprint import fingerprint_weights
from dartkit.training.optimizer import learning_rate

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from dartkit.rl.evaluation import TrainEvaluation
    from dartkit.rl.policy_engine import PolicyEngine
    from dartkit.rl.rollout import Rollout
    from dartkit.training.checkpoint import Restored
    from dartkit.training.sharded import ShardedTraining
    from dartkit.training_settings import TrainRlSettings
    from dartkit.verify import Grader


class RlLoop:
    """Rollout, update, hand over the weights; again.

    Between steps it remembers its number and `rollouts`, which see. Every rank runs it, and all call its methods alike; the first
    one collects, verifies and writes.

    Args:
        training: The policy and its optimizer.
        policy: The engine that follows it.
        verifier: Judges completions.
        rewards: What they earn.
        problems: At least one.
        settings: The stage's settings.
        run_seed: Part of every draw's seed.
        restored: What `save` stored, None at the start.
        reference: The model that training started from, where the algorithm measures the divergence from it.
    """

    def __init__(
        self,
        training: ShardedTraining,
        policy: PolicyEngine,
        verifier: Grader,
        rewards: RewardSet,
        problems: tuple[RlProblem, ...],
        settings: TrainRlSettings,
        *,
        run_seed: int,
        restored: Restored | None,
        reference: PreTrainedModel | None = None,
    ) -> None:
        self._training = training
        self._world = training.world
        self._policy = policy
        self._settings = settings
        scorer = Scorer(verifier, rewards, filter_metric=settings.filter_metric)
        self._trainer = DapoTrainer(
            training.trained, training.optimizer, settings, reference=reference, world=training.world
        )
        if restored is not None:
            self._trainer.restore(restored.state["trainer"])
        order = PromptOrder(problems, settings.seed, settings.rollout.curriculum)
        self._engine = share_engine(policy.engine, training.world)
        self._steps = RolloutSteps(self._engine, order, scorer, settings, run_seed=run_seed)
        self._forecast: dict[str, Any] = {}
        self._seconds: dict[str, Any] = {}
        self.done = 0 if restored is None else int(restored.state["step"])
        self.rollouts = (
            RolloutState(acceptance=expected_acceptance(problems, settings.group_size))
            if restored is None
            else RolloutState.from_dict(restored.carried, problems)
        )

    def collect(self, max_groups: int | None = None) -> Rollout:
        """Draw and score the groups of the next step, at most `max_groups` new ones where a budget allows no more.

        The engine begins as after a restart, so that a resumed run draws alike.
        """
        began = time.monotonic()
        rollout, self._forecast = collect_together(self._world, self._engine, lambda: self._draw(max_groups))
        self._policy.rest()
        self._seconds |= {"rollout": time.monotonic() - began, "generation": rollout.ledger.seconds()}
        return rollout

    def _draw(self, max_groups: int | None) -> tuple[Rollout, dict[str, Any]]:
        self._engine.abort()
        return self._steps.collect(self.done, self.rollouts, max_groups)

    def update(self, rollout: Rollout, folder: Path, max_updates: int | None = None) -> dict[str, Any]:
        """Train on a step's groups, write its samples and tokens below `folder`, and return its metrics.

        Where a budget allows only the first `max_updates` updates, the metrics have that number. The engine has the new weights afterwards.

        Raises:
            GateFailed: when a loss or a gradient is not finite; the tokens are on disk, the weights are of no more use.
            EnvironmentProblem: when the disk is full or not writable, or the engine did not take the new weights.
        """
        began = time.monotonic()
        step = self.done + 1
        tokens_file = folder / "rollouts" / f"step-{step:06d}.parquet"
        if self._world.is_main:
            write_groups(tokens_file, rollout.useful)
            rows = sample_rows(rollout, self._settings.algo)
            write_json_lines(folder / "samples" / f"step-{step:06d}.jsonl", rows)
        rate = learning_rate(self.done, self._settings.steps or 0, self._settings.optimizer, "constant")
        version = self.rollouts.policy_version
        totals = self._trainer.train(
            rollout.useful, rate, step=self.done, policy_version=version, max_updates=max_updates
        )
        self._require_finite(totals, step, tokens_file)
        changed = totals.updates > 0
        self._policy.resume(changed=changed)
        self.done = step
        after = self.rollouts.after(rollout)
        self.rollouts = after.with_new_weights() if changed else after
        self._seconds["update"] = time.monotonic() - began
        return {
            "step": step,
            "policy_version": version,
            "learning_rate": rate,
            **rollout_numbers(rollout),
            **self._forecast,
            "weight_probe_gap": self._policy.probe_gap,
            **totals.numbers(),
            "parameters": fingerprint_weights(self._training.trained.model),
            **({} if max_updates is None else {"max_updates": max_updates}),
        }

    def timing(self) -> dict[str, Any]:
        """Return the seconds of what was done since the last call, by part."""
        seconds, self._seconds = self._seconds, {}
        return {"step": self.done, "seconds": seconds}

    def evaluate(self, evaluation: TrainEvaluation) -> dict[str, Any]:
        """Measure the policy as it is."""
        began = time.monotonic()
        numbers = collect_together(self._world, self._engine, lambda: evaluation.measure(self._engine))
        self._seconds["evaluation"] = time.monotonic() - began
        return numbers

    def save(self, root: Path, identity: dict[str, Any]) -> None:
        """Write a checkpoint of the finished steps."""
        self._training.use_whole(
            lambda whole: save_checkpoint(
                root,
                self.done,
                collect_contents(whole.trained.model, whole.optimizer),
                {"identity": identity, "trainer": self._trainer.state()},
                carried=self.rollouts.as_dict(),
                model=whole.trained.model,
                tokenizer=whole.trained.tokenizer,
                keep=self._settings.checkpoint.keep_checkpoints,
            )
        )

    def _require_finite(self, totals: UpdateTotals, step: int, tokens_file: Path) -> None:
        number = first_not_finite(totals.losses, totals.grad_norms)
        if number is None:
            return
        kept = list_checkpoints(tokens_file.parents[1] / "checkpoints")
        raise diverged(
            step=step,
            mini_batch=f"{number + 1} of {len(totals.mini_batches)}",
            loss=totals.losses[number],
            grad_norm=totals.grad_norms[number],
            names=[f"problem {problem_id}" for problem_id in totals.mini_batches[number]],
            dump=tokens_file,
            last_good=kept[-1] if kept else None,
        )
