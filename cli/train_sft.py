"""`dartkit train-sft RUN`: supervised fine-tuning on an export."""

from __future__ import annotations

from typing import Annotated

import typer

from .command import command
from .console import Terminal
from .options import (
    Data,
    DryRun,
    Flag,
    Fork,
    LearningRate,
    Model,
    More,
    Name,
    Resume,
    RunPath,
    Track,
    begin_flags,
)
from .steps import forecast_training, run_step


@command("dartkit train-sft runs/demo --epochs 1 --learning-rate 3e-4")
def train_sft(
    terminal: Terminal,
    run: RunPath,
    more: More,
    name: Name = None,
    data: Data = None,
    model: Model = None,
    epochs: Annotated[int | None, typer.Option(metavar="N", help="Passes over the data. Default: 3.")] = None,
    learning_rate: LearningRate = None,
    preset: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Published hyper-parameters to start from, see docs/sft.md."),
    ] = None,
    resume: Resume = None,
    fork: Fork = None,
    track: Track = None,
    dry_run: DryRun = False,
) -> None:
    """Fine-tune a model on an SFT export.

    The model is written to models/NAME. A killed training goes on from its checkpoint (docs/resuming.md).
    """
    flags = [
        Flag("--name", "name", name),
        Flag("--data", "data", data),
        Flag("--model", "model.path", model),
        Flag("--epochs", "epochs", epochs),
        Flag("--learning-rate", "optimizer.learning_rate", learning_rate),
        Flag("--preset", "preset", preset),
        *begin_flags(resume, fork),
        Flag("--track", "track", track or None),
    ]
    run_step(terminal, "train-sft", run, flags, more, dry_run=dry_run, forecast=forecast_training)
