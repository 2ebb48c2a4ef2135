"""Two ranks as two threads: the draws of one engine, whoever made them, and ranks that stay in step."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.rl.parallel_engine import ParallelEngine, collect_together, share_engine
from dartkit.settings import SamplingSettings
from dartkit.training.world import World
from tests.unit.rl.thread_world import run_as_ranks


class LocalEngine:
    """Finishes the oldest `pace` draws a call; the completion says the seed, as of an engine that seeds every draw."""

    name, seeds_draws, capacity = "local", True, 4

    def __init__(self, pace: int) -> None:
        self.pace = pace
        self.flying: deque[DrawRequest] = deque()
        self.seen: list[str] = []
        self.most = self.aborted = self.closed = 0

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        self.flying += requests
        self.seen += [request.sample_id for request in requests]
        self.most = max(self.most, len(self.flying))

    def finished(self) -> list[FinishedDraw]:
        done = [self.flying.popleft() for _ in range(min(self.pace, len(self.flying)))]
        return [
            FinishedDraw(request, str(request.seed), "stop", 0.1, token_ids=(request.draw_index,))
            for request in done
        ]

    def abort(self) -> None:
        self.flying.clear()
        self.aborted += 1

    def load_weights(self, weights: Any) -> None:
        list(weights)

    def close(self) -> None:
        self.closed += 1


def request(problem: int, index: int) -> DrawRequest:
    return DrawRequest(
        f"{problem}-{index}", str(problem), index, "?", 100 * problem + index, SamplingSettings()
    )


def run_ranks(
    size: int, paces: Sequence[int], work: Callable[[Any], Any]
) -> tuple[list[Any], list[LocalEngine]]:
    """Run `collect_together` on every rank and return what each got, and the engines."""
    engines = [LocalEngine(paces[rank % len(paces)]) for rank in range(size)]

    def run(world: Any) -> Any:
        engine = share_engine(engines[world.rank], world)
        return collect_together(world, engine, lambda: work(engine))

    return run_as_ranks(size, run), engines


@given(
    st.integers(2, 4),
    st.lists(st.integers(1, 3), min_size=1, max_size=4),
    st.lists(st.integers(1, 7), min_size=1, max_size=6),
)
def test_all_draws_come_back_once_and_every_rank_has_the_result(
    size: int, paces: list[int], groups: list[int]
) -> None:
    """Against the requests themselves: each is finished once, by its own seed, and shared out among the engines."""

    def work(engine: ParallelEngine) -> list[Any]:
        found: list[FinishedDraw] = []
        for problem, count in enumerate(groups):
            engine.submit([request(problem, index) for index in range(count)])
            found += engine.finished()
        while done := engine.finished():
            found += done
        return sorted([draw.request.sample_id, draw.completion, list(draw.token_ids or ())] for draw in found)

    results, engines = run_ranks(size, paces, work)
    every = [request(problem, index) for problem, count in enumerate(groups) for index in range(count)]
    expected = sorted([one.sample_id, str(one.seed), [one.draw_index]] for one in every)
    assert results == [expected] * size
    assert sorted(name for engine in engines for name in engine.seen) == sorted(
        one.sample_id for one in every
    )


def test_groups_go_whole_to_the_ranks_with_the_fewest_draws() -> None:
    """By hand, four draws a rank: a and b go to one rank each; of c, which finds both full, each draw goes where fewest are."""

    def work(engine: ParallelEngine) -> int:
        for problem, count in ((0, 4), (1, 4), (2, 3)):
            engine.submit([request(problem, index) for index in range(count)])
        engine.finished()
        return engine.capacity

    results, engines = run_ranks(2, [1], work)
    assert results == [8, 8]
    assert engines[0].seen == ["0-0", "0-1", "0-2", "0-3", "2-0", "2-2"]
    assert engines[1].seen == ["1-0", "1-1", "1-2", "1-3", "2-1"]


def test_an_abort_reaches_every_rank_and_leaves_room() -> None:
    def work(engine: ParallelEngine) -> list[str]:
        engine.submit([request(0, index) for index in range(6)])
        engine.finished()
        engine.abort()
        assert engine.finished() == []
        engine.submit([request(1, 0)])
        return [draw.request.sample_id for draw in engine.finished()]

    results, engines = run_ranks(2, [1], work)
    assert results == [["1-0"], ["1-0"]]
    assert [engine.aborted for engine in engines] == [1, 1]


def test_one_rank_keeps_its_engine() -> None:
    engine = LocalEngine(1)
    assert share_engine(engine, World()) is engine
    assert collect_together(World(), engine, lambda: "as collected") == "as collected"
