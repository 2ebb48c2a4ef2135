"""Verdicts for any number of pairs, in order, from several processes, with memory that does not grow with their number."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from queue import SimpleQueue
from typing import Generic, TypeVar

from dartkit.errors import UsageError
from dartkit.verify.api import Pair
from dartkit.verify.batch.chunks import ChunkJudge, Order, Orders, patience_of, worker_command
from dartkit.verify.batch.single import judge
from dartkit.verify.limits import Limits
from dartkit.verify.policy import DEFAULT, Policy
from dartkit.verify.pool import WorkerPool
from dartkit.verify.verdict import Verdict
from dartkit.verify.verifier import Verifier

CHUNK_PAIRS = 64  # of the first chunks; later ones have as many as the work on them allows
MOST_PAIRS = 512
CHUNK_SECONDS = (
    0.1  # of work: enough that handing over costs little, little enough that no worker is idle at the end
)
CHUNK_CHARACTERS = 1_000_000
CHUNKS_AHEAD = 3  # for each worker: one in work, one in its pipe, one being read
LONGEST_REPLY = 128 * 1024 * 1024  # bytes

Entry = TypeVar("Entry")
PairOf = Callable[[Entry], Pair | None]


def verify_many(
    pairs: Iterable[Pair],
    *,
    workers: int | None = None,
    policy: Policy = DEFAULT,
    limits: Limits | None = None,
) -> Iterator[Verdict]:
    """Check pairs in several processes and yield their verdicts in the order of the pairs.

    Pairs are read some hundreds ahead of the verdicts and never all at once. A pair that hangs or crashes its process
    has outcome `timeout` or `error`, and all others their true verdicts.

    Args:
        pairs: What to check. An exception that it raises ends the verdicts.
        workers: Processes; by default one for each core that this process may use. With 1 the pairs are checked in this
            process, where nothing can end a check from outside except its symbolic tier.
        policy: What counts as the same answer.
        limits: What one comparison may cost; `workers` in it counts symbolic workers and matters only in this process.

    Raises:
        UsageError: when `workers` is less than 1.
        EnvironmentProblem: when this machine cannot start a worker process.
    """
    return _verdicts_of(verify_entries(pairs, _itself, workers=workers, policy=policy, limits=limits))


def verify_entries(
    entries: Iterable[Entry],
    pair_of: PairOf[Entry],
    *,
    workers: int | None = None,
    policy: Policy = DEFAULT,
    limits: Limits | None = None,
) -> Generator[tuple[Entry, Verdict | None]]:
    """Check the pairs of entries, some of which may have none, and yield each entry with its verdict, in order.

    Arguments and errors are those of `verify_many`; `pair_of` returns the pair of an entry, or None, each time the same.
    """
    count = cores() if workers is None else workers
    if count < 1:
        raise UsageError(f"workers must be at least 1, not {count}")
    allowed = limits or Limits()
    if count == 1:
        return _verify_here(entries, pair_of, policy, allowed)
    judge = ChunkJudge(
        WorkerPool(worker_command(policy, allowed), count, LONGEST_REPLY), patience_of(allowed)
    )
    return spread(entries, pair_of, judge, count)


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _verify_here(
    entries: Iterable[Entry], pair_of: PairOf[Entry], policy: Policy, limits: Limits
) -> Generator[tuple[Entry, Verdict | None]]:
    with Verifier(policy, limits) as verifier:
        for entry in entries:
            pair = pair_of(entry)
            yield entry, None if pair is None else judge(verifier, pair)


def spread(
    entries: Iterable[Entry], pair_of: PairOf[Entry], judge: ChunkJudge, workers: int
) -> Generator[tuple[Entry, Verdict | None]]:
    """Hand chunks to threads, one for each worker, and yield what they return in the order of the chunks."""
    ahead: deque[tuple[list[Entry], Order]] = deque()
    orders: Orders = SimpleQueue()
    threads: list[threading.Thread] = []
    try:
        for _ in range(workers):
            # Daemons, so that verdicts which nobody reads to their end do not keep the interpreter alive.
            threads.append(
                threading.Thread(target=judge.work, args=(orders,), name="verify-chunk", daemon=True)
            )
            threads[-1].start()
        chunks = Chunks(entries, pair_of)
        for chunk in chunks:
            order = Order([pair for entry in chunk if (pair := pair_of(entry)) is not None])
            ahead.append((chunk, order))
            if order.pairs:
                orders.put(order)
            if len(ahead) >= CHUNKS_AHEAD * workers:
                yield from _merge(*ahead.popleft(), chunks)
        while ahead:
            yield from _merge(*ahead.popleft(), chunks)
    finally:
        judge.stop()
        for _ in threads:
            orders.put(None)
        for thread in threads:
            thread.join()
        judge.stop()  # a thread may have given back its worker after the first time


class Chunks(Generic[Entry]):
    """Cuts entries into lists; shorter ones where the texts are long or their pairs take long.

    Args:
        entries: What to cut, read as far as the lists are.
        pair_of: Returns the pair of an entry, or None.
    """

    def __init__(self, entries: Iterable[Entry], pair_of: PairOf[Entry]) -> None:
        self.pair_of = pair_of
        self.most = CHUNK_PAIRS
        self._entries = entries

    def __iter__(self) -> Iterator[list[Entry]]:
        chunk: list[Entry] = []
        characters = 0
        for entry in self._entries:
            chunk.append(entry)
            pair = self.pair_of(entry)
            characters += 0 if pair is None else len(pair.prediction) + len(pair.reference)
            if len(chunk) >= self.most or characters >= CHUNK_CHARACTERS:
                yield chunk
                chunk, characters = [], 0
        if chunk:
            yield chunk

    def learn(self, verdicts: Sequence[Verdict]) -> None:
        """Double or halve the length of later lists by the time that the verdicts on one took."""
        if not self.most // 2 < len(verdicts) <= self.most:
            return  # cut before the length was last changed, or short for its texts
        spent = sum(verdict.seconds for verdict in verdicts)
        if spent > CHUNK_SECONDS:
            self.most = max(self.most // 2, 1)
        elif spent < CHUNK_SECONDS / 2:
            self.most = min(self.most * 2, MOST_PAIRS)


def _merge(
    chunk: list[Entry], order: Order, chunks: Chunks[Entry]
) -> Generator[tuple[Entry, Verdict | None]]:
    found = order.wait()
    chunks.learn(found)
    if len(found) == len(chunk):
        yield from zip(chunk, found, strict=True)
        return
    verdicts = iter(found)
    for entry in chunk:
        yield entry, None if chunks.pair_of(entry) is None else next(verdicts)


def _itself(pair: Pair) -> Pair:
    return pair


def _verdicts_of(judged: Generator[tuple[Pair, Verdict | None]]) -> Iterator[Verdict]:
    with closing(judged):
        for _, verdict in judged:
            assert verdict is not None
            yield verdict
