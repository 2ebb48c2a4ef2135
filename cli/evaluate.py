"""`dartkit eval RUN` and `dartkit eval MODEL --tasks ...`: accuracy on held-out problems or on benchmarks, with intervals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dartkit.errors import UsageError

from .command import command
from .console import Terminal
from .eval_options import Benchmarks, Measurement
from .eval_suite import evaluate_suite
from .eval_tables import eval_tables
from .options import Drawing, DryRun, Limits, More
from .steps import run_step


@command(
    "dartkit eval runs/demo --name base --samples 2 --engine scripted",
    "dartkit eval tiny --tasks gsm8k --task-file gsm8k=problems.jsonl --run runs/eval-a --engine scripted",
    "dartkit eval tiny --task-file gsm8k=problems.jsonl --run runs/eval-b --engine scripted --run-seed 1",
    "dartkit eval org/model --tasks dart-six,aime-24 --dry-run",
)
def evaluate(
    terminal: Terminal,
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN|MODEL", help="Run directory with held-out problems; with --tasks, the model."
        ),
    ],
    measurement: Measurement,
    benchmarks: Benchmarks,
    drawing: Drawing,
    limits: Limits,
    more: More,
    dry_run: DryRun = False,
) -> None:
    """Measure the accuracy of a model on held-out problems of a run, or on benchmarks.

    Every figure has an interval over problems. Benchmarks get a run directory each, under one folder; the same line goes on where
    it stopped. Unless you say otherwise each is drawn as its literature does.
    """
    flags = [*measurement.flags(), *drawing.flags(), *limits.flags()]
    if benchmarks.wanted:
        evaluate_suite(terminal, run, benchmarks, flags, more, dry_run=dry_run)
        return
    if benchmarks.strays():
        raise UsageError(
            f"{benchmarks.strays()[0]} goes with --tasks",
            fix="Name benchmarks: dartkit eval MODEL --tasks math-500",
        )
    run_step(terminal, "eval", Path(run), flags, more, dry_run=dry_run, tables=eval_tables)
