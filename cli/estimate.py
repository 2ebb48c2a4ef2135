"""`dartkit estimate RUN`: measure pass rates with a fixed number of draws of each problem, or from given draws."""

from __future__ import annotations

from typing import Annotated

import typer

from .command import command
from .console import Terminal
from .options import Drawing, DryRun, Flag, Limits, More, RunPath, ShardOption, Splits
from .steps import run_step


@command("dartkit estimate runs/demo --probe 4 --engine scripted")
def estimate(
    terminal: Terminal,
    run: RunPath,
    drawing: Drawing,
    limits: Limits,
    more: More,
    probe: Annotated[
        int | None,
        typer.Option("--probe", "--samples", metavar="N", help="Draws of each problem. Default: 8."),
    ] = None,
    extra_samples: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Further draws of each problem that the probe found always wrong or always right. Default: 0.",
        ),
    ] = None,
    phase: Annotated[
        str | None,
        typer.Option(
            metavar="probe|given", help="Draw, or rate the samples that were loaded. Default: probe."
        ),
    ] = None,
    split: Splits = None,
    shard: ShardOption = None,
    dry_run: DryRun = False,
) -> None:
    """Measure how hard each problem is for the model.

    The result is a pass rate with an interval, and beside it an estimate that also uses what all problems have in common. The number of draws is fixed, because stopping early biases the rate. With --phase given nothing is drawn.
    """
    flags = [
        Flag("--probe", "samples_per_problem", probe),
        Flag("--extra-samples", "extra_samples", extra_samples),
        Flag("--phase", "phase", phase),
        Flag("--split", "splits", split or None),
        *drawing.flags(),
        *limits.flags(),
    ]
    run_step(terminal, "estimate", run, flags, more, shard=shard, dry_run=dry_run)
