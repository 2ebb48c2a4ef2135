"""`dartkit load files|hub RUN ...`: problems of others come into a run directory, which is made if it is not there yet."""

from __future__ import annotations

from typing import Annotated

import typer

from .command import command
from .console import Terminal
from .new_run import load_problems
from .options import (
    Columns,
    DataPaths,
    Flag,
    IntoSplit,
    License,
    Limit,
    More,
    RunPath,
    RunSeed,
    SourceName,
)


@command("dartkit load files runs/own problems.jsonl --level-field level")
def load_files(
    terminal: Terminal,
    run: RunPath,
    paths: DataPaths,
    columns: Columns,
    more: More,
    name: SourceName = None,
    split: IntoSplit = None,
    license: License = None,
    limit: Limit = None,
    run_seed: RunSeed = None,
) -> None:
    """Load problems from JSON lines, Parquet or CSV files.

    The run directory is created if it does not exist. All rows are checked before the first one is stored.
    """
    flags = [
        Flag("PATH", "source.paths", paths),
        Flag("--name", "source.name", name),
        *_row_flags(split, license, limit),
    ]
    load_problems(terminal, run, run_seed, "files", [*flags, *columns.flags("source.fields")], more)


@command("dartkit load hub runs/hub ./my-data --limit 100")
def load_hub(
    terminal: Terminal,
    run: RunPath,
    dataset: Annotated[
        str,
        typer.Argument(metavar="DATASET", help="Hub name, or a folder with data files or a saved data set."),
    ],
    columns: Columns,
    more: More,
    config: Annotated[str | None, typer.Option(metavar="NAME", help="Configuration of the data set.")] = None,
    hub_split: Annotated[
        str | None, typer.Option(metavar="SPLIT", help="Split of the data set to read. Default: train.")
    ] = None,
    revision: Annotated[str | None, typer.Option(metavar="COMMIT", help="Commit of the data set.")] = None,
    split: IntoSplit = None,
    license: License = None,
    limit: Limit = None,
    run_seed: RunSeed = None,
) -> None:
    """Load problems from a data set of the Hugging Face hub, or from a folder that `datasets` can read."""
    flags = [
        Flag("DATASET", "source.dataset", dataset),
        Flag("--config", "source.config", config),
        Flag("--hub-split", "source.hub_split", hub_split),
        Flag("--revision", "source.revision", revision),
        *_row_flags(split, license, limit),
    ]
    load_problems(terminal, run, run_seed, "hub", [*flags, *columns.flags("source.fields")], more)


def _row_flags(split: str | None, license: str | None, limit: int | None) -> list[Flag]:
    return [
        Flag("--split", "source.split", split),
        Flag("--license", "source.license", license),
        Flag("--limit", "source.limit", limit),
    ]
