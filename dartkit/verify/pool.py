"""Worker processes that can be killed: the parent keeps the deadline and ends the process, whatever it is doing.

Workers are plain child processes with two pipes, not `multiprocessing` ones: a spawned multiprocessing child imports the
caller's main script again (torch and all), and neither side here ever unpickles. A worker takes one task at a time. Two
threads of the parent serve its pipes, so that no call ever waits longer than its deadline, on any system; there is no
signal handler and no `select`, so a pool works in every thread, beside an event loop, and after a fork.
"""

from __future__ import annotations

import contextlib
import math
import os
import queue
import sys
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any

from dartkit.errors import EnvironmentProblem
from dartkit.verify.wire import decode_line, encode_line

if TYPE_CHECKING:
    import subprocess

START_SECONDS = 30.0  # importing sympy takes half a second; a loaded machine may need some more
TASKS_PER_WORKER = 1_000  # then a fresh process, because sympy's memory only grows
MAX_TASK_BYTES = 60_000
LONGEST_REPLY = 65_536  # bytes
_READ_BYTES = 65_536
_REAP_SECONDS = 5.0

Lines = queue.SimpleQueue[bytes | None]


class WorkerDied(Exception):
    """The worker ended by itself, for example at its memory limit."""


class WorkerTimedOut(Exception):
    """The worker gave no answer by the deadline and was killed."""


class StillStarting(WorkerTimedOut):
    """The worker was not ready by the deadline; it goes on starting."""


