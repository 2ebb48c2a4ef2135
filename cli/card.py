"""`dartkit card RUN`: the data card of each export, with facts computed again from its files."""

from __future__ import annotations

from typing import Annotated

import typer

from .command import command
from .console import Terminal
from .options import Flag, More, RunPath
from .steps import run_step


@command("dartkit card runs/demo --title 'Word problems'")
def card(
    terminal: Terminal,
    run: RunPath,
    more: More,
    export: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Folder under exports/; repeatable. Default: all."),
    ] = None,
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Heading. Default: the run's name.")
    ] = None,
    license: Annotated[
        str | None, typer.Option(metavar="NAME", help="Licence of the data. Default: what the rows say.")
    ] = None,
) -> None:
    """Write the data set card of each export."""
    flags = [
        Flag("--export", "exports", export or None),
        Flag("--title", "title", title),
        Flag("--license", "license", license),
    ]
    run_step(terminal, "card", run, flags, more)
