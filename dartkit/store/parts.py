"""Parts: finished rows as Parquet (zstd), written under another name until they are durable."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import DataError, from_os_error
from dartkit.records import schema_of
from dartkit.store.names import temporary_for
from dartkit.store.spec import TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_PER_GROUP = 50_000
BYTES_PER_GROUP = 64 << 20  # of text in memory; a group of long completions has fewer rows
ROWS_PER_BATCH = 2_048


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowInvalid, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the system's, for instance that the file is gone; Arrow's own have no number
        raise DataError(
            f"this part is not readable Parquet: {error}",
            where=str(path),
            fix="Restore it, or move it away.",
        ) from error


def read_part(path: Path, schema: pa.Schema, repeated: Sequence[str]) -> pa.Table:
    """Return all rows of a part with the columns of `schema`, those in `repeated` as dictionaries.

    Raises:
        DataError: when it is not Parquet.
        FileNotFoundError: when it was merged into another part meanwhile.
    """
    import pyarrow.parquet as pq

    with (
        _reading(path),
        pq.ParquetFile(path, read_dictionary=[name for name in schema.names if name in repeated]) as file,
    ):
        table = file.read(columns=_present(file, schema), use_threads=True)
        return _complete(table, schema)


def read_part_batches(path: Path, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the rows of a part a few thousand at a time.

    Raises:
        DataError, FileNotFoundError: see `read_part`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with _reading(path), pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=ROWS_PER_BATCH, columns=_present(file, schema)):
            yield _complete(pa.Table.from_batches([batch]), schema)


def _present(file: Any, schema: pa.Schema) -> list[str]:
    held = set(file.schema_arrow.names)
    return [name for name in schema.names if name in held]


def _complete(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return a table with all columns of `schema`; one that an earlier version did not know is null."""
    import pyarrow as pa

    for field in schema:
        if field.name not in table.column_names:
            table = table.append_column(field.name, pa.nulls(len(table), field.type))
    return table.select(schema.names)


def write_part(path: Path, tables: Iterable[pa.Table], spec: TableSpec) -> int:
    """Write rows as a part that is durable when it has its name; return how many. No rows, no part.

    Raises:
        EnvironmentProblem: when the disk is full or not writable; nothing is left behind.
        DataError: when a row lacks what its table requires.
    """
    import pyarrow as pa

    temporary = temporary_for(path)
    try:
        rows = _write_groups(temporary, tables, spec)
        if rows:
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
            temporary.replace(path)
            sync_folder(path.parent)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, FileNotFoundError) or not isinstance(error, OSError | pa.ArrowException):
            raise  # a source that went away is the caller's to judge
        if isinstance(error, OSError):
            raise from_os_error(error, str(path)) from error
        raise DataError(
            f"a row does not fit its table: {error}",
            where=str(path),
            fix="The segment of this name was changed from outside; correct it.",
        ) from error
    with suppress(OSError):
        temporary.unlink(missing_ok=True)
    return rows


def _write_groups(temporary: Path, tables: Iterable[pa.Table], spec: TableSpec) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = schema_of(spec.record)
    rows, held, size = 0, [], 0
    with pq.ParquetWriter(
        temporary, schema, compression="zstd", use_dictionary=list(spec.repeated) or True
    ) as writer:
        for table in tables:
            table = table.cast(schema)
            held.append(table)
            rows += len(table)
            size += table.nbytes
            if size >= BYTES_PER_GROUP or sum(map(len, held)) >= ROWS_PER_GROUP:
                writer.write_table(pa.concat_tables(held), row_group_size=ROWS_PER_GROUP)
                held, size = [], 0
        if held:
            writer.write_table(pa.concat_tables(held), row_group_size=ROWS_PER_GROUP)
    return rows


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; a file system that cannot is left as it is."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
