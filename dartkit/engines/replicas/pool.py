"""Replicas as Ray actors: started, called, buried and started again. What happens to them comes out as events.

A replica has two calls open at any time at most: `ready` until its engine is open, then one `next_finished` after another;
orders sent besides are watched until they arrive, because an order that is lost means draws that are lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.engines.replicas.cluster import import_ray, lost_text
from dartkit.engines.replicas.replica import Failure, NamedWeights, Replica, ReplicaFacts, ReplicaPlan
from dartkit.errors import DataError
from dartkit.records import Problem

POLL_SECONDS = 10.0  # a call without result ends then, so that no connection looks dead
ABORT_SECONDS = 5.0
THREADS = 8  # of an actor: one for each method that may wait, and some for orders


@dataclass(frozen=True, slots=True)
class Joined:
    """A replica's engine is open. `again` says that it replaces one that was lost."""

    replica: int
    name: str
    facts: ReplicaFacts
    again: bool


@dataclass(frozen=True, slots=True)
class Finished:
    """Draws that a replica made; `sample_id` of each request is its ticket."""

    replica: int
    name: str
    draws: list[FinishedDraw]


@dataclass(frozen=True, slots=True)
class Lost:
    """A replica is gone; `restarts_left` is None where it will not come back."""

    replica: int
    name: str
    cause: Failure
    restarts_left: int | None


Event = Joined | Finished | Lost


@dataclass(slots=True)
class _Member:
    """One life of a replica."""

    number: int
    place: int
    name: str
    actor: Any
    again: bool
    facts: ReplicaFacts | None = None


@dataclass(frozen=True, slots=True)
class _Call:
    member: int
    kind: Literal["ready", "poll", "order"]


class ReplicaPool:
    """The replicas of one engine. The cluster must be joined.

    Args:
        plan: What each replica opens.
        problems: For scripted engines; put into the object store once.
        replicas: How many.
        cpus: Processors of each.
        gpus: GPUs of each.
        restarts: How often each may come back.
    """

    def __init__(
        self,
        plan: ReplicaPlan,
        problems: Sequence[Problem],
        *,
        replicas: int,
        cpus: float,
        gpus: float,
        restarts: int,
    ) -> None:
        self._ray = import_ray()
        self._class = self._ray.remote(Replica).options(
            num_cpus=cpus, num_gpus=gpus, max_concurrency=THREADS, max_restarts=0, scheduling_strategy="SPREAD"
        )  # fmt: skip
        self._plan, self._problems = self._ray.put(plan), self._ray.put(list(problems))
        self._weights: Any = None
        self._restarts_left = [restarts] * replicas
        self._members: dict[int, _Member] = {}
        self._calls: dict[Any, _Call] = {}
        self._next_number = 0
        for place in range(replicas):
            self._launch(place, again=False)

    @property
    def living(self) -> int:
        """Replicas whose engine is open."""
        return sum(member.facts is not None for member in self._members.values())

    @property
    def coming(self) -> int:
        """Replicas that are starting or wait for room on the cluster."""
        return len(self._members) - self.living

    def wait(self, seconds: float) -> list[Event]:
        """Wait until something happens to a replica, at most this long, and return all that has."""
        calls = list(self._calls)
        if not calls:
            return []
        done, _ = self._ray.wait(calls, num_returns=1, timeout=seconds)
        if done and len(calls) > 1:
            done, _ = self._ray.wait(calls, num_returns=len(calls), timeout=0)
        events: list[Event] = []
        for reference in done:
            call = self._calls.pop(reference, None)
            if call is not None:  # else its replica was buried a moment ago
                events.extend(self._settle(self._members[call.member], call, reference))
        return events

    def submit(self, replica: int, requests: Sequence[DrawRequest]) -> None:
        """Send draws to a living replica."""
        self._call(self._members[replica], "order", "submit", requests)

    def abort(self) -> list[Event]:
        """Make all replicas forget their draws; one that does not answer counts as lost, which the events say."""
        sent = {
            member.actor.abort.remote(): member
            for member in list(self._members.values())
            if member.facts is not None
        }
        if not sent:
            return []
        _, silent = self._ray.wait(list(sent), num_returns=len(sent), timeout=ABORT_SECONDS)
        return [self._lose(sent[reference], Failure("it did not answer")) for reference in silent]

    def load_weights(self, weights: NamedWeights) -> list[Event]:
        """Give all replicas, present and future, these weights; returns when the living ones have them.

        Raises:
            DataError: if the weights do not fit the model; then all replicas keep what they had.
        """
        before, self._weights = self._weights, self._ray.put(weights)
        sent = [
            (member, member.actor.load_weights.remote(self._weights)) for member in self._members.values()
        ]
        events: list[Event] = []
        refused: Failure | None = None
        for member, reference in sent:
            if member.facts is None:
                self._calls[reference] = _Call(member.number, "order")
                continue
            answer = self._answer(reference)
            if isinstance(answer, Failure) and answer.refused:
                refused = answer
            elif isinstance(answer, Failure):
                events.append(self._lose(member, answer))
        if refused is not None:
            self._weights = before
            raise DataError(refused.what, fix=refused.fix)
        return events

    def close(self) -> None:
        """Kill all replicas."""
        for member in self._members.values():
            self._ray.kill(member.actor)
        self._members.clear()
        self._calls.clear()

    def _launch(self, place: int, *, again: bool) -> None:
        number, self._next_number = self._next_number, self._next_number + 1
        arguments = [self._plan, self._problems, *([] if self._weights is None else [self._weights])]
        member = _Member(number, place, f"replica-{place}", self._class.remote(*arguments), again)
        self._members[number] = member
        self._call(member, "ready", "ready")

    def _call(
        self, member: _Member, kind: Literal["ready", "poll", "order"], method: str, *arguments: Any
    ) -> None:
        reference = getattr(member.actor, method).remote(*arguments)
        self._calls[reference] = _Call(member.number, kind)

    def _answer(self, reference: Any) -> Any:
        """Return what a call returned; a Failure too where the actor is gone."""
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            return Failure(lost_text(error))

    def _settle(self, member: _Member, call: _Call, reference: Any) -> list[Event]:
        answer = self._answer(reference)
        if isinstance(answer, Failure):
            return [self._lose(member, answer)]
        if call.kind == "order":
            return []
        self._call(member, "poll", "next_finished", POLL_SECONDS)
        if isinstance(answer, ReplicaFacts):
            member.facts = answer
            member.name = f"replica-{member.place}@{answer.host}"
            return [Joined(member.number, member.name, answer, member.again)]
        return [Finished(member.number, member.name, answer)] if answer else []

    def _lose(self, member: _Member, cause: Failure) -> Lost:
        del self._members[member.number]
        self._calls = {key: call for key, call in self._calls.items() if call.member != member.number}
        self._ray.kill(member.actor)  # it may be cut off or broken rather than dead
        left = self._restarts_left[member.place]
        if left == 0:
            return Lost(member.number, member.name, cause, None)
        self._restarts_left[member.place] = left - 1
        self._launch(member.place, again=True)
        return Lost(member.number, member.name, cause, left - 1)
