"""Chunks of pairs in worker processes, with a verdict for each pair even if one of them takes its process down.

A worker has its next chunk in its pipe before it is done with the last, so that it never waits for the parent's threads.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from dartkit.errors import EnvironmentProblem
from dartkit.verify.api import Pair
from dartkit.verify.batch.verdict_rows import verdicts_of
from dartkit.verify.limits import Limits
from dartkit.verify.policy import Policy
from dartkit.verify.pool import START_SECONDS, Worker, WorkerDied, WorkerPool, WorkerTimedOut
from dartkit.verify.verdict import Verdict

RULES_SECONDS = 10.0  # what the tiers without a deadline may take; they need milliseconds
ORPHAN_SECONDS = 5.0
HELD = 2  # chunks that a worker has: one in work, one in its pipe


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


class Order:
    """A chunk to be judged, and the verdicts on its first pairs so far. Its end may be waited for once.

    Args:
        pairs: What to check.
    """

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.pairs = pairs
        self.verdicts: list[Verdict] = []
        self._ended: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        if not pairs:
            self.end()

    def end(self, failure: BaseException | None = None) -> None:
        """Let the waiting thread go on, with the verdicts or with what stopped the work."""
        self._ended.put(failure)

    def wait(self) -> list[Verdict]:
        """Return a verdict for each pair; raises what stopped the work."""
        failure = self._ended.get()
        if failure is not None:
            raise failure
        return self.verdicts


Orders = queue.SimpleQueue[Order | None]


class ChunkJudge:
    """Judges chunks in the workers of a pool. Safe to share between threads.

    Args:
        pool: Processes that run `dartkit.verify.batch.worker`.
        patience: How long they may be silent.
    """

    def __init__(self, pool: WorkerPool, patience: Patience) -> None:
        self.pool = pool
        self.patience = patience
        self._stopped = threading.Event()

    @property
    def is_stopped(self) -> bool:
        """Whether nobody wants more verdicts."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """End the workers; chunks in other threads end at once, with verdicts that nobody should read."""
        self._stopped.set()
        self.pool.close()

    def judge(self, pairs: Sequence[Pair]) -> list[Verdict]:
        """Return a verdict for each pair, in order.

        If the worker hangs or ends, the pairs that it had not answered are asked one by one, in a fresh worker.

        Raises:
            EnvironmentProblem: when this machine cannot start a worker process.
        """
        order, orders = Order(pairs), Orders()
        if pairs:
            orders.put(order)
            orders.put(None)
            self.work(orders)
        return order.wait()

    def work(self, orders: Orders) -> None:
        """Judge orders, none of them empty, until there is None. What stops the work is raised where the order is waited for."""
        _Shift(self, orders).run()

    def alone(self, pair: Pair) -> Verdict:
        """Return the verdict on a pair that nothing else can be hurt by."""
        begun = time.perf_counter()
        try:
            with self.pool.lend() as worker:
                worker.send([pair])
                return receive_verdicts(worker, self.patience.alone)[0]
        except WorkerTimedOut:
            detail = f"no verdict in {self.patience.alone:.3g} s; the worker was killed"
            spent = time.perf_counter() - begun
            return Verdict("timeout", "none", "worker-timeout", spent, detail=detail)
        except WorkerDied:
            detail = "the worker ended, perhaps at its memory limit"
            return Verdict("error", "none", "worker-died", time.perf_counter() - begun, detail=detail)


def receive_verdicts(worker: Worker, seconds: float) -> list[Verdict]:
    """Return the next verdicts of a worker that may be silent for so long.

    Raises:
        WorkerTimedOut: when it was silent for longer.
        WorkerDied: when it ended.
        EnvironmentProblem: when it says that this machine cannot start a worker process for the symbolic tier.
    """
    reply = worker.receive(time.monotonic() + seconds)
    if isinstance(reply, dict):
        what, fix = reply["stop"]
        raise EnvironmentProblem(what, fix=fix)
    return verdicts_of(reply)


class _Shift:
    """The work of one thread: it takes orders and has them judged in one worker after another."""

    def __init__(self, judge: ChunkJudge, orders: Orders) -> None:
        self._judge = judge
        self._orders = orders
        self._held: deque[Order] = deque()  # taken and not ended; the worker is at the first
        self._more = True

    def run(self) -> None:
        """Work until there are no more orders, or one of them cannot be judged on this machine."""
        while (self._held or self._take(wait=True)) and not self._judge.is_stopped:
            try:
                self._with_worker()
            except BaseException as error:  # noqa: BLE001  (raised again in the thread that waits)
                self._held.popleft().end(error)
                break
        for order in self._held:
            order.end()

    def _with_worker(self) -> None:
        """Have orders judged by one worker until it did its share or failed, or there are no more."""
        try:
            with self._judge.pool.lend() as worker:
                for order in self._held:
                    worker.send(order.pairs)
                while not self._judge.is_stopped:
                    while worker.may_go_on and len(self._held) < HELD and self._take(wait=not self._held):
                        worker.send(self._held[-1].pairs)
                    if not self._held:
                        break
                    self._receive(worker)
        except (WorkerDied, WorkerTimedOut):
            self._one_by_one()

    def _take(self, *, wait: bool) -> bool:
        """Take one more order if there is one, or will be and may be waited for."""
        if not self._more:
            return False
        try:
            order = self._orders.get(block=wait)
        except queue.Empty:
            return False
        if order is None:
            self._more = False
            return False
        self._held.append(order)
        return True

    def _receive(self, worker: Worker) -> None:
        order = self._held[0]
        order.verdicts += receive_verdicts(worker, self._judge.patience.chunk)
        if len(order.verdicts) >= len(order.pairs):
            self._held.popleft().end()

    def _one_by_one(self) -> None:
        """Ask the pairs that a lost worker left unanswered one by one: the culprit is one of the first of them."""
        order = self._held[0]
        for pair in order.pairs[len(order.verdicts) :]:
            if self._judge.is_stopped:
                break
            order.verdicts.append(self._judge.alone(pair))
        self._held.popleft().end()
