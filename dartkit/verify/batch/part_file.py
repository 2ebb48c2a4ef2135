"""Output that may be cut at any byte: it grows as OUT.part, goes on from its complete lines, and becomes OUT when whole.

OUT.part.json says which work the part belongs to. It is written before the part and removed after the part became OUT,
so a part is never taken for the part of other work; a note that was cut itself is no note.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from dartkit.errors import EnvironmentProblem

GZIP_LEVEL = 6


class PartFile:
    """Lines on their way to a file. Use it as a context; leaving without `finish` keeps the part.

    Args:
        path: The file to be; compressed if its name ends in `.gz`.
        fingerprint: What identifies the work. None: the work cannot be recognised again, so it always begins anew.

    Raises:
        EnvironmentProblem: when the folder is missing or not writable, or the disk is full.
    """

    def __init__(self, path: Path, fingerprint: str | None) -> None:
        self.path = path
        self.part = path.with_name(f"{path.name}.part")
        self.note = path.with_name(f"{path.name}.part.json")
        with self._named_errors():
            if fingerprint is None or not self._is_ours(fingerprint):
                self.part.unlink(missing_ok=True)
                self.note.unlink(missing_ok=True)
                path.parent.mkdir(parents=True, exist_ok=True)
            if fingerprint is not None and not self.note.exists():
                self.note.write_text(json.dumps({"fingerprint": fingerprint}) + "\n", encoding="ascii")
            self._file = self.part.open("ab")

    def keep_complete_rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows that an earlier call finished, and cut off what follows them. To be used up before any `write`."""
        length = 0
        with self._named_errors(), self.part.open("rb") as file:
            for line in file:
                row = _complete_row(line)
                if row is None:
                    break
                length += len(line)
                yield row
        with self._named_errors():
            self._file.truncate(length)

    def write(self, line: bytes, /) -> None:
        """Append a line.

        Raises:
            EnvironmentProblem: when the disk is full; the lines before are kept.
        """
        with self._named_errors():
            self._file.write(line)

    def flush(self) -> None:
        """Hand what was written to the system, where a kill of this process cannot reach it; raises as `write` does."""
        with self._named_errors():
            self._file.flush()

    def finish(self) -> None:
        """Put the whole file in place of what is there under its name.

        Raises:
            EnvironmentProblem: when the disk is full; the part is kept.
        """
        with self._named_errors():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            if self.path.suffix == ".gz":
                packed = self.path.with_name(f"{self.path.name}.part.gz")
                _compress(self.part, packed)
                packed.replace(self.path)
                self.part.unlink()
            else:
                self.part.replace(self.path)
            self.note.unlink(missing_ok=True)

    def __enter__(self) -> PartFile:
        return self

    def __exit__(self, *failure: object) -> None:
        with contextlib.suppress(OSError):  # a full disk was reported before
            self._file.close()

    def _is_ours(self, fingerprint: str) -> bool:
        try:
            noted = json.loads(self.note.read_bytes())
        except (FileNotFoundError, ValueError):
            return False
        return isinstance(noted, dict) and noted.get("fingerprint") == fingerprint

    @contextlib.contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise EnvironmentProblem(
                f"cannot write this file ({error.strerror})",
                where=str(self.path),
                fix=f"Free disk space or choose another place. What was finished is kept in {self.part.name}.",
            ) from error


def _complete_row(line: bytes) -> dict[str, Any] | None:
    """Return the row of a line that was written to its end."""
    if not line.endswith(b"\n"):
        return None
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and isinstance(row.get("outcome"), str) else None


def _compress(source: Path, target: Path) -> None:
    """Compress a file; the same content gives the same bytes, because neither name nor time is noted."""
    with source.open("rb") as plain, target.open("wb") as file:
        packed: IO[bytes]
        with gzip.GzipFile("", "wb", GZIP_LEVEL, file, mtime=0) as packed:  # type: ignore[assignment]  # it is one
            shutil.copyfileobj(plain, packed, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
