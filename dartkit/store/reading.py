"""Reading a table while others write it: the files that exist now, in columns or row by row, each key once.

Files may go away under a reader, because another process compacts or merges them; what they held is in a new file by then. A reader
that meets this begins again with a new listing, and does not hand out twice what it has handed out.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dartkit.errors import DataError, from_os_error
from dartkit.records import schema_of
from dartkit.store.names import order_of
from dartkit.store.parts import read_part, read_part_batches
from dartkit.store.segments import read_segment
from dartkit.store.spec import TableSpec
from dartkit.store.winners import find_winners

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")
Row = dict[str, Any]
Where = Mapping[str, str]
ROWS_AT_ONCE = 2_048
RETRY_SECONDS = 90.0  # a network file system may show a removed file for as long as it keeps a listing


@dataclass(frozen=True, slots=True)
class Source:
    """A file of a table, and how long it was: lines that are added later belong to the next reading."""

    path: Path
    size: int

    def read(self, schema: pa.Schema, spec: TableSpec) -> list[pa.Table]:
        """Return all rows, text columns with few values as dictionaries."""
        if self.path.suffix == ".parquet":
            return [read_part(self.path, schema, spec.repeated)]
        return [_with_dictionaries(table, spec) for table in read_segment(self.path, self.size, schema)]

    def batches(self, schema: pa.Schema) -> Iterator[pa.Table]:
        """Yield all rows, some at a time."""
        if self.path.suffix == ".parquet":
            return read_part_batches(self.path, schema)
        return read_segment(self.path, self.size, schema)


def list_sources(folder: Path) -> list[Source]:
    """Return the files of a table in their order.

    The folder is listed until two listings agree: a part that appears while a listing is made may be missed by it, and so may what
    the part replaced; the next listing shows the part.

    Raises:
        FileNotFoundError: when one of them went away.
    """
    seen: list[str] | None = None
    while True:
        names = sorted(
            path.name
            for path in (folder.iterdir() if folder.is_dir() else ())
            if path.name.startswith(("seg-", "part-")) and path.suffix in (".jsonl", ".parquet")
        )
        if names == seen:
            paths = sorted((folder / name for name in names), key=order_of)
            return [Source(path, path.stat().st_size) for path in paths]
        seen = names


def read_columns(folder: Path, spec: TableSpec, names: Sequence[str], where: Where) -> pa.Table:
    """Return columns of the winning row of every key; see `tables.Table.columns`."""
    wanted = list(dict.fromkeys([*names, *where, *spec.key, *(spec.rank_columns if spec.rank else ())]))
    _, held = _retried(lambda: _read_all(folder, spec, wanted), folder)
    # A condition on the key takes or leaves whole keys, and may come before the choice among equal ones.
    held = _filtered(held, {name: value for name, value in where.items() if name in spec.key})
    winners = find_winners(held, [name for name in spec.key if name not in where] or spec.key, spec.rank)
    if winners is not None:
        held = held.take(winners)
    held = _filtered(held, {name: value for name, value in where.items() if name not in spec.key})
    return held.select(list(dict.fromkeys(names)))


def read_rows(folder: Path, spec: TableSpec, names: Sequence[str] | None, where: Where) -> Iterator[Row]:
    """Yield the winning row of every key; see `tables.Table.rows`."""
    given: set[tuple[Any, ...]] = set()
    deadline = time.monotonic() + RETRY_SECONDS
    while True:
        choice = _Choice(folder, spec, where, given)
        try:
            yield from choice.rows(_schema(spec, names))
            return
        except OSError as error:
            _must_be_gone(error, folder, deadline)
            given |= choice.yielded()


class _Choice:
    """Which rows of which files are to be handed out, decided from the key columns alone."""

    def __init__(self, folder: Path, spec: TableSpec, where: Where, given: set[tuple[Any, ...]]) -> None:
        wanted = list(dict.fromkeys([*where, *spec.key, *(spec.rank_columns if spec.rank else ())]))
        self._sources, keys = _retried(lambda: _read_all(folder, spec, wanted), folder)
        self._mask = _chosen(keys, spec, where)
        self._keys = keys.select(list(spec.key))
        self._given = given
        self._place = 0

    def rows(self, schema: pa.Schema) -> Iterator[Row]:
        """Yield the chosen rows of the files in order."""
        for source in self._sources:
            for table in source.batches(schema):
                for start in range(0, len(table), ROWS_AT_ONCE):
                    yield from self._rows_of(table.slice(start, ROWS_AT_ONCE), self._place + start)
                self._place += len(table)

    def _rows_of(self, table: pa.Table, place: int) -> list[Row]:
        import pyarrow as pa

        mask = self._mask.slice(place, len(table)) if self._mask is not None else None
        if self._given:
            fresh = pa.array([key not in self._given for key in _tuples(self._keys.slice(place, len(table)))])
            mask = fresh if mask is None else pa.compute.and_(mask, fresh)
        rows: list[Row] = (table if mask is None else table.filter(mask)).to_pylist()
        return rows

    def yielded(self) -> set[tuple[Any, ...]]:
        """Return the keys of the rows that were handed out before a file went away."""
        keys = self._keys.slice(0, self._place)
        return set(_tuples(keys if self._mask is None else keys.filter(self._mask.slice(0, self._place))))


def _tuples(keys: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in keys.columns), strict=True)


def _chosen(keys: pa.Table, spec: TableSpec, where: Where) -> Any:
    """Return a mask of the winning rows that meet `where`; None where that is all of them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    winners = find_winners(keys, spec.key, spec.rank)
    masks = [_equals(keys[name], value) for name, value in where.items()]
    if winners is not None:
        masks.append(pc.is_in(pa.array(range(len(keys)), pa.int64()), winners))
    mask = None
    for one in masks:
        mask = one if mask is None else pc.and_(mask, one)
    return mask.combine_chunks() if isinstance(mask, pa.ChunkedArray) else mask


