"""A file of pairs, compressed or not: its lines, and what identifies its content."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from dartkit.errors import DataError
from dartkit.verify.batch.lines import Line, read_lines

_READ_BYTES = 1 << 20


class Content(NamedTuple):
    """SHA-256 of a file's bytes, and its number of lines where the bytes are not compressed."""

    digest: str
    lines: int | None


def scan_content(path: Path) -> Content:
    """Read a file once.

    Raises:
        DataError: when it cannot be read.
    """
    digest, breaks, last = hashlib.sha256(), 0, b"\n"
    with _named_errors(path), path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
            breaks += block.count(b"\n")
            last = block[-1:]
    lines = None if path.suffix == ".gz" else breaks + (last != b"\n")
    return Content(digest.hexdigest(), lines)


def read_file(path: Path) -> Iterator[Line]:
    """Yield the lines of a file, uncompressed if its name ends in `.gz`.

    Raises:
        DataError: when it cannot be read, also after some lines, for example a compressed file that was cut.
    """
    with _named_errors(path), path.open("rb") as file:
        if path.suffix == ".gz":
            with gzip.GzipFile(fileobj=file) as plain:
                yield from read_lines(cast("BinaryIO", plain))
        else:
            yield from read_lines(file)


@contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise DataError("no such file", where=str(path), fix="Check the path.") from error
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        fix = "Compress it again; what was finished is kept."
        raise DataError(f"damaged gzip file: {error}", where=str(path), fix=fix) from error
    except OSError as error:
        raise DataError(
            f"cannot read this file ({error.strerror})", where=str(path), fix="Check the path."
        ) from error
