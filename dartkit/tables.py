"""Append-only tables: JSON-line segments that become Parquet parts, read as one union.

Each writer owns the segment `seg-<time>-<host>-<pid>-<n>.jsonl`: one line per record in one write, so a killed process
loses at most the line it was writing. A finished segment is compacted into `part-<same name>.parquet` (zstd) by an atomic
rename and only then removed; segments of dead writers on this host are adopted. Readers take the union of parts and
complete lines. There is no lock and no index, so any number of processes may write one table over NFS.

For one key the highest `rank` wins, and among equals the first in file order. Ranks exist because two facts outdate
another: a draw that ended by `length` under a smaller limit, and a draw or verdict that failed for want of time or memory.
"""

from __future__ import annotations

import json
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from dartkit.errors import DataError, from_os_error
from dartkit.records import Problem, Record, Sample, Verdict, as_row, schema_of

Row = dict[str, Any]
Rank = tuple[int, int]
ROWS_PER_SEGMENT = 50_000
_SEGMENT = re.compile(r"seg-(?P<time>[0-9a-f]{16})-(?P<host>[\w.]+)-(?P<pid>\d+)-(?P<n>\d+)\.jsonl")


def _no_rank(row: Row) -> Rank:
    return (0, 0)


def _sample_rank(row: Row) -> Rank:
    if row["finish_reason"] == "stop":
        return (2, 0)
    if row["finish_reason"] == "length":
        return (1, row.get("max_tokens") or 0)
    return (0, 0)


def _verdict_rank(row: Row) -> Rank:
    return (0 if row["outcome"] in ("truncated", "timeout", "error") else 1, 0)


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table's name, record class, key columns and the rank of a row among rows of its key."""

    name: str
    record: type[Record]
    key: tuple[str, ...]
    rank: Callable[[Row], Rank] = _no_rank
    rank_columns: tuple[str, ...] = ()


TABLES = {
    spec.name: spec
    for spec in (
        TableSpec("problems", Problem, ("problem_id",)),
        TableSpec("samples", Sample, ("sample_id",), _sample_rank, ("finish_reason", "max_tokens")),
        TableSpec(
            "verdicts", Verdict, ("sample_id", "answer_id", "verifier_id"), _verdict_rank, ("outcome",)
        ),
    )
}


class Table:
    """One segmented table of a run directory; a writer is opened by the first append."""

    def __init__(self, folder: Path, spec: TableSpec, rows_per_segment: int = ROWS_PER_SEGMENT) -> None:
        self.folder = folder
        self.spec = spec
        self._rows_per_segment = rows_per_segment
        self._file: IO[bytes] | None = None
        self._segment: Path | None = None
        self._rows = 0
        self._segments = 0
        self._lock = threading.Lock()

    def append(self, record: Record) -> None:
        """Write one record so that it survives a kill of this process.

        Raises:
            EnvironmentProblem: when the disk is full or not writable; what was written before stays readable.
        """
        line = (
            json.dumps(as_row(record), ensure_ascii=False, allow_nan=False).encode("utf-8", "replace") + b"\n"
        )
        with self._lock:  # verdicts are appended by several threads
            try:
                file = self._file or self._open_segment()
                view = memoryview(line)
                while view:
                    view = view[file.write(view) :]
            except OSError as error:
                raise from_os_error(error, str(self._segment or self.folder)) from error
            self._rows += 1
            if self._rows >= self._rows_per_segment:
                self._finish_segment()

    def _open_segment(self) -> IO[bytes]:
        self.folder.mkdir(parents=True, exist_ok=True)
        host = re.sub(r"[^\w.]", "_", socket.gethostname()) or "host"
        name = f"seg-{time.time_ns():016x}-{host}-{os.getpid()}-{self._segments}.jsonl"
        self._segments += 1
        self._segment = self.folder / name
        self._file = self._segment.open("xb", buffering=0)
        self._rows = 0
        return self._file

    def close(self) -> None:
        """Compact the open segment, if there is one."""
        with self._lock:
            self._finish_segment()

    def _finish_segment(self) -> None:
        if self._file is not None and self._segment is not None:
            self._file.close()
            segment, self._file, self._segment = self._segment, None, None
            compact(segment, self.spec)

    def adopt_orphans(self) -> int:
        """Compact the segments whose writer ran on this host and is gone; return how many."""
        orphans = [
            path for path in self._segments_on_disk() if path != self._segment and _writer_is_dead(path)
        ]
        for path in orphans:
            compact(path, self.spec)
        return len(orphans)

    def _segments_on_disk(self) -> list[Path]:
        return sorted(self.folder.glob("seg-*.jsonl")) if self.folder.is_dir() else []

    def rows(self, columns: Sequence[str] | None = None) -> Iterator[Row]:
        """Yield the winning row of every key, in file order.

        Args:
            columns: Only these columns (fewer bytes for Parquet parts); all if None.

        Raises:
            DataError: for a line that is not JSON and is not the torn last line of a segment.
        """
        keys = [*self.spec.key, *self.spec.rank_columns]
        with ExitStack() as stack:
            sources = self._snapshot(stack)
            winners: dict[Any, tuple[Rank, int]] = {}
            position = 0
            for source in sources:
                for row in source.read(keys):
                    key = self._key(row)
                    rank = self.spec.rank(row)
                    held = winners.get(key)
                    if held is None or rank > held[0]:
                        winners[key] = (rank, position)
                    position += 1
            chosen = {place for _, place in winners.values()}
            position = 0
            for source in sources:
                for row in source.read(columns):
                    if position in chosen:
                        yield row
                    position += 1

    def _key(self, row: Row) -> Any:
        return (
            row[self.spec.key[0]] if len(self.spec.key) == 1 else tuple(row[name] for name in self.spec.key)
        )

    def _snapshot(self, stack: ExitStack) -> list[_Source]:
        """Open every file of the table. Segments are listed before parts, so that one compacted meanwhile is seen."""
        segments: list[_Source] = []
        for path in self._segments_on_disk():
            try:
                segments.append(_Segment(path, stack.enter_context(path.open("rb"))))
            except FileNotFoundError:  # compacted since the listing; its part is listed below
                continue
        parts: list[_Source] = []
        if self.folder.is_dir():
            parts = [_Part(path) for path in sorted(self.folder.glob("part-*.parquet"))]
        return [*parts, *segments]


