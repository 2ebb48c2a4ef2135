"""Dynamic sampling (DAPO section 3.2): draw groups until enough of them are neither all right nor all wrong.

Prompts have positions in an endless order. A step uses the shortest run of positions, from where the last step ended, that
holds the wanted number of useful groups; which groups these are does not depend on the order in which draws finish. A group
that turns out useless is replaced at once, without waiting for the others. Where the engine has room, groups are begun in
advance by the acceptance rate so far; those that were not needed are the step's surplus, and their prompts come again in the
next step. Degenerate case: after the allowed number of groups the step ends with what it has, possibly nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dartkit.engines.base import DrawRequest
from dartkit.errors import EnvironmentProblem
from dartkit.ids import content_id, draw_seed
from dartkit.rl.samples import Ledger, RolloutGroup, RolloutSample

if TYPE_CHECKING:
    from dartkit.engines.base import Engine, FinishedDraw
    from dartkit.rl.data import PromptOrder, RlProblem
    from dartkit.rl.scoring import Scorer
    from dartkit.settings import SamplingSettings


@dataclass(frozen=True, slots=True)
class RolloutPlan:
    """What one step asks for.

    `groups` useful groups of `group_size` samples from at most `max_groups` groups. With `dynamic` off every group that did
    not fail is useful. `acceptance` is the share of useful groups expected.
    """

    groups: int
    group_size: int
    max_groups: int
    dynamic: bool
    acceptance: float
    sampling: SamplingSettings


@dataclass(frozen=True, slots=True)
class Rollout:
    """The groups of a step in order of position, the ledger over all of them, and the next step's first position."""

    groups: tuple[RolloutGroup, ...]
    useful: tuple[RolloutGroup, ...]
    ledger: Ledger
    next_position: int
    generated_tokens: int


@dataclass
class _OpenGroup:
    problem: RlProblem
    missing: int
    samples: list[RolloutSample] = field(default_factory=list)
    failed: bool = False


class RolloutCollector:
    """Collects the groups of one step.

    Args:
        engine: Any engine that hands back token ids.
        order: Prompts by position.
        scorer: Scores finished draws.
        plan: What to collect.
        step: Number of the step, part of every draw's seed.
        first_position: Where in the order to begin.
        seed: The run's and the stage's seeds.
    """

    def __init__(
        self,
        engine: Engine,
        order: PromptOrder,
        scorer: Scorer,
        plan: RolloutPlan,
        *,
        step: int,
        first_position: int,
        seed: tuple[int, int],
    ) -> None:
        self._engine = engine
        self._order = order
        self._scorer = scorer
        self._plan = plan
        self._step = step
        self._first = first_position
        self._next = first_position
        self._seed = seed
        self._open: dict[int, _OpenGroup] = {}
        self._closed: dict[int, RolloutGroup] = {}
        self._position_of: dict[str, int] = {}
        self._tokens = 0

    def collect(self) -> Rollout:
        """Run the engine until the step's groups are complete; forget what is still in flight then."""
        while (end := self._find_end()) is None:
            self._begin_groups()
            finished = self._engine.finished()
            if not finished:
                raise EnvironmentProblem(
                    f"the engine '{self._engine.name}' lost {len(self._position_of)} draws",
                    fix="Run the same command again; it goes on from the last checkpoint.",
                )
            for draw in finished:
                self._take(draw)
        if self._position_of:
            self._engine.abort()
        return self._close(end)

    def _is_useful(self, group: RolloutGroup) -> bool:
        return group.fate == "kept" if self._plan.dynamic else not group.failed

    def _find_end(self) -> int | None:
        """Return the position after the last group needed, None while that is open."""
        useful = 0
        for position in range(self._first, self._next):
            group = self._closed.get(position)
            if group is None:
                return None
            useful += self._is_useful(group)
            if useful == self._plan.groups:
                return position + 1
        return self._next if self._next - self._first == self._plan.max_groups else None

    def _can_begin(self) -> bool:
        return self._next - self._first < self._plan.max_groups

    def _begin_groups(self) -> None:
        """Keep as many groups open as are still needed, or more where the engine has room and some will be useless."""
        missing = self._plan.groups - sum(self._is_useful(group) for group in self._closed.values())
        room = self._engine.capacity // self._plan.group_size
        expected = int(missing / self._plan.acceptance) if self._plan.dynamic else missing
        wanted = max(missing, min(expected, room))
        while (
            len(self._open) < wanted and self._can_begin() and len(self._position_of) < self._engine.capacity
        ):
            self._begin(self._next)
            self._next += 1

    def _begin(self, position: int) -> None:
        problem = self._order.at(position)
        run_seed, stage_seed = self._seed
        # The position keeps apart two epochs that meet in one step.
        name = f"rl {stage_seed} {self._step} {position} {problem.problem_id}"
        requests = [
            DrawRequest(
                sample_id=content_id("rollout", [run_seed, name, index]),
                problem_id=problem.problem_id,
                draw_index=index,
                prompt=problem.prompt,
                seed=draw_seed(run_seed, name, index),
                sampling=self._plan.sampling,
                want_tokens=True,
            )
            for index in range(self._plan.group_size)
        ]
        self._open[position] = _OpenGroup(problem, missing=len(requests))
        self._position_of.update((request.sample_id, position) for request in requests)
        self._engine.submit(requests)

    def _take(self, draw: FinishedDraw) -> None:
        position = self._position_of.pop(draw.request.sample_id)
        group = self._open[position]
        group.missing -= 1
        sample = self._scorer.score(draw, group.problem.answer)
        self._tokens += draw.completion_tokens or 0
        if sample is None:
            group.failed = True
        else:
            group.samples.append(sample)
        if group.missing == 0:
            del self._open[position]
            samples = tuple(sorted(group.samples, key=lambda sample: sample.sample_index))
            self._closed[position] = self._scorer.group(position, group.problem, samples, group.failed)

    def _close(self, end: int) -> Rollout:
        groups = tuple(self._closed[position] for position in range(self._first, end))
        fates = [group.fate for group in groups]
        ledger = Ledger(
            generated=self._next - self._first,
            kept=fates.count("kept"),
            all_right=fates.count("all_right"),
            all_wrong=fates.count("all_wrong"),
            surplus=self._next - end,
            failed=fates.count("failed"),
        )
        ledger.check()
        useful = tuple(group for group in groups if self._is_useful(group))
        return Rollout(groups, useful, ledger, end, self._tokens)
