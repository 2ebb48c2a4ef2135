"""`dartkit doctor`: what this machine and this installation can do, and how to get what is missing."""

from __future__ import annotations

from .command import command
from .console import Terminal, TextTable


@command("dartkit doctor")
def doctor(terminal: Terminal) -> None:
    """Report what this machine and installation can do.

    Python, processor, memory, disk, GPU, packages of each extra and engines. Changes nothing.
    """
    from .machine import describe_machine, describe_packages, engine_facts

    machine, extras, engines = describe_machine(), describe_packages(), engine_facts()
    machine_rows = tuple((key.replace("_", " "), str(value)) for key, value in machine.items())
    engine_rows = tuple(
        (
            item["name"],
            yes_no(item["available"]),
            item["version"] or "-",
            "as its replicas" if item["seeds_draws"] is None else yes_no(item["seeds_draws"]),
            item["get_it"],
        )
        for item in engines
    )
    package_rows = tuple(
        (extra, name, version or "-", "" if version else install_line(extra))
        for extra, items in extras.items()
        for name, version in items.items()
    )
    tables = [
        TextTable("Machine", ("what", "value"), machine_rows),
        TextTable("Engines", ("engine", "available", "version", "seeds draws", "get it"), engine_rows),
        TextTable("Packages", ("extra", "package", "version", "get it"), package_rows),
    ]
    terminal.result({"machine": machine, "engines": engines, "packages": extras}, tables)


def yes_no(value: bool) -> str:
    """Return `yes` or `no`."""
    return "yes" if value else "no"


def install_line(extra: str) -> str:
    """Return the command that brings the packages of an extra; `core` are those that dartkit itself needs."""
    return "pip install dartkit" if extra == "core" else f"pip install 'dartkit[{extra}]'"
