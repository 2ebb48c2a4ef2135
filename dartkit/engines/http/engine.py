"""The http engine: draws from an OpenAI-compatible server, one request for each draw (or a few), all at once.

The parts: `wire` writes requests and reads answers, `server` makes first contact, `client` sees one request through,
`outage` says how long to wait for a server in trouble. Here is the thread with the event loop in which requests run, and
the queue through which draws come back; what ends the stage comes back through the same queue, behind the draws made.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.engines.http.client import Client
from dartkit.engines.http.server import Server, find_server
from dartkit.engines.http.wire import group_draws, unusable
from dartkit.engines.prompt_tokens import error_draw
from dartkit.errors import EnvironmentProblem, UsageError
from dartkit.settings import HttpEngine as HttpSettings

if TYPE_CHECKING:
    from torch import Tensor

WAIT_SECONDS = 0.5  # a wait without end could not be interrupted on every system
STOP_SECONDS = 10.0
T = TypeVar("T")


class _Arrival(NamedTuple):
    """What comes out of the loop; `round` tells draws from those of before an abort."""

    round: int
    draw: FinishedDraw | None
    stop: BaseException | None = None


class HttpEngine:
    """Draws from a server.

    Args:
        settings: Where the server is and how to treat it.

    Raises:
        EnvironmentProblem: if the server cannot be reached, refuses the key, or does not have the model.
    """

    name = "http"

    def __init__(self, settings: HttpSettings) -> None:
        self._settings = settings
        self._server = find_server(settings)
        self.served_model = self._server.model
        self.gives_tokens = self._server.dialect.gives_tokens and settings.endpoint == "completions"
        self.seeds_draws = settings.seeds and settings.samples_per_request == 1
        self._arrivals: queue.SimpleQueue[_Arrival] = queue.SimpleQueue()
        self._ready: list[FinishedDraw] = []
        self._in_flight = 0
        self._stop: BaseException | None = None
        self._round = 0
        self._loop = asyncio.new_event_loop()
        self._requests = _Requests(settings, self._server, self._arrivals)
        self._thread = threading.Thread(target=self._loop.run_forever, name="http-engine", daemon=True)
        self._thread.start()

    @property
    def capacity(self) -> int:
        """Draws in flight."""
        return self._settings.capacity

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        """Send requests, as many at once as `capacity` allows; those whose prompt cannot be sent come back as error rows."""
        usable: list[DrawRequest] = []
        for request in requests:
            if request.want_tokens and not self.gives_tokens:
                raise UsageError(
                    "this server hands back no token ids",
                    fix="Draw with transformers, vllm, or a vLLM server.",
                )
            reason = unusable(request.prompt)
            if reason is None:
                usable.append(request)
            else:
                self._ready.append(error_draw(request, reason))
        groups = group_draws(usable, self._settings.samples_per_request)
        self._in_flight += len(usable)
        self._loop.call_soon_threadsafe(self._requests.add, groups, self._round)

    def finished(self) -> list[FinishedDraw]:
        """Wait for at least one draw and hand back all there are.

        Raises:
            EnvironmentProblem: when the server is down for good or no request can succeed, after all draws made were handed back.
        """
        while not self._ready and self._in_flight and self._stop is None:
            self._take_arrivals()
        if not self._ready and self._stop is not None:
            raise self._stop
        done, self._ready = self._ready, []
        return done

    def _take_arrivals(self) -> None:
        """Wait a moment for the first arrival and take all that are there."""
        try:
            arrival = self._arrivals.get(timeout=WAIT_SECONDS)
            while True:
                if arrival.round == self._round:
                    if arrival.draw is not None:
                        self._ready.append(arrival.draw)
                        self._in_flight -= 1
                    self._stop = self._stop or arrival.stop
                arrival = self._arrivals.get_nowait()
        except queue.Empty:
            return

    def abort(self) -> None:
        """Cancel everything in flight; the server sees the connections close."""
        if self._loop.is_closed():
            return
        self._round += 1
        self._call(self._requests.cancel())
        self._in_flight = 0
        self._stop = None
        self._ready.clear()

    def load_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        """Refuse: the model is the server's.

        Raises:
            UsageError: always.
        """
        raise UsageError(
            f"the server at {self._settings.base_url} cannot be given new weights",
            fix="Set `engine.kind` to transformers or vllm.",
        )

    def close(self) -> None:
        """Cancel everything, close the connections and end the thread."""
        if self._loop.is_closed():
            return
        try:
            self._call(self._requests.close())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(STOP_SECONDS)
            if not self._thread.is_alive():
                self._loop.close()

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the loop and wait for it."""
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result(STOP_SECONDS)
        except TimeoutError as error:
            raise EnvironmentProblem(
                f"the connections to {self._settings.base_url} cannot be closed", fix="Run the same command."
            ) from error


class _Requests:
    """The requests of one engine: those that wait and those that run. Everything here runs in the loop."""

    def __init__(self, settings: HttpSettings, server: Server, arrivals: queue.SimpleQueue[_Arrival]) -> None:
        self._capacity = settings.capacity
        self._client = Client(settings, server, self._deliver)
        self._arrivals = arrivals
        self._waiting: deque[list[DrawRequest]] = deque()
        self._running: dict[asyncio.Task[None], int] = {}
        self._draws = 0
        self._round = 0

    def add(self, groups: list[list[DrawRequest]], round_: int) -> None:
        """Take requests; those of a round that was aborted meanwhile are dropped by the next `cancel`."""
        self._round = round_
        self._waiting.extend(groups)
        self._start()

    def _start(self) -> None:
        """Start what fits: never more draws at once than `capacity`, and at least one request."""
        while self._waiting and (not self._running or self._draws + len(self._waiting[0]) <= self._capacity):
            group = self._waiting.popleft()
            task = asyncio.get_running_loop().create_task(self._client.draw(group))
            self._running[task] = len(group)
            self._draws += len(group)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._draws -= self._running.pop(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self._start()
            return
        self._waiting.clear()
        for other in self._running:
            other.cancel()
        self._arrivals.put(_Arrival(self._round, None, error))

    def _deliver(self, draw: FinishedDraw) -> None:
        self._arrivals.put(_Arrival(self._round, draw))

    async def cancel(self) -> None:
        """Cancel everything that waits or runs, and return when it is gone."""
        self._waiting.clear()
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._client.forget_failures()

    async def close(self) -> None:
        """Cancel everything and close the connections."""
        await self.cancel()
        await self._client.close()
