"""Problems of a benchmark, from the hub or from a local file, in the one form that all tasks share.

Published copies differ: the gold answer may be a column, the text after `####`, the last box of a solution, a list of answers, or the
number of an option. All of these are read here. A question that stands in the data with two different gold answers is
left out whole, because a draw that is right for one is wrong for the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dartkit.errors import DataError, UsageError
from dartkit.ids import answer_id, problem_id
from dartkit.records import Problem
from dartkit.settings import HubSource, TaskSource
from dartkit.sources.formats import read_rows
from dartkit.sources.hub import read_hub_rows
from dartkit.sources.intake import Origin, kind_of
from dartkit.sources.rows import MISSING, Cleaner, ForeignRow, missing_column, scalar_text, wrong_value
from dartkit.sources.streams import file_revision
from dartkit.sources.tasks import ANSWER, CHOICES, LEVEL, SOLUTION, SUBJECT, TEXT, Task, find_task

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(slots=True)
class Skipped:
    """Rows that are no problem of the task: of another subject, with a picture, or with two gold answers."""

    not_of_task: int = 0
    conflicting: int = 0


def read_task(
    source: TaskSource, cleaner: Cleaner, resolve: Callable[[str], Path] = Path
) -> tuple[list[tuple[Problem, str]], Skipped]:
    """Return the problems of a task with the place of each, and how many rows were left out.

    Args:
        source: Which task, and the file if it is not to come from the hub.
        cleaner: Cleans the texts.
        resolve: What a path of a setting means; a run directory's own where it may lie inside one.

    Raises:
        UsageError: for an unknown task, or one that needs a file.
        DataError: naming file and row, when a row does not state a problem of the task.
        EnvironmentProblem: when the hub cannot be reached.
    """
    task = find_task(source.task)
    rows, origin = _open(source, task, resolve)
    skipped = Skipped()
    found: list[tuple[Problem, str]] = []
    for row in rows:
        if not _belongs(row, task):
            skipped.not_of_task += 1
            continue
        found.append((_read_row(row, task, origin, cleaner), row.where))
        if len(found) == source.limit:
            break
    if not found:
        raise DataError(f"there is no problem of {task.title} in this data", where=origin.source)
    answers: dict[str, set[str | None]] = defaultdict(set)
    for problem, _ in found:
        answers[problem.problem_id].add(problem.answer_id)
    kept = [item for item in found if len(answers[item[0].problem_id]) == 1]
    skipped.conflicting = len(found) - len(kept)
    return kept, skipped


def task_revision(source: TaskSource, resolve: Callable[[str], Path] = Path) -> str | None:
    """Return what the records of this source will have as `source_revision`: a hash of the file, or the commit on the hub."""
    if source.path is not None:
        return file_revision(_file(source.path, resolve))
    return source.revision or find_task(source.task).revision


def _file(path: str, resolve: Callable[[str], Path]) -> Path:
    found = resolve(path).expanduser()
    if not found.is_file():
        what = "this is a folder, not a file" if found.is_dir() else "no such file"
        raise DataError(what, where=path, fix=f"Name one file; the current folder is {Path.cwd()}")
    return found


def _open(
    source: TaskSource, task: Task, resolve: Callable[[str], Path]
) -> tuple[Iterator[ForeignRow], Origin]:
    wanted = {
        *TEXT,
        *ANSWER,
        *SOLUTION,
        *LEVEL,
        *SUBJECT,
        *CHOICES,
        "license",
        *filter(None, (task.without,)),
    }
    if source.path is not None:
        path = _file(source.path, resolve)
        return read_rows(path, wanted), Origin(task.name, source.split, file_revision(path), task.license)
    if task.dataset is None:
        raise UsageError(
            f"no copy of {task.title} on the hub is known",
            fix=f"Give its file: --task-file {task.name}=PATH (docs/evaluation.md says where it is published)",
        )
    revision = source.revision or task.revision
    hub = HubSource(dataset=task.dataset, config=task.config, hub_split=task.hub_split, revision=revision)
    return read_hub_rows(hub, wanted), Origin(task.name, source.split, revision, task.license)


def _belongs(row: ForeignRow, task: Task) -> bool:
    if task.without is not None and row.lookup(task.without) not in (MISSING, None, ""):
        return False
    return not task.subjects or _first(row, SUBJECT)[1] in task.subjects


def _first(row: ForeignRow, columns: tuple[str, ...]) -> tuple[str, Any]:
    """Return the first of these columns that the row has, and its value; the first one and None where it has none."""
    for column in columns:
        value = row.lookup(column)
        if value is not MISSING and value is not None and value != "":
            return column, value
    return columns[0], None


def _read_row(row: ForeignRow, task: Task, origin: Origin, cleaner: Cleaner) -> Problem:
    text = cleaner.required_text(row, "text", _first(row, TEXT)[0])
    if task.choices:
        column, options = _first(row, CHOICES)
        text = _with_options(row, text, column, options, cleaner)
        answer = _letter(row, len(options))
    else:
        answer = _gold(row, cleaner)
    level = cleaner.optional_text(row, "level", _first(row, LEVEL)[0])
    return Problem(
        problem_id=problem_id(text), text=text, source=origin.source, source_split=origin.split, source_row=row.number,
        answer=answer, answer_id=answer_id(answer), answer_kind="choice" if task.choices else kind_of(answer),
        reference_solution=cleaner.optional_text(row, "reference_solution", _first(row, SOLUTION)[0]), domain=task.domain,
        subject=cleaner.optional_text(row, "subject", _first(row, SUBJECT)[0]),
        level=None if level is None else level.removeprefix("Level ").strip(), source_revision=origin.revision,
        license=cleaner.optional_text(row, "license", "license") or origin.license,
    )  # fmt: skip


def _with_options(row: ForeignRow, text: str, column: str, options: Any, cleaner: Cleaner) -> str:
    if options is None:
        raise missing_column(row, "choices", column, may_be_none=False)
    if not isinstance(options, list) or not 2 <= len(options) <= len(LETTERS):
        raise wrong_value(row, "choices", column, options, "a list of 2 to 26 options")
    shown = [scalar_text(item) for item in options]
    if not all(isinstance(item, str) for item in shown):
        raise wrong_value(row, "choices", column, options, "a list of texts")
    lines = [
        f"{letter}. {cleaner.clean(str(item)).strip()}" for letter, item in zip(LETTERS, shown, strict=False)
    ]
    return f"{text.strip()}\n\n" + "\n".join(lines)


def _letter(row: ForeignRow, options: int) -> str:
    """Return the letter of the right option, which data sets give as a letter or as a number from 0."""
    column, value = _first(row, ANSWER)
    if isinstance(value, str) and value.strip().upper() in LETTERS[:options] and len(value.strip()) == 1:
        return value.strip().upper()
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < options:
        return LETTERS[value]
    raise wrong_value(row, "answer", column, value, f"a letter or a number of one of {options} options")


def _gold(row: ForeignRow, cleaner: Cleaner) -> str:
    """Return the gold answer: of a list all, of a worked solution what stands after `####` or in the last box."""
    column, value = _first(row, ANSWER)
    parts = [scalar_text(item) for item in value] if isinstance(value, list) else [scalar_text(value)]
    if not all(item is None or isinstance(item, str) for item in parts):
        raise wrong_value(
            row, "answer", column, value, "text, a finite number, true/false, or a list of these"
        )
    text = ", ".join(cleaner.clean(item).strip() for item in parts if isinstance(item, str))
    text = text.rpartition("####")[2].strip()
    solution = _first(row, SOLUTION)[1]
    if not text and isinstance(solution, str):
        from dartkit.verify.extraction.boxes import last_box

        found = last_box(cleaner.clean(solution))
        text = found.text.strip() if found is not None else ""
    if not text:
        raise DataError(
            f"there is no gold answer in '{column}', and no box in a solution",
            where=row.where,
            fix="Fill the answer in, or leave the row out of the file.",
        )
    return text
