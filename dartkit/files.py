"""Writing files so that a kill leaves the old content or the new, never half of either."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from dartkit.errors import DataError, from_os_error


def write_bytes(path: Path, data: bytes) -> None:
    """Replace a file atomically (temporary file in the same folder, fsync, rename).

    Raises:
        EnvironmentProblem: when the disk is full or not writable; the old file stays.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise from_os_error(error, str(path)) from error


def write_json(path: Path, value: Any) -> None:
    """Replace a file by indented JSON with sorted keys, atomically."""
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    write_bytes(path, text.encode("utf-8", "replace") + b"\n")


def write_json_lines(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    """Replace a file by one JSON object a line, atomically; return the number of lines."""
    lines = [json.dumps(row, ensure_ascii=False, allow_nan=False) for row in rows]
    write_bytes(path, "".join(line + "\n" for line in lines).encode("utf-8", "replace"))
    return len(lines)


def write_parquet(path: Path, rows: list[dict[str, Any]], schema: Any) -> int:
    """Replace a file by a zstd Parquet table of `rows` under an Arrow schema, atomically; return the number of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), sink, compression="zstd")
    write_bytes(path, sink.getvalue().to_pybytes())
    return len(rows)


def read_json(path: Path) -> Any:
    """Read a JSON file that dartkit wrote.

    Raises:
        DataError: when it is not JSON, which means that it was changed from outside.
    """
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise DataError(
            f"not valid JSON: {error}", where=str(path), fix="Restore the file, or delete it."
        ) from error
