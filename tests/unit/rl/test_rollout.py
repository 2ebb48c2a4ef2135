"""Dynamic sampling against an engine whose every answer is written down in a table; expectations are read off the table."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.engines.base import FinishedDraw
from dartkit.rl.advantages import group_advantages
from dartkit.rl.ledger import Amount
from dartkit.rl.samples import RolloutGroup
from dartkit.settings import VerifierSettings
from dartkit.verify import Grader, load_verifier
from tests.unit.rl.table_engine import TableEngine, collect, counts, positions

TABLES = st.lists(st.sampled_from("012x"), min_size=12, max_size=12)


@pytest.fixture(scope="module")
def verifier() -> Iterable[Grader]:
    with load_verifier(VerifierSettings()) as found:
        yield found


def test_useless_groups_are_replaced_until_the_batch_is_full(verifier: Grader) -> None:
    """Right of two: 0, 2, 1, failed, 0, 1, 1. The first two with exactly one right are at positions 2 and 5."""
    rollout, _ = collect(verifier, ["0", "2", "1", "x", "0", "1", "1"])
    assert positions(rollout) == [2, 5]
    assert counts(rollout) == {"kept": 2, "all_right": 1, "all_wrong": 2, "failed": 1}
    assert rollout.next_position == 6
    advantages = group_advantages([sample.reward for sample in rollout.useful[0].samples])
    assert advantages == pytest.approx([0.7071068, -0.7071068], rel=2e-6)


def test_without_dynamic_sampling_only_failed_groups_are_replaced(verifier: Grader) -> None:
    rollout, _ = collect(verifier, ["0", "x", "2", "1"], dynamic=False)
    assert positions(rollout) == [0, 2]
    assert [group_advantages([sample.reward for sample in group.samples]) for group in rollout.useful] == [
        [0.0, 0.0],
        [0.0, 0.0],
    ]
    assert counts(rollout) == {"all_wrong": 1, "all_right": 1, "failed": 1}


def test_the_step_ends_with_what_it_has(verifier: Grader) -> None:
    rollout, _ = collect(verifier, ["0", "0", "1", "2", "0", "1"], max_groups=5)
    assert positions(rollout) == [2]
    assert rollout.ledger.begun == 5
    nothing, _ = collect(verifier, ["0", "2"], max_groups=6)
    assert positions(nothing) == []
    assert (counts(nothing), nothing.next_position) == ({"all_right": 3, "all_wrong": 3}, 6)


def test_groups_out_of_the_band_are_left_out(verifier: Grader) -> None:
    """Four samples, band 0.3 to 0.5: 1 of 4 and 3 of 4 are out, 2 of 4 is in; 0 and 4 of 4 never teach."""
    rollout, _ = collect(verifier, ["1", "2", "3", "4", "0", "2"], group_size=4, band=(0.3, 0.5))
    assert positions(rollout) == [1, 5]
    assert counts(rollout) == {"kept": 2, "out_of_band": 2, "all_right": 1, "all_wrong": 1}
    edge, _ = collect(verifier, ["1", "2", "3", "1"], group_size=4, band=(0.25, 0.25))
    assert positions(edge) == [0, 3]


def begun_by_the_rule(table: list[str], at_once: int, missing: int) -> int:
    """The smallest n with n = max(at once, missing + useless among the first n), at most 12: tried one after the other."""
    return next(
        n for n in range(13) if n == min(12, max(at_once, missing + sum(right != "1" for right in table[:n])))
    )


@settings(deadline=None)
@given(TABLES, st.integers(1, 12), st.integers(0, 9), st.integers(0, 6))
def test_groups_do_not_depend_on_timing(
    verifier: Grader, table: list[str], capacity: int, shuffle: int, at_once: int
) -> None:
    """Whatever the order of draws and the engine's room: the first two positions with one right, the same groups begun."""
    rollout, engine = collect(
        verifier, table, capacity=capacity, shuffle=shuffle, at_once=at_once, max_groups=12
    )
    begun = begun_by_the_rule(table, at_once, 2)
    useful = [position for position, right in enumerate(table[:begun]) if right == "1"]
    assert positions(rollout) == useful[:2]
    assert [group.position for group in rollout.carried] == useful[2:]
    assert (rollout.ledger.begun, rollout.next_position) == (begun, begun)
    assert len(engine.seen) == 2 * begun
    assert engine.most <= capacity + 1  # a group of two may exceed it by one
    assert not engine.flying


