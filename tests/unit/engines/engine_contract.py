"""What every engine must do, as functions that the tests of each engine call.

The engine under test needs a capacity of at least 4 and a prompt that it can use.
"""

from __future__ import annotations

from collections.abc import Callable

from dartkit.engines.base import DrawRequest, Engine, FinishedDraw

Make = Callable[[int], DrawRequest]


def drain(engine: Engine) -> list[FinishedDraw]:
    """Collect until the engine says that nothing is in flight."""
    done: list[FinishedDraw] = []
    while batch := engine.finished():
        done.extend(batch)
    return done


def check_every_request_returns_once(engine: Engine, make: Make) -> None:
    """More requests than capacity, in any order; idle before and after."""
    assert engine.finished() == []
    count = 2 * engine.capacity + 3
    engine.submit([make(index) for index in range(count)])
    done = drain(engine)
    assert sorted(int(draw.request.sample_id) for draw in done) == list(range(count))
    for draw in done:
        assert draw.finish_reason in ("stop", "length")
        assert draw.error is None
        assert draw.completion_tokens is not None
        assert 1 <= draw.completion_tokens <= draw.request.sampling.max_tokens
        assert draw.seconds >= 0
        assert (draw.seed == draw.request.seed) if engine.seeds_draws else (draw.seed is None)
    assert engine.finished() == []


def check_refill_in_flight(engine: Engine, make: Make) -> None:
    """Requests submitted while others are in flight come back too, and nothing waits for a whole batch."""
    engine.submit([make(index) for index in range(4)])
    first = engine.finished()
    assert first
    engine.submit([make(100 + index) for index in range(4)])
    rest = drain(engine)
    assert {draw.request.sample_id for draw in first + rest} == {
        "0",
        "1",
        "2",
        "3",
        "100",
        "101",
        "102",
        "103",
    }


def check_bad_prompt_is_a_row(engine: Engine, make: Make, bad: DrawRequest) -> None:
    """An unusable prompt gives one error row with a reason; its neighbours are drawn."""
    engine.submit([make(0), bad, make(1)])
    done = {draw.request.sample_id: draw for draw in drain(engine)}
    assert set(done) == {"0", "1", bad.sample_id}
    assert done[bad.sample_id].finish_reason == "error"
    assert done[bad.sample_id].error
    assert done["0"].finish_reason != "error"


def check_abort_forgets(engine: Engine, make: Make) -> None:
    """After abort nothing comes back, and the engine goes on."""
    engine.submit([make(index) for index in range(engine.capacity + 2)])
    engine.abort()
    assert engine.finished() == []
    engine.submit([make(7)])
    assert [draw.request.sample_id for draw in drain(engine)] == ["7"]
