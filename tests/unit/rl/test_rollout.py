"""Dynamic sampling against an engine whose every answer is written down in a table.

The table engine keeps the contract of `dartkit.engines.base` and finishes draws in an order of the test's choice, so that the
groups that must come out can be worked out by hand from the table.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.reward_settings import VerifierReward
from dartkit.rl.data import PromptOrder, RlProblem
from dartkit.rl.rewards.compose import RewardSet
from dartkit.rl.rollout import Rollout, RolloutCollector, RolloutPlan
from dartkit.rl.scoring import Scorer
from dartkit.settings import SamplingSettings, VerifierSettings
from dartkit.verify import Grader, load_verifier

RIGHT, WRONG = r"\boxed{1}", r"\boxed{0}"


class TableEngine:
    """Answers a problem's first `n` samples right, where its id is `n-...`; `x-...` fails."""

    name = "table"
    seeds_draws = True

    def __init__(self, capacity: int, shuffle: int) -> None:
        self.capacity = capacity
        self.flying: list[DrawRequest] = []
        self.seen: list[DrawRequest] = []
        self.most = 0
        self.aborted = 0
        self._random = random.Random(shuffle)

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        self.flying += requests
        self.seen += requests
        self.most = max(self.most, len(self.flying))

    def finished(self) -> list[FinishedDraw]:
        self._random.shuffle(self.flying)
        count = self._random.randint(1, 3)
        done, self.flying = self.flying[:count], self.flying[count:]
        return [self._answer(request) for request in done]

    def _answer(self, request: DrawRequest) -> FinishedDraw:
        right = request.problem_id.split("-")[0]
        if right == "x":
            return FinishedDraw(request, "", "error", 0.0, error="no")
        text = RIGHT if request.draw_index < int(right) else WRONG
        return FinishedDraw(
            request, text, "stop", 0.0, completion_tokens=2, prompt_token_ids=(1,), token_ids=(5, 2)
        )

    def abort(self) -> None:
        self.aborted += len(self.flying)
        self.flying.clear()

    def load_weights(self, weights: Iterable[Any]) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class FileOrder(PromptOrder):
    """Prompts in the order of the table."""

    def at(self, position: int) -> RlProblem:
        return self._problems[position % len(self._problems)]


@pytest.fixture(scope="module")
def verifier() -> Iterable[Grader]:
    with load_verifier(VerifierSettings()) as found:
        yield found


def collect(
    verifier: Grader, table: list[str], *, capacity: int = 4, shuffle: int = 0, **changes: Any
) -> tuple[Rollout, TableEngine]:
    problems = tuple(RlProblem(f"{right}-{number}", "p", "1") for number, right in enumerate(table))
    values = {"groups": 2, "group_size": 2, "max_groups": 100, "dynamic": True, "acceptance": 1.0} | changes
    plan = RolloutPlan(**values, sampling=SamplingSettings(max_tokens=8))
    engine = TableEngine(capacity, shuffle)
    scorer = Scorer(verifier, RewardSet((VerifierReward(),), max_tokens=8))
    collector = RolloutCollector(
        engine, FileOrder(problems, 0), scorer, plan, step=0, first_position=0, seed=(1, 2)
    )
    return collector.collect(), engine


def positions(rollout: Rollout) -> list[int]:
    return [group.position for group in rollout.useful]


def test_useless_groups_are_replaced_until_the_batch_is_full(verifier: Grader) -> None:
    """Right of two: 0, 2, 1, failed, 0, 1, 1. The first two with exactly one right are at positions 2 and 5."""
    rollout, _ = collect(verifier, ["0", "2", "1", "x", "0", "1", "1"])
    assert positions(rollout) == [2, 5]
    ledger = rollout.ledger
    assert (ledger.kept, ledger.all_right, ledger.all_wrong, ledger.failed) == (2, 1, 2, 1)
    assert rollout.next_position == 6
    assert rollout.useful[0].advantages == pytest.approx([0.7071068, -0.7071068], rel=2e-6)


