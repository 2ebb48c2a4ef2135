"""Results on disk: which ones a path names, and how two of them differ in what was measured.

FILE.json       one result
RUN             the only eval of a run directory; RUN:NAME names one of several
EVALS           a folder of `dartkit eval MODEL --tasks`, a run directory for each task; EVALS:NAME likewise
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from dartkit.errors import DataError, UsageError
from dartkit.files import read_json

SUITE = "suite.json"
"""The file that marks a folder of `dartkit eval MODEL --tasks`."""

Result = dict[str, Any]


class Difference(NamedTuple):
    """Something in which two results differ; `blocks` says that their numbers then measure different things."""

    what: str
    blocks: bool


def read_results(place: str) -> dict[str, Result]:
    """Return the results that a place names, by task; a run directory or file counts as a task of its folder's name.

    Raises:
        UsageError: when there is no result, or several and none was named.
        DataError: for a file that is no result, or that an older dartkit wrote.
    """
    path, name = Path(place), None
    if not path.exists() and ":" in place:
        before, _, name = place.rpartition(":")
        path = Path(before)
    if path.is_file():
        return {path.resolve().parent.parent.name: _read(path)}
    if (path / SUITE).is_file():
        runs = sorted(item.parent for item in path.glob("*/run.json"))
        found = {run.name: _only(run, name, lenient=True) for run in runs}
        results = {task: result for task, result in found.items() if result is not None}
        if results:
            return results
    elif (path / "run.json").is_file():
        result = _only(path, name, lenient=False)
        if result is not None:
            return {path.resolve().name: result}
    raise UsageError(
        f"no result of an evaluation at '{place}'",
        fix="Give a file evals/NAME.json, RUN:NAME, or the folder of dartkit eval MODEL --tasks.",
    )


def _only(run: Path, name: str | None, *, lenient: bool) -> Result | None:
    """Return the result of this name, or the only one of a run; None where a task has none of it yet."""
    files = {file.stem: file for file in sorted((run / "evals").glob("*.json"))}
    if name is not None:
        if name not in files and not lenient:
            raise UsageError(
                f"there is no eval named '{name}'",
                where=str(run),
                fix=f"Evals: {', '.join(files) or 'none'}.",
            )
        return _read(files[name]) if name in files else None
    if len(files) > 1:
        raise UsageError(
            f"there are {len(files)} evals: {', '.join(files)}", where=str(run), fix="Say which: PATH:NAME"
        )
    return next((_read(file) for file in files.values()), None)


def _read(path: Path) -> Result:
    try:
        found = read_json(path)
    except (OSError, ValueError) as error:
        raise DataError(
            f"cannot read this result: {error}", where=str(path), fix="Run the eval again."
        ) from error
    if not isinstance(found, dict) or "per_problem" not in found:
        raise DataError(
            "this is not the result of an evaluation", where=str(path), fix="Give evals/NAME.json."
        )
    if "rows" not in found:
        raise DataError(
            "this result was written by an older dartkit and has no rows of its problems",
            where=str(path),
            fix="Run the same eval again: it draws nothing that is there.",
        )
    return found


def find_differences(first: Result, second: Result) -> list[Difference]:
    """Return in what two results differ: problems, gold answers, verifier and prompt block a comparison, sampling does not."""
    rows, others = first["rows"], second["rows"]
    found = []
    if rows.keys() != others.keys():
        only, also = len(rows.keys() - others.keys()), len(others.keys() - rows.keys())
        found.append(Difference(f"problems: {only} only in A, {also} only in B", True))
    golds = sum(rows[key]["answer_id"] != others[key]["answer_id"] for key in rows.keys() & others.keys())
    if golds:
        found.append(Difference(f"gold answers of {golds} problems", True))
    if first["verifier_id"] != second["verifier_id"]:
        names = f"{first['verifier']} {first['verifier_id'][:8]} and {second['verifier']} {second['verifier_id'][:8]}"
        found.append(Difference(f"verifier: {names}", True))
    sampler, other = first["sampler"], second["sampler"]
    for key, blocks in (
        ("prompt_hash", True), ("system_prompt", True), ("temperature", False), ("top_p", False), ("top_k", False),
        ("min_p", False), ("repetition_penalty", False), ("stop", False),
    ):  # fmt: skip
        if sampler[key] != other[key]:
            found.append(Difference(f"{key}: {_short(sampler[key])} and {_short(other[key])}", blocks))
    return found + [
        Difference(f"{key}: {first[key]} and {second[key]}", False)
        for key in ("max_tokens", "samples_per_problem")
        if first[key] != second[key]
    ]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
