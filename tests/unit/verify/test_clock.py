"""The clock of a check: what is worked and what is waited are told apart; by arithmetic on seconds given to it."""

from __future__ import annotations

import gc
import subprocess
import sys
import time

import pytest

from dartkit.verify.clock import Clock, OutOfTime, clock, keep_time


def _work(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(1_000))


def test_work_is_stopped_and_waiting_is_not() -> None:
    """Of one tenth of a second, eight hundredths may be worked; sleeping past the end is no work."""
    with clock(0.1):
        time.sleep(0.15)
        keep_time()
        _work(0.09)
        with pytest.raises(OutOfTime):
            keep_time()
    keep_time()  # no check is under way any more


def test_late_work_is_stopped_earlier() -> None:
    """Past the end a small share is enough."""
    with clock(0.2):
        _work(0.05)
        keep_time()
        time.sleep(0.2)
        with pytest.raises(OutOfTime):
            keep_time()


def test_a_check_within_a_check_has_what_is_left() -> None:
    with clock(5.0) as outer, clock(60.0) as inner:
        assert inner is outer
        assert inner.left <= 5.0


def test_waiting_for_another_check_puts_the_end_off() -> None:
    made = Clock(1.0)
    made.put_off(10.0)
    assert 10.0 < made.left <= 11.0


class Slow:
    """Garbage in a cycle, which only a full collection finds, and which takes 0.15 s of work to free."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        _work(0.15)


def test_full_collections_are_excused_twice() -> None:
    """Each takes longer than the whole check may; the third counts. What is left afterwards is what the check itself did not use."""
    with clock(0.1) as made:
        for _ in range(2):
            Slow()
            gc.collect()
            keep_time()
        assert 0.0 < made.left <= 0.1
        Slow()
        gc.collect()
        with pytest.raises(OutOfTime):
            keep_time()


def test_small_collections_count() -> None:
    """Those of the youngest objects belong to whoever makes them."""
    with clock(0.1):
        Slow()
        gc.collect(0)
        with pytest.raises(OutOfTime):
            keep_time()


def test_collections_while_a_clock_is_taken_away_do_no_harm() -> None:
    """The collector may run at any moment, also between two checks; a crash would end the process that this starts."""
    program = """
import contextvars, gc
from dartkit.verify.clock import clock, keep_time
held = [contextvars.ContextVar(str(number)) for number in range(300)]
for variable in held:
    variable.set([])
gc.freeze()
gc.set_threshold(1, 1, 1)
for _ in range(50_000):
    with clock(1.0):
        keep_time()
    keep_time()
    [object() for _ in range(3)]
"""
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=120).returncode == 0
