"""`dartkit export sft|rl RUN`: training data out of what was drawn and judged."""

from __future__ import annotations

from typing import Annotated

import typer

from .command import command
from .console import Terminal
from .options import Flag, Formats, More, Name, RunPath, Splits, Strategy, strategy_flags
from .steps import run_step


@command("dartkit export sft runs/demo --format messages --format trl")
def export_sft(
    terminal: Terminal,
    run: RunPath,
    more: More,
    name: Name = None,
    strategy: Strategy = None,
    format: Formats = None,
    split: Splits = None,
    include_reference: Annotated[
        bool, typer.Option("--include-reference", help="Also take the source's own worked solutions.")
    ] = False,
) -> None:
    """Write correct samples for supervised fine-tuning (formats: messages, verl, trl).

    Without --strategy every correct sample is taken; with it, those that the strategy's targets allow.
    """
    flags = [
        Flag("--name", "name", name),
        *strategy_flags(strategy),
        Flag("--format", "formats", format or None),
        Flag("--split", "splits", split or None),
        Flag("--include-reference", "include_reference", include_reference or None),
    ]
    run_step(terminal, "export-sft", run, flags, more)


@command("dartkit export rl runs/demo --max-pass-rate 1.0", "dartkit export rl runs/demo --to verl")
def export_rl(
    terminal: Terminal,
    run: RunPath,
    more: More,
    name: Name = None,
    format: Formats = None,
    min_pass_rate: Annotated[
        float | None, typer.Option(metavar="X", help="Leave out problems measured below this. Default: 0.")
    ] = None,
    max_pass_rate: Annotated[
        float | None, typer.Option(metavar="X", help="Leave out problems measured above this. Default: 1.")
    ] = None,
    split: Splits = None,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="verl",
            help="Also write this trainer's config, reward function and launch script (folder verl/).",
        ),
    ] = None,
) -> None:
    """Write problems with gold answers and pass rates for reinforcement learning (formats: verl, trl)."""
    flags = [
        Flag("--name", "name", name),
        Flag("--format", "formats", format or None),
        Flag("--min-pass-rate", "min_pass_rate", min_pass_rate),
        Flag("--max-pass-rate", "max_pass_rate", max_pass_rate),
        Flag("--split", "splits", split or None),
        Flag("--to", "to", to),
    ]
    run_step(terminal, "export-rl", run, flags, more)
