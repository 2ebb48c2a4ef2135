"""An engine whose every answer is written down, that finishes draws in an order of the test's choice.

It keeps the contract of `dartkit.engines.base`, so that the groups that must come out can be worked out by hand or by brute force.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.reward_settings import VerifierReward
from dartkit.rl.data import RlProblem
from dartkit.rl.ledger import PLACES
from dartkit.rl.prompt_order import PromptOrder
from dartkit.rl.rewards.compose import RewardSet
from dartkit.rl.rollout import Rollout, RolloutCollector, RolloutPlan
from dartkit.rl.samples import RolloutGroup
from dartkit.rl.scoring import Scorer
from dartkit.settings import SamplingSettings
from dartkit.verify import Grader

RIGHT, WRONG = r"\boxed{1}", r"\boxed{0}"


class TableEngine:
    """Answers a problem's first `n` samples right, where its id is `n-...`; `x-...` fails.

    A draw has 2 tokens and takes as many milliseconds as its sample index says, plus one.
    """

    name = "table"
    seeds_draws = True

    def __init__(self, capacity: int, shuffle: int, *, logprobs: bool = True) -> None:
        self.capacity = capacity
        self.flying: list[DrawRequest] = []
        self.seen: list[DrawRequest] = []
        self.most = 0
        self._logprobs = (-0.5, -0.25) if logprobs else None
        self._random = random.Random(shuffle)

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        self.flying += requests
        self.seen += requests
        self.most = max(self.most, len(self.flying))

    def finished(self) -> list[FinishedDraw]:
        self._random.shuffle(self.flying)
        count = self._random.randint(1, 3)
        done, self.flying = self.flying[:count], self.flying[count:]
        return [self.answer(request) for request in done]

    def answer(self, request: DrawRequest) -> FinishedDraw:
        right, seconds = request.problem_id.split("-")[0], (request.draw_index + 1) / 1000
        if right == "x":
            return FinishedDraw(request, "", "error", seconds, error="no")
        text = RIGHT if request.draw_index < int(right) else WRONG
        return FinishedDraw(
            request, text, "stop", seconds, completion_tokens=2, prompt_token_ids=(1,), token_ids=(5, 2),
            token_logprobs=self._logprobs,
        )  # fmt: skip

    def abort(self) -> None:
        raise AssertionError("a step finishes every group that it begins")

    def load_weights(self, weights: Iterable[Any]) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class FileOrder(PromptOrder):
    """Prompts in the order of the table."""

    def at(self, position: int) -> RlProblem:
        return self.problems[position % len(self.problems)]


def table_order(table: Sequence[str]) -> FileOrder:
    """Return problems with so many right answers each, in this order."""
    return FileOrder(tuple(RlProblem(f"{right}-{number}", "p", "1") for number, right in enumerate(table)), 0)


def collect(
    verifier: Grader,
    table: Sequence[str],
    *,
    engine: TableEngine | None = None,
    capacity: int = 4,
    shuffle: int = 0,
    first: int = 0,
    step: int = 0,
    carried: tuple[RolloutGroup, ...] = (),
    **changes: Any,
) -> tuple[Rollout, TableEngine]:
    """Run one step of two groups of two over a table."""
    values: dict[str, Any] = {
        "groups": 2, "group_size": 2, "max_groups": 100, "at_once": 0, "dynamic": True, "max_age_steps": 1,
    } | changes  # fmt: skip
    plan = RolloutPlan(**values, sampling=SamplingSettings(max_tokens=8))
    engine = engine or TableEngine(capacity, shuffle)
    collector = RolloutCollector(
        engine,
        table_order(table).walk(first),
        Scorer(verifier, RewardSet((VerifierReward(),), max_tokens=8)),
        plan,
        carried=carried,
        step=step,
        first_position=first,
        seed=(1, 2),
    )
    return collector.collect(), engine


def positions(rollout: Rollout) -> list[int]:
    """Return the positions of the training batch."""
    return [group.position for group in rollout.useful]


def counts(rollout: Rollout) -> dict[str, int]:
    """Return the groups in each place of the ledger, without empty places."""
    places = rollout.ledger.places
    return {name: places[name].groups for name in PLACES if places[name].groups}
