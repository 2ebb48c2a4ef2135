"""`dartkit status RUN`: what a run has, is and needs next, recomputed from its tables."""

from __future__ import annotations

from .command import command
from .console import Terminal
from .options import RunPath


@command("dartkit status runs/demo --json")
def status(terminal: Terminal, run: RunPath) -> None:
    """Summarise what a run has, and say what it needs next."""
    from dartkit.report.summary import summarize, summary_tables
    from dartkit.run import RunDir

    summary = summarize(RunDir(run))
    terminal.result(summary, summary_tables(summary))
    terminal.say(f"next: {summary['next']}", event="Next")
