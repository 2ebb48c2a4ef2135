"""Asking: keep the engine full of votes, and hand back each question the moment its last vote is cast.

A vote is stored before it counts. Questions share votes (one gold answer has one set of controls), so a vote that several
questions wait for is drawn once. A kill loses the draws in flight and nothing else.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from dartkit.budget import BudgetMeter
from dartkit.engines.base import DrawRequest, Engine, FinishedDraw
from dartkit.engines.prompt_tokens import error_draw
from dartkit.verify.judge.question import JudgeQuestion, Order
from dartkit.verify.judge.votes import VoteBook, vote_of


@dataclass(frozen=True, slots=True)
class Slip:
    """One vote to be cast: its identity, what is asked, in which order, the how-manieth."""

    vote_id: str
    question: JudgeQuestion
    order: Order
    index: int


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with all the votes that decide it, controls included."""

    question: JudgeQuestion
    slips: tuple[Slip, ...]


class Poll:
    """One round of asking.

    Args:
        engine: Where votes are drawn; nothing else may draw from it meanwhile.
        book: Votes there are; new ones are added.
        word: Makes the draw request of a slip.
        sampler_id: Who judges.
        meter: The budget. Where it is reached, no further vote is drawn and open questions are not handed back.
    """

    def __init__(
        self,
        engine: Engine,
        book: VoteBook,
        *,
        word: Callable[[Slip], DrawRequest],
        sampler_id: str,
        meter: BudgetMeter,
    ) -> None:
        self._engine = engine
        self._book = book
        self._word = word
        self._sampler_id = sampler_id
        self._meter = meter
        self._queue: deque[Slip] = deque()
        self._requested: dict[str, Slip] = {}  # queued or in flight
        self._in_flight: dict[str, DrawRequest] = {}
        self._waiting: defaultdict[str, list[Ask]] = defaultdict(list)
        self._missing: dict[str, int] = {}  # votes that a question still waits for

    def run(self, asks: Iterable[Ask]) -> Iterator[Ask]:
        """Yield each ask once all its votes are in the book; questions must be distinct.

        Whatever ends this early aborts the draws in flight.
        """
        source = iter(asks)
        try:
            while True:
                yield from self._fill(source)
                if not self._in_flight:
                    return
                for draw in self._finished():
                    yield from self._take(draw)
        except BaseException:
            self._engine.abort()
            raise

    def _fill(self, source: Iterator[Ask]) -> Iterator[Ask]:
        """Start votes up to the engine's capacity; yield questions that need none."""
        while self._meter.reached() is None:
            room = self._room()
            if room <= 0:
                return
            while len(self._queue) < room:
                ask = next(source, None)
                if ask is None:
                    break
                if not self._enlist(ask):
                    yield ask
            if not self._queue:
                return
            slips = [self._queue.popleft() for _ in range(min(room, len(self._queue)))]
            requests = [self._word(slip) for slip in slips]
            self._in_flight.update((request.sample_id, request) for request in requests)
            self._engine.submit(requests)

    def _room(self) -> int:
        room = self._engine.capacity - len(self._in_flight)
        longest = self._word(self._queue[0]).sampling.max_tokens if self._queue else 1
        left = self._meter.room(len(self._in_flight), longest)
        return room if left is None else min(room, left)

    def _enlist(self, ask: Ask) -> int:
        """Queue the votes of a question that nobody has asked for yet; return how many it waits for."""
        missing = [slip for slip in dict.fromkeys(ask.slips) if not self._book.knows(slip.vote_id)]
        for slip in missing:
            self._waiting[slip.vote_id].append(ask)
            if slip.vote_id not in self._requested:
                self._requested[slip.vote_id] = slip
                self._queue.append(slip)
        if missing:
            self._missing[ask.question.question_id] = len(missing)
        return len(missing)

    def _finished(self) -> list[FinishedDraw]:
        """Return finished draws. An engine that has none while draws are in flight has lost them; they become failures."""
        draws = self._engine.finished()
        if draws:
            return draws
        return [error_draw(request, "the engine lost this draw") for request in self._in_flight.values()]

    def _take(self, draw: FinishedDraw) -> Iterator[Ask]:
        """Store a vote and yield the questions that waited for it last. Draws nobody asked for are passed over."""
        identity = draw.request.sample_id
        if self._in_flight.pop(identity, None) is None:
            return
        slip = self._requested.pop(identity)
        vote = vote_of(
            draw,
            question_id=slip.question.question_id,
            sampler_id=self._sampler_id,
            order=slip.order,
            engine=self._engine.name,
        )
        self._book.add(vote)
        self._meter.spend(1, draw.completion_tokens or 0)
        for ask in self._waiting.pop(identity):
            waiting = ask.question.question_id
            self._missing[waiting] -= 1
            if self._missing[waiting] == 0:
                del self._missing[waiting]
                yield ask
