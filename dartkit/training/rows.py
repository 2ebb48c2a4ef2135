"""Read a JSON-lines file of training data row by row, with the place of every complaint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dartkit.errors import DataError, from_os_error

MAX_LINE_BYTES = 64 * 2**20


def read_json_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 1, object) of every line that is not blank.

    Raises:
        DataError: for a line that is not a JSON object, is not UTF-8, or is longer than 64 MiB.
    """
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                if line.strip():
                    yield number, _parse(line, path, number)
    except OSError as error:
        raise from_os_error(error, str(path)) from error


def _parse(line: bytes, path: Path, number: int) -> dict[str, Any]:
    if len(line) > MAX_LINE_BYTES:
        raise bad_row(path, number, "is longer than 64 MiB")
    try:
        value = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise bad_row(path, number, f"is not JSON ({error})") from error
    if not isinstance(value, dict):
        raise bad_row(path, number, f"is a JSON {type(value).__name__}, not an object")
    return value


def bad_row(path: Path, number: int, complaint: str, fix: str = "") -> DataError:
    """Return the error for one row; rows count from 1."""
    return DataError(
        f"row {number} {complaint}", where=f"{path}:{number}", fix=fix or "Correct or remove the row."
    )
