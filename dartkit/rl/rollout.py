"""Dynamic sampling (DAPO section 3.2): draw groups until enough of them are neither all right nor all wrong.

Prompts have positions in an endless order. A step begins prompts one position after the other: a first number at once, and one
more for each group that turns out useless, without waiting for the others, as long as useful groups are missing. Every group
begun is finished. How many are begun then depends on what the groups are worth and not on the order in which draws finish:
it is the smallest n with n = max(first number, missing + useless among the first n). The batch is made of the useful groups of the
lowest positions, those carried over from earlier steps before all others; what is beyond it is carried on or expires.
Degenerate case: after the allowed number of groups the step ends with what it has, possibly nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TYPE_CHECKING

from dartkit.engines.base import DrawRequest
from dartkit.errors import EnvironmentProblem
from dartkit.ids import content_id, draw_seed
from dartkit.rl.ledger import Amount, Ledger, Place

if TYPE_CHECKING:
    from dartkit.engines.base import Engine, FinishedDraw
    from dartkit.rl.data import RlProblem
    from dartkit.rl.samples import RolloutGroup, RolloutSample
    from dartkit.rl.scoring import Scorer
    from dartkit.settings import SamplingSettings


@dataclass(frozen=True, slots=True)
class RolloutPlan:
    """What one step asks for.

    Attributes:
        groups: Useful groups in the batch, those carried in included.
        group_size: Samples of each.
        max_groups: Most groups begun.
        at_once: Groups begun when the step starts.
        dynamic: Leave out groups that cannot teach; else every group that did not fail is useful.
        sampling: How to draw.
        band: With `dynamic`, lowest and highest share of right answers of a useful group.
        max_age_steps: Oldest age at which a group may train.
        policy_version: Which weights draw.
    """

    groups: int
    group_size: int
    max_groups: int
    at_once: int
    dynamic: bool
    sampling: SamplingSettings
    band: tuple[float, float] = (0.0, 1.0)
    max_age_steps: int = 0
    policy_version: int = 0


@dataclass(frozen=True, slots=True)
class Rollout:
    """What a step drew, and what it trains on.

    Attributes:
        groups: All groups of the ledger in order of position, those carried in included.
        useful: The training batch, in order of position.
        carried: Groups for the next step, one step older than here.
        places: Where each group went, by position.
        ledger: Its sums are checked.
        next_position: Where the next step begins.
        generated_tokens: Of the draws of this step.
    """

    groups: tuple[RolloutGroup, ...]
    useful: tuple[RolloutGroup, ...]
    carried: tuple[RolloutGroup, ...]
    places: Mapping[int, Place]
    ledger: Ledger
    next_position: int
    generated_tokens: int

    @property
    def fresh(self) -> tuple[RolloutGroup, ...]:
        """The groups drawn in this step."""
        return tuple(group for group in self.groups if group.age == 0)


@dataclass
class _OpenGroup:
    problem: RlProblem
    missing: int
    samples: list[RolloutSample] = field(default_factory=list)
    failed: bool = False
    tokens: int = 0
    microseconds: int = 0


class RolloutCollector:
    """Collects the groups of one step.

    Args:
        engine: Any engine that hands back token ids.
        upcoming: Positions and prompts, from where the last step ended.
        scorer: Scores finished draws.
        plan: What to collect.
        carried: Useful groups of earlier steps in order of position, none too old.
        step: Number of the step, part of every draw's seed.
        first_position: Where the last step ended.
        seed: The run's and the stage's seeds.
    """

    def __init__(
        self,
        engine: Engine,
        upcoming: Iterator[tuple[int, RlProblem]],
        scorer: Scorer,
        plan: RolloutPlan,
        *,
        carried: tuple[RolloutGroup, ...] = (),
        step: int,
        first_position: int,
        seed: tuple[int, int],
    ) -> None:
        self._engine = engine
        self._upcoming = upcoming
        self._scorer = scorer
        self._plan = plan
        self._carried = carried
        self._step = step
        self._next = first_position
        self._seed = seed
        self.first_error: str | None = None
        """What went wrong with the first draw that the engine could not make."""
        self._begun = 0
        self._useless = 0
        self._times_asked: Counter[str] = Counter()
        self._open: dict[int, _OpenGroup] = {}
        self._closed: dict[int, RolloutGroup] = {}
        self._position_of: dict[str, int] = {}

    def collect(self) -> Rollout:
        """Run the engine until the step's groups are complete; nothing is in flight then.

        Raises:
            EnvironmentProblem: when the engine lost draws.
        """
        self._begin_groups()
        while self._open:
            finished = self._engine.finished()
            if not finished:
                raise EnvironmentProblem(
                    f"the engine '{self._engine.name}' lost {len(self._position_of)} draws",
                    fix="Run the same command again; it goes on from the last checkpoint.",
                )
            for draw in finished:
                self._take(draw)
            self._begin_groups()
        return self._close()

    def _is_useful(self, group: RolloutGroup) -> bool:
        return not group.failed and (not self._plan.dynamic or self._verdict(group) == "kept")

    def _verdict(self, group: RolloutGroup) -> Place:
        """Say what a group is worth, before it is known whether there is room for it."""
        if group.fate != "kept" or not self._plan.dynamic:
            return group.fate
        low, high = self._plan.band
        right = sum(sample.outcome == "correct" for sample in group.samples)
        return "kept" if low <= right / len(group.samples) <= high else "out_of_band"

    def _wanted(self) -> int:
        """How many groups the step begins, as far as is known by now; it only grows."""
        missing = self._plan.groups - len(self._carried)
        return min(self._plan.max_groups, max(self._plan.at_once, missing + self._useless))

    def _begin_groups(self) -> None:
        """Begin what is wanted, as far as the engine has room."""
        while self._begun < self._wanted() and len(self._position_of) < self._engine.capacity:
            following = next(self._upcoming, None)
            if following is None:
                return
            self._begin(*following)

    def _begin(self, position: int, problem: RlProblem) -> None:
        run_seed, stage_seed = self._seed
        # A small data set asks a prompt twice in one step; its samples are then numbered on.
        time = self._times_asked[problem.problem_id]
        self._times_asked[problem.problem_id] += 1
        name = f"rl {stage_seed} {self._step} {problem.problem_id}"
        numbers = [time * self._plan.group_size + index for index in range(self._plan.group_size)]
        requests = [
            DrawRequest(
                sample_id=content_id("rollout", [run_seed, name, number]),
                problem_id=problem.problem_id,
                draw_index=index,
                prompt=problem.prompt,
                seed=draw_seed(run_seed, name, number),
                sampling=self._plan.sampling,
                want_tokens=True,
            )
            for index, number in enumerate(numbers)
        ]
        self._begun += 1
        self._next = position + 1
        self._open[position] = _OpenGroup(problem, missing=len(requests))
        self._position_of.update((request.sample_id, position) for request in requests)
        self._engine.submit(requests)

    def _take(self, draw: FinishedDraw) -> None:
        position = self._position_of.pop(draw.request.sample_id)
        group = self._open[position]
        group.missing -= 1
        group.tokens += draw.completion_tokens or 0
        group.microseconds += round(draw.seconds * 1e6)
        sample = self._scorer.score(draw, group.problem.answer)
        if sample is None:
            group.failed = True
            self.first_error = self.first_error or draw.error
        else:
            group.samples.append(sample)
        if group.missing == 0:
            self._settle(position, self._open.pop(position))

    def _settle(self, position: int, done: _OpenGroup) -> None:
        samples = tuple(sorted(done.samples, key=lambda sample: sample.sample_index))
        group = self._scorer.group(position, done.problem, samples, done.failed)
        self._closed[position] = replace(
            group,
            policy_version=self._plan.policy_version,
            tokens=done.tokens,
            microseconds=done.microseconds,
        )
        self._useless += not self._is_useful(self._closed[position])

    def _close(self) -> Rollout:
        fresh = [self._closed[position] for position in sorted(self._closed)]
        groups = (*self._carried, *fresh)
        useful = [*self._carried, *(group for group in fresh if self._is_useful(group))]
        batch, surplus = tuple(useful[: self._plan.groups]), useful[self._plan.groups :]
        kept_on = [group for group in surplus if self._may_wait(group)]
        places: dict[int, Place] = {group.position: self._verdict(group) for group in groups}
        places.update((group.position, "expired") for group in surplus)
        places.update((group.position, "carried") for group in kept_on)
        ledger = Ledger.settle(
            [(group, places[group.position]) for group in groups],
            begun=self._begun,
            carried_in=Amount.total(self._carried),
        )
        older = tuple(replace(group, age=group.age + 1) for group in kept_on)
        return Rollout(groups, batch, older, places, ledger, self._next, ledger.generated.tokens)

    def _may_wait(self, group: RolloutGroup) -> bool:
        """Whether a group can still be trained on in the next step, under other weights.

        What cannot be weighed cannot wait: a group without the sampler's log-probabilities expires.
        """
        can_be_weighed = all(
            sample.sampler_logprobs is not None and all(map(isfinite, sample.sampler_logprobs))
            for sample in group.samples
        )
        return can_be_weighed and group.age < self._plan.max_age_steps
