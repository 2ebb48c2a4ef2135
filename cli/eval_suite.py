"""The form of `dartkit eval` that takes a model and benchmarks."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

from dartkit.errors import UsageError

from .console import TableLike, Terminal, TextTable
from .eval_options import Benchmarks
from .eval_tables import suite_tables
from .options import Flag, More
from .step_settings import build_step

NOT_HERE = {
    "--compare-to": "Compare two evaluations with: dartkit eval compare A B",
    "--min-gain": "Compare two evaluations with: dartkit eval compare A B",
    "--split": "A benchmark is its test set.",
    "--model": "The model is the first argument.",
}
"""Flags of `dartkit eval RUN` that mean nothing for benchmarks."""


def evaluate_suite(
    terminal: Terminal, model: str, benchmarks: Benchmarks, flags: list[Flag], more: More, *, dry_run: bool
) -> None:
    """Measure a model on benchmarks, or with `dry_run` print what that would take.

    Raises:
        DartkitError: whatever stops it.
    """
    from dartkit.suite import forecast_suite, plan_suite, run_suite

    for flag in flags:
        if flag.value is not None and flag.name in NOT_HERE:
            raise UsageError(f"{flag.name} does not go with --tasks", fix=NOT_HERE[flag.name])
    names = [name.strip() for name in (benchmarks.tasks or "").split(",") if name.strip()]
    given = build_step("eval", [*flags, Flag("MODEL", "model.path", model)], more)
    plan = plan_suite(names, _read_files(benchmarks.task_file or []), given, limit=benchmarks.limit)
    root = (
        benchmarks.into
        or Path("runs") / f"eval-{re.sub(r'[^A-Za-z0-9._-]+', '-', model).strip('-') or 'model'}"
    )
    if dry_run:
        forecast = forecast_suite(root, plan)
        terminal.result(forecast, [_forecast_table(forecast)])
        return
    with terminal.progress() as events:
        result = run_suite(root, plan, events, seed=benchmarks.run_seed or 0)
    following = f"dartkit eval compare {shlex.quote(str(root))} OTHER"
    terminal.result({**result, "next": following}, suite_tables(result))
    terminal.say(f"next: {following}", event="Next")


def _read_files(texts: list[str]) -> dict[str, str]:
    files = {}
    for text in texts:
        name, equals, path = text.partition("=")
        if not (name and equals and path):
            raise UsageError(
                f"--task-file {text}: expected NAME=PATH", fix="Example: --task-file gsm8k=gsm8k/test.jsonl"
            )
        files[name] = path
    return files


def _forecast_table(forecast: dict[str, Any]) -> TableLike:
    rows = [
        (
            item["task"], f"{item['problems']:,}{'' if item['counted'] else ' (stated)'}", f"{item['draws']:,}",
            f"{item['stored_draws']:,}", f"{item['max_completion_tokens']:,}",
        )
        for item in forecast["tasks"]
    ]  # fmt: skip
    total = forecast["total"]
    if len(rows) > 1:
        rows.append(
            (
                "all",
                f"{total['problems']:,}",
                f"{total['draws']:,}",
                "",
                f"{total['max_completion_tokens']:,}",
            )
        )
    columns = ("task", "problems", "draws", "on disk", "completion tokens at most")
    return TextTable(f"eval into {forecast['run']}", columns, tuple(rows), "Nothing was drawn (--dry-run).")
