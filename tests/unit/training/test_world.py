"""Who a process is, a world of one, and the reason that all ranks end with. Several processes: tests/e2e/test_torchrun.py."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import distributed
from torch.distributed import HashStore  # type: ignore[attr-defined]  # documented there, not listed for mypy

from dartkit.errors import DartkitError, DataError, EnvironmentProblem, ExitStatus, RankStopped
from dartkit.ranks import RankPlace, is_first_rank, read_place, require_parallel
from dartkit.training.world import World, add_up, agree_on_reason, open_world

TORCHRUN = {"RANK": "3", "WORLD_SIZE": "4", "LOCAL_RANK": "1", "MASTER_ADDR": "n0", "MASTER_PORT": "29500"}


def test_place_is_what_torchrun_says() -> None:
    assert read_place(TORCHRUN) == RankPlace(rank=3, size=4, local_rank=1)
    assert read_place({}) is None
    assert read_place(TORCHRUN | {"WORLD_SIZE": "1", "RANK": "0"}) is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"RANK": ""}, "RANK"),
        ({"MASTER_PORT": ""}, "MASTER_PORT"),
        ({"WORLD_SIZE": "two"}, "WORLD_SIZE"),
        ({"RANK": "4"}, "RANK"),
    ],
)
def test_half_a_place_is_an_error_that_names_the_variable(change: dict[str, str], named: str) -> None:
    with pytest.raises(EnvironmentProblem, match=f"but {named} is missing or no such number"):
        read_place(TORCHRUN | change)


def test_only_training_runs_on_several_ranks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_first_rank()
    require_parallel("synth")
    for name, value in TORCHRUN.items():
        monkeypatch.setenv(name, value)
    assert not is_first_rank()
    require_parallel("train-rl")
    with pytest.raises(DartkitError, match="the stage synth would run 4 times"):
        require_parallel("synth")


def test_a_world_of_one_needs_no_process_group() -> None:
    with open_world() as world:
        assert not distributed.is_initialized()
        assert world.broadcast({"a": 1}) == {"a": 1}
        assert world.gather(5) == [5]
        assert world.sum_over_ranks({"x": 0.1}) == {"x": 0.1}
        assert torch.equal(world.fill_in(torch.tensor([1.0, 2.0])), torch.tensor([1.0, 2.0]))
        world.barrier()
    with pytest.raises(DataError), open_world():
        raise DataError("as it was")


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8))
def test_sums_are_rounded_once(values: list[float]) -> None:
    """Against exact fractions; and the order of the ranks does not matter."""
    assert add_up(values) == float(sum(map(Fraction, values))) == add_up(values[::-1])


def test_sums_of_counts_stay_whole_and_nan_stays_nan() -> None:
    assert add_up([2**60, 1]) == 2**60 + 1
    assert math.isnan(add_up([1.0, float("nan")]))
    assert add_up([1.0, float("inf")]) == float("inf")


def test_all_ranks_end_with_the_first_reason() -> None:
    """Rank 1 fails on its own, rank 0 then loses the connection, torchrun interrupts rank 2: status 5 everywhere, told by rank 0."""
    store = HashStore()
    own = DataError("row 7 is broken", where="data.jsonl:7", fix="Mend it.")
    assert agree_on_reason(store, World(1, 3), own) is own
    for rank, consequence in ((0, RuntimeError("gloo: Connection closed by peer")), (2, KeyboardInterrupt())):
        reason = agree_on_reason(store, World(rank, 3), consequence)
        assert isinstance(reason, RankStopped)
        assert reason.status is ExitStatus.DATA
        assert reason.paragraph() == "data.jsonl:7: rank 1 of 3 stopped: row 7 is broken\n  Mend it."


def test_the_first_rank_keeps_what_went_wrong_with_itself() -> None:
    """It is the one that prints: a failure of its own is not hidden behind that of another."""
    store = HashStore()
    agree_on_reason(store, World(1, 2), ValueError("x"))
    own = DataError("mine")
    assert agree_on_reason(store, World(0, 2), own) is own


def test_an_interrupt_is_one_everywhere() -> None:
    store = HashStore()
    stop = KeyboardInterrupt()
    assert agree_on_reason(store, World(0, 2), stop) is stop
    assert isinstance(agree_on_reason(store, World(1, 2), RuntimeError("NCCL error")), KeyboardInterrupt)


def test_a_lost_connection_without_a_reason_is_named() -> None:
    """As when a rank was killed: nobody wrote down why."""
    reason = agree_on_reason(HashStore(), World(0, 2), RuntimeError("gloo: Connection closed by peer"))
    assert isinstance(reason, EnvironmentProblem)
    assert "the connection to another rank was lost" in reason.what


def test_a_bug_is_not_taken_for_a_lost_connection() -> None:
    bug = RuntimeError("shape mismatch")
    assert agree_on_reason(HashStore(), World(1, 2), bug) is bug
