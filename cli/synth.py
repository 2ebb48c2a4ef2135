"""`dartkit synth RUN --strategy NAME`: draw until every problem has the correct samples that its strategy wants."""

from __future__ import annotations

from typing import Annotated

import typer

from .command import command
from .console import Terminal
from .options import (
    Drawing,
    DryRun,
    Flag,
    Limits,
    MaxDraws,
    More,
    Rate,
    RunPath,
    ShardOption,
    Splits,
    Strategy,
    strategy_flags,
)
from .steps import run_step


@command("dartkit synth runs/demo --strategy prop2diff --max-correct 4 --max-draws 16 --engine scripted")
def synth(
    terminal: Terminal,
    run: RunPath,
    drawing: Drawing,
    limits: Limits,
    more: More,
    strategy: Strategy = None,
    draws_per_problem: Annotated[
        int | None, typer.Option(metavar="N", help="With vanilla: draws of each problem. Default: 16.")
    ] = None,
    correct_per_problem: Annotated[
        int | None,
        typer.Option(metavar="N", help="With uniform: correct samples of each problem. Default: 40."),
    ] = None,
    max_correct: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="With prop2diff: correct samples of a problem that always fails. Default: 192."
        ),
    ] = None,
    max_draws: MaxDraws = None,
    hopeless_pass_rate: Annotated[
        float | None,
        typer.Option(
            metavar="X", help="Give up once the upper 95 % bound of the pass rate is lower. Default: 0.005."
        ),
    ] = None,
    rate: Rate = None,
    split: Splits = None,
    shard: ShardOption = None,
    dry_run: DryRun = False,
) -> None:
    """Draw and verify samples where the strategy wants them.

    A problem gets no more draws when it has enough correct samples or is hopeless.

    Strategies: vanilla (the same draws for all), uniform (the same correct samples for all), prop2diff (correct samples in
    proportion to difficulty; needs `dartkit estimate` first). Ctrl-C at any time; the same line goes on.
    """
    flags = [
        *strategy_flags(strategy),
        Flag("--draws-per-problem", "strategy.draws_per_problem", draws_per_problem),
        Flag("--correct-per-problem", "strategy.correct_per_problem", correct_per_problem),
        Flag("--max-correct", "strategy.max_correct", max_correct),
        Flag("--max-draws", "max_draws_per_problem", max_draws),
        Flag("--hopeless-pass-rate", "hopeless_pass_rate", hopeless_pass_rate),
        Flag("--rate", "rate", rate),
        Flag("--split", "splits", split or None),
        *drawing.flags(),
        *limits.flags(),
    ]
    run_step(terminal, "synth", run, flags, more, shard=shard, dry_run=dry_run)
