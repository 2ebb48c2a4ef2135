"""One chunk of pairs in a worker process, with a verdict for each pair even if one of them takes the process down."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

from dartkit.errors import EnvironmentProblem
from dartkit.verify.api import Pair
from dartkit.verify.batch.verdict_rows import verdict_of_row
from dartkit.verify.limits import Limits
from dartkit.verify.policy import Policy
from dartkit.verify.pool import START_SECONDS, WorkerDied, WorkerPool, WorkerTimedOut
from dartkit.verify.verdict import Verdict

RULES_SECONDS = 10.0  # what the tiers without a deadline may take; they need milliseconds
ORPHAN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a worker may be silent, in seconds.

    Attributes:
        chunk: Within a chunk. It does not allow for the start of a symbolic worker on a machine that crawls; a pair that
            fails for this is asked again.
        alone: For a pair on its second try, alone and in a fresh worker; then its outcome is `timeout`.
    """

    chunk: float
    alone: float


def patience_of(limits: Limits) -> Patience:
    """Return how long workers under these limits may be silent."""
    chunk = limits.timeout_seconds + RULES_SECONDS
    return Patience(chunk, chunk + START_SECONDS)


def worker_command(policy: Policy, limits: Limits) -> list[str]:
    """Return the command line of a process that checks pairs; it has one symbolic worker."""
    settings = {
        "policy": policy.as_dict(),
        "limits": asdict(replace(limits, workers=1)),
        "lifetime_seconds": patience_of(limits).alone + ORPHAN_SECONDS,
    }
    return [sys.executable, "-P", "-m", "dartkit.verify.batch.worker", json.dumps(settings)]


class ChunkJudge:
    """Judges chunks in the workers of a pool. Safe to share between threads.

    Args:
        pool: Processes that run `dartkit.verify.batch.worker`.
        patience: How long they may be silent.
    """

    def __init__(self, pool: WorkerPool, patience: Patience) -> None:
        self._pool = pool
        self._patience = patience
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End the workers; chunks in other threads end at once, with verdicts that nobody should read."""
        self._stopped.set()
        self._pool.close()

    def judge(self, pairs: Sequence[Pair]) -> list[Verdict]:
        """Return a verdict for each pair, in order.

        If the worker hangs or ends, the pairs that it had not answered are asked one by one, in a fresh worker.

        Raises:
            EnvironmentProblem: when this machine cannot start a worker process.
        """
        verdicts = self._ask(pairs, self._patience.chunk).verdicts if pairs else []
        for pair in pairs[len(verdicts) :]:
            if self._stopped.is_set():
                break
            verdicts.append(self._alone(pair))
        return verdicts

    def _alone(self, pair: Pair) -> Verdict:
        begun = time.perf_counter()
        answer = self._ask([pair], self._patience.alone)
        if answer.verdicts:
            return answer.verdicts[0]
        spent = time.perf_counter() - begun
        if answer.timed_out:
            detail = f"no verdict in {self._patience.alone:.3g} s; the worker was killed"
            return Verdict("timeout", "none", "worker-timeout", spent, detail=detail)
        detail = "the worker ended, perhaps at its memory limit"
        return Verdict("error", "none", "worker-died", spent, detail=detail)

    def _ask(self, pairs: Sequence[Pair], seconds: float) -> _Answer:
        """Return the verdicts up to the first pair that the worker did not answer."""
        verdicts: list[Verdict] = []
        try:
            with self._pool.lend() as worker:
                if self._stopped.is_set():
                    return _Answer(verdicts, timed_out=False)
                worker.send(pairs)
                while len(verdicts) < len(pairs):
                    reply = worker.receive(time.monotonic() + seconds)
                    if isinstance(reply, dict):
                        what, fix = reply["stop"]
                        raise EnvironmentProblem(what, fix=fix)
                    verdicts += map(verdict_of_row, reply)
        except (WorkerDied, WorkerTimedOut) as error:
            return _Answer(verdicts, isinstance(error, WorkerTimedOut))
        return _Answer(verdicts, timed_out=False)


class _Answer(NamedTuple):
    """What a worker answered before it was done, hung or ended."""

    verdicts: list[Verdict]
    timed_out: bool