class _Source(Protocol):
    def read(self, columns: Sequence[str] | None) -> Iterator[Row]: ...


class _Part:
    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, columns: Sequence[str] | None) -> Iterator[Row]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(self.path) as file:
                for batch in file.iter_batches(columns=list(columns) if columns else None):
                    yield from batch.to_pylist()
        except pa.ArrowInvalid as error:
            raise DataError(
                f"this part is not readable Parquet: {error}",
                where=str(self.path),
                fix="Restore it, or move it away.",
            ) from error


class _Segment:
    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path = path
        self.file = file
        self.size = os.fstat(file.fileno()).st_size

    def read(self, columns: Sequence[str] | None) -> Iterator[Row]:
        for row in _complete_lines(self.file, self.path, self.size):
            yield {name: row.get(name) for name in columns} if columns else row


def _complete_lines(file: IO[bytes], path: Path, size: int | None = None) -> Iterator[Row]:
    """Yield the JSON of each line that ends in a newline within the first `size` bytes; a torn last line is passed over."""
    file.seek(0)
    used = 0
    for number, line in enumerate(file, 1):
        used += len(line)
        if not line.endswith(b"\n") or (size is not None and used > size):
            return
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DataError(
                f"line {number} is not JSON ({error})",
                where=f"{path}:{number}",
                fix="The file was changed from outside. Delete that line; the draw will be made again.",
            ) from error
        yield row


def compact(segment: Path, spec: TableSpec) -> None:
    """Turn one finished segment into a Parquet part. Safe to repeat and to race: the part's name and content are the same."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    part = segment.with_name(f"part-{segment.stem.removeprefix('seg-')}.parquet")
    temporary = part.with_name(f".{part.name}.{os.getpid()}.tmp")
    try:
        with segment.open("rb") as file:
            rows = list(_complete_lines(file, segment))
        if rows:
            pq.write_table(
                pa.Table.from_pylist(rows, schema=schema_of(spec.record)), temporary, compression="zstd"
            )
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
            temporary.replace(part)
        segment.unlink(missing_ok=True)
    except FileNotFoundError:  # another process compacted it first
        return
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise from_os_error(error, str(part)) from error


def _writer_is_dead(segment: Path) -> bool:
    match = _SEGMENT.fullmatch(segment.name)
    if match is None or match["host"] != re.sub(r"[^\w.]", "_", socket.gethostname()):
        return False
    pid = int(match["pid"])
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
