"""What it costs to draw through replicas on Ray: microseconds a draw with engines that take no time, and the start."""

from __future__ import annotations

import time

from dartkit.engines import open_engine
from dartkit.engines.base import DrawRequest, Engine
from dartkit.ids import draw_seed
from dartkit.settings import RayEngine, SamplingSettings, ScriptedEngine
from tests.bench.row import Row
from tests.conftest import make_problem

REPLICAS, CAPACITY, DRAWS = 4, 64, 40_000
START_LIMIT_SECONDS = 60.0
PROBLEM = make_problem("What is 6 times 7?", "42")
INNER = ScriptedEngine(capacity=CAPACITY)


def rows() -> list[Row]:
    """Return seconds per draw against the bare scripted engine, fed as a scheduler does, and seconds to start."""
    alone = open_engine(INNER, None, problems=[PROBLEM])
    bare = _seconds_per_draw(alone)
    began = time.perf_counter()
    engine = open_engine(RayEngine(replicas=REPLICAS, replica=INNER), None, problems=[PROBLEM])
    start = time.perf_counter() - began
    try:
        while engine.capacity < REPLICAS * CAPACITY:
            _draw(engine, CAPACITY)
        spread = _seconds_per_draw(engine)
    finally:
        engine.close()
    return [
        Row("ray engine, 4 scripted replicas, per draw", spread * 1e6, "us/draw", spread / bare, "one scripted engine"),
        Row("ray engine, start to the first replica", start, "s", start / START_LIMIT_SECONDS, "the limit of 60 s"),
    ]  # fmt: skip


def _seconds_per_draw(engine: Engine) -> float:
    began = time.perf_counter()
    _draw(engine, DRAWS)
    return (time.perf_counter() - began) / DRAWS


def _draw(engine: Engine, count: int) -> None:
    """Keep the engine at capacity until this many draws are back."""
    sampling = SamplingSettings()
    problem_id = PROBLEM.problem_id
    sent = back = 0
    while back < count:
        room = min(engine.capacity - (sent - back), count - sent)
        if room > 0:
            engine.submit(
                [
                    DrawRequest(str(index), problem_id, index, PROBLEM.text, draw_seed(0, problem_id, index), sampling)
                    for index in range(sent, sent + room)
                ]
            )  # fmt: skip
            sent += room
        back += len(engine.finished())
