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
        self._collection: tuple[float, float] | None = None

    @property
    def left(self) -> float:
        """Seconds until the deadline, negative past it."""
        return self._ends - time.monotonic()

    def put_off(self, seconds: float) -> None:
        """Move the deadline, for the time that was spent waiting for another check."""
        self._ends += seconds

    def note_collection(self, phase: str) -> None:
        """Add what a full collection takes, of time and of the thread's work; from the third on nothing."""
        now = (time.monotonic(), time.thread_time())
        if phase == "start":
            self._collection = now
        elif self._collection is not None and self._excused < EXCUSED:
            self._excused += 1
            seconds, work = (after - before for after, before in zip(now, self._collection, strict=True))
            self._ends += seconds
            self._most += work
            self._late += work

    def is_over(self) -> bool:
        """Say whether the thread has worked as much as it may."""
        if time.monotonic() < self._earliest:
            return False
        worked = time.thread_time()
        return worked > self._most or (worked > self._late and self.left < 0)


_thread = (
    threading.local()
)  # its `clock`: no ContextVar, which the collector's callback must not read while one is reset


def _note_collection(phase: str, info: dict[str, Any]) -> None:
    """Called by the collector, in the thread that has to do its work, before and after."""
    known = _current()
    if known is not None and info["generation"] == 2:
        known.note_collection(phase)


gc.callbacks.append(_note_collection)


def _current() -> Clock | None:
    known: Clock | None = getattr(_thread, "clock", None)
    return known


@contextlib.contextmanager
def clock(seconds: float) -> Iterator[Clock]:
    """Give what is done inside so many seconds, or what is left of those that a caller gave."""
    known = _current()
    if known is not None:
        yield known
        return
    _thread.clock = made = Clock(seconds)
    try:
        yield made
    finally:
        _thread.clock = None


def keep_time() -> None:
    """Raise `OutOfTime` where the check around this call has worked too long."""
    known = _current()
    if known is not None and known.is_over():
        raise OutOfTime