@settings(deadline=None)
@given(TABLES, st.integers(0, 9), st.integers(0, 6), st.integers(0, 2), st.integers(3, 12))
def test_every_group_token_and_microsecond_has_a_place(
    verifier: Grader, table: list[str], shuffle: int, at_once: int, max_age: int, most: int
) -> None:
    """Four steps on end. Draws have 2 tokens and take 1 and 2 ms, failed ones no tokens; the table says the rest."""
    carried: tuple[RolloutGroup, ...] = ()
    trained: list[int] = []
    seen: list[int] = []
    first = 0
    for step in range(4):
        rollout, _ = collect(
            verifier, table, capacity=5, shuffle=shuffle + step, at_once=at_once, max_age_steps=max_age, max_groups=most,
            carried=carried, first=first, step=step, policy_version=step,
        )  # fmt: skip
        ledger, fresh = rollout.ledger, range(first, rollout.next_position)
        alive = [table[position % 12] for position in fresh if table[position % 12] != "x"]
        assert ledger.generated == Amount(len(fresh), 4 * len(alive), 3000 * len(fresh))
        assert ledger.carried_in == Amount(len(carried), 4 * len(carried), 3000 * len(carried))
        places = sum(ledger.places.values(), Amount())
        assert places == ledger.generated + ledger.carried_in
        assert ledger.places["all_right"].groups == alive.count("2")
        assert ledger.places["all_wrong"].groups == alive.count("0")
        assert all(
            group.age <= max_age and step - group.policy_version == group.age for group in rollout.useful
        )
        assert all(
            group.age <= max_age and step + 1 - group.policy_version == group.age for group in rollout.carried
        )
        assert len(rollout.useful) <= 2
        trained += positions(rollout)
        seen += list(fresh)
        carried, first = rollout.carried, rollout.next_position
    assert len(trained) == len(set(trained))  # nothing is trained on twice
    assert seen == list(range(first))  # nothing is asked twice, nothing left out


def test_surplus_trains_in_the_next_step_before_new_groups(verifier: Grader) -> None:
    """Five at once, all useful: 0 and 1 train, 2 to 4 are carried. Next step: 2 and 3 train, nothing is begun, 4 is too old."""
    table = ["1"] * 8
    first, _ = collect(verifier, table, at_once=5, policy_version=7)
    assert (positions(first), counts(first)) == ([0, 1], {"kept": 2, "carried": 3})
    assert first.ledger.waste == 0.0
    second, engine = collect(verifier, table, carried=first.carried, first=5, step=1, policy_version=8)
    assert (positions(second), counts(second)) == ([2, 3], {"kept": 2, "expired": 1})
    assert [(group.age, group.policy_version) for group in second.useful] == [(1, 7), (1, 7)]
    assert second.useful[0].samples[0].sampler_logprobs == (-0.5, -0.25)
    assert engine.seen == []
    assert second.ledger.waste == pytest.approx(1 / 3)


def test_age_limit_zero_throws_surplus_away(verifier: Grader) -> None:
    """Verl's behaviour: of five useful groups two train, and the prompts of the others are not asked again soon."""
    rollout, _ = collect(verifier, ["1"] * 8, at_once=5, max_age_steps=0)
    assert (rollout.carried, counts(rollout), rollout.next_position) == ((), {"kept": 2, "expired": 3}, 5)


def test_groups_without_sampler_logprobs_are_not_carried(verifier: Grader) -> None:
    """Without them the trainer could not weigh a group drawn with other weights."""
    rollout, _ = collect(verifier, ["1"] * 5, engine=TableEngine(4, 0, logprobs=False), at_once=3)
    assert counts(rollout) == {"kept": 2, "expired": 1}


def test_replacement_starts_before_the_other_groups_are_done(verifier: Grader) -> None:
    """Two groups open, the first one useless: its replacement is submitted while draws of the second are in flight."""
    log: list[set[str]] = []

    class Ordered(TableEngine):
        def finished(self) -> list[FinishedDraw]:
            log.append({request.problem_id for request in self.flying})
            self.flying.sort(key=lambda request: request.problem_id != "0-0")
            return [self.answer(self.flying.pop(0))]

    collect(verifier, ["0", "1", "1"], engine=Ordered(4, 0))
    assert {"1-1", "1-2"} in log


def test_seeds_follow_identity_not_order(verifier: Grader) -> None:
    """Another order, another capacity, other neighbours: the same seed for (step, problem, sample); another step, others."""
    seeds = []
    for shuffle, capacity, at_once in [(1, 4, 0), (2, 9, 0), (3, 9, 4)]:
        _, engine = collect(verifier, ["1"] * 4, shuffle=shuffle, capacity=capacity, at_once=at_once)
        seeds.append({(request.problem_id, request.draw_index): request.seed for request in engine.seen})
    assert seeds[0] == seeds[1] == {key: seeds[2][key] for key in seeds[0]}
    assert len(set(seeds[2].values())) == 8
    _, later = collect(verifier, ["1"] * 4, step=1)
    assert not {request.seed for request in later.seen} & set(seeds[2].values())


def test_a_prompt_asked_twice_in_a_step_gets_other_samples(verifier: Grader) -> None:
    """One useless problem, asked three times: six draws, six seeds, six ids."""
    _, engine = collect(verifier, ["0"], max_groups=3)
    assert (
        len({request.seed for request in engine.seen})
        == len({request.sample_id for request in engine.seen})
        == 6
    )
