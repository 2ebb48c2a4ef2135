"""`dartkit eval tasks`: the benchmarks that `dartkit eval MODEL --tasks` knows."""

from __future__ import annotations

from .command import command
from .console import Terminal, TextTable


@command("dartkit eval tasks")
def list_tasks(terminal: Terminal) -> None:
    """List the benchmarks, where their problems are and how each is drawn."""
    from dartkit.sources.tasks import SUITES, TASKS

    value = {
        name: {
            "title": task.title, "problems": task.problems, "dataset": task.dataset, "config": task.config, "split": task.hub_split,
            "revision": task.revision, "license": task.license, "convention": task.note, **task.defaults(),
        }
        for name, task in TASKS.items()
    }  # fmt: skip
    rows = tuple(
        (
            name, task.title, f"{task.problems:,}", task.dataset or "a file",
            f"{task.samples_per_problem} at T={task.sampling['temperature']:g}", task.license,
        )
        for name, task in TASKS.items()
    )  # fmt: skip
    note = " ".join(f"{name} = {', '.join(names)}." for name, names in SUITES.items())
    columns = ("task", "benchmark", "problems", "data", "draws", "licence")
    terminal.result({"tasks": value, "suites": dict(SUITES)}, [TextTable("Benchmarks", columns, rows, note)])
