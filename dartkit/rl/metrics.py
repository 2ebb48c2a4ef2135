"""What is written down after each rollout step: one line of numbers, and every sample that was drawn."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dartkit.rl.rewards.cosine import COULD_NOT_TELL
from dartkit.rl.training_samples import sample_advantages

if TYPE_CHECKING:
    from dartkit.algorithm_settings import AlgorithmSettings
    from dartkit.rl.ledger import Place
    from dartkit.rl.rollout import Rollout
    from dartkit.rl.samples import RolloutGroup, RolloutSample


def rollout_numbers(rollout: Rollout) -> dict[str, Any]:
    """Return a step's rollout metrics.

    Means are over all samples drawn in the step, useful or not, without failed groups; None where there is no such sample.
    Groups and tokens are counted as in the ledger.
    """
    samples = [sample for group in rollout.fresh if not group.failed for sample in group.samples]
    outcomes = Counter(sample.outcome for sample in samples)
    lengths = [len(sample.token_ids) for sample in samples]
    return {
        "reward": _mean([sample.reward for sample in samples]),
        "accuracy": _mean([float(sample.outcome == "correct") for sample in samples]),
        **reward_numbers(samples),
        "response_length": _mean(lengths),
        "response_length_max": max(lengths, default=None),
        "samples": len(samples),
        "truncated": sum(sample.finish_reason == "length" for sample in samples),
        "could_not_tell": {name: outcomes[name] for name in COULD_NOT_TELL},
        **rollout.ledger.numbers(),
        "groups_trained": len(rollout.useful),
        "generated_tokens": rollout.generated_tokens,
    }


def reward_numbers(samples: Sequence[RolloutSample]) -> dict[str, Any]:
    """Return the mean of each reward, unweighted, under `rewards/NAME`, and how often each could not be computed.

    A sample for which a reward failed counts with what an error earns.
    """
    names = dict.fromkeys(name for sample in samples for name in sample.rewards)
    errors = Counter(name for sample in samples for name in sample.reward_errors)
    means = {
        f"rewards/{name}": _mean([sample.rewards[name] for sample in samples if name in sample.rewards])
        for name in names
    }
    return {**means, "reward_errors": dict(sorted(errors.items()))}


def sample_rows(rollout: Rollout, algo: AlgorithmSettings) -> list[dict[str, Any]]:
    """Return one row for each sample of the step's groups, in order of position and sample index.

    Those drawn in the step have age 0; a group that was carried has its rows again in each step that it was carried into.
    The advantage is that of the loss, None where the group was not trained on. `kept` says that the sample is in the batch that
    the step trains on; `why` is the group's place in the ledger, or `truncated` where overlong filtering left the sample out.
    """
    trained = dict(
        zip(
            (group.position for group in rollout.useful),
            sample_advantages(rollout.useful, algo),
            strict=True,
        )
    )
    return [
        _sample_row(group, rollout.places[group.position], sample, advantage)
        | _verdict(rollout.places[group.position], sample, algo, in_batch=group.position in trained)
        for group in rollout.groups
        for sample, advantage in zip(
            group.samples, trained.get(group.position, [None] * len(group.samples)), strict=True
        )
    ]


def _verdict(
    place: Place, sample: RolloutSample, algo: AlgorithmSettings, *, in_batch: bool
) -> dict[str, Any]:
    filtered = in_batch and algo.overlong_filtering and sample.finish_reason == "length"
    return {"kept": in_batch and not filtered, "why": "truncated" if filtered else place}


def _sample_row(
    group: RolloutGroup, place: Place, sample: RolloutSample, advantage: float | None
) -> dict[str, Any]:
    return {
        "problem_id": group.problem.problem_id,
        "position": group.position,
        "sample_index": sample.sample_index,
        "prompt": group.problem.prompt,
        "answer": group.problem.answer,
        "completion": sample.completion,
        "finish_reason": sample.finish_reason,
        "outcome": sample.outcome,
        "reward": sample.reward,
        "rewards": dict(sample.rewards),
        "reward_errors": dict(sample.reward_errors),
        "token_reward": None if sample.token_rewards is None else math.fsum(sample.token_rewards),
        "tokens": len(sample.token_ids),
        "advantage": advantage,
        "group": group.fate,
        "place": place,
        "policy_version": group.policy_version,
        "age": group.age,
    }


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None
