"""`dartkit load samples RUN PATH...`: existing model outputs come in as draws of phase `given`, with their problems."""

from __future__ import annotations

from typing import Annotated

import typer

from .command import command
from .console import Terminal
from .new_run import create_run
from .options import Columns, DataPaths, Flag, IntoSplit, More, RunPath, RunSeed, SourceName
from .steps import run_step

Column = str | None


@command("dartkit load samples runs/given outputs.jsonl --sampler my-model")
def load_samples(
    terminal: Terminal,
    run: RunPath,
    paths: DataPaths,
    columns: Columns,
    more: More,
    completion_field: Annotated[
        Column, typer.Option(metavar="COLUMN", help="Column with the model's output. Default: response.")
    ] = None,
    sampler_field: Annotated[
        Column, typer.Option(metavar="COLUMN", help="Column that names the model. Default: model.")
    ] = None,
    draw_index_field: Annotated[
        Column, typer.Option(metavar="COLUMN", help="Column with the draw's number. Default: sample.")
    ] = None,
    finish_reason_field: Annotated[
        Column, typer.Option(metavar="COLUMN", help="Column that says stop or length.")
    ] = None,
    sampler: Annotated[
        Column,
        typer.Option(metavar="NAME", help="Name of the model of all rows; then no column is read for it."),
    ] = None,
    name: SourceName = None,
    split: IntoSplit = None,
    run_seed: RunSeed = None,
) -> None:
    """Load existing model outputs, so that they can be verified, rated and exported without drawing.

    A column that the files do not have is switched off with --set fields.NAME=null.
    """
    flags = [
        Flag("PATH", "paths", paths),
        Flag("--completion-field", "fields.completion", completion_field),
        Flag("--sampler-field", "fields.sampler", sampler_field),
        Flag("--draw-index-field", "fields.draw_index", draw_index_field),
        Flag("--finish-reason-field", "fields.finish_reason", finish_reason_field),
        Flag("--sampler", "sampler", sampler),
        Flag("--name", "name", name),
        Flag("--split", "split", split),
        *columns.flags("fields"),
    ]
    if sampler is not None and sampler_field is None:
        more = more.adding("fields.sampler=null")
    run_step(terminal, "load-samples", run, flags, more, prepare=lambda: create_run(run, run_seed))
