"""The stage `load`: problems from files, data sets or the generator come into the run.

The whole input is read and checked before the first problem is stored, so a bad row costs nothing but the time to read it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import DataError, UsageError
from dartkit.events import Notice, StageStarted
from dartkit.ids import answer_id, problem_id
from dartkit.records import Problem
from dartkit.settings import FieldMap, FilesSource, GeneratedSource, HubSource, TaskSource
from dartkit.sources.benchmarks import read_task
from dartkit.sources.formats import read_rows
from dartkit.sources.hub import read_hub_rows
from dartkit.sources.intake import Intake, Origin, check_mapped_columns, kind_of, make_problem
from dartkit.sources.rows import MISSING, Cleaner, ForeignRow
from dartkit.sources.streams import data_stem, expand_paths, file_revision

if TYPE_CHECKING:
    from dartkit.engines.base import Engine
    from dartkit.events import EventSink
    from dartkit.run import RunDir
    from dartkit.stage_settings import LoadSettings

STAGE = "load"


def load(run: RunDir, settings: LoadSettings, engine: Engine | None, events: EventSink) -> dict[str, Any]:
    """Load problems; the same input again adds nothing.

    Returns:
        `rows` read; of these `added`, `duplicates` (repeated within the input), `already_loaded`; of a task, `conflicting`
        rows that were left out; and among all rows
        `without_answer`, `in_other_split` (the question is in the run or the input under another split, where it
        stays) and `cleaned_values` (texts with NUL or lone surrogates).

    Raises:
        DataError: naming file and row, when any row cannot be used; nothing is stored then.
        EnvironmentProblem: when a data set cannot be fetched.
    """
    source = settings.source
    events.emit(StageStarted(STAGE, "rows", None, note=source.kind))
    cleaner = Cleaner()
    left_out = 0
    if isinstance(source, GeneratedSource):
        incoming = _generated(source)
    elif isinstance(source, TaskSource):
        found, skipped = read_task(source, cleaner, run.resolve)
        incoming, left_out = iter(found), skipped.conflicting
    elif isinstance(source, HubSource):
        incoming = _from_rows(_hub_inputs(source), source.fields, source.limit, cleaner)
    else:
        incoming = _from_rows(_file_inputs(run, source), source.fields, source.limit, cleaner)
    intake, new = Intake(run), list[Problem]()
    counts = Counter[str](rows=0, new=0, duplicate=0, already_loaded=0, without_answer=0)
    for problem, where in incoming:
        offer = intake.offer(problem, where)
        counts.update(("rows", offer))
        counts["without_answer"] += problem.answer is None
        if offer == "new":
            new.append(problem)
    for problem in new:
        run.append(problem)
    _tell(events, intake.in_other_split, counts["without_answer"], left_out)
    return {
        "rows": counts["rows"],
        "added": len(new),
        "duplicates": counts["duplicate"],
        "already_loaded": counts["already_loaded"],
        "without_answer": counts["without_answer"],
        "in_other_split": intake.in_other_split,
        **({"conflicting": left_out} if isinstance(source, TaskSource) else {}),
        "cleaned_values": cleaner.cleaned_values,
    }


def _tell(events: EventSink, in_other_split: int, without_answer: int, left_out: int) -> None:
    if left_out:
        events.emit(
            Notice(
                STAGE, f"{left_out} rows left out: their question has two different gold answers in this data"
            )
        )
    if in_other_split:
        events.emit(
            Notice(
                STAGE,
                f"{in_other_split} questions are also in another split and stay where they were loaded first: "
                "train and test overlap in this data",
            )
        )
    if without_answer:
        events.emit(Notice(STAGE, f"{without_answer} rows have no gold answer; validate will drop them"))


@dataclass(frozen=True, slots=True)
class _Input:
    """One file or data set: its rows and what all of them share."""

    name: str
    rows: Iterator[ForeignRow]
    origin: Origin


def _columns(fields: FieldMap) -> dict[str, str]:
    return {field: column for field, column in fields.model_dump().items() if column is not None}


def _file_inputs(run: RunDir, source: FilesSource) -> Iterator[_Input]:
    for path in expand_paths(run, source.paths):
        origin = Origin(source.name or data_stem(path), source.split, file_revision(path), source.license)
        yield _Input(str(path), read_rows(path, _columns(source.fields).values()), origin)


def _hub_inputs(source: HubSource) -> Iterator[_Input]:
    name = Path(source.dataset).name if Path(source.dataset).is_dir() else source.dataset
    origin = Origin(name, source.split, source.revision, source.license)
    yield _Input(source.dataset, read_hub_rows(source, set(_columns(source.fields).values())), origin)


def _from_rows(
    inputs: Iterator[_Input], fields: FieldMap, limit: int | None, cleaner: Cleaner
) -> Iterator[tuple[Problem, str]]:
    """Yield a problem and its place for every row, up to `limit` over all inputs."""
    optional = [
        (field, column) for field, column in _columns(fields).items() if field not in ("text", "answer")
    ]
    taken = 0
    for data in inputs:
        seen: set[str] = set()
        row = None
        for row in data.rows:
            seen.update(column for _, column in optional if row.lookup(column) is not MISSING)
            yield make_problem(row, fields, data.origin, cleaner), row.where
            taken += 1
            if taken == limit:
                break
        if row is None:
            raise DataError(
                "this file has no rows", where=data.name, fix="Check that it is the file you meant."
            )
        check_mapped_columns(optional, seen, row)
        if taken == limit:
            return


def _generated(source: GeneratedSource) -> Iterator[tuple[Problem, str]]:
    from dartkit import __version__
    from dartkit.tiny.problems import FAMILIES, generate_problems

    try:
        made = list(
            generate_problems(
                families=source.families or FAMILIES,
                levels=source.levels,
                per_level=source.per_level,
                split=source.split,
                seed=source.seed,
            )
        )
    except ValueError as error:
        raise UsageError(
            f"the generator refuses these settings: {error}", where="source", fix="Change them."
        ) from error
    for number, item in enumerate(made, 1):
        problem = Problem(
            problem_id=problem_id(item.text),
            text=item.text,
            source="generated",
            source_split=source.split,
            source_row=number,
            answer=item.answer,
            answer_id=answer_id(item.answer),
            answer_kind=kind_of(item.answer),
            reference_solution=item.solution,
            domain="math",
            subject=item.family,
            level=str(item.level),
            language="en",
            source_revision=f"dartkit-{__version__}-seed-{source.seed}",
            license="Apache-2.0",
        )
        yield problem, f"generated:{number}"
