"""Verdicts for completions as they come, beside other work: hand one in, go on, fetch what is ready.

dartkit's own verifier runs in processes that can be killed, so that no completion can hold up the caller; published graders, which
have no worker program, run in threads. A completion that takes its process down costs nobody but itself.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from dartkit.verify.api import Pair
from dartkit.verify.batch.chunks import ChunkJudge, Order, Orders, patience_of, worker_command
from dartkit.verify.limits import Limits
from dartkit.verify.policy import Policy
from dartkit.verify.pool import WorkerPool
from dartkit.verify.verdict import Verdict

if TYPE_CHECKING:
    from dartkit.verify.verifier import Grader

CHUNK_PAIRS = 64
CHUNK_CHARACTERS = 1_000_000
LONGEST_REPLY = 128 * 1024 * 1024  # bytes

Ticket = TypeVar("Ticket")


class VerdictStream(Protocol[Ticket]):
    """Takes pairs and hands back verdicts, in any order."""

    @property
    def waiting(self) -> int:
        """Pairs handed in whose verdict was not fetched."""
        ...

    def submit(self, ticket: Ticket, pair: Pair) -> None:
        """Hand in a pair; returns at once."""
        ...

    def ready(self, *, wait: bool = False) -> list[tuple[Ticket, Verdict]]:
        """Return the verdicts that are ready; with `wait`, at least one if any is outstanding.

        Raises:
            EnvironmentProblem: when this machine cannot start a worker process.
        """
        ...

    def close(self) -> None:
        """Forget what was handed in and end the workers."""
        ...


class _Chunk(Order, Generic[Ticket]):
    """An order that reports its end to a queue that all orders share."""

    def __init__(
        self, tickets: Sequence[Ticket], pairs: Sequence[Pair], ended: queue.SimpleQueue[_End[Ticket]]
    ) -> None:
        self.tickets = tickets
        self._report = ended
        super().__init__(pairs)

    def end(self, failure: BaseException | None = None) -> None:
        """Report."""
        self._report.put((self, failure))


_End = tuple[_Chunk[Ticket], BaseException | None]


class _Buffered(Generic[Ticket]):
    """What both streams share: pairs gather while all workers are busy, and go out together when one is not."""

    def __init__(self, work: Sequence[threading.Thread], orders: Orders) -> None:
        self._ended: queue.SimpleQueue[_End[Ticket]] = queue.SimpleQueue()
        self._orders = orders
        self._threads = work
        self._tickets: list[Ticket] = []
        self._pairs: list[Pair] = []
        self._characters = 0
        self._chunks_out = 0
        self._pairs_out = 0
        for thread in work:
            thread.start()

    @property
    def waiting(self) -> int:
        """Pairs handed in whose verdict was not fetched."""
        return self._pairs_out + len(self._pairs)

    def submit(self, ticket: Ticket, pair: Pair) -> None:
        """Hand in a pair."""
        self._tickets.append(ticket)
        self._pairs.append(pair)
        self._characters += len(pair.prediction) + len(pair.reference)
        if len(self._pairs) >= CHUNK_PAIRS or self._characters >= CHUNK_CHARACTERS:
            self._send()

    def ready(self, *, wait: bool = False) -> list[tuple[Ticket, Verdict]]:
        """Return the verdicts that are ready; with `wait`, at least one if any is outstanding."""
        found: list[tuple[Ticket, Verdict]] = []
        if self._pairs and self._chunks_out <= len(self._threads):  # a worker is idle, or will be soon
            self._send()
        while self._chunks_out:
            try:
                chunk, failure = self._ended.get(block=wait and not found)
            except queue.Empty:
                break
            if failure is not None:
                raise failure
            self._chunks_out -= 1
            self._pairs_out -= len(chunk.pairs)
            found += zip(chunk.tickets, chunk.verdicts, strict=True)
        return found

    def _send(self) -> None:
        chunk = _Chunk(self._tickets, self._pairs, self._ended)
        self._chunks_out += 1
        self._pairs_out += len(self._pairs)
        self._tickets, self._pairs, self._characters = [], [], 0
        self._orders.put(chunk)

    def _end(self) -> None:
        for _ in self._threads:
            self._orders.put(None)


class ProcessStream(_Buffered[Ticket]):
    """Judges in worker processes, dartkit's own verifier.

    Args:
        policy: What counts as the same answer.
        limits: What one comparison may cost; `workers` is the number of processes.
    """

    def __init__(self, policy: Policy, limits: Limits) -> None:
        pool = WorkerPool(worker_command(policy, limits), limits.workers, LONGEST_REPLY)
        self._judge = ChunkJudge(pool, patience_of(limits))
        orders: Orders = queue.SimpleQueue()
        threads = [
            threading.Thread(target=self._judge.work, args=(orders,), name="verify-chunk", daemon=True)
            for _ in range(limits.workers)
        ]
        super().__init__(threads, orders)

    def close(self) -> None:
        """End the workers."""
        self._judge.stop()
        self._end()
        for thread in self._threads:
            thread.join()
        self._judge.stop()  # a thread may have given back its worker after the first time


class ThreadStream(_Buffered[Ticket]):
    """Judges in one thread of this process, with any verifier.

    Args:
        verifier: Safe to be used by another thread.
    """

    def __init__(self, verifier: Grader) -> None:
        self._verifier = verifier
        self._stopped = threading.Event()
        orders: Orders = queue.SimpleQueue()
        super().__init__(
            [threading.Thread(target=self._work, args=(orders,), name="verify", daemon=True)], orders
        )

    def _work(self, orders: Orders) -> None:
        while (order := orders.get()) is not None and not self._stopped.is_set():
            failure: BaseException | None = None
            try:
                order.verdicts += [self._check(pair) for pair in order.pairs]
            except BaseException as error:  # noqa: BLE001  (raised again in the thread that waits)
                failure = error
            order.end(failure)

    def _check(self, pair: Pair) -> Verdict:
        if pair.form == "answer":
            return self._verifier.check_answer(pair.prediction, pair.reference)
        return self._verifier.check(
            pair.prediction, pair.reference, finish_reason="length" if pair.form == "cut" else "stop"
        )

    def close(self) -> None:
        """Let the thread end after the pair at hand."""
        self._stopped.set()
        self._end()
        for thread in self._threads:
            thread.join()


def open_stream(verifier: Grader, limits: Limits) -> VerdictStream[Ticket]:
    """Return a stream of a verifier's verdicts: in processes where it is dartkit's own."""
    from dartkit.verify.verifier import Verifier

    if type(verifier) is Verifier:
        return ProcessStream(verifier.policy, limits)
    return ThreadStream(verifier)
