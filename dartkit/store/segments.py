"""Segments: JSON lines that a living writer adds to. What ends in a newline is a row; a torn last line is passed over.

Lines are parsed in blocks by Arrow, which reads 5 to 10 times as fast as Python and only the columns that are asked for. A
block that Arrow cannot read is read again by Python, which can name the line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from dartkit.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_BYTES = 16 << 20


def read_segment(path: Path, size: int, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the complete lines within the first `size` bytes, in blocks, with the columns of `schema` in its order.

    Raises:
        DataError: for a line that is not a JSON object and is not the torn last one.
        FileNotFoundError: when the segment was compacted meanwhile.
    """
    first_line = 1
    with path.open("rb") as file:
        for block in _blocks(file, size):
            yield _parse(block, schema, path, first_line)
            first_line += block.count(b"\n")


def _blocks(file: IO[bytes], size: int) -> Iterator[bytes]:
    """Yield whole lines, about `BLOCK_BYTES` at a time, up to the last newline within `size` bytes."""
    left = size
    rest = b""
    while left > 0:
        data = file.read(min(BLOCK_BYTES, left))
        if not data:
            return
        left -= len(data)
        cut = data.rfind(b"\n") + 1
        if cut:
            yield rest + data[:cut]
            rest = data[cut:]
        else:
            rest += data


def _parse(block: bytes, schema: pa.Schema, path: Path, first_line: int) -> pa.Table:
    import pyarrow as pa
    from pyarrow import json as arrow_json

    try:
        table = arrow_json.read_json(
            pa.BufferReader(block),
            read_options=arrow_json.ReadOptions(use_threads=False, block_size=len(block) + 1),
            parse_options=arrow_json.ParseOptions(
                explicit_schema=_nullable(schema), unexpected_field_behavior="ignore"
            ),
        )
        if table.num_rows == block.count(
            b"\n"
        ):  # Arrow passes over blank lines and takes several objects on one
            return table.select(schema.names).cast(_nullable(schema))
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        pass
    rows = list(_parse_lines(block, path, first_line))
    return pa.Table.from_pylist(
        [{name: row.get(name) for name in schema.names} for row in rows], schema=_nullable(schema)
    )


def _nullable(schema: pa.Schema) -> pa.Schema:
    import pyarrow as pa

    return pa.schema([field.with_nullable(True) for field in schema])


def _parse_lines(block: bytes, path: Path, first_line: int) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(block.split(b"\n")[:-1], first_line):
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError(f"expected an object, found {type(row).__name__}")
        except ValueError as error:
            raise DataError(
                f"line {number} is not JSON ({error})",
                where=f"{path}:{number}",
                fix="The file was changed from outside. Delete that line; the draw will be made again.",
            ) from error
        yield row
