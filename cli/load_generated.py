"""`dartkit load generated RUN`: problems from the built-in generator, for trying things without data or network."""

from __future__ import annotations

from typing import Annotated

import typer

from .command import command
from .console import Terminal
from .new_run import load_problems
from .options import Flag, IntoSplit, More, RunPath, RunSeed


@command(
    "dartkit load generated runs/demo --per-level 2",
    "dartkit load generated runs/demo --per-level 2 --split test",
)
def load_generated(
    terminal: Terminal,
    run: RunPath,
    more: More,
    family: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Task family; repeatable. Default: those the tiny model saw."),
    ] = None,
    level: Annotated[
        list[int] | None, typer.Option(metavar="N", help="Level from 1 to 7; repeatable. Default: 1 to 5.")
    ] = None,
    per_level: Annotated[
        int | None, typer.Option(metavar="N", help="Problems of each level. Default: 40.")
    ] = None,
    split: IntoSplit = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Another seed gives other problems. Default: 0.")
    ] = None,
    run_seed: RunSeed = None,
) -> None:
    """Load word problems from the built-in generator; needs no data and no network."""
    flags = [
        Flag("--family", "source.families", family or None),
        Flag("--level", "source.levels", level or None),
        Flag("--per-level", "source.per_level", per_level),
        Flag("--split", "source.split", split),
        Flag("--seed", "source.seed", seed),
    ]
    load_problems(terminal, run, run_seed, "generated", flags, more)
