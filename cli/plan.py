"""`dartkit plan RUN`: what each strategy will cost, before a draw is paid for."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .command import command
from .console import TableLike, Terminal, TextTable
from .options import Flag, MaxDraws, More, Rate, RunPath, read_levels, read_strategy
from .steps import run_step


@command(
    "dartkit plan runs/demo --strategy prop2diff=12 --strategy vanilla=16",
    "dartkit plan runs/demo --assumed-pass-rate 0.5 --assumed-pass-rate 5=0.2 --tokens-per-second 9000 --gpus 8",
)
def plan(
    terminal: Terminal,
    run: RunPath,
    more: More,
    strategy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="vanilla|uniform|prop2diff|budget",
            help="Strategy to forecast, with its number; repeatable. Default: prop2diff.",
        ),
    ] = None,
    max_draws: MaxDraws = None,
    rate: Rate = None,
    assumed_pass_rate: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[LEVEL=]X",
            help="Mean pass rate of problems without an estimate, of all or of one level; repeatable. Default: 0.3.",
        ),
    ] = None,
    tokens_per_second: Annotated[
        float | None, typer.Option(metavar="X", help="Speed for the hours. Default: what the probe reached.")
    ] = None,
    gpus: Annotated[
        int | None, typer.Option(metavar="N", help="GPUs that reach this speed together. Default: 1.")
    ] = None,
    money_per_hour: Annotated[
        float | None, typer.Option(metavar="X", help="Price of an hour of all of them. Default: 0.")
    ] = None,
) -> None:
    """Forecast what each strategy will cost.

    Draws, tokens, hours and money come from measured pass rates, or from assumed ones before there are any. `dartkit status` sets
    what was spent beside it.
    """
    chosen = [read_strategy(text) for text in strategy or []]
    general, by_level = read_levels("--assumed-pass-rate", assumed_pass_rate or [])
    flags = [
        Flag("--strategy", "strategies", chosen or None),
        Flag("--max-draws", "max_draws_per_problem", max_draws),
        Flag("--rate", "rate", rate),
        Flag("--assumed-pass-rate", "assumed_pass_rate", general),
        Flag("--assumed-pass-rate", "assumed_pass_rate_by_level", by_level or None),
        Flag("--tokens-per-second", "tokens_per_second", tokens_per_second),
        Flag("--gpus", "gpus", gpus),
        Flag("--money-per-hour", "money_per_hour", money_per_hour),
    ]
    run_step(terminal, "plan", run, flags, more, tables=plan_tables)


COSTS = ("draws", "tokens", "hours", "gpu_hours", "money")
ENDS = ("correct", "covered", "met", "hopeless", "exhausted")


def plan_tables(counts: dict[str, Any]) -> list[TableLike]:
    """Return the forecast as tables: all strategies side by side, then each one by level and by bin of the pass rate."""
    items = counts["strategies"]
    note = (
        f"{counts['measured']:,} of {counts['problems']:,} problems are measured; expected value and 90 % range. Draws and "
        "tokens are still to come."
    )
    cost = tuple((item["strategy"], *(_range(item[key]) for key in COSTS)) for item in items)
    ends = tuple((item["strategy"], *(_range(item[key]) for key in ENDS)) for item in items)
    columns = ("draws", "tokens", "hours", "GPU-hours", "money")
    names = ("correct samples", "covered", "met", "hopeless", "exhausted")
    tables: list[TableLike] = [
        TextTable("Forecast: cost", ("strategy", *columns), cost, note),
        TextTable(
            "Forecast: end",
            ("strategy", *names),
            ends,
            "Problems by how they end; covered: with a correct sample.",
        ),
    ]
    for item in items:
        tables.append(_group_table(item, "by_level", "level"))
        tables.append(_group_table(item, "by_bin", "pass rate"))
    return tables


def _group_table(item: dict[str, Any], key: str, title: str) -> TableLike:
    rows = tuple(
        (
            label,
            f"{cell['problems']:,}",
            *(_range(cell[name]) for name in ("draws", "tokens", "correct", "met")),
        )
        for label, cell in item[key].items()
    )
    columns = (title, "problems", "draws", "tokens", "correct samples", "met")
    return TextTable(f"{item['strategy']} by {title}", columns, rows)


def _range(figures: list[float] | None) -> str:
    if not figures:
        return "-"
    middle, *ends = (f"{figure:,.4g}" if isinstance(figure, float) else f"{figure:,}" for figure in figures)
    return f"{middle} ({' to '.join(ends)})" if ends else middle
