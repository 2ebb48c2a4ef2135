"""All that rollouts remember from one step to the next, as one object that goes into a checkpoint as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self

from dartkit.errors import DataError
from dartkit.rl.samples import RolloutGroup, RolloutSample

if TYPE_CHECKING:
    from dartkit.rl.data import RlProblem
    from dartkit.rl.rollout import Rollout


@dataclass(frozen=True, slots=True)
class RolloutState:
    """The state between two steps.

    Attributes:
        acceptance: The share of useful groups expected of prompts that nothing is known of.
        next_position: Where the next step begins in the endless order of prompts.
        policy_version: How many steps have changed the weights.
        observed: Right answers and judged draws in training, by problem id.
        carried: Groups that wait for a later batch, in order of position, with all that is needed to train on them.
    """

    acceptance: float
    next_position: int = 0
    policy_version: int = 0
    observed: dict[str, tuple[int, int]] = field(default_factory=dict)
    carried: tuple[RolloutGroup, ...] = ()

    def after(self, rollout: Rollout) -> Self:
        """Return the state after a step's groups are drawn and before the weights change.

        The expected share is (useful + 1) / (judged + 2) over the step's own groups, so that it stays above zero after a step
        without any; a step that drew nothing leaves it as it is.
        """
        observed = dict(self.observed)
        judged = [group for group in rollout.fresh if not group.failed]
        for group in judged:
            right, drawn = observed.get(group.problem.problem_id, (0, 0))
            right += sum(sample.outcome == "correct" for sample in group.samples)
            observed[group.problem.problem_id] = (right, drawn + len(group.samples))
        counts = acceptance_counts(rollout)
        acceptance = (counts[0] + 1) / (counts[1] + 2) if judged else self.acceptance
        return replace(
            self,
            acceptance=acceptance,
            next_position=rollout.next_position,
            observed=observed,
            carried=rollout.carried,
        )

    def with_new_weights(self) -> Self:
        """Return the state after an update of the weights."""
        return replace(self, policy_version=self.policy_version + 1)

    def as_dict(self) -> dict[str, Any]:
        """Return the state as JSON values."""
        return {
            "acceptance": self.acceptance,
            "next_position": self.next_position,
            "policy_version": self.policy_version,
            "observed": {name: list(counts) for name, counts in self.observed.items()},
            "carried": [_group_as_dict(group) for group in self.carried],
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any], problems: tuple[RlProblem, ...]) -> Self:
        """Return the state that `as_dict` wrote.

        Raises:
            DataError: if a carried group is of a problem that the data do not have.
        """
        known = {problem.problem_id: problem for problem in problems}
        return cls(
            acceptance=float(values["acceptance"]),
            next_position=int(values["next_position"]),
            policy_version=int(values["policy_version"]),
            observed={name: (int(right), int(drawn)) for name, (right, drawn) in values["observed"].items()},
            carried=tuple(_read_group(group, known) for group in values["carried"]),
        )


def acceptance_counts(rollout: Rollout) -> tuple[int, int]:
    """Return useful and judged groups among those that a step drew; failed groups say nothing."""
    judged = [group for group in rollout.fresh if not group.failed]
    useless = ("all_right", "all_wrong", "out_of_band")
    return sum(rollout.places[group.position] not in useless for group in judged), len(judged)


def _group_as_dict(group: RolloutGroup) -> dict[str, Any]:
    values = {item.name: getattr(group, item.name) for item in fields(group) if item.compare}
    samples = [{item.name: getattr(sample, item.name) for item in fields(sample)} for sample in group.samples]
    return {**values, "problem": group.problem.problem_id, "samples": samples}


def _read_group(values: dict[str, Any], known: dict[str, RlProblem]) -> RolloutGroup:
    problem = known.get(values["problem"])
    if problem is None:
        raise DataError(
            f"the checkpoint carries a group of problem '{values['problem']}', which the data do not have",
            fix="Resume with the data that the run began with.",
        )
    samples = tuple(RolloutSample(**_frozen(sample)) for sample in values["samples"])
    return RolloutGroup(**{**_frozen(values), "problem": problem, "samples": samples})


def _frozen(values: dict[str, Any]) -> dict[str, Any]:
    """Turn JSON's lists back into tuples; what else a sample holds is numbers, text and dictionaries."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
