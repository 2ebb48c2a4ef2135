"""The engine over replicas on Ray. This process keeps the book: which draw is where, and what has come back.

Replicas may die, come back and join late. The draws of a lost replica go to the others, each exactly once; with no replica
left and none to come, the stage stops with everything on disk, and the same command goes on.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dartkit import settings as config
from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.engines.replicas.cluster import cluster_text, join_cluster, leave_cluster, replica_gpus
from dartkit.engines.replicas.dispatch import Dispatcher
from dartkit.engines.replicas.pool import Event, Finished, Joined, Lost, ReplicaPool
from dartkit.engines.replicas.replica import Failure, NamedWeights, ReplicaPlan
from dartkit.errors import EnvironmentProblem
from dartkit.models import ModelRef, folder_revision
from dartkit.records import Problem

if TYPE_CHECKING:
    from torch import Tensor

WAIT_SECONDS = 1.0  # between two looks at the clock while no replica says anything
GOES_ON = "What was drawn is kept; the same command goes on."


class Pool(Protocol):
    """What the engine needs of its replicas; see `ReplicaPool`."""

    @property
    def living(self) -> int:
        """Replicas whose engine is open."""
        ...

    @property
    def coming(self) -> int:
        """Replicas that start or wait for room."""
        ...

    def wait(self, seconds: float) -> list[Event]:
        """Return what has happened, after at most so long."""
        ...

    def submit(self, replica: int, requests: Sequence[DrawRequest]) -> None:
        """Send draws to a living replica."""
        ...

    def abort(self) -> list[Event]:
        """Make all replicas forget their draws."""
        ...

    def load_weights(self, weights: NamedWeights) -> list[Event]:
        """Give all replicas new weights."""
        ...

    def close(self) -> None:
        """Kill all replicas."""
        ...


class RayEngine:
    """Draws with replicas.

    Args:
        pool: The replicas, starting.
        start_timeout_seconds: Longest time without any working replica.
        wanted: What a replica asks of the cluster, for messages.
        owns_cluster: Whether to leave the cluster at the end.

    Raises:
        EnvironmentProblem: if no replica starts in time.
    """

    name = "ray"
    seeds_draws = True

    def __init__(
        self, pool: Pool, *, start_timeout_seconds: float, wanted: str = "", owns_cluster: bool = False
    ) -> None:
        self._pool = pool
        self._timeout = start_timeout_seconds
        self._wanted = wanted
        self._owns_cluster = owns_cluster
        self._book = Dispatcher()
        self._ready: list[FinishedDraw] = []
        self._notices: list[str] = []
        self._last_cause: Failure | None = None
        self._alone_since: float | None = time.monotonic()
        self._closed = False
        try:
            while not pool.living:
                self._wait()
        except BaseException:
            self.close()
            raise

    @classmethod
    def start(
        cls, settings: config.RayEngine, model: ModelRef | None, *, problems: Iterable[Problem], seed: int
    ) -> RayEngine:
        """Join the cluster and start the replicas; returns when the first of them works.

        Raises:
            EnvironmentProblem: if the cluster is not there or no replica starts.
        """
        fingerprint = folder_revision(Path(model.path)) if model else None
        owns = join_cluster(settings)
        try:
            cpus, gpus = settings.cpus_per_replica, replica_gpus(settings)
            pool = ReplicaPool(
                ReplicaPlan(settings.replica, model, fingerprint, seed),
                list(problems),
                replicas=settings.replicas,
                cpus=cpus,
                gpus=gpus,
                restarts=settings.restarts,
            )
        except BaseException:
            if owns:
                leave_cluster()
            raise
        wanted = f"each asks for {cpus:g} CPUs and {gpus:g} GPUs, and the cluster has {cluster_text()}"
        timeout = settings.start_timeout_seconds
        return cls(pool, start_timeout_seconds=timeout, wanted=wanted, owns_cluster=owns)

    @property
    def capacity(self) -> int:
        """What all working replicas want; 1 while there is none, so that a caller has something to wait for."""
        return max(1, self._book.capacity)

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        """Spread requests over the replicas; those beyond their capacity wait here."""
        self._book.submit(requests)
        self._feed()

    def finished(self) -> list[FinishedDraw]:
        """Wait until a replica has finished a draw, and hand back all that are.

        Raises:
            EnvironmentProblem: if all replicas are gone for good, or none has worked for `start_timeout_seconds`.
        """
        while self._book.in_hand and not self._ready:
            self._wait()
        done, self._ready = self._ready, []
        return done

    def abort(self) -> None:
        """Forget everything in flight."""
        self._book.forget()
        self._ready.clear()
        if not self._closed:
            self._take(self._pool.abort())

    def load_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        """Give all replicas other weights; replicas that start later get them too.

        Raises:
            DataError: if the weights do not fit the model.
        """
        named = [(name, tensor.detach().cpu()) for name, tensor in weights]
        self._take(self._pool.load_weights(named))

    def take_notices(self) -> list[str]:
        """Return what happened to replicas since the last call."""
        notices, self._notices = self._notices, []
        return notices

    def close(self) -> None:
        """Kill the replicas; a cluster that this engine started ends."""
        if self._closed:
            return
        self._closed = True
        self._book.forget()
        self._pool.close()
        if self._owns_cluster:
            leave_cluster()

    def _feed(self) -> None:
        for replica, given in self._book.assign().items():
            requests = [replace(request, sample_id=str(ticket)) for ticket, request in given]
            self._pool.submit(replica, requests)

    def _wait(self) -> None:
        """Let the replicas work for a moment, and notice when nobody is left to wait for."""
        self._take(self._pool.wait(WAIT_SECONDS))
        if self._pool.living:
            self._alone_since = None
            return
        now = time.monotonic()
        self._alone_since = self._alone_since or now
        cause = self._last_cause
        last = f"; the last one: {cause.what}" if cause else ""
        fix = f"{cause.fix} {GOES_ON}" if cause and cause.fix else GOES_ON
        if not self._pool.coming:
            raise EnvironmentProblem(f"all replicas are lost and none may come back{last}", fix=fix)
        if now - self._alone_since > self._timeout:
            raise EnvironmentProblem(
                f"no replica has worked for {self._timeout:g} s: {self._wanted}{last}",
                fix=f"Give the cluster room, ask for less, or raise `engine.start_timeout_seconds`. {fix}",
            )

    def _take(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, Finished):
                self._take_draws(event)
            elif isinstance(event, Joined):
                self._book.join(event.replica, event.facts.capacity)
                self.name = f"ray:{event.facts.engine}"
                self.seeds_draws = self.seeds_draws and event.facts.seeds_draws
                if event.again:
                    self._notices.append(f"{event.name} works again")
            else:
                self._bury(event)
        self._feed()

    def _take_draws(self, event: Finished) -> None:
        for draw in event.draws:
            request = self._book.complete(event.replica, int(draw.request.sample_id))
            if request is not None:
                self._ready.append(replace(draw, request=request, worker=event.name))

    def _bury(self, event: Lost) -> None:
        draws = self._book.lose(event.replica)
        self._last_cause = event.cause
        left = event.restarts_left
        future = "it does not come back" if left is None else f"it starts again ({left} more times)"
        given = f"; its {draws} draws in flight are given out again" if draws else ""
        self._notices.append(f"{event.name} was lost{given}; {future}: {event.cause.what}")
