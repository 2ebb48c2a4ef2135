"""The updates of one rollout step: passes over its groups, mini-batches, old log-probabilities, micro-batches, AdamW.

The groups of a step are cut into `updates_per_step` mini-batches, whole groups each, `passes_per_step` times; later passes take
the groups in another, seeded order. The old policy is the model before the step's first update. For the first mini-batch that is
the model itself, so its ratios are 1 and need no extra pass over the model; for the others the trainer computes the old
log-probabilities once, before the first update. With `old_logprobs: sampler` it takes the sampler's instead and computes none.

A group that was carried over from an earlier step was drawn by an older policy. Under a rollout correction it is treated like all
others, as w = p_old / p_rollout already holds the difference; without one its ratio starts at the sampler's log-probabilities.

A mini-batch in which nothing can move the model (no advantage, no divergence or entropy term, no tokens) makes no update.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import torch

from dartkit.errors import EnvironmentProblem
from dartkit.rl.diagnosis import diagnose
from dartkit.rl.mini_batch import (
    TokenChoice,
    advantage_tokens,
    choose_tokens,
    divides_by_kept,
    kept_tokens,
    needs_choice,
    plan_mini_batches,
    sampler_tokens,
    token_weights,
)
from dartkit.rl.objectives.guard import Guard
from dartkit.rl.objectives.kl import kl_estimate
from dartkit.rl.objectives.policy_loss import ExtraTokens, policy_loss
from dartkit.rl.objectives.tokens import PolicyTokens
from dartkit.rl.training_samples import TrainingSample, split_evenly, training_samples
from dartkit.rl.update_totals import UpdateTotals
from dartkit.training.batching import TokenRow, collate, split_rows
from dartkit.training.logprobs import score_tokens
from dartkit.training.optimizer import apply_update, learning_rate
from dartkit.training.parallel import run_idle_pass, share_out, shortest_row
from dartkit.training.world import World

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel

    from dartkit.rl.samples import RolloutGroup
    from dartkit.training.batching import MicroBatch
    from dartkit.training.logprobs import TokenScores
    from dartkit.training.model import TrainableModel
    from dartkit.training_settings import TrainRlSettings

__all__ = ["DapoTrainer", "TrainingSample", "UpdateTotals", "split_evenly", "training_samples"]


class DapoTrainer:
    """Moves a model by the loss of the algorithm in the settings.

    Args:
        trained: The model; runs in evaluation mode, because dropout would make old and new policy differ by chance.
        optimizer: Over its weights.
        settings: The stage's settings.
        reference: The model that training started from, frozen; needed where `kl_coefficient` is above 0.
        world: The ranks that share the passes over the model; all call every method alike. None is this process alone.
    """

    def __init__(
        self,
        trained: TrainableModel,
        optimizer: torch.optim.Optimizer,
        settings: TrainRlSettings,
        *,
        reference: PreTrainedModel | None = None,
        world: World | None = None,
    ) -> None:
        self._world = world or World()
        self._trained = trained
        self._optimizer = optimizer
        self._settings = settings
        self._algo = settings.algo
        self._reference = reference
        self._updates = 0
        bypass = self._algo.old_logprobs == "sampler"
        self._guard = Guard(self._algo.guard, self._algo.correction, can_correct=not bypass)
        if self._algo.kl_coefficient > 0.0 and reference is None:
            raise ValueError("kl_coefficient is above 0, but no reference model was given")

    def state(self) -> dict[str, Any]:
        """Return what a resumed run must know, as JSON."""
        return {"guard": self._guard.state(), "updates": self._updates}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from what `state` returned."""
        self._guard.restore(state["guard"])
        self._updates = int(state["updates"])

    def train(
        self,
        groups: Sequence[RolloutGroup],
        rate: float,
        *,
        step: int = 0,
        policy_version: int | None = None,
        max_updates: int | None = None,
    ) -> UpdateTotals:
        """Make the updates of one rollout step.

        Args:
            groups: What the step trains on.
            rate: Learning rate of every update, unless `warmup_unit` is updates.
            step: Number of the step; part of the seed of later passes' order.
            policy_version: The weights' version, by which carried groups are told; None is the newest among the groups.
            max_updates: Make no more than these.

        Raises:
            EnvironmentProblem: when the sampler's probabilities stay too far from the trainer's (`algo.guard`), or are
                needed and missing.
        """
        self._trained.model.eval()
        totals = UpdateTotals(corrected=self._guard.is_switched_on)
        by_group = training_samples(groups, self._algo, policy_version=policy_version)
        if self._algo.kl_coefficient > 0.0 and self._algo.kl_in == "reward":
            penalties = self._divergences(groups, totals)
            by_group = training_samples(
                groups, self._algo, policy_version=policy_version, penalties=penalties
            )
        samples = [sample for group in by_group for sample in group]
        totals.describe(samples, sum(len(group.samples) for group in groups))
        plan = plan_mini_batches(by_group, self._settings, step)[:max_updates]
        old = self._old_logprobs(samples, plan)
        for chosen in plan:
            known = [old[index] for index in chosen]
            self._update([samples[index] for index in chosen], known, totals, rate)
            for index, logprobs in zip(chosen, known, strict=True):
                old[index] = logprobs
        whole: UpdateTotals
        whole, *others = self._world.gather(totals)
        for other in others:
            whole.combine(other)
        self._guard.check(whole.mismatch, lambda: diagnose(samples, old, self._trained.tokenizer))
        return whole

    def _update(
        self,
        samples: Sequence[TrainingSample],
        old: list[Tensor | None],
        totals: UpdateTotals,
        rate: float,
    ) -> None:
        if self._settings.warmup_unit == "updates":
            rate = learning_rate(self._updates, 0, self._settings.optimizer, "constant")
        totals.learning_rate = rate
        totals.losses.append(self.accumulate(samples, old, totals))
        totals.mini_batches.append(tuple(dict.fromkeys(sample.problem_id for sample in samples)))
        result = apply_update(
            self._trained.model,
            self._optimizer,
            learning_rate=rate,
            max_grad_norm=self._settings.optimizer.max_grad_norm,
        )
        totals.grad_norms.append(result.grad_norm)
        totals.updates += result.applied
        self._updates += result.applied

    def _old_logprobs(
        self, samples: Sequence[TrainingSample], plan: Sequence[Sequence[int]]
    ) -> list[Tensor | None]:
        """Return the old log-probabilities of each sample; None where they are those of the model at its first update."""
        old: list[Tensor | None] = [None] * len(samples)
        correction = self._guard.correction
        from_sampler = self._algo.old_logprobs == "sampler"
        own_batch = set(plan[0]) if plan and not divides_by_kept(correction) else set()
        ours = []
        for index in dict.fromkeys(index for chosen in plan for index in chosen):
            sample = samples[index]
            if from_sampler or (sample.stale and correction.kind == "none"):
                old[index] = torch.tensor(_told(sample, finite=True), device=self._trained.device)
            elif index not in own_batch:
                ours.append(index)
            if correction.kind != "none":
                _told(sample)
        for index, logprobs in zip(ours, self.score([samples[index] for index in ours]), strict=True):
            old[index] = logprobs
        return old

    @torch.no_grad()
    def score(self, samples: Sequence[TrainingSample]) -> list[Tensor]:
        """Return the present log-probabilities of each sample's response tokens."""
        return self._score(self._trained.model, samples)[0]

    @torch.no_grad()
    def _score(
        self, model: PreTrainedModel, samples: Sequence[TrainingSample]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Return log-probability and entropy of each sample's response tokens under a model."""
        found: tuple[dict[int, Tensor], dict[int, Tensor]] = {}, {}
        for indices in self._split(samples):
            scores = self._forward(model, self._collate(samples, indices))
            lengths = [samples[index].length for index in indices]
            for kept, values_N in zip(found, scores if indices else (), strict=bool(indices)):
                kept.update(zip(indices, torch.split(values_N, lengths), strict=True))
        logprobs, entropies = (self._fill_in(kept, samples, range(len(samples))) for kept in found)
        return logprobs, entropies

    def _fill_in(
        self, found: dict[int, Tensor], samples: Sequence[TrainingSample], wanted: Iterable[int]
    ) -> list[Tensor]:
        """Return the values of the wanted samples, of which each rank found some."""
        numbers = list(wanted)
        if self._world.size == 1:
            return [found[number] for number in numbers]
        lengths = [samples[number].length for number in numbers]
        wide = torch.promote_types(self._trained.model.dtype, torch.float32)
        all_N = torch.zeros(sum(lengths), dtype=wide, device=self._trained.device)
        parts = torch.split(all_N, lengths)
        for number, part_N in zip(numbers, parts, strict=True):
            if number in found:
                part_N.copy_(found[number])
        self._world.fill_in(all_N)
        return list(parts)

    def _divergences(self, groups: Sequence[RolloutGroup], totals: UpdateTotals) -> list[list[float]]:
        """Return what the divergence from the reference takes off each sample's reward: its sum over the tokens."""
        assert self._reference is not None
        every = [
            TrainingSample(TokenRow(sample.prompt_ids, sample.token_ids), 0.0)
            for group in groups
            for sample in group.samples
        ]
        scores = zip(self.score(every), self._score(self._reference, every)[0], strict=True)
        sums = [float(kl_estimate(ours, theirs, self._algo.kl_estimator).sum()) for ours, theirs in scores]
        if self._world.is_main:  # every rank knows all of them, and the totals of the ranks are added
            totals.kl_sum += math.fsum(sums)
            totals.kl_tokens += sum(sample.length for sample in every)
        penalties = (self._algo.kl_coefficient * value for value in sums)
        return [[next(penalties) for _ in group.samples] for group in groups]

    def accumulate(
        self, samples: Sequence[TrainingSample], old: list[Tensor | None] | None, totals: UpdateTotals
    ) -> float:
        """Add the gradient of the loss of one mini-batch to the model and return the loss, or this rank's part of it.

        Args:
            samples: The mini-batch; its token counts decide every token's weight, however it is split.
            old: Log-probabilities of each sample under the old policy; None where that is the model itself, and then filled in.
            totals: Facts are added to it.
        """
        algo, correction = self._algo, self._guard.correction
        old = [None] * len(samples) if old is None else old
        choice = TokenChoice()
        if needs_choice(algo):
            choice = choose_tokens(samples, *self._score(self._trained.model, samples), algo)
        counted = [sample.length for sample in samples]
        if divides_by_kept(correction):
            now = self.score(samples) if any(values is None for values in old) else []
            known = [now[index] if values is None else values for index, values in enumerate(old)]
            old[:] = known
            counted = kept_tokens(samples, known, correction)
        weights = token_weights(samples, counted, self._settings)
        value = 0.0
        unknown = [index for index, values in enumerate(old) if values is None]
        for indices in self._split(samples):
            if not indices:
                scores = self._forward(self._trained.model, self._collate(samples, indices))
                run_idle_pass(scores.logprobs_N)
                continue
            value += self._add_gradient(samples, indices, old, weights, choice, totals)
        here = {index: values for index in unknown if (values := old[index]) is not None}
        for index, values in zip(unknown, self._fill_in(here, samples, unknown), strict=True):
            old[index] = values
        return value

    def _add_gradient(
        self,
        samples: Sequence[TrainingSample],
        indices: Sequence[int],
        old: list[Tensor | None],
        weights: Sequence[float],
        choice: TokenChoice,
        totals: UpdateTotals,
    ) -> float:
        """Go forward and backward over one micro-batch and return its part of the loss."""
        algo, batch = self._algo, self._collate(samples, indices)
        scores = self._forward(self._trained.model, batch, entropy_grad=algo.entropy_coefficient > 0.0)
        now_N = scores.logprobs_N
        likes = torch.split(now_N.detach(), [samples[index].length for index in indices])
        told_N = torch.cat([sampler_tokens(samples[i], like) for i, like in zip(indices, likes, strict=True)])
        for index, like in zip(indices, likes, strict=True):
            if old[index] is None:
                old[index] = like
        old_N = torch.cat([values for index in indices if (values := old[index]) is not None]).to(now_N.dtype)
        tokens = PolicyTokens(
            now_N,
            old_N,
            torch.cat([advantage_tokens(samples[i], like) for i, like in zip(indices, likes, strict=True)]),
            batch.row_N,
            len(indices),
        )
        extra = ExtraTokens(
            told_N,
            self._reference_logprobs(batch),
            scores.entropy_N if algo.entropy_coefficient > 0.0 else None,
            _pick(choice.held_L, indices),
            _pick(choice.learning_L, indices),
        )
        weights_N = now_N.new_tensor([weights[index] for index in indices])[batch.row_N]
        result = policy_loss(tokens, weights_N, algo, self._guard.correction, extra)
        torch.autograd.backward(result.loss)
        totals.add(tokens, result, scores.entropy_N)
        # Where the ratio starts at the sampler there is no other old policy; the model as it is now stands in for it.
        stale_N = batch.row_N.new_tensor([samples[index].stale for index in indices]).bool()[batch.row_N]
        ours_N = now_N.detach() if algo.old_logprobs == "sampler" else old_N
        totals.mismatch.add(ours_N[~stale_N], told_N[~stale_N])
        return float(result.loss.detach())

    @torch.no_grad()
    def _reference_logprobs(self, batch: MicroBatch) -> Tensor | None:
        if self._reference is None or self._algo.kl_in == "reward":
            return None
        return self._forward(self._reference, batch).logprobs_N

    def _split(self, samples: Sequence[TrainingSample]) -> list[list[int]]:
        """Return this rank's micro-batches; an empty one is an idle pass."""
        rows = [sample.row for sample in samples]
        batches = split_rows(rows, self._settings.tokens_per_micro_batch, self._trained.layout_for(rows))
        return share_out(batches, [row.length for row in rows], self._world.size)[self._world.rank]

    def _collate(self, samples: Sequence[TrainingSample], indices: Sequence[int]) -> MicroBatch:
        rows = [samples[index].row for index in indices] or [shortest_row([sample.row for sample in samples])]
        layout = self._trained.layout_for(rows)
        return collate(rows, device=self._trained.device, layout=layout)

    def _forward(
        self, model: PreTrainedModel, batch: MicroBatch, *, entropy_grad: bool = False
    ) -> TokenScores:
        return score_tokens(
            model,
            batch,
            temperature=self._settings.sampling.temperature,
            dtype=self._trained.compute_dtype,
            entropy_grad=entropy_grad,
        )


def _pick(tokens_L: list[Tensor] | None, indices: Sequence[int]) -> Tensor | None:
    return None if tokens_L is None else torch.cat([tokens_L[index] for index in indices])


def _told(sample: TrainingSample, *, finite: bool = False) -> tuple[float, ...]:
    """Return the sampler's log-probabilities; a correction passes over those that are not finite, a ratio cannot.

    Raises:
        EnvironmentProblem: when there are none, or not finite ones where that is asked for.
    """
    told = sample.sampler_logprobs
    if told is None or len(told) != sample.length or (finite and not all(map(math.isfinite, told))):
        raise EnvironmentProblem(
            "the engine reports no log-probabilities, or not for every token that it drew, and this training needs them",
            fix="Use an engine that does (transformers, vllm), set algo.old_logprobs to recompute and algo.correction.kind to"
            " none, and carry no groups over.",
        )
    return told
