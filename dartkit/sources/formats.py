"""File formats: JSON lines, JSON lists, CSV and Parquet, each as a stream of rows with numbers.

Row numbers are what a person can find again: the line of a JSON lines file, else the position among the rows, from 1.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dartkit.errors import DataError, boundary
from dartkit.sources.rows import ForeignRow, shorten
from dartkit.sources.streams import data_suffix, open_unpacked, read_lines

MAX_JSON_LIST_BYTES = 512 * 2**20
_FORMATS = (".jsonl", ".ndjson", ".json", ".csv", ".parquet")


def read_rows(path: Path, wanted: Iterable[str]) -> Iterator[ForeignRow]:
    """Yield the rows of a file; its suffix says the format.

    Args:
        path: `.jsonl`, `.ndjson`, `.json` (a list, or JSON lines), `.csv` or `.parquet`; all but the last may end in
            `.gz` or `.zst`.
        wanted: Column names that will be looked up, with dots; formats that can leave the others unread.

    Raises:
        DataError: when the file is not what its suffix says.
    """
    suffix = data_suffix(path)
    if suffix not in _FORMATS:
        raise DataError(
            f"unknown file format {suffix or '(no suffix)'!r}",
            where=str(path),
            fix=f"Give the file one of these endings: {', '.join(_FORMATS)} (.gz or .zst may follow).",
        )
    if suffix == ".parquet":
        return _read_parquet(path, {*wanted, *(name.split(".")[0] for name in wanted)})
    if suffix == ".csv":
        return _read_csv(path)
    if suffix == ".json" and _starts_with_bracket(path):
        return _read_json_list(path)
    return _read_json_lines(path)


def _parse(text: str | bytes, file: str, line: int) -> Any:
    """Parse JSON of unknown origin: depth, number length and syntax errors all become one kind of stop."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(
            f"broken JSON: {error.msg} at column {error.colno}: {shorten(error.doc[max(0, error.pos - 20) : error.pos + 40])}",
            where=f"{file}:{line + error.lineno - 1}",
            fix="Each line must be one whole JSON object.",
        ) from error
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"JSON that is too deep or has a number that is too long: {type(error).__name__}",
            where=f"{file}:{line}",
            fix="Simplify or remove the row.",
        ) from error


def _as_row(value: Any, file: str, number: int) -> ForeignRow:
    if not isinstance(value, Mapping):
        raise DataError(
            f"a row must be a JSON object, not {type(value).__name__}: {shorten(value)}",
            where=f"{file}:{number}",
            fix='Write each row as {"problem": ..., "answer": ...}.',
        )
    return ForeignRow(file, number, value)


def _read_json_lines(path: Path) -> Iterator[ForeignRow]:
    for number, line in read_lines(path):
        if line.strip():
            yield _as_row(_parse(line, str(path), number), str(path), number)


def _starts_with_bracket(path: Path) -> bool:
    with open_unpacked(path) as file:
        return file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


def _read_json_list(path: Path) -> Iterator[ForeignRow]:
    with open_unpacked(path) as file:
        data = file.read(MAX_JSON_LIST_BYTES + 1)
    if len(data) > MAX_JSON_LIST_BYTES:
        raise DataError(
            f"a JSON list of more than {MAX_JSON_LIST_BYTES // 2**20} MiB",
            where=str(path),
            fix="Write it as JSON lines: one object a line, file ending .jsonl",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            f"not UTF-8 text ({error.reason} at byte {error.start})",
            where=str(path),
            fix="Convert it to UTF-8.",
        ) from error
    for number, value in enumerate(_parse(text, str(path), 1), 1):
        yield _as_row(value, str(path), number)


def _read_csv(path: Path) -> Iterator[ForeignRow]:
    """Yield rows of texts; an empty cell is an empty text, and quoted cells may hold line breaks."""
    header: list[str] | None = None
    number = 0
    reader = csv.reader(_lines_with_breaks(path), strict=True)
    try:
        for cells in reader:
            if not cells:  # a blank line between rows
                continue
            if header is None:
                header = _check_header(cells, path)
                continue
            number += 1
            if len(cells) != len(header):
                raise DataError(
                    f"row has {len(cells)} cells, the header has {len(header)}",
                    where=f"{path}:{number}",
                    fix="Quote cells that hold commas or line breaks.",
                )
            yield ForeignRow(str(path), number, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        raise DataError(
            f"broken CSV: {error}",
            where=f"{path}:{number + 1}",
            fix="Quote cells, or use JSON lines for long texts.",
        ) from error


def _lines_with_breaks(path: Path) -> Iterator[str]:
    for _, line in read_lines(path):
        yield line + "\n"


def _check_header(cells: list[str], path: Path) -> list[str]:
    repeated = sorted({name for name in cells if cells.count(name) > 1})
    if repeated:
        raise DataError(
            f"the header names a column twice: {', '.join(map(shorten, repeated))}",
            where=f"{path}:header",
            fix="Rename one of them.",
        )
    return cells


def _read_parquet(path: Path, wanted: set[str]) -> Iterator[ForeignRow]:
    import pyarrow.parquet as pq

    number = 0
    fix = "Is this a Parquet file, and whole? Parquet files must not be packed with gzip or zstd again."
    with boundary(f"read the Parquet file {path}", fix=fix, kind=DataError), pq.ParquetFile(path) as file:
        names = tuple(file.schema_arrow.names)
        chosen = [name for name in names if name in wanted]
        if not chosen:  # the first row says which columns there are
            if file.metadata.num_rows:
                yield ForeignRow(str(path), 1, {}, names)
            return
        for batch in file.iter_batches(batch_size=4096, columns=chosen):
            for values in batch.to_pylist():
                number += 1
                yield ForeignRow(str(path), number, values, names)
