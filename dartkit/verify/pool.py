"""Worker processes that can be killed: the parent keeps the deadline and sends SIGKILL, whatever the worker is doing.

Workers are plain child processes with two pipes, not `multiprocessing` ones: a spawned multiprocessing child imports the
caller's main script again (torch and all), and neither side here ever unpickles. A worker takes one task at a time.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import select
import subprocess
import sys
import time
import weakref
from collections.abc import Sequence
from typing import Any

from dartkit.errors import EnvironmentProblem

START_SECONDS = 60.0
TASKS_PER_WORKER = 1_000
MAX_TASK_BYTES = 60_000  # under the 64 KiB of a pipe, so that writing to a fresh pipe never blocks
_MAX_REPLY_BYTES = 65_536


class WorkerDied(Exception):
    """The worker ended by itself, for example at its memory limit."""


class WorkerTimedOut(Exception):
    """The worker gave no answer by the deadline and was killed."""


class Worker:
    """One child process that answers JSON lines."""

    def __init__(self, command: Sequence[str]) -> None:
        self.tasks = 0
        self.owner = os.getpid()
        self._process = subprocess.Popen(
            list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            start_new_session=True,
        )  # fmt: skip
        self._pending = b""
        try:
            self._read_line(time.monotonic() + START_SECONDS)
        except (WorkerDied, WorkerTimedOut) as error:
            self.kill()
            raise EnvironmentProblem(
                "the symbolic worker process did not start",
                fix=f"Try it by hand: {' '.join(command)}",
            ) from error

    @property
    def pid(self) -> int:
        """Process id, for those who look at the machine."""
        return self._process.pid

    def ask(self, task: dict[str, Any], deadline: float) -> dict[str, Any]:
        """Send a task and return the answer.

        Raises:
            WorkerTimedOut: past `deadline` (monotonic seconds); the worker is killed.
            WorkerDied: if the worker ended; it is reaped.
        """
        self.tasks += 1
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(task).encode() + b"\n")
            reply = json.loads(self._read_line(deadline))
        except (BrokenPipeError, WorkerDied, json.JSONDecodeError) as error:
            self.kill()
            raise WorkerDied("the worker process ended") from error
        except WorkerTimedOut:
            self.kill()
            raise
        return dict(reply)

    def _read_line(self, deadline: float) -> bytes:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        poller = select.poll()  # not select(), which fails from descriptor 1024 on
        poller.register(descriptor, select.POLLIN)
        while b"\n" not in self._pending:
            left = deadline - time.monotonic()
            if left <= 0 or not poller.poll(left * 1000):
                raise WorkerTimedOut("no answer by the deadline")
            chunk = os.read(descriptor, _MAX_REPLY_BYTES)
            if not chunk or len(self._pending) > _MAX_REPLY_BYTES:
                raise WorkerDied("the worker process ended")
            self._pending += chunk
        line, _, self._pending = self._pending.partition(b"\n")
        return line

    def end(self) -> None:
        """End the process and leave the pipes to the thread that reads them."""
        if self.owner == os.getpid():
            self._process.kill()

    def kill(self) -> None:
        """End the process now and reap it. May be called twice. In a forked child only the pipes are closed."""
        if self.owner == os.getpid():
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


class WorkerPool:
    """Up to `size` workers, started when first needed and shared by threads.

    Args:
        command: What to start; the process must write one line when it is ready.
        size: How many tasks may run at once. Further callers wait, and their deadline starts when a worker is free.
    """

    def __init__(self, command: Sequence[str], size: int) -> None:
        self._command = tuple(command)
        self._slots: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        for _ in range(size):
            self._slots.put(None)
        self._busy: set[Worker] = set()
        self._finalizer = weakref.finalize(self, _kill_idle, self._slots)

    def run(self, task: dict[str, Any], seconds: float) -> tuple[dict[str, Any], float]:
        """Have a worker do a task within so many seconds of wall clock; return the answer and the seconds it took.

        Waiting for a free worker and starting a process do not count.

        Raises:
            WorkerTimedOut: when the time was over; the worker is gone and will be replaced.
            WorkerDied: when the worker ended; likewise.
            EnvironmentProblem: when no worker can be started on this machine.
        """
        worker = self._slots.get()
        kept: Worker | None = None
        try:
            if worker is None or worker.owner != os.getpid():
                worker = Worker(self._command)
            self._busy.add(worker)
            begun = time.monotonic()
            reply = worker.ask(task, begun + seconds)
            spent = time.monotonic() - begun
            if worker.tasks < TASKS_PER_WORKER:
                kept = worker
            else:
                worker.kill()
            return reply, spent
        finally:
            if worker is not None:
                self._busy.discard(worker)
            self._slots.put(kept)

    @property
    def pids(self) -> list[int]:
        """Process ids of the idle and busy workers of this process."""
        idle = [worker for worker in list(self._slots.queue) if worker is not None]
        return [worker.pid for worker in [*idle, *self._busy] if worker.owner == os.getpid()]

    def close(self) -> None:
        """End all workers. A task in another thread ends as `WorkerDied`; a later task starts workers anew."""
        for worker in list(self._busy):
            worker.end()
        _kill_idle(self._slots)


def _kill_idle(slots: queue.LifoQueue[Worker | None]) -> None:
    count = 0
    with contextlib.suppress(queue.Empty):
        while True:
            worker = slots.get_nowait()
            count += 1
            if worker is not None:
                worker.kill()
    for _ in range(count):
        slots.put(None)


def worker_command(memory_mib: int, timeout_seconds: float) -> list[str]:
    """Return the command line of a symbolic worker."""
    return [sys.executable, "-P", "-m", "dartkit.verify.worker", str(memory_mib), str(timeout_seconds)]
