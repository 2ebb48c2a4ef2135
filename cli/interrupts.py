"""SIGTERM is Ctrl-C: batch systems and container runtimes send it some seconds before they kill.

A command that hears it hands the draws in flight back, leaves its tables as they are (every finished row is on disk already), says in
one paragraph how to go on, and ends with status 130. Nothing heavy is imported here, so that the program hears from its first moment.
"""

from __future__ import annotations

import signal
from typing import NoReturn


def raise_interrupt(number: int, frame: object) -> NoReturn:
    """Treat SIGTERM as Ctrl-C."""
    raise KeyboardInterrupt


def listen_for_termination() -> None:
    """Install `raise_interrupt` for SIGTERM."""
    signal.signal(signal.SIGTERM, raise_interrupt)


_told: list[bool] = []


def hear_no_more() -> bool:
    """Pass over further interrupts, and return whether this is the first time: the program says once that it was interrupted, and ends."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    _told.append(True)
    return len(_told) == 1
