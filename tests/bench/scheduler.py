"""Overhead of scheduler, store and verifier per draw, on the scripted engine; and the time to open a run again."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from dartkit.engines import open_engine
from dartkit.engines.base import DrawRequest
from dartkit.events import SilentSink
from dartkit.ids import draw_seed, sample_id
from dartkit.recipe import check_recipe
from dartkit.runner import run_stage
from dartkit.settings import SamplingSettings, ScriptedEngine
from tests.bench.row import Row
from tests.conftest import make_problem, make_run

PROBLEMS = int(os.environ.get("DARTKIT_BENCH_SCHEDULED", "2000"))  # 62500 for a million draws
DRAWS = 16
LIMIT_SECONDS = 100e-6


def rows() -> list[Row]:
    """Return the driver's work for each draw without the engine's, seconds per draw against the engine alone, and of re-opening the run."""
    problems = [make_problem(f"problem {index}", str(index)) for index in range(PROBLEMS)]
    engine = open_engine(ScriptedEngine(capacity=256), None, problems=problems)
    sampling = SamplingSettings()
    requests = [
        DrawRequest(
            sample_id(item.problem_id, "s", index),
            item.problem_id,
            index,
            item.text,
            draw_seed(0, item.problem_id, index),
            sampling,
        )
        for item in problems
        for index in range(DRAWS)
    ]
    began, worked = time.perf_counter(), time.process_time()
    engine.submit(requests)
    while engine.finished():
        pass
    bare = (time.perf_counter() - began) / len(requests)
    bare_work = (time.process_time() - worked) / len(requests)
    step = check_recipe(
        {
            "name": "b",
            "engine": {"kind": "scripted", "capacity": 256},
            "steps": [{"stage": "synth", "strategy": {"kind": "vanilla", "draws_per_problem": DRAWS}}],
        }
    ).steps[0]
    with tempfile.TemporaryDirectory() as folder, make_run(Path(folder) / "run", problems[:10]) as run:
        run_stage(run, step, SilentSink())  # imports
    with tempfile.TemporaryDirectory() as folder, make_run(Path(folder) / "run", problems) as run:
        began, worked = time.perf_counter(), time.process_time()
        run_stage(run, step, SilentSink())
        whole = (time.perf_counter() - began) / len(requests)
        overhead = (time.process_time() - worked) / len(requests) - bare_work
        began = time.perf_counter()
        run_stage(run, step, SilentSink())
        again = time.perf_counter() - began
    return [
        Row(
            "scheduler and store, work of the driver",
            overhead * 1e6,
            "us/draw",
            overhead / LIMIT_SECONDS,
            "the limit of 100 us",
        ),
        Row("synth, scripted, per draw", whole * 1e6, "us/draw", whole / bare, "the engine alone"),
        Row(
            "open a finished run again",
            again * 1e6 / len(requests),
            "us/draw",
            again / (whole * len(requests)),
            "making it",
        ),
    ]
