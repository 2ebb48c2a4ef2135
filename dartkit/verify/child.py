"""The child's side of a worker process: tasks come in, replies go out, and nothing outlives its parent.

Four guards, none of them a signal handler: the input ends when the parent does; a thread notices a parent that is gone
while a task still runs; a timer of the C runtime, which needs no Python thread to get its turn, ends the process when
one task takes far too long; and on Linux the address space is capped. Elsewhere there is no memory cap (Windows has no
`resource` module, macOS does not enforce the limit), and the parent's deadline alone protects the machine.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dartkit.verify.wire import decode_line, encode_line

WATCH_SECONDS = 0.5


class Channel:
    """Standard input and output as a channel of JSON lines.

    Making one caps the memory, starts the watch over the parent, and says that the worker is ready; so whatever is slow
    to import belongs before it.

    Args:
        memory_mib: Address space that the process may add to what it has now.
        lifetime_seconds: Wall clock between two replies, or from a task to its reply, after which the process ends.
    """

    def __init__(self, memory_mib: int, lifetime_seconds: float) -> None:
        self._lifetime = lifetime_seconds
        self._out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
        os.dup2(
            sys.stderr.fileno(), sys.stdout.fileno()
        )  # what a library prints must not mix with the replies
        if os.name == "posix":  # elsewhere a process keeps the number of a parent that ended
            threading.Thread(
                target=_watch_parent, args=(os.getppid(),), name="parent-watch", daemon=True
            ).start()
        limit_memory(memory_mib)
        self._write({"ready": True})

    def tasks(self) -> Iterator[Any]:
        """Yield tasks until the parent ends the input."""
        for line in sys.stdin.buffer:
            self._arm()
            yield decode_line(line)
            faulthandler.cancel_dump_traceback_later()

    def reply(self, value: Any) -> None:
        """Send a reply and start the clock of the next one."""
        self._write(value)
        self._arm()

    def _write(self, value: Any) -> None:
        self._out.write(encode_line(value))
        self._out.flush()

    def _arm(self) -> None:
        faulthandler.dump_traceback_later(self._lifetime, exit=True)


def _watch_parent(parent: int) -> None:
    """End the process once it has another parent than at its start."""
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(1)


def limit_memory(extra_mib: int) -> bool:
    """Cap the address space at what the process has now plus `extra_mib`; return whether this system can do that."""
    if sys.platform != "linux":
        return False
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + extra_mib * 1024 * 1024
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    return True
