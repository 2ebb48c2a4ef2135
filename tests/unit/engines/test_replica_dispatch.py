"""The book of draws on replicas: random histories of deaths and returns against a plain count; spreading by hand."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.engines.base import DrawRequest
from dartkit.engines.replicas.dispatch import Dispatcher
from dartkit.settings import SamplingSettings

SAMPLING = SamplingSettings()


def ask(index: int) -> DrawRequest:
    """Return a request that is known by its number."""
    return DrawRequest(str(index), "p", index, "?", index, SAMPLING)


class History:
    """A dispatcher and a second book, kept by sets: what each replica was sent, and what came back."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.book = Dispatcher()
        self.submitted = 0
        self.returned: Counter[str] = Counter()
        self.sent: dict[int, dict[int, DrawRequest]] = {}
        self.dead: list[tuple[int, int]] = []  # replica and ticket of draws that a lost replica still holds
        self.replicas = 0

    def submit(self) -> None:
        count = self.random.randrange(8)
        self.book.submit([ask(self.submitted + index) for index in range(count)])
        self.submitted += count

    def join(self) -> None:
        self.book.join(self.replicas, self.random.randrange(1, 6))
        self.sent[self.replicas] = {}
        self.replicas += 1

    def lose(self) -> None:
        if self.sent:
            replica = self.random.choice(list(self.sent))
            held = self.sent.pop(replica)
            assert self.book.lose(replica) == len(held)
            self.dead += [(replica, ticket) for ticket in held]

    def assign(self) -> None:
        for replica, given_now in self.book.assign().items():
            for ticket, request in given_now:
                assert all(ticket not in held for held in self.sent.values())
                self.sent[replica][ticket] = request

    def complete(self) -> None:
        """One replica finishes one of its draws."""
        busy = [replica for replica, held in self.sent.items() if held]
        if busy:
            replica = self.random.choice(busy)
            ticket = self.random.choice(list(self.sent[replica]))
            request = self.book.complete(replica, ticket)
            assert request == self.sent[replica].pop(ticket)
            self.returned[request.sample_id] += 1
            assert self.book.complete(replica, ticket) is None, "the same result a second time"

    def speak_from_the_grave(self) -> None:
        """A lost replica's result arrives late, or under a living replica's number."""
        if self.dead:
            replica, ticket = self.random.choice(self.dead)
            assert self.book.complete(replica, ticket) is None
            for other, held in self.sent.items():
                if ticket not in held:
                    assert self.book.complete(other, ticket) is None


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32), steps=st.integers(0, 150))
def test_every_draw_comes_back_once_whatever_dies(seed: int, steps: int) -> None:
    """After any history, one more replica is enough to bring back every draw that is missing, and none twice."""
    history = History(Random(seed))
    events = (
        history.submit,
        history.join,
        history.lose,
        history.assign,
        history.assign,
        history.complete,
        history.complete,
        history.speak_from_the_grave,
    )
    for _ in range(steps):
        history.random.choice(events)()
        assert history.book.in_hand == history.submitted - history.returned.total()
    history.join()
    while history.book.in_hand:
        history.assign()
        history.complete()
    assert history.returned == Counter({str(index): 1 for index in range(history.submitted)})


def given_counts(book: Dispatcher) -> dict[int, int]:
    """Assign and count by replica."""
    return {replica: len(tickets) for replica, tickets in book.assign().items()}


def test_draws_are_spread_by_share_of_capacity() -> None:
    """Of 9 draws on capacities 2, 4 and 12, shares of one half are 1, 2 and 6."""
    book = Dispatcher()
    for replica, capacity in enumerate((2, 4, 12)):
        book.join(replica, capacity)
    book.submit([ask(index) for index in range(9)])
    assert given_counts(book) == {0: 1, 1: 2, 2: 6}


def test_nobody_gets_more_than_its_capacity() -> None:
    """20 draws, room for 5: 15 wait until one is back."""
    book = Dispatcher()
    book.join(0, 2)
    book.join(1, 3)
    book.submit([ask(index) for index in range(20)])
    given_now = book.assign()
    assert {replica: len(tickets) for replica, tickets in given_now.items()} == {0: 2, 1: 3}
    assert book.capacity == 5
    assert given_counts(book) == {}
    assert book.complete(1, given_now[1][0][0]) is not None
    assert given_counts(book) == {1: 1}


def test_lost_draws_go_first_and_in_order() -> None:
    """Draws 0 to 2 die with their replica; the next one gets 0, 1, 2 and then 3."""
    book = Dispatcher()
    book.join(0, 3)
    book.submit([ask(index) for index in range(5)])
    book.assign()
    assert book.lose(0) == 3
    assert book.lose(0) == 0
    assert book.capacity == 0
    book.join(1, 4)
    assert [request.sample_id for _, request in book.assign()[1]] == ["0", "1", "2", "3"]


@pytest.mark.parametrize("assigned", [True, False])
def test_forgotten_draws_do_not_come_back(assigned: bool) -> None:
    """After `forget` their tickets mean nothing, and new draws get others."""
    book = Dispatcher()
    book.join(0, 4)
    book.submit([ask(0)])
    tickets = [ticket for ticket, _ in book.assign()[0]] if assigned else [0]
    book.forget()
    assert book.in_hand == 0
    assert book.complete(0, tickets[0]) is None
    book.submit([ask(1)])
    assert [request.sample_id for _, request in book.assign()[0]] == ["1"]
