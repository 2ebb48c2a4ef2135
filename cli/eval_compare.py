"""`dartkit eval compare A B`: is one model really better than the other?"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .command import command
from .console import TableLike, Terminal, TextTable

Place = "Result file, RUN, RUN:NAME, or folder of dartkit eval MODEL --tasks."


@command("dartkit eval compare runs/eval-a runs/eval-b")
def compare(
    terminal: Terminal,
    first: Annotated[str, typer.Argument(metavar="A", help=Place)],
    second: Annotated[str, typer.Argument(metavar="B", help=Place)],
    metric: Annotated[str, typer.Option(metavar="avg|pass@K|maj@K", help="What to compare.")] = "avg",
    allow_differences: Annotated[
        bool,
        typer.Option(
            "--allow-differences",
            help="Compare though problems, verifiers or prompts differ; on shared problems.",
        ),
    ] = False,
) -> None:
    """Say whether the difference between two evaluations is real.

    Both must have been asked the same problems in the same way. The p value is that of a paired permutation test, corrected for the
    number of tasks; the last column is the smallest true difference that this many problems would probably show.
    """
    from dartkit.evaluate.compare import compare_results
    from dartkit.evaluate.stored import read_results

    found = compare_results(read_results(first), read_results(second), metric=metric, force=allow_differences)
    terminal.result({"a": first, "b": second, **found}, comparison_tables(found))


def comparison_tables(found: dict[str, Any]) -> list[TableLike]:
    """Return the comparison of all tasks, then that of each by level."""
    metric, tasks = found["metric"], found["tasks"]
    rows = [_row(name, item) for name, item in tasks.items()]
    if "overall" in found:
        item = found["overall"]
        mean = {**item, "problems": "", "could_show": None, "p_corrected": item["p_value"]}
        rows.append(_row(f"mean of {item['tasks']} tasks", mean))
    notes = [
        f"{name} differs in {'; '.join(item['differs'])}." for name, item in tasks.items() if item["differs"]
    ]
    if found["only_one"]:
        notes.append(f"Left out, measured for one only: {', '.join(found['only_one'])}.")
    ways = sorted({item["test"] for item in tasks.values()})
    notes.append(
        f"Per cent, with 95 % intervals; p of a two-sided paired permutation test ({', '.join(ways)}), corrected by Holm's method."
    )
    models = next(iter(tasks.values()))["models"]
    title = f"{metric}: A = {models[0]}, B = {models[1]}"
    tables: list[TableLike] = [TextTable(title, _columns("task"), tuple(rows), " ".join(notes))]
    for name, item in tasks.items():
        if item["levels"]:
            levels = tuple(_row(level, part) for level, part in item["levels"].items())
            tables.append(
                TextTable(
                    f"{name} by level", _columns("level"), levels, "p is corrected for the number of levels."
                )
            )
    return tables


def _columns(first: str) -> tuple[str, ...]:
    return (first, "problems", "A", "B", "B - A", "p", "verdict", "could show")


def _row(name: str, item: dict[str, Any]) -> tuple[str, ...]:
    value, low, high = (f"{100 * part:+.1f}" for part in item["difference"])
    show = "-" if item["could_show"] is None else f"{100 * item['could_show']:.1f}"
    problems = f"{item['problems']:,}" if isinstance(item["problems"], int) else ""
    p_value = f"{item['p_corrected']:.4f}" if item["p_corrected"] >= 0.0001 else "< 0.0001"
    shares = (f"{100 * item['a']:.1f}", f"{100 * item['b']:.1f}")
    gain = f"{value} [{low}, {high}]"
    return (name, problems, *shares, gain, p_value, item["verdict"], show)
