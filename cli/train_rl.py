"""`dartkit train-rl RUN --algo dapo`: reinforcement learning with verifiable rewards on an export."""

from __future__ import annotations

from typing import Annotated

import typer

from .command import command
from .console import Terminal
from .options import (
    Data,
    Drawing,
    DryRun,
    Flag,
    Fork,
    LearningRate,
    More,
    Name,
    Resume,
    RunPath,
    Track,
    begin_flags,
)
from .steps import forecast_training, run_step
from .training_length import TrainFor, apply_length


@command(
    "dartkit train-rl runs/demo --algo dapo --steps 1 --prompts-per-step 2 --group-size 2 --max-tokens 48 "
    "--set algo.dynamic_sampling=false"
)
def train_rl(
    terminal: Terminal,
    run: RunPath,
    drawing: Drawing,
    more: More,
    algo: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Algorithm: dapo, grpo, dr-grpo, gspo, cispo, sapo, reinforce++ or rloo. Default: dapo.",
        ),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Settings of a paper or script; see: dartkit algos."),
    ] = None,
    name: Name = None,
    data: Data = None,
    steps: Annotated[int | None, typer.Option(metavar="N", help="Rollout steps. Default: 40.")] = None,
    prompts_per_step: Annotated[
        int | None, typer.Option(metavar="N", help="Groups in a training batch. Default: 32.")
    ] = None,
    group_size: Annotated[
        int | None, typer.Option(metavar="N", help="Samples of each prompt. Default: 8.")
    ] = None,
    learning_rate: LearningRate = None,
    resume: Resume = None,
    fork: Fork = None,
    train_for: TrainFor = None,
    track: Track = None,
    dry_run: DryRun = False,
) -> None:
    """Train a model with DAPO, or another algorithm, on an RL export.

    The model is written to models/NAME. A killed training goes on from its checkpoint (docs/resuming.md).
    """
    length, more = apply_length(train_for, steps, more)
    flags = [
        Flag("--preset", "preset", preset),
        Flag("--algo", "algo.kind", algo),
        Flag("--name", "name", name),
        Flag("--data", "data", data),
        *length,
        Flag("--prompts-per-step", "prompts_per_step", prompts_per_step),
        Flag("--group-size", "group_size", group_size),
        Flag("--learning-rate", "optimizer.learning_rate", learning_rate),
        *begin_flags(resume, fork),
        Flag("--track", "track", track or None),
        *drawing.flags(),
    ]
    run_step(terminal, "train-rl", run, flags, more, dry_run=dry_run, forecast=forecast_training)
