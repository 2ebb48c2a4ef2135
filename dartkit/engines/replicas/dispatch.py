"""Which draw is on which replica: every draw handed in comes back exactly once, whatever replicas die and return.

No Ray here, no clock and no thread. A draw gets a ticket, a number that is never used twice; a result counts only when it
comes from the replica that holds the ticket at that moment, so what a lost replica still says afterwards is passed over.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from dartkit.engines.base import DrawRequest


@dataclass(slots=True)
class _Load:
    """A living replica: how many draws it wants, and the tickets it has, oldest first."""

    capacity: int
    tickets: dict[int, None] = field(default_factory=dict)


class Dispatcher:
    """The book of draws in hand. Replicas are named by numbers that the caller never uses twice."""

    def __init__(self) -> None:
        self._requests: dict[int, DrawRequest] = {}
        self._waiting: deque[int] = deque()
        self._loads: dict[int, _Load] = {}
        self._next_ticket = 0

    @property
    def in_hand(self) -> int:
        """Draws handed in that have not come back, waiting or on a replica."""
        return len(self._requests)

    @property
    def capacity(self) -> int:
        """Draws that all living replicas together want."""
        return sum(load.capacity for load in self._loads.values())

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        """Take requests; they wait until `assign`."""
        for request in requests:
            self._requests[self._next_ticket] = request
            self._waiting.append(self._next_ticket)
            self._next_ticket += 1

    def join(self, replica: int, capacity: int) -> None:
        """Count a replica among the living."""
        self._loads[replica] = _Load(capacity)

    def lose(self, replica: int) -> int:
        """Take a replica out; its draws wait again, before all others. Return how many they are."""
        load = self._loads.pop(replica, None)
        if load is None:
            return 0
        self._waiting.extendleft(reversed(load.tickets))
        return len(load.tickets)

    def assign(self) -> dict[int, list[tuple[int, DrawRequest]]]:
        """Give waiting draws to replicas with room, each to the one that is least full for its size.

        Returns:
            Ticket and request of each draw, by replica. The caller sends them; they count as being there from now on.
        """
        free = [
            (len(load.tickets) / load.capacity, replica)
            for replica, load in self._loads.items()
            if len(load.tickets) < load.capacity
        ]
        heapq.heapify(free)
        given: dict[int, list[tuple[int, DrawRequest]]] = {}
        while self._waiting and free:
            replica = free[0][1]
            load = self._loads[replica]
            ticket = self._waiting.popleft()
            load.tickets[ticket] = None
            given.setdefault(replica, []).append((ticket, self._requests[ticket]))
            if len(load.tickets) < load.capacity:
                heapq.heapreplace(free, (len(load.tickets) / load.capacity, replica))
            else:
                heapq.heappop(free)
        return given

    def complete(self, replica: int, ticket: int) -> DrawRequest | None:
        """Return the request of a finished draw and forget it; None where the replica does not hold that ticket."""
        load = self._loads.get(replica)
        if load is None or ticket not in load.tickets:
            return None
        del load.tickets[ticket]
        return self._requests.pop(ticket)

    def forget(self) -> None:
        """Drop all draws in hand; the replicas stay."""
        self._requests.clear()
        self._waiting.clear()
        for load in self._loads.values():
            load.tickets.clear()
