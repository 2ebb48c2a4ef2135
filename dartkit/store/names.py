"""Who wrote a file, in its name: the order of a table's files, and which writers are certainly dead.

A segment is `seg-<time>-<host>-<pid>-<n>-<machine>-<start>-<random>.jsonl`; its part has the same stem. `time` is when its writer
began (the same for all tables of one run directory, so that a draw and its verdict are always taken from the same writer), `n` counts
the writer's segments, `machine` is boot and process namespace, `start` when the process began on the kernel's own clock, and `random`
keeps two writers apart whatever else is equal. Earlier names end after `n`.

A writer is called dead only where that is proven: same machine, and no process of that id and start. A process id that was given
to another program, a container with the same host name, or a wall clock that jumps cannot make a living writer look dead.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_NAME = re.compile(
    r"(?:seg|part)-(?P<time>[0-9a-f]{16})-(?P<host>[\w.]+)-(?P<pid>\d+)-(?P<n>\d+)"
    r"(?:-(?P<machine>[0-9a-f]{8})-(?P<start>\d+)-(?P<random>[0-9a-f]{8}))?(?P<merged>-m[0-9a-f]{16})?\.(?:jsonl|parquet)"
)
_TEMPORARY = re.compile(r"\.part-.+\.(?P<machine>[0-9a-f]{8})-(?P<pid>\d+)-(?P<start>\d+)-[0-9a-f]{8}\.tmp")
_STAT_START = 19  # field 22 of /proc/PID/stat, counted from the one after the program's name


@dataclass(frozen=True, slots=True)
class Writer:
    """One opened run directory of one process."""

    time_ns: int
    random: str

    @classmethod
    def new(cls) -> Writer:
        """Return a writer like no other, whatever the clock says."""
        return cls(max(0, time.time_ns()), os.urandom(4).hex())

    def segment_name(self, n: int) -> str:
        """Return the name of this writer's segment number `n` of a table."""
        machine, pid, start = this_process()
        host = re.sub(r"[^\w.]", "_", socket.gethostname()) or "host"
        return f"seg-{self.time_ns:016x}-{host}-{pid}-{n}-{machine}-{start}-{self.random}.jsonl"


def this_process() -> tuple[str, int, int]:
    """Return machine, process id and start (0 where the kernel does not tell), which together name this process alone."""
    return _machine(), os.getpid(), _start_of(os.getpid()) or 0


@cache
def _machine() -> str:
    """Return 8 hex characters for this boot of this kernel and this process namespace."""
    facts = [socket.gethostname()]
    boot = Path("/proc/sys/kernel/random/boot_id")
    namespace = Path("/proc/self/ns/pid")
    with suppress(OSError):  # not Linux: the host name alone, as far as it reaches
        facts += [boot.read_text().strip(), str(namespace.stat().st_ino)]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:8]


def _start_of(pid: int) -> int | None:
    """Return when a process began, in ticks since boot; None where there is no such process or no /proc."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return int(fields[_STAT_START]) if len(fields) > _STAT_START else None


def _is_gone(machine: str, pid: int, start: int) -> bool:
    """Say whether a process of this machine has certainly ended."""
    if machine != _machine():
        return False
    if start and Path("/proc/self/stat").exists():
        return _start_of(pid) != start
    return _pid_is_free(pid)


def _pid_is_free(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def writer_is_dead(segment: Path) -> bool:
    """Say whether the writer of a segment has certainly ended. False for this process and for names of other programs."""
    match = _NAME.fullmatch(segment.name)
    if match is None:
        return False
    if match["machine"] is None:  # an earlier name: host and process id are all there is
        same_host = match["host"] == re.sub(r"[^\w.]", "_", socket.gethostname())
        return same_host and int(match["pid"]) != os.getpid() and _pid_is_free(int(match["pid"]))
    return _is_gone(match["machine"], int(match["pid"]), int(match["start"]))


def temporary_for(part: Path) -> Path:
    """Return where a part is written before it has its name; another place each time."""
    machine, pid, start = this_process()
    return part.with_name(f".{part.name}.{machine}-{pid}-{start}-{os.urandom(4).hex()}.tmp")


def is_left_over(temporary: Path) -> bool:
    """Say whether a temporary file belongs to a process that has certainly ended."""
    match = _TEMPORARY.fullmatch(temporary.name)
    return match is not None and _is_gone(match["machine"], int(match["pid"]), int(match["start"]))


def part_of(segment: Path) -> Path:
    """Return the part that a segment becomes."""
    return segment.with_name(f"part-{segment.stem.removeprefix('seg-')}.parquet")


def merged_name(parts: list[Path]) -> Path:
    """Return the name of the part that these parts become: the first one's place in the order, and a hash of all names."""
    digest = hashlib.sha256("\n".join(path.name for path in parts).encode()).hexdigest()[:16]
    return parts[0].with_name(f"{re.sub(r'-m[0-9a-f]{16}$', '', parts[0].stem)}-m{digest}.parquet")


def order_of(path: Path) -> tuple[str, str, int, str, int, str]:
    """Return the sort key of a segment or part: by writer, then by number; the same before and after it became a part."""
    match = _NAME.fullmatch(path.name)
    if match is None:  # put there by hand, for instance by a merge of two run directories
        return ("g", "", 0, "", 0, path.name)
    return (
        match["time"],
        match["host"],
        int(match["pid"]),
        match["random"] or "",
        int(match["n"]),
        match["merged"] or "",
    )
