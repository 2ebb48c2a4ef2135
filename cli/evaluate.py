"""`dartkit eval RUN`: accuracy of a model on held-out problems, with intervals and paired gains."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .command import command
from .console import TableLike, Terminal, TextTable
from .options import Drawing, DryRun, Flag, Limits, More, Name, RunPath, Splits
from .steps import run_step


@command("dartkit eval runs/demo --name base --samples 2 --engine scripted")
def evaluate(
    terminal: Terminal,
    run: RunPath,
    drawing: Drawing,
    limits: Limits,
    more: More,
    name: Name = None,
    compare_to: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Another eval of this run: report the paired difference."),
    ] = None,
    samples: Annotated[
        int | None, typer.Option(metavar="N", help="Draws of each problem (avg@N). Default: 1.")
    ] = None,
    min_accuracy: Annotated[
        float | None, typer.Option(metavar="X", help="Fail (exit status 3) below this accuracy.")
    ] = None,
    min_gain: Annotated[
        float | None,
        typer.Option(
            metavar="X", help="Fail if the lower bound of the gain over --compare-to is below this."
        ),
    ] = None,
    split: Splits = None,
    dry_run: DryRun = False,
) -> None:
    """Measure the accuracy of a model on held-out problems.

    Draws are made for the problems of a split (default: test); every figure has an interval over problems.
    """
    flags = [
        Flag("--name", "name", name),
        Flag("--compare-to", "compare_to", compare_to),
        Flag("--samples", "samples_per_problem", samples),
        Flag("--min-accuracy", "min_accuracy", min_accuracy),
        Flag("--min-gain", "min_gain", min_gain),
        Flag("--split", "splits", split or None),
        *drawing.flags(),
        *limits.flags(),
    ]
    run_step(terminal, "eval", run, flags, more, dry_run=dry_run, tables=eval_tables)


def eval_tables(counts: dict[str, Any]) -> list[TableLike]:
    """Return the result as a table: accuracy overall, by level and by domain, pass@k, maj@k and the gain."""
    k = counts["samples_per_problem"]
    rows = [("accuracy", *_interval(counts["accuracy"]))]
    if k > 1:
        rows += [(f"pass@{k}", *_interval(counts["pass_at_k"])), (f"maj@{k}", *_interval(counts["maj_at_k"]))]
    if "gain" in counts:
        rows.append((f"gain over {counts['compare_to']}", *_interval(counts["gain"])))
    for group in ("level", "domain"):
        figures = counts[f"by_{group}"]
        rows += [
            (f"{group} {key}", *_interval(figure)) for key, figure in figures.items() if len(figures) > 1
        ]
    note = f"{counts['problems']:,} problems, {k} draws each at temperature {counts['temperature']:g}; "
    note += f"{counts['truncated']:,} draws truncated, {counts['undecided']:,} undecided."
    return [
        TextTable(
            f"{counts['name']} ({counts['model']})", ("what", "value", "95 % interval"), tuple(rows), note
        )
    ]


def _interval(figure: list[float]) -> tuple[str, str]:
    value, low, high = (f"{100 * item:.1f} %" for item in figure)
    return value, f"{low} to {high}"
