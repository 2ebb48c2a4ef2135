"""One row's whole life: the problem, its draws, their verdicts, what was decided about them and where they were exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import UsageError

if TYPE_CHECKING:
    from dartkit.run import RunDir

Row = dict[str, Any]
SHOWN_MATCHES = 10
_ID_COLUMNS = ("sample_id", "problem_id")


def find_id(run: RunDir, prefix: str) -> tuple[str, str]:
    """Return `(kind, id)` of the one problem or sample whose id starts with `prefix`.

    Raises:
        UsageError: when none or several do; several are listed.
    """
    problems = {row["problem_id"] for row in run.rows("problems", ("problem_id",))}
    matches = [("problem", key) for key in sorted(problems) if key.startswith(prefix)]
    samples = {row["sample_id"] for row in run.rows("samples", ("sample_id", "finish_reason", "max_tokens"))}
    matches += [("sample", key) for key in sorted(samples) if key.startswith(prefix)]
    if len(matches) == 1:
        return matches[0]
    if not matches:
        raise UsageError(
            f"no problem or sample has an id that starts with '{prefix}'",
            where=str(run.path),
            fix="Ids stand in the exports and in problems/ and samples/; the first characters are enough.",
        )
    shown = ", ".join(f"{kind} {key}" for kind, key in matches[:SHOWN_MATCHES])
    more = f" and {len(matches) - SHOWN_MATCHES} more" if len(matches) > SHOWN_MATCHES else ""
    raise UsageError(
        f"{len(matches)} ids start with '{prefix}': {shown}{more}",
        where=str(run.path),
        fix="Give more characters.",
    )


def gather_life(run: RunDir, kind: str, key: str) -> Row:
    """Return everything the run knows of a problem, or of one sample and its problem; JSON-ready."""
    draws = [row for row in run.rows("samples") if key in (row["problem_id"], row["sample_id"])]
    problem_id = key if kind == "problem" else draws[0]["problem_id"]
    ids = {problem_id, *(row["sample_id"] for row in draws)}
    verdicts = [row for row in run.rows("verdicts") if row["sample_id"] in ids]
    return {
        "kind": kind,
        "id": key,
        "problem": next((row for row in run.rows("problems") if row["problem_id"] == problem_id), None),
        "difficulty": [_row_of(item) for item in run.difficulty() if item.problem_id == problem_id],
        "targets": [_row_of(item) for item in run.targets() if item.problem_id == problem_id],
        "samples": [
            {**row, "verdicts": [item for item in verdicts if item["sample_id"] == row["sample_id"]]}
            for row in draws
        ],
        "decisions": [_row_of(item) for item in run.decisions() if item.item_id in ids],
        "exports": list(_exports(run.path / "exports", ids if kind == "sample" else {problem_id}, kind)),
    }


def _row_of(record: Any) -> Row:
    from dartkit.records import as_row

    return as_row(record)


def _exports(folder: Path, ids: set[str], kind: str) -> Iterator[Row]:
    """Yield file and row number of each exported row of these ids, from the JSON lines and Parquet files of all exports."""
    wanted = "sample_id" if kind == "sample" else "problem_id"
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".jsonl", ".parquet"))
    for path in files:
        rows = _read_lines(path) if path.suffix == ".jsonl" else _read_parquet(path)
        for number, row in enumerate(rows, 1):
            inner = row.get("extra_info") or {}
            if row.get(wanted) in ids or inner.get(wanted) in ids:
                yield {"file": str(path.relative_to(folder.parent)), "row": number}


def _read_lines(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _read_parquet(path: Path) -> Iterator[Row]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        columns = [name for name in (*_ID_COLUMNS, "extra_info") if name in file.schema_arrow.names]
        for batch in file.iter_batches(columns=columns):
            yield from batch.to_pylist()
