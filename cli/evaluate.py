"""`dartkit eval RUN` and `dartkit eval MODEL --tasks ...`: accuracy on held-out problems or on benchmarks, with intervals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dartkit.errors import UsageError

from .command import command
from .console import Terminal
from .eval_suite import evaluate_suite
from .eval_tables import eval_tables
from .options import Drawing, DryRun, Flag, Limit, Limits, More, Name, RunSeed, Splits
from .steps import run_step


@command(
    "dartkit eval runs/demo --name base --samples 2 --engine scripted",
    "dartkit eval tiny --tasks gsm8k --task-file gsm8k=problems.jsonl --run runs/eval-a --engine scripted",
    "dartkit eval tiny --tasks gsm8k --task-file gsm8k=problems.jsonl --run runs/eval-b --engine scripted --run-seed 1",
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
    drawing: Drawing,
    limits: Limits,
    more: More,
    tasks: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,NAME", help="Benchmarks to measure MODEL on; dartkit eval tasks lists them."
        ),
    ] = None,
    task_file: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=PATH", help="Local file of a benchmark, in place of the hub; repeatable."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--run", metavar="DIR", help="Folder for the benchmarks' runs. Default: runs/eval-MODEL."
        ),
    ] = None,
    name: Name = None,
    compare_to: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Another eval of this run: report the paired difference."),
    ] = None,
    samples: Annotated[
        int | None, typer.Option(metavar="N", help="Draws of each problem (avg@N). Default: 1.")
    ] = None,
    k: Annotated[
        list[int] | None,
        typer.Option(
            "--k", metavar="K", help="Report pass@K and maj@K too; repeatable. Default: 2, 4, 8 ..."
        ),
    ] = None,
    min_accuracy: Annotated[
        float | None, typer.Option(metavar="X", help="Fail (exit status 3) below this accuracy.")
    ] = None,
    min_gain: Annotated[
        float | None,
        typer.Option(
            metavar="X", help="Fail if the lower bound of the gain over --compare-to is below this."
        ),
    ] = None,
    split: Splits = None,
    limit: Limit = None,
    run_seed: RunSeed = None,
    dry_run: DryRun = False,
) -> None:
    """Measure the accuracy of a model on held-out problems of a run, or on benchmarks.

    Every figure has an interval over problems. Benchmarks get a run directory each, under one folder; the same line goes on where
    it stopped. Unless you say otherwise each is drawn as its literature does.
    """
    flags = [
        Flag("--name", "name", name),
        Flag("--compare-to", "compare_to", compare_to),
        Flag("--samples", "samples_per_problem", samples),
        Flag("--k", "ks", k or None),
        Flag("--min-accuracy", "min_accuracy", min_accuracy),
        Flag("--min-gain", "min_gain", min_gain),
        Flag("--split", "splits", split or None),
        *drawing.flags(),
        *limits.flags(),
    ]
    if tasks or task_file:
        evaluate_suite(
            terminal,
            run,
            tasks,
            task_file or [],
            into,
            flags,
            more,
            limit=limit,
            seed=run_seed,
            dry_run=dry_run,
        )
        return
    _refuse({"--run": into, "--limit": limit, "--run-seed": run_seed})
    run_step(terminal, "eval", Path(run), flags, more, dry_run=dry_run, tables=eval_tables)


def _refuse(options: dict[str, object]) -> None:
    for name, value in options.items():
        if value is not None:
            raise UsageError(
                f"{name} goes with --tasks", fix="Name benchmarks: dartkit eval MODEL --tasks math-500"
            )
