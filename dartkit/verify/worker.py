"""The process that runs sympy: one JSON task a line on standard input, one JSON answer a line on standard output.

The parent enforces the deadline of a task, see `dartkit.verify.pool`; what the process does by itself is in
`dartkit.verify.child`.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from dartkit.termination import leave_termination_to_parent
from dartkit.verify.child import Channel, limit_memory

__all__ = ["answer", "limit_memory", "main"]

ORPHAN_SECONDS = 5.0  # how much longer than the parent's deadline a task may live if nobody kills it


def as_tree(value: Any) -> Any:
    """Turn the lists of JSON back into the tuples of a tree."""
    return tuple(as_tree(item) for item in value) if isinstance(value, list) else value


def answer(task: dict[str, Any]) -> dict[str, Any]:
    """Do one task. What sympy raises becomes an answer with `error`; only out of memory the process is to be replaced."""
    from dartkit.errors import DartkitError, boundary
    from dartkit.verify.symbolic import equal_values

    try:
        with boundary("compare two expressions"):
            left, right = as_tree(task["left"]), as_tree(task["right"])
            equal, rule = equal_values(left, right, float(task["tolerance"]))
    except DartkitError as error:
        return {"error": error.what, "last": isinstance(error.__cause__, MemoryError)}
    return {"equal": equal, "rule": rule}


def main() -> None:
    """Serve tasks until standard input ends."""
    leave_termination_to_parent()
    importlib.import_module("dartkit.verify.symbolic")  # the slow import belongs before the first deadline
    channel = Channel(int(sys.argv[1]), float(sys.argv[2]) + ORPHAN_SECONDS)
    for task in channel.tasks():
        channel.reply(answer(task))


if __name__ == "__main__":
    main()
