"""The start of a worker: it counts against the deadline, goes on past it, and may begin before anybody waits.

The worker program is the stand-in of `test_pool`, told how long to take until it is ready.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dartkit.errors import EnvironmentProblem
from dartkit.verify import Verifier
from dartkit.verify.pool import StillStarting, WorkerPool
from tests.unit.verify.test_pool import PATIENT, command


def test_slow_start_counts_and_the_worker_is_kept() -> None:
    """Four seconds to get ready against a deadline of 0.3 s: no answer yet, but the same process serves a later task."""
    slow = WorkerPool(command(ready=4.0), size=1)
    begun = time.perf_counter()
    with pytest.raises(StillStarting):
        slow.run({"do": "count", "count": 1}, 0.3)
    assert time.perf_counter() - begun < 3.5
    first = slow.pids
    assert slow.run({"do": "count", "count": 2}, PATIENT)[0] == {"count": 2}
    assert slow.pids == first
    slow.close()


def test_prepared_worker_starts_once_and_meanwhile() -> None:
    """Asked twice, one process starts; nobody waits for it, and the first task has it."""
    late = WorkerPool(command(ready=3.0), size=1)
    begun = time.perf_counter()
    late.prepare()
    first = late.pids
    late.prepare()
    assert time.perf_counter() - begun < 2.5
    assert len(first) == 1
    assert late.run({"do": "count", "count": 3}, PATIENT)[0] == {"count": 3}
    assert late.pids == first
    late.close()


def test_prepare_is_no_place_for_a_failure(tmp_path: Path) -> None:
    """A program that does not exist is reported by the task that needs it."""
    absent = WorkerPool([str(tmp_path / "program")], size=1)
    absent.prepare()
    with pytest.raises(EnvironmentProblem):
        absent.run({"do": "count"}, PATIENT)


def test_sum_that_is_read_starts_a_worker_and_a_number_does_not() -> None:
    """The sum is decided without it, so it is a start in the background: the process is there, and nothing was asked."""
    with Verifier() as verifier:
        assert verifier.check_answer("5", "x+5").outcome == "incorrect"
        assert verifier._symbolic._pool.pids == []
        assert verifier.check_answer("\\sum_{k=1}^{3} k", "6").outcome == "correct"
        assert len(verifier._symbolic._pool.pids) == 1
