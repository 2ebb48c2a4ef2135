"""Foreign files as streams: find them, hash them, unpack them, cut them into lines.

Nothing here holds a whole file, and no line may be longer than `MAX_LINE_BYTES`, so a compressed file that unpacks to
a single endless line ends in an error instead of a full memory.
"""

from __future__ import annotations

import glob
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from dartkit.errors import DataError

if TYPE_CHECKING:
    from dartkit.run import RunDir

MAX_LINE_BYTES = 16 * 2**20
REVISION_LENGTH = 16
_COMPRESSED = (".gz", ".zst")


def expand_paths(run: RunDir, paths: Iterable[str]) -> list[Path]:
    """Return the files that paths and glob patterns name, each once: patterns in the order given, matches sorted.

    Raises:
        DataError: for a file that does not exist, a pattern without a match, or a folder.
    """
    found: dict[Path, None] = {}
    for given in paths:
        path = run.resolve(given).expanduser()
        if path.is_dir():
            raise DataError(
                "this is a folder, not a file",
                where=given,
                fix=f"Name the files in it, for example with the pattern {given.rstrip('/')}/*.jsonl",
            )
        if path.exists():
            found[path] = None
            continue
        files = _matches(path) if glob.has_magic(str(path)) else []
        if not files:
            what = "no file matches this pattern" if glob.has_magic(given) else "no such file"
            raise DataError(what, where=given, fix=f"Check the spelling; the current folder is {Path.cwd()}")
        found.update(dict.fromkeys(files))
    return list(found)


def _matches(pattern: Path) -> list[Path]:
    """Return the files that a glob pattern matches, sorted, without hidden ones."""
    base = Path(pattern.anchor) if pattern.is_absolute() else Path()
    try:
        found = sorted(base.glob(str(pattern.relative_to(base))))
    except ValueError as error:  # for example a**b
        raise DataError(
            f"not a valid pattern: {error}", where=str(pattern), fix="Use *, ?, [] and whole **."
        ) from error
    return [path for path in found if path.is_file() and not path.name.startswith(".")]


def data_suffix(path: Path) -> str:
    """Return the suffix that says the format, lower case, without `.gz` or `.zst`."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def data_stem(path: Path) -> str:
    """Return the file's name without its format and compression suffixes, the default name of a source."""
    name = path.name
    for suffix in (*_COMPRESSED, data_suffix(path)):
        if suffix and name.lower().endswith(suffix):
            name = name[: -len(suffix)]
    return name


def file_revision(path: Path) -> str:
    """Return the first 16 hex characters of the SHA-256 of the file as it lies on disk."""
    with _reading(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:REVISION_LENGTH]


@contextmanager
def open_unpacked(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading; `.gz` and `.zst` are unpacked as they are read.

    Raises:
        DataError: for a file that cannot be opened, and for broken or cut off compressed data.
    """
    with _reading(path):
        suffix = path.suffix.lower()
        if suffix == ".gz":
            with gzip.open(path, "rb") as unpacked:
                yield cast("IO[bytes]", unpacked)
        elif suffix == ".zst":
            import pyarrow as pa

            with pa.OSFile(str(path)) as packed, pa.CompressedInputStream(packed, "zstd") as native:
                yield cast("IO[bytes]", io.BufferedReader(native))
        else:
            with path.open("rb") as plain:
                yield plain


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:  # pyarrow reports broken zstd as OSError too
        raise DataError(
            f"cannot read this file: {error}",
            where=str(path),
            fix="Check its permissions, or fetch it again.",
        ) from error


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the number (from 1) and text of every line, without the line break.

    Raises:
        DataError: for a line over `MAX_LINE_BYTES` or one that is not UTF-8.
    """
    with open_unpacked(path) as file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES + 2):
            number += 1
            where = f"{path}:{number}"
            if len(line.rstrip(b"\r\n")) > MAX_LINE_BYTES:
                raise DataError(
                    f"this line is longer than {MAX_LINE_BYTES // 2**20} MiB",
                    where=where,
                    fix="Is this JSON lines? Write one row on each line, or split the row.",
                )
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise DataError(
                    f"not UTF-8 text ({error.reason} at byte {error.start} of the line)",
                    where=where,
                    fix="Convert the file to UTF-8, for example with iconv.",
                ) from error
            yield number, text.rstrip("\r\n")
