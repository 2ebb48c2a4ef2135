"""One engine on several ranks: the first rank collects a rollout, and every rank draws a part of it.

The first rank hands requests to a `ParallelEngine`. In rounds, it sends each rank its share, each rank's own engine works until
it has finished at least one draw, and all finished draws are gathered on the first rank. The other ranks serve until it says
that the rollout is complete. Which rank makes a draw does not change it: a draw follows from its seed, up to the rounding of
logits in a batch of other rows, which moves a token only where two are as good as tied (in float32; in bfloat16 more often).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from torch import Tensor

    from dartkit.engines.base import DrawRequest, Engine, FinishedDraw
    from dartkit.training.world import World

Result = TypeVar("Result")


class ParallelEngine:
    """All ranks' engines as one. Only the first rank submits and collects; the others `serve`.

    Args:
        local: This rank's own engine.
        world: The ranks.
    """

    def __init__(self, local: Engine, world: World) -> None:
        self.name = local.name
        self.seeds_draws = local.seeds_draws
        self._local = local
        self._world = world
        self._waiting: list[list[DrawRequest]] = [[] for _ in range(world.size)]
        self._in_flight = [0] * world.size
        self._rank_of: dict[str, int] = {}
        self._requests: dict[str, DrawRequest] = {}

    @property
    def capacity(self) -> int:
        """Draws in flight on all ranks together."""
        return self._local.capacity * self._world.size

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        """Give requests to the ranks with the fewest draws, draws of one prompt to one rank as far as it has room.

        An engine computes a prompt once for all its draws, where they are in its batch together.
        """
        left = list(requests)
        while left:
            rank = min(range(self._world.size), key=self._in_flight.__getitem__)
            room = max(1, self._local.capacity - self._in_flight[rank])
            share, left = left[:room], left[room:]
            self._waiting[rank] += share
            self._in_flight[rank] += len(share)
            for request in share:
                self._rank_of[request.sample_id] = rank
                self._requests[request.sample_id] = request

    def finished(self) -> list[FinishedDraw]:
        """Let every rank work until it has a finished draw, and return all that there are, in order of rank."""
        if not self._rank_of:
            return []
        shares, self._waiting = self._waiting, [[] for _ in range(self._world.size)]
        drawn: list[FinishedDraw] = []
        for part in self._world.gather(self._work(self._world.broadcast(["draw", shares])[1])):
            drawn += [replace(draw, request=self._requests.pop(draw.request.sample_id)) for draw in part]
        for draw in drawn:
            self._in_flight[self._rank_of.pop(draw.request.sample_id)] -= 1
        return drawn

    def abort(self) -> None:
        """Forget everything in flight on all ranks."""
        self._world.broadcast(["abort", None])
        self._forget()

    def complete(self) -> None:
        """Tell the other ranks that this rollout is complete."""
        self._world.broadcast(["complete", None])

    def serve(self) -> None:
        """Draw what the first rank asks for until it says that the rollout is complete."""
        while True:
            word, shares = self._world.broadcast(None)
            if word == "complete":
                return
            if word == "abort":
                self._local.abort()
            else:
                self._world.gather(self._work(shares))

    def load_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        """Replace this rank's weights; every rank does so at the same time."""
        self._local.load_weights(weights)

    def close(self) -> None:
        """Free this rank's engine."""
        self._local.close()

    def _work(self, shares: Sequence[Sequence[DrawRequest]]) -> list[FinishedDraw]:
        if mine := shares[self._world.rank]:
            self._local.submit(mine)
        return self._local.finished()

    def _forget(self) -> None:
        self._local.abort()
        self._waiting = [[] for _ in range(self._world.size)]
        self._in_flight = [0] * self._world.size
        self._rank_of.clear()
        self._requests.clear()


def share_engine(local: Engine, world: World) -> Engine:
    """Return the engine of all ranks together; the local one itself for a world of one."""
    return local if world.size == 1 else ParallelEngine(local, world)


def collect_together(world: World, engine: Engine, collect: Callable[[], Result]) -> Result:
    """Collect a rollout with the engines of all ranks, and return it on every rank; collective.

    Args:
        world: The ranks.
        engine: What `share_engine` returned.
        collect: Uses the engine; called on the first rank only. Its result is made of dartkit's dataclasses.
    """
    if not isinstance(engine, ParallelEngine):
        return collect()
    result: Any = None
    if world.is_main:
        result = collect()
        engine.complete()
    else:
        engine.serve()
    whole: Result = world.broadcast(result)
    return whole
