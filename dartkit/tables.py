"""Append-only tables: JSON-line segments that become Parquet parts, read as one union.

Each writer owns its segments (`store.names`): one line per record in one write, so a killed process loses at most the line it was
writing. A finished segment is compacted into a Parquet part by an atomic rename and only then removed; segments of dead writers are
adopted, and many small parts are merged (`store.merge`). Readers take the union of parts and complete lines. There is no lock and
no index, so any number of processes may write one table over NFS.

For one key the highest rank wins, and among equals the first in the order of writers. Ranks exist because two facts outdate
another: a draw that ended by `length` under a smaller limit, and a draw or verdict that failed for want of time or memory.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from dartkit.errors import from_os_error
from dartkit.records import Record, as_row
from dartkit.store.merge import compact, merge_small_parts, remove_left_overs
from dartkit.store.names import Writer, writer_is_dead
from dartkit.store.reading import Row, Where, read_columns, read_rows
from dartkit.store.spec import TABLES, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["TABLES", "Row", "Table", "TableSpec", "compact"]

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
ROWS_PER_SEGMENT = 50_000
BYTES_PER_SEGMENT = 128 << 20


class Table:
    """One segmented table of a run directory; a writer is opened by the first append.

    Args:
        folder: Where its files are.
        spec: What it holds.
        rows_per_segment: A segment of this many rows is compacted.
        writer: Whose segments these are; the tables of one run directory share one. None makes a new one.
    """

    def __init__(
        self,
        folder: Path,
        spec: TableSpec,
        rows_per_segment: int = ROWS_PER_SEGMENT,
        *,
        writer: Writer | None = None,
    ) -> None:
        self.folder = folder
        self.spec = spec
        self._writer = writer or Writer.new()
        self._rows_per_segment = rows_per_segment
        self._file: IO[bytes] | None = None
        self._segment: Path | None = None
        self._finished: list[Path] = []  # closed, not compacted yet
        self._rows = self._bytes = 0
        self._segments = 0
        self._lock = threading.Lock()

    # --- writing ----------------------------------------------------------------------------------------------------

    def append(self, record: Record) -> None:
        """Write one record so that it survives a kill of this process.

        Raises:
            EnvironmentProblem: when the disk is full or not writable; what was written before stays readable, and the next record
                goes to another segment, since this one may end in half a line.
        """
        line = _ENCODER.encode(as_row(record)).encode("utf-8", "replace") + b"\n"
        with self._lock:  # verdicts are appended by several threads
            path = self._segment or self.folder
            try:
                file = self._file or self._open_segment()
                view = memoryview(line)
                while view:
                    view = view[file.write(view) :]
            except BaseException as error:
                self._leave_segment()
                if isinstance(error, OSError):
                    raise from_os_error(error, str(path)) from error
                raise
            self._rows += 1
            self._bytes += len(line)
            if self._rows >= self._rows_per_segment or self._bytes >= BYTES_PER_SEGMENT:
                self._leave_segment()
                self._compact_finished()

    def _open_segment(self) -> IO[bytes]:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._segment = self.folder / self._writer.segment_name(self._segments)
        self._segments += 1
        self._file = self._segment.open("xb", buffering=0)
        self._rows = self._bytes = 0
        return self._file

    def close(self) -> None:
        """Compact what this writer wrote.

        Raises:
            EnvironmentProblem: when the disk is full or not writable; the segments stay and are read as they are.
        """
        with self._lock:
            self._leave_segment()
            self._compact_finished()

    def _leave_segment(self) -> None:
        """Write no more to the open segment."""
        file, segment, self._file, self._segment = self._file, self._segment, None, None
        if segment is not None:
            self._finished.append(segment)
        if file is not None:
            with suppress(OSError):  # every line was handed to the kernel by its own write
                file.close()

    def _compact_finished(self) -> None:
        while self._finished:
            compact(self._finished[0], self.spec)
            del self._finished[0]

    def tidy(self) -> int:
        """Compact the segments of writers that are certainly dead, and merge small parts; return how many segments it was."""
        if not self.folder.is_dir():
            return 0
        remove_left_overs(self.folder)
        orphans = [path for path in sorted(self.folder.glob("seg-*.jsonl")) if writer_is_dead(path)]
        for path in orphans:
            compact(path, self.spec)
        merge_small_parts(self.folder, self.spec)
        return len(orphans)

    # --- reading ----------------------------------------------------------------------------------------------------

    def columns(self, names: Sequence[str], where: Where | None = None) -> pa.Table:
        """Return columns of the winning row of every key, in file order, as one Arrow table.

        Text columns with few values (`TableSpec.repeated`) come as dictionaries; columns that are not named are not read.

        Args:
            names: The columns.
            where: Only rows in which these columns have these values.

        Raises:
            DataError: for a line that is not JSON and is not the torn last line of a segment, or a part that is not Parquet.
        """
        return read_columns(self.folder, self.spec, names, where or {})

    def rows(self, columns: Sequence[str] | None = None, where: Where | None = None) -> Iterator[Row]:
        """Yield the winning row of every key as a dictionary, in file order. Keys are held in memory, rows only a few at a time.

        Args:
            columns: Only these columns (fewer bytes for Parquet parts); all if None.
            where: Only rows in which these columns have these values.

        Raises:
            DataError: see `columns`.
        """
        return read_rows(self.folder, self.spec, columns, where or {})
