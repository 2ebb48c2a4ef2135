"""`dartkit tune-sampling RUN`: accuracy, diversity and yield at several temperatures, and which one to sample at."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .command import command
from .console import TableLike, Terminal, TextTable
from .options import Drawer, DryRun, Flag, Limits, More, RunPath, Splits
from .steps import run_step


@command(
    "dartkit tune-sampling runs/demo --temperature 0.7 --temperature 1.3 --samples 4 --problems 5 --engine scripted"
)
def tune_sampling(
    terminal: Terminal,
    run: RunPath,
    drawer: Drawer,
    limits: Limits,
    more: More,
    temperature: Annotated[
        list[float] | None,
        typer.Option(
            metavar="X", help="Temperature to try; repeatable. Default: 0.3, 0.7, 1, 1.3, 1.6 and 2."
        ),
    ] = None,
    top_p: Annotated[
        list[float] | None,
        typer.Option(metavar="X", help="Nucleus mass to try with each temperature; repeatable."),
    ] = None,
    samples: Annotated[
        int | None, typer.Option(metavar="N", help="Draws of each problem at each setting. Default: 8.")
    ] = None,
    problems: Annotated[
        int | None, typer.Option(metavar="N", help="Problems, chosen at random. Default: 100.")
    ] = None,
    split: Splits = None,
    dry_run: DryRun = False,
) -> None:
    """Compare temperatures on a few problems.

    The recommended one gives the most different correct completions in 1,000 tokens on hard problems; others that may be as good are
    named. Its draws are not lost: `dartkit estimate` at the same temperature goes on from them.
    """
    flags = [
        Flag("--temperature", "temperatures", temperature or None),
        Flag("--top-p", "top_ps", top_p or None),
        Flag("--samples", "samples_per_problem", samples),
        Flag("--problems", "problems", problems),
        Flag("--split", "splits", split or None),
        *drawer.flags(),
        *limits.flags(),
    ]
    run_step(terminal, "tune-sampling", run, flags, more, dry_run=dry_run, tables=tuning_tables)


COLUMNS = (
    "accuracy",
    "coverage",
    "diversity",
    "distinct_answers",
    "truncated",
    "yield",
    "new_yield",
    "new_yield_hard",
)


def tuning_tables(counts: dict[str, Any]) -> list[TableLike]:
    """Return the comparison as a table, one row for each setting."""
    close, best = counts["within_noise"], counts["recommended"]
    rows = []
    for item in counts["settings"]:
        name = {"temperature": item["temperature"], "top_p": item["top_p"]}
        mark = "best" if name == best else "within noise" if name in close else ""
        rows.append(
            (f"{item['temperature']:g}", f"{item['top_p']:g}", *(_cell(item[key]) for key in COLUMNS), mark)
        )
    note = (
        f"{counts['problems']:,} problems, {counts['hard_problems']:,} of them hard; {counts['samples_per_problem']} draws each. Yields are "
        "in 1,000 completion tokens; the new yield counts correct completions by how much they differ. Best: highest new yield on hard problems."
    )
    titles = (
        "temperature",
        "top_p",
        "accuracy",
        "coverage",
        "diversity",
        "answers",
        "truncated",
        "yield",
        "new yield",
        "on hard",
        "",
    )
    return [TextTable("Sampling", titles, tuple(rows), note)]


def _cell(figure: Any) -> str:
    if figure is None:
        return "-"
    if isinstance(figure, list):
        middle, low, high = figure
        return f"{middle:.3f} ({low:.3f} to {high:.3f})"
    return f"{figure:.3f}"
