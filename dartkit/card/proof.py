"""The proof of an export: its facts computed again from its files and compared with what it says of itself.

A card is written from what this returns, never from the stored facts alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import DataError, boundary
from dartkit.export.facts import FACTS, describe_files, describe_rl, describe_sft
from dartkit.files import read_json

if TYPE_CHECKING:
    from dartkit.run import RunDir

Row = dict[str, Any]


def prove(run: RunDir, folder: Path) -> Row:
    """Return the facts of an export, after each was found again in its files.

    Raises:
        DataError: when a file is missing or unreadable, or a fact does not agree; names the first that does not.
    """
    facts = _read_facts(folder)
    tables = {name: _read_rows(folder / name) for name in facts["files"]}
    found_files = describe_files(folder, {name: len(rows) for name, rows in tables.items()})
    for name, stated in facts["files"].items():
        _compare(folder / name, stated, found_files[name])
    order = None
    for name, rows in tables.items():
        ids = [_identity(row) for row in rows]
        if order is not None and ids != order:
            raise _disagreement(
                folder / name, "the order of problems", "as in the other files", "another one"
            )
        order = ids
    describe = describe_sft if facts["kind"] == "sft" else describe_rl
    content = describe(run, tables[_main_file(facts)])
    _compare(folder / FACTS, facts["content"], content)
    _check_funnels(folder, facts, content)
    return {**facts, "files": found_files, "content": content}


def _read_facts(folder: Path) -> Row:
    path = folder / FACTS
    if not path.is_file():
        raise DataError("this export has no facts", where=str(path), fix="Run the export again.")
    facts = read_json(path)
    needed = {"kind", "name", "settings", "verifier_id", "files", "content", "funnel"}
    if not isinstance(facts, dict) or not needed <= facts.keys() or not facts["files"]:
        raise DataError("these are not the facts of an export", where=str(path), fix="Run the export again.")
    for name in facts["files"]:
        if Path(name).name != name or not (folder / name).is_file():
            raise DataError(
                "a file of this export is missing", where=str(folder / name), fix="Run the export again."
            )
    return facts


def _read_rows(path: Path) -> list[Row]:
    with boundary(f"read {path}", fix="Run the export again.", kind=DataError):
        if path.suffix == ".parquet":
            import pyarrow.parquet as pq

            table: list[Row] = pq.read_table(path).to_pylist()
            return table
        with path.open("rb") as file:
            return [json.loads(line) for line in file]


def _identity(row: Row) -> tuple[str | None, str | None]:
    """Return problem and sample of a row, in whichever shape it is."""
    problem = row["extra_info"]["problem_id"] if "extra_info" in row else row["problem_id"]
    return problem, row.get("sample_id")


def _main_file(facts: Row) -> str:
    """Return the file that the content is computed from: all rows of an SFT export tell the same, one of an RL export does."""
    if facts["kind"] == "rl":
        return "problems.jsonl"
    return str(next(iter(facts["files"])))


def _check_funnels(folder: Path, facts: Row, content: Row) -> None:
    """Check that each funnel adds up and ends in the number of exported problems or samples."""
    references = content.get("rows_by_phase", {}).get("reference", 0)
    ends = {"problems": content["problems"], "samples": content["rows"] - references}
    for name, steps in facts["funnel"].items():
        total = sum(step["rows"] for step in steps[:-1])
        if total != steps[-1]["rows"] or total != ends[name]:
            raise _disagreement(folder / FACTS, f"the funnel of {name}", steps[-1]["rows"], ends[name])


def _compare(path: Path, stated: Any, found: Any, name: str = "") -> None:
    """Compare two JSON values and name the first place where they differ."""
    if isinstance(stated, dict) and isinstance(found, dict):
        for key in sorted(stated.keys() | found.keys()):
            _compare(path, stated.get(key), found.get(key), f"{name}.{key}" if name else key)
    elif stated != found:
        raise _disagreement(path, name, stated, found)


def _disagreement(path: Path, fact: str, stated: Any, found: Any) -> DataError:
    return DataError(
        f"the data does not prove its facts: {fact} is stated as {stated!r:.80}, found as {found!r:.80}",
        where=str(path),
        fix="The files, or the run's tables, changed after the export: run the export again, then the card.",
    )
