"""How long a run of a million draws takes to open again, and how much memory the driver needs while it goes on.

`python -m tests.bench.reopen DRAWS [FOLDER]` makes a run, opens it in a process of its own that makes `MORE` draws, and prints seconds
until the engine is asked for the first new draw and the largest resident memory of the process until then and at its end.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from dartkit.dart.drawing import draw_samples, drawable_problems
from dartkit.dart.strategies import Quota
from dartkit.engines.base import DrawRequest
from dartkit.engines.scripted import ScriptedEngine
from dartkit.events import SilentSink
from dartkit.run import RunDir
from dartkit.settings import Budget
from dartkit.stage_settings import SynthSettings
from dartkit.verify import load_verifier
from tests.bench.big_run import PROBE, make_big_run
from tests.bench.row import Row

DRAWS, PROBLEMS, MORE = 1_000_000, 15_000, 20_000
LIMIT_S_PER_MILLION, LIMIT_MB = 6.0, 1024  # 30 s for 5 million; 1 GB
SETTINGS = SynthSettings.model_validate({"engine": {"kind": "scripted", "capacity": 1024}})


class _Clocked(ScriptedEngine):
    """Notes when the first draw is asked for."""

    seconds = rss_mb = 0.0

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        """Start requests."""
        if not self.seconds:
            self.seconds = time.perf_counter() - BEGAN
            self.rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        super().submit(requests)


BEGAN = time.perf_counter()


def go_on(path: Path, draws: int) -> dict[str, float]:
    """Open a run, go on with it for `MORE` draws, and return seconds and memory."""
    with RunDir(path) as run:
        engine = _Clocked(SETTINGS.engine, run.problems_by_id.values())  # type: ignore[arg-type]  # it is scripted
        synth_draws = draws - min(draws, PROBE * PROBLEMS)
        settings = SETTINGS.model_copy(update={"budget": Budget(max_draws=synth_draws + MORE)})
        draw_samples(
            run,
            settings,
            engine,
            SilentSink(),
            phase="synth",
            quotas=lambda _: Quota(correct=400, max_draws=1024),
            problems=drawable_problems(run, settings.splits, SilentSink(), "synth"),
        )
        total = time.perf_counter() - BEGAN
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"open_s": engine.seconds, "open_mb": engine.rss_mb, "total_s": total, "peak_mb": peak}


def measure(draws: int, folder: Path) -> dict[str, float]:
    """Make a run of this many draws and open it in another process."""
    began = time.perf_counter()
    with load_verifier(SETTINGS.verifier) as verifier:
        make_big_run(folder / "run", draws, PROBLEMS, SETTINGS, verifier.verifier_id)
    made = time.perf_counter() - began
    code = "import sys; from tests.bench import reopen; reopen.child(*sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder / "run"), str(draws)],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return {"made_s": made, **found}


def child(path: str, draws: str) -> None:
    """Be the process that opens the run."""
    print(json.dumps(go_on(Path(path), int(draws))))


def rows() -> list[Row]:
    """Return the time to open a run of a million draws in 15,000 problems again, and the driver's peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        found = measure(DRAWS, Path(folder))
    return [
        Row(
            "open a run of 1M draws again",
            found["open_s"],
            "s",
            found["open_s"] / LIMIT_S_PER_MILLION,
            "the limit",
        ),
        Row(
            "driver's memory with 1M draws", found["peak_mb"], "MB", found["peak_mb"] / LIMIT_MB, "the limit"
        ),
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as place:
        print({key: round(value, 1) for key, value in measure(int(sys.argv[1]), Path(place)).items()})
