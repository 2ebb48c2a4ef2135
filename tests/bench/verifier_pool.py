"""What processes around the verifier cost and bring: speed of two, time to a first verdict, memory over 100,000 pairs."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from dartkit.verify import Limits, Pair, Verifier
from dartkit.verify.batch import verify_many
from dartkit.verify.batch.single import judge
from tests.bench.row import Row

SPEED_PAIRS = 24_000
SPEED_RUNS = 3  # of each, in turn; the fastest counts, because other jobs slow two processes more than one
MEMORY_PAIRS = 100_000
MEMORY_LIMIT_MB = 50.0
FIRST_LIMIT_SECONDS = 0.4
RUNS = 5


def rows() -> list[Row]:
    """Return all rows; those of speed mean nothing on a machine with less than two free cores."""
    return [*_speed(), *_first_verdicts(), *_memory()]


def pairs(count: int) -> Iterator[Pair]:
    """Yield distinct pairs without end of many kinds, all of them decided without the symbolic tier or cheap in it."""
    for n in range(count):
        yield (
            Pair(f"{n}", f"{n}"),
            Pair(f"\\frac{{{n}}}{{7}}", f"{2 * n}/14"),
            Pair(f"({n}, {n + 1})", f"({n},{n + 2})"),
            Pair(f"x^2 - {n}x + {n}", f"x^2 + {n} - {n} x"),
            Pair(f"so the answer is $\\boxed{{{n}\\sqrt{{2}}}}$.", f"{n}\\sqrt2"),
            Pair(f"[{n}, \\infty)", f"({n}, \\infty)"),
        )[n % 6]


def _speed() -> list[Row]:
    wanted = list(pairs(SPEED_PAIRS))
    seconds = {1: math.inf, 2: math.inf}
    for _ in range(SPEED_RUNS):
        for workers, fastest in seconds.items():
            began = time.perf_counter()
            for _ in verify_many(wanted, workers=workers):
                pass
            seconds[workers] = min(fastest, time.perf_counter() - began)
    return [
        Row("verdicts, mixed pairs, two processes", SPEED_PAIRS / seconds[2], "per second", seconds[1] / seconds[2], "one process"),
    ]  # fmt: skip


def _first_verdicts() -> list[Row]:
    """Measure whole commands, from the start of Python to the verdict, with compiled modules as installers leave them."""
    program = str(Path(sys.executable).with_name("dartkit"))
    question = json.dumps({"prediction": "1/2", "reference": "0.5"}) + "\n"
    commands = {
        "first verdict, verify explain": ([program, "verify", "explain", "1/2", "0.5"], ""),
        "first verdict, verify pairs --stream": ([program, "verify", "pairs", "--stream"], question),
    }
    made = []
    with tempfile.TemporaryDirectory() as cache:
        variables = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        variables["PYTHONPYCACHEPREFIX"] = cache
        for name, (command, text) in commands.items():
            best = min(_seconds(command, text, variables) for _ in range(RUNS + 1))
            made.append(
                Row(name, best, "s", best / FIRST_LIMIT_SECONDS, f"the limit of {FIRST_LIMIT_SECONDS} s")
            )
    return made


def _seconds(command: list[str], text: str, variables: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, input=text.encode(), stdout=subprocess.DEVNULL, check=True, env=variables)
    return time.perf_counter() - began


def _memory() -> list[Row]:
    """Watch the resident memory of this process from the first thousands of verdicts to the last."""
    if not Path("/proc/self/statm").exists():
        return []
    spread = _growth(verdict.outcome for verdict in verify_many(pairs(MEMORY_PAIRS), workers=2))
    with Verifier(limits=Limits()) as verifier:
        here = _growth(judge(verifier, pair).outcome for pair in pairs(MEMORY_PAIRS))
    limit = f"the limit of {MEMORY_LIMIT_MB:g} MB"
    return [
        Row("memory grown over 100,000 pairs, two processes", spread, "MB", spread / MEMORY_LIMIT_MB, limit),
        Row("memory grown over 100,000 pairs, in process", here, "MB", here / MEMORY_LIMIT_MB, limit),
    ]


def _growth(outcomes: Iterator[str]) -> float:
    settled = highest = 0.0
    for number, _ in enumerate(outcomes):
        if number % 2_000 == 0:
            now = _resident_mb()
            settled = now if number <= 2_000 else settled
            highest = max(highest, now)
    return highest - settled


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
