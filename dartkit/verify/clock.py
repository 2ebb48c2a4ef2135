"""The time that one check has: its deadline by the wall clock, and what its own thread may work meanwhile.

Both are asked for, because on a busy machine, or beside other threads, a thread waits more than it works, and a verdict must
not depend on that: a check in this process is stopped when it worked much, or when it is late and worked not a little.

A full garbage collection is not the check's work either, though its thread may have to do it: where a trainer or a test run holds
millions of objects, one takes seconds. A check is excused for the first two, so that making garbage buys it no time.
"""

from __future__ import annotations

import contextlib
import gc
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

MOST_WORK = 0.8  # share of the check's seconds
LATE_WORK = 0.15  # the same once the deadline has passed
EXCUSED = 2  # full collections


class OutOfTime(Exception):
    """The check has worked too long."""


class Clock:
    """The deadline of a check. To be used by the thread that made it.

    Args:
        seconds: Wall clock from now on.
    """

    def __init__(self, seconds: float) -> None:
        begun = time.monotonic()
        self._ends = begun + seconds
        self._earliest = begun + LATE_WORK * seconds  # no thread works faster than the clock goes
        self._most = time.thread_time() + MOST_WORK * seconds
        self._late = time.thread_time() + LATE_WORK * seconds
        self._excused = 0

    @property
    def left(self) -> float:
        """Seconds until the deadline, negative past it."""
        return self._ends - time.monotonic()

    def put_off(self, seconds: float) -> None:
        """Move the deadline, for the time that was spent waiting for another check."""
        self._ends += seconds

    def excuse(self, seconds: float, work: float) -> None:
        """Add what a full collection took, by the wall clock and of the thread's work; from the third on nothing."""
        if self._excused < EXCUSED:
            self._excused += 1
            self._ends += seconds
            self._most += work
            self._late += work

    def is_over(self) -> bool:
        """Say whether the thread has worked as much as it may."""
        if time.monotonic() < self._earliest:
            return False
        worked = time.thread_time()
        return worked > self._most or (worked > self._late and self.left < 0)


_CURRENT: ContextVar[Clock | None] = ContextVar("clock", default=None)


_collection = threading.local()


def _note_collection(phase: str, info: dict[str, Any]) -> None:
    """Called by the collector, in the thread that has to do its work, before and after."""
    known = _CURRENT.get()
    if known is None or info["generation"] < 2:
        return
    if phase == "start":
        _collection.begun = (time.monotonic(), time.thread_time())
    elif (begun := getattr(_collection, "begun", None)) is not None:
        _collection.begun = None
        known.excuse(time.monotonic() - begun[0], time.thread_time() - begun[1])


gc.callbacks.append(_note_collection)


@contextlib.contextmanager
def clock(seconds: float) -> Iterator[Clock]:
    """Give what is done inside so many seconds, or what is left of those that a caller gave."""
    known = _CURRENT.get()
    if known is not None:
        yield known
        return
    made = Clock(seconds)
    token = _CURRENT.set(made)
    try:
        yield made
    finally:
        _CURRENT.reset(token)


def keep_time() -> None:
    """Raise `OutOfTime` where the check around this call has worked too long."""
    known = _CURRENT.get()
    if known is not None and known.is_over():
        raise OutOfTime
