"""Ranks as threads of the test: what they tell each other passes through bytes, as it does between processes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor

from dartkit.training.wire import decode, encode
from dartkit.training.world import add_up

PATIENCE_SECONDS = 60


class ThreadWorld:
    """Stands in for `World`; made by `run_as_ranks`."""

    device = None

    def __init__(self, rank: int, size: int, board: list[Any], meeting: threading.Barrier) -> None:
        self.rank, self.size, self.is_main = rank, size, rank == 0
        self._board, self._meeting = board, meeting

    def gather(self, value: Any) -> list[Any]:
        return [decode(data) for data in self._meet(encode(value))]

    def broadcast(self, value: Any) -> Any:
        return self.gather(value if self.is_main else None)[0]

    def sum_over_ranks(self, numbers: Mapping[str, float]) -> dict[str, float]:
        parts = self.gather(dict(numbers))
        return {name: add_up([part[name] for part in parts]) for name in numbers}

    def fill_in(self, values_N: Tensor) -> Tensor:
        others = [part for number, part in enumerate(self._meet(values_N.clone())) if number != self.rank]
        for part in others:
            values_N += part
        return values_N

    def _meet(self, value: Any) -> list[Any]:
        self._board[self.rank] = value
        self._meeting.wait(PATIENCE_SECONDS)
        found = list(self._board)
        self._meeting.wait(PATIENCE_SECONDS)
        return found


def run_as_ranks(size: int, body: Callable[[Any], Any]) -> list[Any]:
    """Call `body` with the world of each rank at once, and return the results by rank.

    Raises:
        Exception: what the first rank that failed raised; the others are let go.
    """
    meeting = threading.Barrier(size)
    board: list[Any] = [None] * size
    results: list[Any] = [None] * size
    failures: list[BaseException] = []

    def run(rank: int) -> None:
        try:
            results[rank] = body(ThreadWorld(rank, size, board, meeting))
        except BaseException as error:  # noqa: BLE001  (handed to the test's own thread)
            failures.append(error)
            meeting.abort()

    threads = [threading.Thread(target=run, args=(rank,), daemon=True) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * PATIENCE_SECONDS)
    if failures:
        raise failures[0]
    assert not any(thread.is_alive() for thread in threads)
    return results