def _filtered(table: pa.Table, where: Where) -> pa.Table:
    for name, value in where.items():
        table = table.filter(_equals(table[name], value))
    return table


def _equals(column: Any, value: str) -> Any:
    """Return where a column has a value; by its few values if it is a dictionary."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return pc.fill_null(pc.equal(column, value), False)
    chunks = [
        pc.fill_null(
            pc.is_in(chunk.indices, pc.indices_nonzero(pc.equal(chunk.dictionary, value)).cast(pa.int32())),
            False,
        )
        for chunk in column.chunks
    ]
    return pa.chunked_array(chunks, pa.bool_())


def _read_all(folder: Path, spec: TableSpec, names: Sequence[str]) -> tuple[list[Source], pa.Table]:
    """Return the files of a table and these columns of all their rows."""
    import pyarrow as pa

    schema = _schema(spec, names)
    empty = _with_dictionaries(schema.empty_table(), spec)
    sources = list_sources(folder)
    tables = [
        table.cast(_nullable(empty.schema)) for source in sources for table in source.read(schema, spec)
    ]
    return sources, pa.concat_tables([empty.cast(_nullable(empty.schema)), *tables]).unify_dictionaries()


def _schema(spec: TableSpec, names: Sequence[str] | None) -> pa.Schema:
    import pyarrow as pa

    schema = schema_of(spec.record)
    return schema if names is None else pa.schema([schema.field(name) for name in dict.fromkeys(names)])


def _nullable(schema: pa.Schema) -> pa.Schema:
    import pyarrow as pa

    return pa.schema([field.with_nullable(True) for field in schema])


def _with_dictionaries(table: pa.Table, spec: TableSpec) -> pa.Table:
    for index, name in enumerate(table.column_names):
        if name in spec.repeated:
            table = table.set_column(index, name, table[name].dictionary_encode())
    return table


def _retried(read: Callable[[], T], folder: Path) -> T:
    """Call `read` until no file goes away meanwhile."""
    deadline = time.monotonic() + RETRY_SECONDS
    while True:
        try:
            return read()
        except OSError as error:
            _must_be_gone(error, folder, deadline)


def _must_be_gone(error: OSError, folder: Path, deadline: float) -> None:
    """Wait a moment if a file went away under the reader; any other failure is raised by name."""
    if not (isinstance(error, FileNotFoundError) or error.errno in (errno.ENOENT, errno.ESTALE)):
        raise from_os_error(error, str(folder)) from error
    if time.monotonic() > deadline:
        raise DataError(
            f"files of this table go away faster than they can be read ({error})",
            where=str(folder),
            fix="Run the same command when fewer processes write to this run directory.",
        ) from error
    time.sleep(0.05)
