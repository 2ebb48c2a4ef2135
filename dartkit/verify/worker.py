"""The process that runs sympy: one JSON task a line on standard input, one JSON answer a line on standard output.

It limits its own memory, and arms an alarm before each task so that it ends even if its parent was killed meanwhile.
The parent enforces the real deadline; see `dartkit.verify.pool`.
"""

from __future__ import annotations

import importlib
import json
import resource
import signal
import sys
from pathlib import Path
from typing import Any

ORPHAN_SECONDS = 5  # alarm after this much more than the parent's deadline


def limit_memory(extra_mib: int) -> None:
    """Cap the address space at what the process has now plus `extra_mib`."""
    pages = (
        int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) if sys.platform == "linux" else 0
    )
    limit = pages * resource.getpagesize() + extra_mib * 1024 * 1024
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(
        resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard)
    )


def as_tree(value: Any) -> Any:
    """Turn the lists of JSON back into the tuples of a tree."""
    return tuple(as_tree(item) for item in value) if isinstance(value, list) else value


def answer(task: dict[str, Any]) -> dict[str, Any]:
    """Do one task. What sympy raises becomes an answer with `error`; the process lives on."""
    from dartkit.errors import DartkitError, boundary
    from dartkit.verify.symbolic import equal_equations, equal_values

    try:
        with boundary("compare two expressions"):
            left, right = as_tree(task["left"]), as_tree(task["right"])
            if task["question"] == "equation":
                equal, rule = equal_equations(left, right)
            else:
                equal, rule = equal_values(left, right, float(task["tolerance"]))
    except DartkitError as error:
        return {"error": error.what}
    return {"equal": equal, "rule": rule}


def main() -> None:
    """Serve tasks until standard input ends."""
    importlib.import_module("dartkit.verify.symbolic")  # the slow import belongs before the first deadline
    limit_memory(int(sys.argv[1]))
    alarm_seconds = int(float(sys.argv[2])) + ORPHAN_SECONDS
    sys.stdout.write('{"ready": true}\n')
    sys.stdout.flush()
    for line in sys.stdin:
        signal.alarm(alarm_seconds)
        reply = json.dumps(answer(json.loads(line)))
        signal.alarm(0)
        sys.stdout.write(reply + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
