"""The facts about a training that stay beside its model: what it was made of, its metrics, and that it is finished.

`train.json` is written last; while it is missing the folder is unfinished work that the same command resumes. `metrics.jsonl`
has one line a step (and one for step 0 where there is an evaluation); lines after the checkpoint that a run resumes from are cut
off and made again. What depends on the clock is not in it but in `timing.jsonl`, so that two equal trainings have equal metrics.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import DataError, UsageError, from_os_error
from dartkit.files import read_json, write_json, write_json_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dartkit.settings import Settings

SHOWN_DIFFERENCES = 6
SHOWN_CHARACTERS = 60


NOT_IDENTITY = {"save_every_steps", "name", "checkpoint", "track", "budget"}
"""Settings that do not decide a training's result."""


def training_identity(
    settings: Settings,
    *,
    model: str,
    revision: str | None,
    data: Path,
    run_seed: int,
    forked_from: dict[str, Any] | None = None,
    eval_data: Path | None = None,
) -> dict[str, Any]:
    """Return what decides a training's result, by name. How often it saves and what it keeps is not part of it.

    Raises:
        DataError: when a data file does not exist.
    """
    identity = {
        "settings": settings.model_dump(mode="json", exclude=NOT_IDENTITY),
        "source model": {"model": model, "revision": revision},
        "data": hash_file(data),
        "run seed": run_seed,
    }
    if forked_from is not None:
        identity["forked from"] = forked_from
    if eval_data is not None:
        identity["evaluation data"] = hash_file(eval_data)
    return identity


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes.

    Raises:
        DataError: when there is no such file.
    """
    if not path.is_file():
        raise DataError(
            "there is no such file", where=str(path), fix="Run the export stage first, or set `data`."
        )
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise from_os_error(error, str(path)) from error


def require_same(identity: dict[str, Any], stored: dict[str, Any], where: Path) -> None:
    """Refuse to mix two trainings in one folder.

    Raises:
        UsageError: naming each setting that differs, with both values, and what else does.
    """
    differing = list(_differences(stored, identity, ""))
    if differing:
        shown = "; ".join(differing[:SHOWN_DIFFERENCES])
        more = len(differing) - SHOWN_DIFFERENCES
        raise UsageError(
            f"this folder holds a training with other {shown}{f'; and {more} more' if more > 0 else ''}",
            where=str(where),
            fix="Use the settings it was begun with, give the new training another `name` (with `--fork` it begins with "
            "these weights), or delete the folder of the old one.",
        )


def _differences(old: Any, new: Any, path: str) -> Iterator[str]:
    """Yield `path: was X, is Y` for each leaf in which two JSON values differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            inner = key if not path or path == "settings" else f"{path}.{key}"
            yield from _differences(old.get(key), new.get(key), inner)
    elif old != new:
        yield f"{path}: was {_short(old)}, is {_short(new)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def finished_counts(folder: Path, identity: dict[str, Any]) -> dict[str, Any] | None:
    """Return the counts of a finished training in this folder, None when it is not finished.

    Raises:
        UsageError: when the folder holds another finished training.
    """
    path = folder / "train.json"
    if not path.is_file():
        return None
    stored = read_json(path)
    require_same(identity, stored["identity"], folder)
    counts: dict[str, Any] = stored["counts"]
    return counts


def write_finished(
    folder: Path, identity: dict[str, Any], settings: Settings, counts: dict[str, Any]
) -> None:
    """Mark the training as finished."""
    value = {"identity": identity, "settings": settings.model_dump(mode="json"), "counts": counts}
    write_json(folder / "train.json", value)


def remove_leftovers(folder: Path) -> None:
    """Remove what a killed training was writing: files and folders named `.*.tmp`."""
    for left in list(folder.rglob(".*.tmp")):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


class MetricsLog:
    """One JSON line for each step. Numbers that are not finite are stored as null.

    Args:
        path: The file; made when the first line is written.
        finished_steps: Lines of later steps are removed, and a line that a kill cut in half.
        writes: Whether this process writes; of several ranks only the first does.
    """

    def __init__(self, path: Path, finished_steps: int, *, writes: bool = True) -> None:
        self._path = path
        self._writes = writes
        if writes and path.exists():
            kept = [row for row in read_metrics(path) if row["step"] <= finished_steps]
            write_json_lines(path, kept)

    def rows(self) -> list[dict[str, Any]]:
        """Return the lines so far."""
        return read_metrics(self._path) if self._path.exists() else []

    def extend(self, step: int, numbers: dict[str, Any]) -> None:
        """Add numbers to the line of a step, or a line where it has none; the file is replaced whole.

        Raises:
            EnvironmentProblem: when the disk is full or not writable.
        """
        rows = self.rows() if self._writes else []
        if rows and rows[-1]["step"] == step:
            write_json_lines(self._path, [*rows[:-1], {**rows[-1], **_finite(numbers)}])
        else:
            self.append({"step": step, **numbers})

    def append(self, row: dict[str, Any]) -> None:
        """Add one step's numbers; they survive a kill of this process when this returns.

        Raises:
            EnvironmentProblem: when the disk is full or not writable.
        """
        if not self._writes:
            return
        line = json.dumps(_finite(row), ensure_ascii=False, allow_nan=False) + "\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab", buffering=0) as file:
                file.write(line.encode())
        except OSError as error:
            raise from_os_error(error, str(self._path)) from error


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in row.items()
    }


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """Return the complete lines of a metrics file; the rest of a file cut by a kill is passed over."""
    rows: list[dict[str, Any]] = []
    for line in path.read_bytes().split(b"\n")[:-1]:
        try:
            rows.append(json.loads(line))
        except ValueError:
            break
    return rows
