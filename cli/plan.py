"""`dartkit plan RUN`: what each strategy will cost, before a draw is paid for."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .command import command
from .console import TableLike, Terminal, TextTable
from .options import Flag, MaxDraws, More, RunPath, read_strategy
from .steps import run_step


@command("dartkit plan runs/demo --strategy prop2diff=12 --strategy vanilla=16")
def plan(
    terminal: Terminal,
    run: RunPath,
    more: More,
    strategy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="vanilla|uniform|prop2diff",
            help="Strategy to forecast, with its number; repeatable. Default: prop2diff.",
        ),
    ] = None,
    max_draws: MaxDraws = None,
    assumed_pass_rate: Annotated[
        float | None, typer.Option(metavar="X", help="Used for problems without an estimate. Default: 0.3.")
    ] = None,
    tokens_per_second: Annotated[
        float | None, typer.Option(metavar="X", help="Speed for the hours. Default: what the probe reached.")
    ] = None,
    money_per_hour: Annotated[
        float | None, typer.Option(metavar="X", help="Price of an hour of the machine. Default: 0.")
    ] = None,
) -> None:
    """Forecast what each strategy will cost.

    Draws, tokens, hours and money come from measured pass rates, or from assumed ones before there are any.
    """
    chosen = [read_strategy(text) for text in strategy or []]
    flags = [
        Flag("--strategy", "strategies", chosen or None),
        Flag("--max-draws", "max_draws_per_problem", max_draws),
        Flag("--assumed-pass-rate", "assumed_pass_rate", assumed_pass_rate),
        Flag("--tokens-per-second", "tokens_per_second", tokens_per_second),
        Flag("--money-per-hour", "money_per_hour", money_per_hour),
    ]
    run_step(terminal, "plan", run, flags, more, tables=plan_tables)


def plan_tables(counts: dict[str, Any]) -> list[TableLike]:
    """Return the forecast as tables: all strategies side by side, then each one by level."""
    rows = tuple(
        (item["strategy"], *(_range(item[key]) for key in ("draws", "tokens", "correct", "hours", "money")))
        for item in counts["strategies"]
    )
    note = f"{counts['measured']:,} of {counts['problems']:,} problems are measured; expected value and 90 % range."
    columns = ("strategy", "draws", "tokens", "correct", "hours", "money")
    by_level = [_level_table(item) for item in counts["strategies"]]
    return [TextTable("Forecast", columns, rows, note), *by_level]


def _level_table(item: dict[str, Any]) -> TableLike:
    rows = tuple(
        (level, f"{cell['problems']:,}", _range(cell["draws"]), _range(cell["correct"]))
        for level, cell in item["by_level"].items()
    )
    return TextTable(f"{item['strategy']} by level", ("level", "problems", "draws", "correct"), rows)


def _range(figures: list[float] | None) -> str:
    if not figures:
        return "-"
    middle, *ends = (f"{figure:,.4g}" if isinstance(figure, float) else f"{figure:,}" for figure in figures)
    return f"{middle} ({' to '.join(ends)})" if ends else middle
