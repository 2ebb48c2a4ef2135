"""The last tier: compare trees in a worker process that can be killed, and remember what was found.

All comparisons of one check share one allowance of wall clock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from dartkit.verify.algebra.tree import Node
from dartkit.verify.compare.finding import Finding, Trouble
from dartkit.verify.limits import Limits
from dartkit.verify.pool import MAX_TASK_BYTES, WorkerDied, WorkerPool, WorkerTimedOut, worker_command

TIER = 5
_MEMORY = 4_096  # remembered findings; groups of samples repeat their answers


class SymbolicTier:
    """Hands comparisons to workers. Safe to share between threads."""

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.timeout_seconds
        self._pool = WorkerPool(worker_command(limits.memory_mib, limits.timeout_seconds), limits.workers)
        self._known: dict[tuple[Node, Node, float], Finding] = {}
        self._lock = threading.Lock()

    def session(self) -> _Session:
        """Give one check its allowance of time."""
        return _Session(self._compare, self._seconds)

    def close(self) -> None:
        """End the workers."""
        self._pool.close()

    def _compare(self, left: Node, right: Node, tolerance: float, seconds: float) -> tuple[Finding, float]:
        """Return the finding and the seconds a worker spent on it."""
        if repr(left) > repr(right):  # one order, so that symmetry does not depend on sympy
            left, right = right, left
        key = (left, right, tolerance)
        known = self._known.get(key)
        if known is not None:
            return known, 0.0
        found, spent = self._ask(left, right, tolerance, seconds)
        if not found.trouble:
            self._remember(key, found)
        return found, spent

    def _ask(self, left: Node, right: Node, tolerance: float, seconds: float) -> tuple[Finding, float]:
        task: dict[str, Any] = {"left": left, "right": right, "tolerance": tolerance}
        if len(repr(task)) > MAX_TASK_BYTES:
            return _untold("too-long", "the expressions are too long to compare symbolically"), 0.0
        try:
            reply, spent = self._pool.run(task, seconds)
        except WorkerTimedOut:
            return _untold("timeout", f"no result in {seconds:.3g} s", "timeout"), seconds
        except WorkerDied:
            return _untold("worker-died", "the worker ended, perhaps at its memory limit", "error"), seconds
        if "error" in reply:
            return _untold("symbolic-error", str(reply["error"])[:300]), spent
        return Finding(reply["equal"], "symbolic", str(reply["rule"]), tier=TIER), spent

    def _remember(self, key: tuple[Node, Node, float], finding: Finding) -> None:
        """Keep a finding, unless another thread is at it: waiting would hang where a fork left the lock taken."""
        if self._lock.acquire(blocking=False):
            try:
                if len(self._known) >= _MEMORY:
                    self._known.pop(next(iter(self._known)))
                self._known[key] = finding
            finally:
                self._lock.release()


def _untold(rule: str, detail: str, trouble: Trouble = "") -> Finding:
    return Finding(None, "symbolic", rule, detail, trouble, TIER)


class _Session:
    """The symbolic tier for one check: all its comparisons share one allowance of time."""

    def __init__(
        self, compare: Callable[[Node, Node, float, float], tuple[Finding, float]], seconds: float
    ) -> None:
        self._compare = compare
        self._left = seconds

    def __call__(self, left: Node, right: Node, tolerance: float) -> Finding:
        """Compare within what is left of the check's time."""
        if self._left <= 0:
            return _untold("timeout", "the time of this check is used up", "timeout")
        found, seconds = self._compare(left, right, tolerance, self._left)
        self._left -= seconds
        return found
