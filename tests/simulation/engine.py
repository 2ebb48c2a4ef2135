"""An engine in virtual time: a fixed number of slots, each of which decodes one token in one unit of time."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from dartkit.engines.base import DrawRequest, FinishedDraw
from tests.simulation.world import World


class VirtualEngine:
    """Counts draws and the time until the last of them ended."""

    name, seeds_draws = "virtual", True

    def __init__(self, world: World, slots: int) -> None:
        self.world = world
        self.capacity = slots
        self.now = 0
        self.busy = 0  # slot times time
        self.draws = 0
        self._running: list[tuple[int, int, DrawRequest, bool, int]] = []

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        """Start draws."""
        for request in requests:
            right, tokens = self.world.draw(request.problem_id, request.draw_index)
            self.draws += 1
            self.busy += tokens
            heapq.heappush(self._running, (self.now + tokens, self.draws, request, right, tokens))
        assert len(self._running) <= self.capacity

    def finished(self) -> list[FinishedDraw]:
        """Let time pass until a draw ends."""
        done: list[FinishedDraw] = []
        self.now = self._running[0][0]
        while self._running and self._running[0][0] == self.now:
            _, _, request, right, tokens = heapq.heappop(self._running)
            text = "right" if right else "wrong"
            done.append(FinishedDraw(request, text, "stop", 0.0, request.seed, 1, tokens))
        return done

    def abort(self) -> None:
        """Forget everything."""
        self._running.clear()

    def load_weights(self, weights: object) -> None:
        """Not used."""
        raise AssertionError

    def close(self) -> None:
        """Nothing to free."""
