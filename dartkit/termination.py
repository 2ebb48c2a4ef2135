"""What a worker process and a piece of work that must not be cut do about SIGTERM."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


def leave_termination_to_parent() -> None:
    """Pass over SIGTERM. A batch system sends it to every process of a job; a check that died of it would look like one that failed."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Let SIGTERM and Ctrl-C wait until the block is over, then raise `KeyboardInterrupt`.

    For work that is short and must not stop half-way, such as an update with its checkpoint. Does nothing outside the main
    thread, which no signal reaches.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, lambda number, frame: heard.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if heard:
        raise KeyboardInterrupt
