"""Runs the installed `dartkit` program as a person would: another process, its streams apart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

PROGRAM = str(Path(sys.executable).with_name("dartkit"))
QUIET_THREADS = {"GOMP_SPINCOUNT": "0", "OMP_WAIT_POLICY": "passive", "OMP_NUM_THREADS": "1"}
TIMEOUT_SECONDS = 240.0


class Done(NamedTuple):
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """The one JSON object on stdout."""
        return json.loads(self.out)


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a command: not a terminal, one thread, nothing from a hub."""
    return {**os.environ, **QUIET_THREADS, "HF_HUB_OFFLINE": "1", "COLUMNS": "120", **changes}


def dartkit(
    *arguments: str | Path,
    cwd: Path,
    prefix: tuple[str, ...] = (),
    before: Callable[[], None] | None = None,
    **changes: str,
) -> Done:
    """Run one command line in a folder; `prefix` goes before the program, `before` runs in the child."""
    line = [*prefix, PROGRAM, *map(str, arguments)]
    done = subprocess.run(
        line,
        cwd=cwd,
        env=environment(**changes),
        preexec_fn=before,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def make_run(folder: Path, name: str = "r", *, per_level: int = 1) -> Path:
    """Make a run directory with a few generated problems and return its relative path."""
    done = dartkit("load", "generated", name, "--per-level", str(per_level), "--quiet", cwd=folder)
    assert done.status == 0, done.err
    return Path(name)
