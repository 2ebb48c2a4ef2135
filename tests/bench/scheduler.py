"""Overhead of scheduler, store and verifier per draw, on the scripted engine; and the time to open a run again."""

from __future__ import annotations

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

PROBLEMS, DRAWS = 2000, 16


def rows() -> list[Row]:
    """Return seconds per draw of a probe against the engine alone, and of re-opening the finished run."""
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
    began = time.perf_counter()
    engine.submit(requests)
    while engine.finished():
        pass
    bare = (time.perf_counter() - began) / len(requests)
    step = check_recipe(
        {
            "name": "b",
            "engine": {"kind": "scripted", "capacity": 256},
            "steps": [{"stage": "estimate", "samples_per_problem": DRAWS}],
        }
    ).steps[0]
    with tempfile.TemporaryDirectory() as folder, make_run(Path(folder) / "run", problems) as run:
        began = time.perf_counter()
        run_stage(run, step, SilentSink())
        whole = (time.perf_counter() - began) / len(requests)
        began = time.perf_counter()
        run_stage(run, step, SilentSink())
        again = time.perf_counter() - began
    return [
        Row("estimate, scripted, per draw", whole * 1e6, "us/draw", whole / bare, "the engine alone"),
        Row(
            "open and rate a finished run again",
            again * 1e6 / len(requests),
            "us/draw",
            again / (whole * len(requests)),
            "making it",
        ),
    ]