def test_without_dynamic_sampling_only_failed_groups_are_replaced(verifier: Grader) -> None:
    rollout, _ = collect(verifier, ["0", "x", "2", "1"], dynamic=False)
    assert positions(rollout) == [0, 2]
    assert [group.advantages for group in rollout.useful] == [[0.0, 0.0], [0.0, 0.0]]
    assert rollout.ledger.generated == 3


def test_the_step_ends_with_what_it_has(verifier: Grader) -> None:
    rollout, _ = collect(verifier, ["0", "0", "1", "2", "0", "1"], max_groups=5)
    assert positions(rollout) == [2]
    assert rollout.ledger.generated == 5
    nothing, _ = collect(verifier, ["0", "2"], max_groups=6)
    assert positions(nothing) == []
    assert (nothing.ledger.all_wrong, nothing.ledger.all_right, nothing.next_position) == (3, 3, 6)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from("012x"), min_size=12, max_size=12),
    st.integers(1, 12),
    st.integers(0, 9),
    st.sampled_from([0.1, 0.5, 1.0]),
)
def test_groups_do_not_depend_on_timing(
    verifier: Grader, table: list[str], capacity: int, shuffle: int, acceptance: float
) -> None:
    """By brute force over the table: the useful groups are the first two positions with one right, within 12."""
    rollout, engine = collect(
        verifier, table, capacity=capacity, shuffle=shuffle, acceptance=acceptance, max_groups=12
    )
    expected = [position for position, right in enumerate(table) if right == "1"][:2]
    assert positions(rollout) == expected
    assert rollout.next_position == (expected[1] + 1 if len(expected) == 2 else 12)
    assert rollout.ledger.generated * 2 == len(engine.seen)
    assert engine.most <= capacity + 1  # a group of two may exceed it by one
    assert len({request.seed for request in engine.seen}) == len(engine.seen)
    assert not engine.flying


def test_groups_begun_in_advance_are_surplus(verifier: Grader) -> None:
    """Room for four groups, half expected useless: four begin at once; the first two suffice, the others are surplus."""
    rollout, engine = collect(verifier, ["1", "1", "1", "1"], capacity=8, acceptance=0.5)
    assert (rollout.ledger.generated, rollout.ledger.surplus, rollout.next_position) == (4, 2, 2)
    assert len(engine.seen) == 8


def test_replacement_starts_before_the_other_groups_are_done(verifier: Grader) -> None:
    """Two groups open, the first one useless: its replacement is submitted while draws of the second are in flight."""
    log: list[set[str]] = []

    class Ordered(TableEngine):
        def finished(self) -> list[FinishedDraw]:
            log.append({request.problem_id for request in self.flying})
            self.flying.sort(key=lambda request: request.problem_id != "0-0")
            return [self._answer(self.flying.pop(0))]

    problems = (RlProblem("0-0", "p", "1"), RlProblem("1-1", "p", "1"), RlProblem("1-2", "p", "1"))
    engine = Ordered(4, 0)
    plan = RolloutPlan(2, 2, 9, True, 1.0, SamplingSettings(max_tokens=8))
    scorer = Scorer(verifier, RewardSet((VerifierReward(),), max_tokens=8))
    order = FileOrder(problems, 0)
    RolloutCollector(engine, order, scorer, plan, step=0, first_position=0, seed=(1, 2)).collect()
    assert {"1-1", "1-2"} in log


def test_seeds_follow_identity_not_order(verifier: Grader) -> None:
    _, first = collect(verifier, ["1"] * 4, shuffle=1)
    _, second = collect(verifier, ["1"] * 4, shuffle=2, capacity=9)
    key = {(request.problem_id, request.draw_index): request.seed for request in first.seen}
    assert key == {(request.problem_id, request.draw_index): request.seed for request in second.seen}
