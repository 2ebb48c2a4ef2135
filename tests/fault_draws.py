"""Drawing from the server of `fault_server` through the http engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dartkit.engines import open_engine
from dartkit.engines.base import DrawRequest, Engine, FinishedDraw
from dartkit.settings import HttpEngine, SamplingSettings
from tests.fault_server import FaultServer


def ask(index: int, prompt: str | None = None, **sampling: Any) -> DrawRequest:
    """Return the request for a draw whose prompt is `qINDEX` and whose seed is 1000 + index."""
    settings = SamplingSettings(**{"max_tokens": 16, **sampling})
    return DrawRequest(str(index), "p", index, prompt or f"q{index}", 1000 + index, settings)


def start(server: FaultServer, **settings: Any) -> Engine:
    """Open an engine with eight draws in flight."""
    return open_engine(HttpEngine(**{"base_url": server.url, "capacity": 8, **settings}), None)


def collect(engine: Engine, done: list[FinishedDraw]) -> None:
    """Add draws to `done` until there are no more, or the engine raises."""
    while batch := engine.finished():
        done += batch


def draw(engine: Engine, requests: Sequence[DrawRequest]) -> dict[int, FinishedDraw]:
    """Draw all and close; each must come back exactly once."""
    engine.submit(requests)
    done: list[FinishedDraw] = []
    collect(engine, done)
    engine.close()
    assert sorted(item.request.draw_index for item in done) == [request.draw_index for request in requests]
    return {item.request.draw_index: item for item in done}
