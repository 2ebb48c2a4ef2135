"""Few files instead of many: a finished segment becomes a part, many small parts become one.

Both are safe to repeat, to race and to kill: what is removed is durable under another name before, a row that two files hold counts
once, and the rows keep their order, so that the same row of a key counts before and after.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dartkit.records import schema_of
from dartkit.store.names import is_left_over, merged_name, order_of, part_of
from dartkit.store.parts import read_part_batches, write_part
from dartkit.store.segments import read_segment
from dartkit.store.spec import TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

SMALL_BYTES = 4 << 20
MERGE_AT = 32  # small parts side by side
MERGED_BYTES = 512 << 20


def compact(segment: Path, spec: TableSpec) -> None:
    """Turn one finished segment into a Parquet part. Safe to repeat and to race: the part's name and content are the same.

    Raises:
        EnvironmentProblem: when the disk is full or not writable; the segment stays.
    """
    try:
        tables = read_segment(segment, segment.stat().st_size, schema_of(spec.record))
        write_part(part_of(segment), tables, spec)
        segment.unlink(missing_ok=True)
    except FileNotFoundError:  # another process compacted it first
        return


def merge_small_parts(folder: Path, spec: TableSpec) -> int:
    """Merge small parts that lie side by side in the table's order, where there are many; return how many went.

    A part between them that is not small, or a segment, keeps its place: the order of rows decides which of two equal ones counts.

    Raises:
        EnvironmentProblem: when the disk is full or not writable; all parts stay.
    """
    gone = 0
    for group in _groups(folder):
        if not _same_shape(group, spec):
            continue
        merged = merged_name(group)
        try:
            write_part(merged, _rows_of(group, spec), spec)
        except FileNotFoundError:  # another process merges; what it removed is in its own merged part
            return gone
        for path in group:
            path.unlink(missing_ok=True)
        gone += len(group)
    return gone


def _groups(folder: Path) -> list[list[Path]]:
    """Return runs of at least `MERGE_AT` small parts."""
    groups: list[list[Path]] = [[]]
    size = 0
    for path in sorted([*folder.glob("seg-*.jsonl"), *folder.glob("part-*.parquet")], key=order_of):
        try:
            bytes_here = path.stat().st_size
            fits = path.suffix == ".parquet" and bytes_here < SMALL_BYTES
        except FileNotFoundError:
            continue
        if not fits or size + bytes_here > MERGED_BYTES:
            groups.append([])
            size = 0
        if fits:
            groups[-1].append(path)
            size += bytes_here
    return [group for group in groups if len(group) >= MERGE_AT]


def _same_shape(group: list[Path], spec: TableSpec) -> bool:
    """Say whether the parts have exactly our columns: those of a newer version would lose what we do not know."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    wanted = set(schema_of(spec.record).names)
    try:
        return all(set(pq.read_schema(path).names) <= wanted for path in group)
    except (FileNotFoundError, pa.ArrowInvalid):
        return False


def _rows_of(group: list[Path], spec: TableSpec) -> Iterator[pa.Table]:
    for path in group:
        yield from read_part_batches(path, schema_of(spec.record))


def remove_left_overs(folder: Path) -> None:
    """Remove the temporary files of writers that were killed while they wrote a part."""
    for path in folder.glob(".part-*.tmp"):
        if is_left_over(path):
            with suppress(OSError):
                path.unlink(missing_ok=True)
