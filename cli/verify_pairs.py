"""`dartkit verify pairs`: a file or stream of pairs, answered line by line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from dartkit.errors import DataError, UsageError

from .command import command
from .console import Terminal, TextTable, count_rows
from .verify_options import InFile, OutFile, PolicyOptions, UndecidedAs

if TYPE_CHECKING:
    from dartkit.verify.batch.job import Job, Tally


@command("dartkit verify pairs --in pairs.jsonl --out verdicts.jsonl")
def verify_pairs(
    terminal: Terminal,
    policy: PolicyOptions,
    source: InFile = "-",
    target: OutFile = "-",
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Worker processes. Default: one for each core.")
    ] = None,
    stream: Annotated[
        bool, typer.Option("--stream", help="Answer each line of stdin before the next is read.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Add tier, extracted answer, normal forms, flags and detail.")
    ] = False,
    undecided_as: UndecidedAs = "null",
    allow_broken: Annotated[
        bool, typer.Option("--allow-broken", help="Exit with 0 even if some lines cannot be read.")
    ] = False,
) -> None:
    """Check pairs of prediction and reference: one JSON line out for each line in, in order.

    A line in has `prediction`, `reference`, and optionally `id` and `form` (answer or response); a line out has `id`,
    `outcome`, `equal`, `method`, `rule` and `seconds`. A line that cannot be read has outcome `error`, rule `broken-line` and
    a `detail`; the exit status is then 5, after all lines. Killed at any time, the same command goes on with its FILE.
    """
    _check(terminal, source, target, workers, stream, undecided_as)
    from dartkit.verify.batch.job import Job
    from dartkit.verify.batch.lines import RowStyle

    style = RowStyle(explain, cast("Any", undecided_as))
    job = Job(policy.policy(), workers=1 if stream else workers, style=style)
    tally = _run(terminal, source, target, job, stream)
    if target != "-":
        _print(terminal, source, target, tally)
    if tally.broken and not allow_broken:
        _stop(terminal, source, tally)


def _check(
    terminal: Terminal, source: str, target: str, workers: int | None, stream: bool, undecided_as: str
) -> None:
    if undecided_as not in ("null", "false"):
        raise UsageError(
            f"--undecided-as {undecided_as}: expected null or false", fix="Leave it out for null."
        )
    if stream and (source, target, workers or 1) != ("-", "-", 1):
        raise UsageError(
            "--stream works from stdin to stdout in one process", fix="Leave out --in, --out and --workers."
        )
    if terminal.json and target == "-":
        raise UsageError(
            "--json prints a summary to stdout, where the verdicts go",
            fix="Name a file with --out, or leave out --json.",
        )
    if workers is not None and workers < 1:
        raise UsageError(
            f"--workers {workers}: expected 1 or more", fix="Leave it out for one for each core."
        )
    if source != "-" and target != "-" and Path(source).resolve() == Path(target).resolve():
        raise UsageError(f"--out {target}: this is the file to read", fix="Name another file.")


def _run(terminal: Terminal, source: str, target: str, job: Job, stream: bool) -> Tally:
    from dartkit.events import SilentSink
    from dartkit.verify.batch.job import FLUSH_SECONDS, Tally, judge_file, judge_lines
    from dartkit.verify.batch.lines import read_lines
    from dartkit.verify.batch.source import read_file

    if target != "-":
        with terminal.progress() as events:
            return judge_file(sys.stdin.buffer if source == "-" else Path(source), Path(target), job, events)
    tally = Tally()
    lines = read_lines(sys.stdin.buffer) if source == "-" else read_file(Path(source))
    seconds = 0.0 if stream else FLUSH_SECONDS
    judge_lines(lines, sys.stdout.buffer, job, tally, SilentSink(), flush_seconds=seconds)
    return tally


def _print(terminal: Terminal, source: str, target: str, tally: Tally) -> None:
    value: dict[str, Any] = {"in": source, "out": target, **tally.as_dict()}
    rows = [("lines", f"{tally.lines:,}"), *count_rows(dict(sorted(tally.outcomes.items())))]
    terminal.result(value, [TextTable(f"verify pairs {source}", ("what", "how many"), tuple(rows))])


def _stop(terminal: Terminal, source: str, tally: Tally) -> None:
    """End by status 5. The summary is on stdout already, so that the error is not to be printed there as well."""
    error = DataError(
        f"{tally.broken:,} of {tally.lines:,} lines cannot be read; the first: {tally.first_broken}",
        where="stdin" if source == "-" else source,
        fix="Correct them and run the same command again, or accept them with --allow-broken.",
    )
    terminal.complain(f"Error: {error.paragraph()}")
    raise typer.Exit(int(error.status))