class Worker:
    """One child process that takes and gives JSON lines. To be used by one thread at a time.

    Args:
        command: What to start; the process must write one line when it is ready.
        longest_reply: Bytes of a line from which the worker counts as broken.

    Raises:
        EnvironmentProblem: when the process cannot be started.
    """

    def __init__(self, command: Sequence[str], longest_reply: int = LONGEST_REPLY) -> None:
        self._command = command
        self._is_ready = False
        self._ready_by = time.monotonic() + START_SECONDS
        self.tasks = 0
        self.owner = os.getpid()
        self.usable = True
        self._process = _start(command)
        self._sent: Lines = queue.SimpleQueue()
        self._received: Lines = queue.SimpleQueue()
        try:
            _serve_pipe(_write_lines, self._process.stdin, self._sent)
            _serve_pipe(_read_lines, self._process.stdout, self._received, longest_reply)
        except RuntimeError as error:  # no thread can be started
            self.kill()
            raise _no_worker(command, "no thread can be started for it") from error

    def wait_until_ready(self, deadline: float) -> None:
        """Wait for the line that says so.

        Raises:
            StillStarting: past `deadline` (monotonic seconds).
            EnvironmentProblem: when it ended, or is not ready `START_SECONDS` after its start.
        """
        if self._is_ready:
            return
        line: bytes | None = None
        try:
            line = self._received.get(timeout=max(0.0, min(deadline, self._ready_by) - time.monotonic()))
        except queue.Empty:
            if time.monotonic() < self._ready_by:
                raise StillStarting("not ready by the deadline") from None
        if line is None or not line.startswith(b"{"):
            self.kill()
            raise _no_worker(self._command, "it ended or was not ready in time")
        self._is_ready = True

    @property
    def pid(self) -> int:
        """Process id, for those who look at the machine."""
        return self._process.pid

    @property
    def may_go_on(self) -> bool:
        """Whether it works and has not done its share of tasks."""
        return self.usable and self.tasks < TASKS_PER_WORKER

    def ask(self, task: Any, deadline: float) -> dict[str, Any]:
        """Send a task once the worker is ready and return its one reply; raises as `wait_until_ready` and `receive` do."""
        self.wait_until_ready(deadline)
        self.send(task)
        return dict(self.receive(deadline))

    def send(self, task: Any) -> None:
        """Hand a task to the worker without waiting for anything."""
        self.tasks += 1
        self._sent.put(encode_line(task))

    def receive(self, deadline: float) -> Any:
        """Return the next reply.

        Raises:
            WorkerTimedOut: past `deadline` (monotonic seconds); the worker is killed.
            WorkerDied: if the worker ended; it is reaped.
        """
        try:
            line = self._received.get(timeout=max(0.0, deadline - time.monotonic()))
            if line is None:
                raise WorkerDied("the worker process ended")
            reply = decode_line(line)
        except queue.Empty:
            self.kill()
            raise WorkerTimedOut("no answer by the deadline") from None
        except (WorkerDied, ValueError) as error:
            self.kill()
            raise WorkerDied("the worker process ended") from error
        if isinstance(reply, dict) and reply.get("last"):
            self.usable = False
        return reply

    def end(self) -> None:
        """End the process and leave the rest to the thread that waits for its replies."""
        self.usable = False
        if self.owner == os.getpid():
            self._process.kill()

    def kill(self) -> None:
        """End the process now and reap it. May be called twice. In a forked child only the pipes are closed."""
        self.usable = False
        if self.owner != os.getpid():  # the threads that own the pipes stayed behind in the parent
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            return
        import subprocess

        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_REAP_SECONDS)
        self._sent.put(None)


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a process without a terminal, whose Ctrl-C goes to the parent only."""
    import subprocess  # most comparisons end before they need a process

    try:
        return subprocess.Popen(
            list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            start_new_session=True, creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )  # fmt: skip
    except OSError as error:
        raise _no_worker(command, error.strerror or "the system refused") from error


def _no_worker(command: Sequence[str], why: str) -> EnvironmentProblem:
    import shlex

    return EnvironmentProblem(
        f"a verifier's worker process did not start: {why}",
        fix=f"Try it by hand: {shlex.join(command)}",
    )


def _serve_pipe(work: Any, pipe: IO[bytes] | None, *arguments: Any) -> None:
    """Let a thread own a pipe: it alone reads or writes, and it alone closes."""
    assert pipe is not None
    threading.Thread(target=work, args=(pipe, *arguments), name="worker-pipe", daemon=True).start()


def _write_lines(pipe: IO[bytes], lines: Lines) -> None:
    """Write lines until there is None; a full pipe stops this thread only."""
    with contextlib.suppress(OSError), pipe:
        while (line := lines.get()) is not None:
            left = memoryview(line)
            while left:
                left = left[pipe.write(left) :]


def _read_lines(pipe: IO[bytes], lines: Lines, longest: int) -> None:
    """Hand over each line; None when the process ended or wrote a line that is too long."""
    held = bytearray()
    with contextlib.suppress(OSError), pipe:
        while len(held) <= longest and (chunk := pipe.read(_READ_BYTES)):
            *whole, rest = chunk.split(b"\n")
            for part in whole:
                held += part
                if len(held) > longest:
                    break
                lines.put(bytes(held))
                held.clear()
            held += rest
    lines.put(None)


class _Roster:
    """The workers of one process: a slot for each, empty until it is needed."""

    def __init__(self, size: int) -> None:
        self.slots: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        for _ in range(size):
            self.slots.put(None)
        self.busy: set[Worker] = set()

    def workers(self) -> list[Worker]:
        """Return the idle and the busy workers; takes no lock, which a fork may have left locked."""
        return [worker for worker in [*self.slots.queue, *self.busy] if worker is not None]

    def empty(self) -> None:
        """Kill the idle workers and keep their slots."""
        taken: list[Worker | None] = []
        with contextlib.suppress(queue.Empty):
            while True:
                taken.append(self.slots.get_nowait())
        for worker in taken:
            if worker is not None:
                worker.kill()
            self.slots.put(None)


class WorkerPool:
    """Up to `size` workers, started when first needed and shared by threads. A forked child starts its own.

    Args:
        command: What to start; the process must write one line when it is ready.
        size: How many tasks may run at once. Further callers wait, and their deadline starts when a worker is free.
        longest_reply: Bytes of a line from which a worker counts as broken.
    """

    def __init__(self, command: Sequence[str], size: int, longest_reply: int = LONGEST_REPLY) -> None:
        self._command = tuple(command)
        self._size = size
        self._longest_reply = longest_reply
        self._rosters: dict[int, _Roster] = {}
        self._finalizer = weakref.finalize(self, _empty_all, self._rosters)

    def run(self, task: dict[str, Any], seconds: float) -> tuple[dict[str, Any], float]:
        """Have a worker do a task within so many seconds of wall clock; return the answer and the seconds it took.

        Waiting for a free worker does not count, the time to start one does.

        Raises:
            StillStarting: when the time was over before the worker was ready; it is kept for the next task.
            WorkerTimedOut: when the time was over; the worker is gone and will be replaced.
            WorkerDied: when the worker ended; likewise.
            EnvironmentProblem: when no worker can be started on this machine.
        """
        with self._slot() as worker:
            begun = time.monotonic()
            reply = worker.ask(task, begun + seconds)
            return reply, time.monotonic() - begun

    def prepare(self) -> None:
        """Let a worker start meanwhile, unless one is there or all are in use; a failure shows when it is needed."""
        roster = self._roster()
        with contextlib.suppress(queue.Empty):
            worker = roster.slots.get_nowait()
            with contextlib.suppress(EnvironmentProblem):
                worker = worker or Worker(self._command, self._longest_reply)
            roster.slots.put(worker)

    @contextlib.contextmanager
    def lend(self) -> Iterator[Worker]:
        """Lend a worker that is ready. One that failed, or did its share of tasks, is replaced afterwards.

        Raises:
            EnvironmentProblem: when no worker can be started on this machine.
        """
        with self._slot() as worker:
            worker.wait_until_ready(math.inf)
            yield worker

    @contextlib.contextmanager
    def _slot(self) -> Iterator[Worker]:
        """Lend a worker that may still be starting, which is no reason to end it."""
        roster = self._roster()
        worker = roster.slots.get()
        kept: Worker | None = None
        try:
            if worker is None:
                worker = Worker(self._command, self._longest_reply)
            roster.busy.add(worker)
            yield worker
            if worker.may_go_on:
                kept = worker
        except StillStarting:
            kept = worker
            raise
        finally:
            if worker is not None:
                roster.busy.discard(worker)
                if kept is None:
                    worker.kill()
            roster.slots.put(kept)

    @property
    def pids(self) -> list[int]:
        """Process ids of the idle and busy workers of this process."""
        return [worker.pid for worker in self._roster().workers()]

    def close(self) -> None:
        """End all workers. A task in another thread ends as `WorkerDied`; a later task starts workers anew."""
        roster = self._roster()
        for worker in list(roster.busy):
            worker.end()
        roster.empty()

    def _roster(self) -> _Roster:
        """Return the workers of this process; those of the process it was forked from are let go."""
        here = os.getpid()
        roster = self._rosters.get(here)
        if roster is None:
            roster = self._rosters.setdefault(
                here, _Roster(self._size)
            )  # one step, so that no lock is needed
            for owner in [pid for pid in list(self._rosters) if pid != here]:
                for worker in self._rosters.pop(owner, _Roster(0)).workers():
                    worker.kill()
        return roster


def _empty_all(rosters: dict[int, _Roster]) -> None:
    roster = rosters.get(os.getpid())
    if roster is not None:
        roster.empty()


def worker_command(memory_mib: int, timeout_seconds: float) -> list[str]:
    """Return the command line of a symbolic worker."""
    return [sys.executable, "-P", "-m", "dartkit.verify.worker", str(memory_mib), str(timeout_seconds)]
