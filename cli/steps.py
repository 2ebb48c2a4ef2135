"""What all stage commands do: check the settings, open the run, run the stage, print its counts and the next command."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from .console import TableLike, Terminal, TextTable, count_rows
from .options import Flag, More, read_shard
from .step_settings import build_step

Counts = dict[str, Any]

NEXT = {
    "load": "validate {run}",
    "load-samples": "verify {run}",
    "validate": "estimate {run}",
    "tune-sampling": "estimate {run}",
    "estimate": "plan {run}",
    "plan": "synth {run} --strategy prop2diff",
    "synth": "export sft {run}",
    "verify": "status {run}",
    "export-sft": "card {run}",
    "export-rl": "card {run}",
    "card": "train-sft {run}",
    "train-sft": "eval {run} --name {name} --model run:models/{name}",
    "train-rl": "eval {run} --name {name} --model run:models/{name}",
    "eval": "status {run}",
}
"""The usual next command after each stage."""


def run_step(
    terminal: Terminal,
    stage: str,
    path: Path,
    flags: Iterable[Flag],
    more: More,
    *,
    shard: str | None = None,
    dry_run: bool = False,
    prepare: Callable[[], None] | None = None,
    tables: Callable[[Counts], list[TableLike]] | None = None,
    forecast: Callable[[Any, Path], dict[str, Any]] | None = None,
) -> None:
    """Run one stage on a run directory, or with `dry_run` print what it would be asked to do.

    Args:
        terminal: Where to print.
        stage: Name of the stage.
        path: The run directory.
        flags: Named flags of the command.
        more: `--set` and `--settings`.
        shard: `I/N` as given.
        dry_run: Open nothing and spend nothing.
        prepare: Called once the settings are known to be good, before the run directory is opened.
        tables: How a person reads the counts; None lists them.
        forecast: What a dry run says beside the settings, from settings and run directory.

    Raises:
        DartkitError: whatever stops the stage.
    """
    settings = build_step(stage, flags, more)
    part = read_shard(shard)
    if dry_run:
        said = {"run": str(path), "shard": list(part), "settings": settings.model_dump(mode="json")}
        terminal.print_json(said if forecast is None else said | forecast(settings, path))
        return
    from dartkit.run import RunDir
    from dartkit.runner import run_stage

    if prepare is not None:
        prepare()
    with RunDir(path, shard=part) as run, terminal.progress() as events:
        counts = run_stage(run, settings, events)
    following = next_command(settings, path)
    drawn = tables(counts) if tables is not None else [counts_table(stage, path, counts)]
    terminal.result({"run": str(path), "stage": stage, "counts": counts, "next": following}, drawn)
    terminal.say(f"next: {following}", event="Next")


def counts_table(stage: str, path: Path, counts: Counts) -> TableLike:
    """Return the counts of a stage as a two-column table."""
    return TextTable(f"{stage} {path}", ("what", "how many"), tuple(count_rows(counts)))


def next_command(settings: Any, path: Path) -> str:
    """Return the command that usually follows a stage."""
    name = shlex.quote(str(getattr(settings, "name", "")))
    return "dartkit " + NEXT[settings.stage].format(run=shlex.quote(str(path)), name=name)


def forecast_training(settings: Any, path: Path) -> dict[str, Any]:
    """Return what a training is expected to take, for its dry run."""
    from dartkit.training.forecast import forecast

    return forecast(settings, path)
