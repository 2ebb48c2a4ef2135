"""What runs inside a Ray actor: one engine, driven without pause by a thread of its own.

The actor's methods only leave orders for that thread and pick up what it has laid out, so a new draw reaches the engine
between two of its calls and a finished one waits for nobody. Failures are returned as values: an exception that crosses Ray
arrives wrapped in a traceback that no user should read.
"""

from __future__ import annotations

import os
import queue
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dartkit.engines import open_engine
from dartkit.engines.base import DrawRequest, Engine, FinishedDraw, InspectableEngine
from dartkit.errors import DartkitError, DataError, EnvironmentProblem
from dartkit.models import ModelRef, folder_revision
from dartkit.records import Problem
from dartkit.settings import ReplicaSettings

if TYPE_CHECKING:
    from torch import Tensor

NamedWeights = list[tuple[str, "Tensor"]]


@dataclass(frozen=True, slots=True)
class ReplicaPlan:
    """What every replica of one engine is told: settings, model, its fingerprint where the driver runs, run seed."""

    settings: ReplicaSettings
    model: ModelRef | None
    fingerprint: str | None
    seed: int


@dataclass(frozen=True, slots=True)
class ReplicaFacts:
    """What a replica says of itself once its engine is open."""

    engine: str
    seeds_draws: bool
    capacity: int
    host: str
    pid: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something did not work. `refused` means that the order was at fault and the replica works on."""

    what: str
    fix: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class _Submit:
    requests: Sequence[DrawRequest]


@dataclass(frozen=True, slots=True)
class _Load:
    weights: NamedWeights
    number: int


class _Abort:
    pass


class Replica:
    """The actor. Methods may be called from several threads at once.

    Args:
        plan: What to open.
        problems: For a scripted engine.
        weights: Weights that replace the model's own, where the driver has loaded some since.
    """

    def __init__(
        self, plan: ReplicaPlan, problems: Sequence[Problem], weights: NamedWeights | None = None
    ) -> None:
        self._plan = plan
        self._problems = problems
        self._orders: queue.SimpleQueue[_Submit | _Load | _Abort] = queue.SimpleQueue()
        self._news = threading.Condition()  # guards everything below
        self._facts: ReplicaFacts | None = None
        self._failure: Failure | None = None
        self._finished: list[FinishedDraw] = []
        self._loads_asked = 0
        self._loads: dict[int, Failure | None] = {}
        threading.Thread(target=self._live, args=(weights,), name="engine", daemon=True).start()

    def ready(self) -> ReplicaFacts | Failure:
        """Wait until the engine is open."""
        with self._news:
            self._news.wait_for(lambda: self._facts or self._failure)
            return self._failure or self._facts  # type: ignore[return-value]  # one of them is there now

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        """Take requests, whose `sample_id` is a ticket; returns at once."""
        self._orders.put(_Submit(requests))

    def next_finished(self, seconds: float) -> list[FinishedDraw] | Failure:
        """Wait for finished draws and return all there are; none if the time is over."""
        with self._news:
            self._news.wait_for(lambda: self._finished or self._failure, timeout=seconds)
            if self._failure and not self._finished:
                return self._failure
            finished, self._finished = self._finished, []
            return finished

    def abort(self) -> None:
        """Forget everything in flight; returns at once."""
        self._orders.put(_Abort())

    def load_weights(self, weights: NamedWeights) -> Failure | None:
        """Give the engine other weights and wait until it has them."""
        with self._news:
            self._loads_asked += 1
            number = self._loads_asked
            self._orders.put(_Load(weights, number))
            self._news.wait_for(lambda: number in self._loads or self._failure)
            return self._loads.pop(number, self._failure)

    def _live(self, weights: NamedWeights | None) -> None:
        try:
            engine = self._open()
            if weights is not None:
                engine.load_weights(weights)
            facts = ReplicaFacts(
                engine.name, engine.seeds_draws, engine.capacity, socket.gethostname(), os.getpid()
            )
            with self._news:
                self._facts = facts
                self._news.notify_all()
            self._drive(engine)
        except Exception as error:  # noqa: BLE001  (the end of a thread: whatever stopped it is handed to the driver)
            with self._news:
                self._failure = describe_failure(error)
                self._news.notify_all()

    def _open(self) -> Engine:
        plan = self._plan
        if plan.model is not None:
            check_model(plan.model, plan.fingerprint)
        return open_engine(plan.settings, plan.model, problems=self._problems, seed=plan.seed)

    def _drive(self, engine: Engine) -> None:
        in_flight = 0
        while True:
            in_flight = self._obey(engine, in_flight)
            finished = engine.finished()
            in_flight -= len(finished)
            if finished:
                with self._news:
                    self._finished.extend(finished)
                    self._news.notify_all()

    def _obey(self, engine: Engine, in_flight: int) -> int:
        """Carry out the orders that are there; with nothing in flight, wait for one. Return the draws in flight."""
        block = in_flight == 0
        while True:
            try:
                order = self._orders.get(block=block)
            except queue.Empty:
                return in_flight
            block = False
            if isinstance(order, _Submit):
                engine.submit(order.requests)
                in_flight += len(order.requests)
            elif isinstance(order, _Load):
                self._load(engine, order)
                block = in_flight == 0
            else:
                engine.abort()
                in_flight, block = 0, True
                with self._news:
                    self._finished.clear()

    def _load(self, engine: Engine, order: _Load) -> None:
        try:
            engine.load_weights(order.weights)
            failure = check_weights(engine, order.weights)
        except DataError as error:
            failure = Failure(error.what, error.fix, refused=True)
        with self._news:
            self._loads[order.number] = failure
            self._news.notify_all()


def check_weights(engine: Engine, weights: NamedWeights) -> Failure | None:
    """Say which weight did not arrive, where the engine can be looked into."""
    different = engine.find_difference(weights) if isinstance(engine, InspectableEngine) else None
    return None if different is None else Failure(f"the weight '{different}' did not arrive whole")


def describe_failure(error: Exception) -> Failure:
    """Put an exception into words; that of dartkit's own stops is already in words."""
    if isinstance(error, DartkitError):
        return Failure(f"{error.where}: {error.what}" if error.where else error.what, error.fix)
    detail = " ".join(str(error).split())[:500] or "no message"
    return Failure(f"{type(error).__name__}: {detail}")


def check_model(model: ModelRef, fingerprint: str | None) -> None:
    """Make sure that this node has the driver's model under the driver's path.

    Raises:
        EnvironmentProblem: if the folder is missing or holds another model, naming the node.
    """
    folder, host = Path(model.path), socket.gethostname()
    fix = "Every node needs the same model folder under the same path: share the file system or copy it."
    if not folder.is_dir():
        raise EnvironmentProblem(f"node {host} has no model folder {folder}", fix=fix)
    if fingerprint is not None and folder_revision(folder) != fingerprint:
        raise EnvironmentProblem(f"node {host} has another model in {folder} than the driver", fix=fix)
