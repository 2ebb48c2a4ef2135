"""How long `dartkit --help` takes: best of several runs of the installed program. Not a test; machines differ."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.row import Row

RUNS = 10
LIMIT_SECONDS = 0.2


def rows() -> list[Row]:
    """Return the best wall time against the limit of the issue, and against starting Python alone."""
    program = str(Path(sys.executable).with_name("dartkit"))
    with tempfile.TemporaryDirectory() as cache:  # compiled modules, as every installer leaves them
        variables = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        variables["PYTHONPYCACHEPREFIX"] = cache
        best = _best([program, "--help"], variables)
        bare = _best([sys.executable, "-c", "pass"], variables)
    return [
        Row("dartkit --help", best, "s", best / LIMIT_SECONDS, f"the limit of {LIMIT_SECONDS} s"),
        Row("dartkit --help", best, "s", best / bare, "starting Python alone"),
    ]


def _best(command: list[str], variables: dict[str, str]) -> float:
    seconds = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=variables)
        seconds.append(time.perf_counter() - began)
    return min(seconds[1:])
