"""An evaluation of one model on several benchmarks: a folder with a run directory for each, made and continued by one call.

Every task has a directory of its own because two tasks may hold the same question with differently written gold answers (MATH-500 is
part of MATH). Each is a run like any other: killed at any point it goes on with the same call, `dartkit status` and
`show` read it, more draws are added to those that are there.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from pydantic import ValidationError

from dartkit.errors import GateFailed, UsageError
from dartkit.evaluate.bootstrap import bootstrap_interval
from dartkit.evaluate.metrics import mean_figure
from dartkit.evaluate.results import without_rows
from dartkit.evaluate.stored import SUITE
from dartkit.events import EventSink, Notice
from dartkit.files import read_json, write_json
from dartkit.run import RunDir
from dartkit.runner import EngineShelf, run_stage
from dartkit.settings import Budget, TaskSource
from dartkit.sources.benchmarks import read_task, task_revision
from dartkit.sources.rows import Cleaner
from dartkit.sources.tasks import Task, expand_names, find_task
from dartkit.stage_settings import EvalSettings, LoadSettings


@dataclass(frozen=True, slots=True)
class TaskRun:
    """One task of a suite, with its settings complete."""

    task: Task
    source: TaskSource
    settings: EvalSettings


def plan_suite(
    names: Sequence[str], files: Mapping[str, str], given: EvalSettings, *, limit: int | None = None
) -> list[TaskRun]:
    """Return the tasks to run; what the user set wins over a task's own defaults.

    Args:
        names: Tasks by name; those with a file are added to them.
        files: Local files by task.
        given: The user's settings; only what was set explicitly counts.
        limit: Take only the first problems of each task.

    Raises:
        UsageError: for an unknown task, or settings that do not fit one.
    """
    chosen = given.model_dump(exclude_unset=True)
    return [
        TaskRun(
            task,
            TaskSource(task=task.name, path=files.get(task.name), limit=limit),
            _settings_of(task, chosen),
        )
        for task in map(find_task, dict.fromkeys([*expand_names(names), *files]))
    ]


def _settings_of(task: Task, chosen: dict[str, Any]) -> EvalSettings:
    merged = _merge(task.defaults(), chosen)
    if merged["verifier"].get("name", "dartkit") != task.defaults()["verifier"].get("name", "dartkit"):
        merged["verifier"] = chosen["verifier"]  # another verifier takes none of the task's options
    try:
        settings = EvalSettings.model_validate(merged)
    except ValidationError as error:
        raise UsageError("; ".join(item["msg"] for item in error.errors()), where=task.name) from error
    greedy, n = settings.sampling.temperature == 0, settings.samples_per_problem
    if greedy and n > 1:
        raise UsageError(
            f"{n} draws of each problem at temperature 0 would all be alike",
            where=task.name,
            fix="Add --temperature, for example --temperature 0.7, or leave --samples out.",
        )
    if "name" in chosen:
        return settings
    return settings.model_copy(update={"name": "greedy" if greedy else f"avg{n}"})


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        held = merged.get(key)
        merged[key] = _merge(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
    return merged


def forecast_suite(root: Path, tasks: Sequence[TaskRun]) -> dict[str, Any]:
    """Return what a suite would do: problems, draws and the most tokens of each task. Nothing is opened but local files."""
    found = [_forecast(root, item) for item in tasks]
    total = {key: sum(item[key] for item in found) for key in ("problems", "draws", "max_completion_tokens")}
    return {"run": str(root), "tasks": found, "total": total}


def _forecast(root: Path, item: TaskRun) -> dict[str, Any]:
    problems, counted = item.task.problems, item.source.path is not None
    if counted:
        problems = len({problem.problem_id for problem, _ in read_task(item.source, Cleaner())[0]})
    elif item.source.limit is not None:
        problems = min(problems, item.source.limit)
    draws = problems * item.settings.samples_per_problem
    path = root / item.task.name
    stored = RunDir(path).columns("samples", ("sample_id",)).num_rows if (path / "run.json").is_file() else 0
    return {
        "task": item.task.name,
        "problems": problems,
        "counted": counted,
        "draws": draws,
        "stored_draws": stored,
        "max_completion_tokens": draws * item.settings.sampling.max_tokens,
        "settings": item.settings.model_dump(mode="json"),
    }


def run_suite(root: Path, tasks: Sequence[TaskRun], events: EventSink, *, seed: int = 0) -> dict[str, Any]:
    """Load and measure every task in turn; what is there already is not made again.

    Returns:
        `run`, `model`, `name` of the results, `tasks` (each result without its rows), `average` over tasks where there are several.

    Raises:
        UsageError: when the folder holds another model, or a task's directory other problems.
        GateFailed: when a task is below its gate, after all were measured.
        BudgetReached: when the budget, which all tasks share, is spent; the same call with a larger one goes on.
        DartkitError: whatever else stops a stage.
    """
    _claim(root, tasks)
    shelf, purse = EngineShelf(), _Purse(tasks[0].settings.budget)
    results: dict[str, dict[str, Any]] = {}
    values: list[list[float]] = []
    failed: list[GateFailed] = []
    try:
        for item in tasks:
            path = root / item.task.name
            RunDir.create(path, seed=seed)
            with RunDir(path) as run:
                _load(run, item, events)
                settings = item.settings.model_copy(update={"budget": purse.left()})
                try:
                    run_stage(run, settings, events, shelf=shelf)
                except GateFailed as gate:  # the result is written; the other tasks are measured first
                    failed.append(gate)
                full = read_json(run.path / "evals" / f"{settings.name}.json")
            purse.spend(full)
            results[item.task.name] = {**without_rows(full), "expected_problems": item.task.problems}
            values.append(list(full["per_problem"].values()))
    finally:
        shelf.close()
    if failed:
        raise failed[0]
    found: dict[str, Any] = {"run": str(root), "model": tasks[0].settings.model.path, "tasks": results}
    return {**found, "average": _average(values)} if len(values) > 1 else found


def _average(values: Sequence[Sequence[float]]) -> list[float]:
    """Return the plain mean over tasks with its bootstrap interval, problems of each task resampled by themselves.

    Where no task has two different values the bootstrap has no width, and the mean of the tasks' own bounds stands for it.
    """
    mean = fmean(fmean(task) for task in values)
    if any(len(set(task)) > 1 for task in values):
        low, high = bootstrap_interval(values)
    else:
        figures = [mean_figure(task) for task in values]
        low, high = fmean(item.low for item in figures), fmean(item.high for item in figures)
    return [round(value, 4) for value in (mean, low, high)]


def _claim(root: Path, tasks: Sequence[TaskRun]) -> None:
    model = tasks[0].settings.model
    if model.path.startswith("run:"):
        raise UsageError(
            f"'{model.path}' lies in a run directory, and each task has its own",
            fix="Give the model's folder, for example runs/demo/models/dapo.",
        )
    if (root / "run.json").is_file():
        raise UsageError(f"{root} is a run directory of its own", fix="Give another folder with --run.")
    path = root / SUITE
    if not path.is_file():
        write_json(path, {"format": 1, "model": model.path, "revision": model.revision})
    held = read_json(path)
    if (held["model"], held["revision"]) != (model.path, model.revision):
        raise UsageError(
            f"this folder holds the evaluation of the model '{held['model']}', not of '{model.path}'",
            where=str(root),
            fix="Give another folder with --run.",
        )


def _load(run: RunDir, item: TaskRun, events: EventSink) -> None:
    """Load the problems of a task unless they are there; other problems than those that are there are refused."""
    revision = task_revision(item.source)
    held = {problem.source_revision for problem in run.problems()}
    done = run.step_done("load")
    limit = done["settings"]["source"]["limit"] if done is not None else item.source.limit
    if held - {revision} or limit != item.source.limit:
        what = (
            "other problems"
            if held - {revision}
            else "all problems"
            if limit is None
            else f"the first {limit} problems"
        )
        raise UsageError(
            f"this folder holds {what} of {item.task.title}, not those that were asked for",
            where=str(run.path),
            fix="Give another folder with --run: problems of one evaluation are not exchanged.",
        )
    if done is None:
        counts = run_stage(run, LoadSettings(source=item.source), events)
        if item.source.limit is None and counts["rows"] != item.task.problems:
            text = f"{item.task.title} has {item.task.problems:,} problems, this data has {counts['rows']:,}"
            events.emit(Notice("eval", text))


class _Purse:
    """One budget for all tasks of a suite."""

    def __init__(self, budget: Budget) -> None:
        self._budget, self._draws, self._tokens, self._started = budget, 0, 0, time.monotonic()

    def spend(self, result: dict[str, Any]) -> None:
        """Note the draws of a task, those of earlier calls too, as each stage counts them."""
        self._draws += result["problems"] * result["samples_per_problem"]
        self._tokens += result["tokens"]

    def left(self) -> Budget:
        """Return what is left; a limit of 0 stops at the first draw that is missing."""
        budget = self._budget
        hours = (time.monotonic() - self._started) / 3600
        spent = {
            "max_draws": self._draws, "max_tokens": self._tokens, "max_hours": hours,
            "max_money": hours * budget.money_per_hour,
        }  # fmt: skip
        limits = {name: getattr(budget, name) for name in spent}
        return budget.model_copy(
            update={name: max(0, limits[name] - spent[name]) for name in spent if limits[name] is not None}
        )
