"""`dartkit report RUN`: the curves of a run's trainings in one page, with warnings in words."""

from __future__ import annotations

from typing import Any

from .command import command
from .console import Terminal, TextTable
from .options import RunPath


@command("dartkit report runs/demo")
def report(terminal: Terminal, run: RunPath) -> None:
    """Draw the curves of a run's trainings, with warnings in words.

    Writes RUN/report.html, one page that needs nothing else: length, reward, accuracy, entropy, probabilities, where groups went.
    """
    from dartkit.report.training_page import write_training_report
    from dartkit.run import RunDir

    found = write_training_report(RunDir(run))
    terminal.result(found, [warning_table(found)])


def warning_table(found: dict[str, Any]) -> TextTable:
    """Return each training with its warnings."""
    rows = [
        (
            item["name"],
            f"{item['steps']:,}",
            "\n".join(warning["text"] for warning in item["warnings"]) or "no warning",
        )
        for item in found["trainings"]
    ]
    return TextTable("Trainings", ("training", "steps", "warnings"), tuple(rows), f"Curves: {found['path']}")
