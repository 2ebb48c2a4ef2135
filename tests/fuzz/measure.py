"""Time a piece of work against a bound that is linear in the length of its input."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

ALLOWANCE = (
    1.0  # seconds of processor time for the shortest text; code under the fuzzer is several times slower
)
PER_CHARACTER = 20e-6  # more for each character, which is 1.3 s for 64 KB
_REPEATS = 3


class TooSlow(AssertionError):
    """The work took longer than its input deserves, each time."""


def within_bound(work: Callable[[], Result], length: int, what: str) -> Result:
    """Do the work and return its result.

    Processor time of this thread counts, so that a busy machine does not; a breach is measured again before it is one.

    Raises:
        TooSlow: where the fastest of four runs is past the bound.
    """
    begun = time.thread_time()
    result = work()
    spent = time.thread_time() - begun
    bound = ALLOWANCE + PER_CHARACTER * length
    for _ in range(_REPEATS):
        if spent <= bound:
            return result
        begun = time.thread_time()
        work()
        spent = min(spent, time.thread_time() - begun)
    if spent > bound:
        raise TooSlow(f"{what}: {spent:.2f} s for {length} characters, {bound:.2f} s allowed")
    return result
