"""`dartkit show RUN --step K`: some samples of a training step, as a person reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dartkit.errors import DataError, UsageError

from .console import TableLike, TextTable, format_value, shorten

COLUMNS = (
    "position", "sample", "problem", "finish", "tokens", "outcome", "reward", "rewards", "advantage", "kept", "why",
)  # fmt: skip
KEYS = (
    "position", "sample_index", "problem_id", "finish_reason", "tokens", "outcome", "reward", "rewards", "advantage", "kept",
    "why",
)  # fmt: skip


def find_training(run: Path, name: str | None) -> Path:
    """Return the folder of a training with samples: the named one, or the only one.

    Raises:
        DataError: when there is none.
        UsageError: when there are several and none is named.
    """
    folders = sorted(path.parent for path in (run / "models").glob("*/samples"))
    if name is not None:
        folders = [folder for folder in folders if folder.name == name]
    if not folders:
        raise DataError(
            "no training here left samples", where=str(run), fix=f"Run `dartkit train-rl {run}` first."
        )
    if len(folders) > 1:
        names = ", ".join(folder.name for folder in folders)
        raise UsageError(
            f"several trainings left samples: {names}", where=str(run), fix="Choose one with --training."
        )
    return folders[0]


def step_samples(folder: Path, step: int) -> list[dict[str, Any]]:
    """Return all samples of a step.

    Raises:
        DataError: when the step left none, naming the steps that did.
    """
    from dartkit.report.training_page import read_samples

    rows = read_samples(folder, step)
    if not rows:
        steps = sorted(
            int(path.stem.removeprefix("step-")) for path in (folder / "samples").glob("step-*.jsonl")
        )
        known = f"{steps[0]} to {steps[-1]}" if steps else "none"
        raise DataError(
            f"step {step} left no samples", where=str(folder), fix=f"Steps with samples: {known}."
        )
    return rows


def step_tables(rows: list[dict[str, Any]], *, step: int, shown: int, limit: int) -> list[TableLike]:
    """Return a table of all samples, and prompt and completion of the first `shown`, texts cut after `limit` characters."""
    cells = tuple(tuple(_cell(key, row.get(key)) for key in KEYS) for row in rows)
    tables = [TextTable(f"Samples of step {step}", COLUMNS, cells)]
    for row in rows[:shown]:
        title = f"{row['problem_id'][:12]} sample {row['sample_index']}: {row['outcome']}, reward {row['reward']:.3g}"
        parts = (
            ("prompt", row.get("prompt", "")),
            ("gold answer", row.get("answer", "")),
            ("completion", row["completion"]),
        )
        tables.append(
            TextTable(title, ("what", "text"), tuple((name, shorten(text, limit)) for name, text in parts))
        )
    if len(rows) > shown:
        tables[-1] = tables[-1]._replace(note=f"{len(rows) - shown} more samples; --full")
    return list(tables)


def _cell(key: str, value: Any) -> str:
    if key == "rewards" and isinstance(value, dict):
        return ", ".join(f"{name} {format_value(number)}" for name, number in value.items())
    return str(value)[:12] if key == "problem_id" else format_value(value)
