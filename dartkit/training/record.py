"""The facts about a training that stay beside its model: what it was made of, its metrics, and that it is finished.

`train.json` is written last; while it is missing the folder is unfinished work that the same command resumes. `metrics.jsonl`
has one line a step; lines after the checkpoint that a run resumes from are cut off and made again.
"""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import DataError, UsageError, from_os_error
from dartkit.files import read_json, write_json, write_json_lines
from dartkit.ids import content_id

if TYPE_CHECKING:
    from dartkit.settings import Settings


def training_identity(
    settings: Settings, *, model: str, revision: str | None, data: Path, run_seed: int
) -> dict[str, Any]:
    """Return what decides a training's result, by name. How often it saves is not part of it.

    Raises:
        DataError: when the data file does not exist.
    """
    fields = settings.model_dump(mode="json", exclude={"save_every_steps", "name"})
    source = {"model": model, "revision": revision}
    return {
        "settings": content_id("training", fields),
        "source model": content_id("training-source", source),
        "data": hash_file(data),
        "run seed": run_seed,
    }


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
        UsageError: naming what differs.
    """
    differing = sorted(key for key in {*identity, *stored} if identity.get(key) != stored.get(key))
    if differing:
        raise UsageError(
            f"this folder holds a training with other {', '.join(differing)}",
            where=str(where),
            fix="Give the new training another `name`, or delete the folder of the old one.",
        )


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


class MetricsLog:
    """One JSON line for each step. Numbers that are not finite are stored as null.

    Args:
        path: The file; made when the first line is written.
        finished_steps: Lines of later steps are removed, and a line that a kill cut in half.
    """

    def __init__(self, path: Path, finished_steps: int) -> None:
        self._path = path
        if path.exists():
            kept = [row for row in read_metrics(path) if row["step"] <= finished_steps]
            write_json_lines(path, kept)

    def append(self, row: dict[str, Any]) -> None:
        """Add one step's numbers; they survive a kill of this process when this returns.

        Raises:
            EnvironmentProblem: when the disk is full or not writable.
        """
        clean = {
            key: None if isinstance(value, float) and not math.isfinite(value) else value
            for key, value in row.items()
        }
        line = json.dumps(clean, ensure_ascii=False, allow_nan=False) + "\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab", buffering=0) as file:
                file.write(line.encode())
        except OSError as error:
            raise from_os_error(error, str(self._path)) from error


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """Return the complete lines of a metrics file; the rest of a file cut by a kill is passed over."""
    rows: list[dict[str, Any]] = []
    for line in path.read_bytes().split(b"\n")[:-1]:
        try:
            rows.append(json.loads(line))
        except ValueError:
            break
    return rows
