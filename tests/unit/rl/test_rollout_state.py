"""The state between steps: what a step adds to it, by hand, and that JSON keeps all of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import pytest

from dartkit.errors import DataError
from dartkit.rl.rollout_state import RolloutState
from dartkit.settings import VerifierSettings
from dartkit.verify import Grader, load_verifier
from tests.unit.rl.table_engine import collect, table_order

TABLE = ["1", "0", "1", "x", "1", "2"]


@pytest.fixture(scope="module")
def verifier() -> Iterable[Grader]:
    with load_verifier(VerifierSettings()) as found:
        yield found


def after_a_step(verifier: Grader) -> RolloutState:
    rollout, _ = collect(verifier, TABLE, at_once=6, policy_version=4)
    return RolloutState(acceptance=1.0, policy_version=4, observed={"0-1": (3, 8)}).after(rollout)


def test_what_a_step_adds(verifier: Grader) -> None:
    """Six groups of two: three useful (0, 2, 4), one all wrong, one failed, one all right; 0 and 2 train, 4 is carried.

    Judged are five, so the expected share is (3 + 1) / (5 + 2). The failed group says nothing about its problem.
    """
    state = after_a_step(verifier)
    assert state.acceptance == pytest.approx(4 / 7)
    assert state.observed == {"0-1": (3, 10), "1-0": (1, 2), "1-2": (1, 2), "1-4": (1, 2), "2-5": (2, 2)}
    assert (state.next_position, state.policy_version) == (6, 4)
    assert [(group.position, group.age, group.policy_version) for group in state.carried] == [(4, 1, 4)]
    assert state.with_new_weights().policy_version == 5


def test_a_step_that_drew_nothing_leaves_the_share(verifier: Grader) -> None:
    rollout, _ = collect(verifier, TABLE, carried=after_a_step(verifier).carried, groups=1, first=6)
    assert rollout.ledger.begun == 0
    state = RolloutState(acceptance=0.3, next_position=6).after(rollout)
    assert (state.acceptance, state.next_position, state.carried) == (0.3, 6, ())


def test_json_keeps_everything(verifier: Grader) -> None:
    state = after_a_step(verifier)
    text = json.dumps(state.as_dict(), allow_nan=False)
    again = RolloutState.from_dict(json.loads(text), table_order(TABLE).problems)
    assert again == state
    assert again.carried[0].samples[0].sampler_logprobs == (-0.5, -0.25)
    assert [sample.reward for sample in again.carried[0].samples] == [1.0, -1.0]
    assert json.dumps(again.as_dict()) == json.dumps(state.as_dict())


def test_a_carried_group_needs_its_problem(verifier: Grader) -> None:
    values = after_a_step(verifier).as_dict()
    with pytest.raises(DataError, match="1-4"):
        RolloutState.from_dict(values, table_order(TABLE[:3]).problems)


def test_a_carried_group_trains_the_same_after_json(verifier: Grader) -> None:
    """The next step, from the state itself and from its JSON: the same batch."""
    state = after_a_step(verifier)
    again = RolloutState.from_dict(json.loads(json.dumps(state.as_dict())), table_order(TABLE).problems)
    batches = [
        collect(verifier, TABLE, carried=item.carried, first=item.next_position, step=1)[0].useful
        for item in (state, again)
    ]
    assert [group.position for group in batches[0]] == [4, 6]
    assert [replace(group, microseconds=0) for group in batches[0]] == [
        replace(group, microseconds=0) for group in batches[1]
    ]
