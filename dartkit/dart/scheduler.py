"""The scheduler: keeps an engine full, refills by finished draw, verifies beside generation, and knows when to stop.

There are no rounds. At each moment the problem with the longest way to go gives the next draws, as many as `pacing` finds safe; a
finished draw is stored at once, judged beside generation, counted, and makes room for the next. While there is work for a full
engine next to nothing is drawn in vain; towards the end, when it would not be full, a few per cent are. A kill loses the draws in
flight and nothing else.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from dartkit.budget import BudgetMeter
from dartkit.dart.pacing import ALLOWANCES
from dartkit.dart.progress import ProblemProgress
from dartkit.engines.base import DrawRequest, Engine, FinishedDraw, NotifyingEngine
from dartkit.events import EventSink, Notice, Number, StageProgress
from dartkit.ids import draw_seed, sample_id
from dartkit.records import Outcome, Phase, Sample, TargetStatus, now_iso
from dartkit.settings import SamplingSettings

REPORT_SECONDS = 0.25
MOST_WAITING = 20_000  # finished draws that may wait for their verdict before generation waits for them
FULL = 0.9  # share of the capacity under which the engine is not full


class Judging(Protocol):
    """Judges samples beside the caller and makes the verdicts durable."""

    @property
    def waiting(self) -> int:
        """Samples handed in whose outcome was not fetched."""
        ...

    def submit(self, sample: Sample, gold: str) -> None:
        """Hand in a sample; returns at once."""
        ...

    def ready(self, *, wait: bool = False) -> list[tuple[str, Outcome]]:
        """Return ids and outcomes of judged samples; with `wait`, at least one if any is outstanding."""
        ...


@dataclass(frozen=True, slots=True)
class DrawContext:
    """What all draws of one call share."""

    stage: str
    phase: Phase
    sampler_id: str
    sampling: SamplingSettings
    run_seed: int
    engine_name: str


@dataclass(slots=True)
class DrawCounts:
    """What one call of the scheduler did."""

    draws: int = 0
    tokens: int = 0
    correct: int = 0
    errors: int = 0
    seconds: float = 0.0
    stopped: str | None = None


class Scheduler:
    """Draws until every problem's quota is met, given up, or the budget is spent.

    Args:
        engine: Where draws are made.
        context: What all draws share.
        problems: State of each problem, with what exists on disk already counted.
        store: Makes a sample durable; called before it is judged.
        judging: Judges samples and makes verdicts durable.
        meter: The budget.
        events: Who hears of progress.
    """

    def __init__(
        self,
        engine: Engine,
        context: DrawContext,
        problems: Sequence[ProblemProgress],
        *,
        store: Callable[[Sample], None],
        judging: Judging,
        meter: BudgetMeter,
        events: EventSink,
    ) -> None:
        self._engine = engine
        self._notifier = engine if isinstance(engine, NotifyingEngine) else None
        self._context = context
        self._problems = {item.problem.problem_id: item for item in problems}
        self._store = store
        self._judging = judging
        self._meter = meter
        self._events = events
        self._in_flight = 0
        self._judged: dict[str, tuple[ProblemProgress, int]] = {}  # by sample, while its verdict is awaited
        self._heap: list[tuple[float, int, ProblemProgress]] = []
        self._ticket = itertools.count()
        self._level = 0  # of the allowances
        self._counts = DrawCounts()
        self._statuses: Counter[TargetStatus] = Counter(item.status for item in problems)
        self._reported = 0.0
        self._started = time.monotonic()

    def run(self) -> DrawCounts:
        """Draw until done; returns what was done. An interrupt aborts the draws in flight and passes on."""
        self._offer_all()
        try:
            while self._fill() or self._in_flight or self._judging.waiting:
                if self._in_flight:
                    self._take(self._engine.finished())
                self._pass_notices()
                self._collect(wait=not self._in_flight or self._judging.waiting > MOST_WAITING)
                self._report()
        except BaseException:
            self._pass_notices()
            self._engine.abort()
            raise
        self._report(final=True)
        self._counts.seconds = time.monotonic() - self._started
        return self._counts

    def _offer_all(self) -> None:
        for item in self._problems.values():
            self._offer(item)

    def _offer(self, item: ProblemProgress, ticket: int | None = None) -> None:
        """Queue a problem that wants draws, unless it is queued; with its old ticket where it was only cut short.

        Draws of one problem then start together as far as they can, so that an engine reads their prompt once.
        """
        if not item.queued and item.wants(ALLOWANCES[self._level]) > 0:
            item.queued = True
            urgency = item.rounds_left(ALLOWANCES[self._level])
            heapq.heappush(self._heap, (-urgency, next(self._ticket) if ticket is None else ticket, item))

    def _fill(self) -> int:
        """Start draws up to the engine's capacity; return how many."""
        self._counts.stopped = self._meter.reached()
        if self._counts.stopped:
            return 0
        capacity = self._engine.capacity
        room = self._meter.room(self._in_flight, self._context.sampling.max_tokens)
        room = capacity - self._in_flight if room is None else min(room, capacity - self._in_flight)
        requests = self._requests(room)
        while (
            self._level < len(ALLOWANCES) - 1
            and len(requests) < room
            and self._is_short(capacity, len(requests))
        ):
            self._level += 1
            self._offer_all()
            requests += self._requests(room - len(requests))
        if requests:
            self._in_flight += len(requests)
            self._engine.submit(requests)
        return len(requests)

    def _is_short(self, capacity: int, started: int) -> bool:
        """Say whether the engine is not full although it may be: nothing more is safe to draw."""
        return self._statuses["open"] > 0 and self._in_flight + started < FULL * capacity

    def _requests(self, room: int) -> list[DrawRequest]:
        requests: list[DrawRequest] = []
        while len(requests) < room and self._heap:
            _, ticket, item = heapq.heappop(self._heap)
            item.queued = False
            count = min(item.wants(ALLOWANCES[self._level]), room - len(requests))
            requests += [self._request(item) for _ in range(count)]
            self._offer(item, ticket)
        return requests

    def _request(self, item: ProblemProgress) -> DrawRequest:
        index = item.take_index()
        problem_id = item.problem.problem_id
        return DrawRequest(
            sample_id=sample_id(problem_id, self._context.sampler_id, index),
            problem_id=problem_id,
            draw_index=index,
            prompt=item.prompt,
            seed=draw_seed(self._context.run_seed, problem_id, index),
            sampling=self._context.sampling,
        )

    def _take(self, draws: Sequence[FinishedDraw]) -> None:
        """Make finished draws durable and hand them on to be judged."""
        now = now_iso()
        for draw in draws:
            item = self._problems[draw.request.problem_id]
            sample = self._sample_of(draw, now)
            self._store(sample)
            tokens = draw.completion_tokens or 0
            self._in_flight -= 1
            self._meter.spend(1, tokens)
            self._counts.draws += 1
            self._counts.tokens += tokens
            self._counts.errors += draw.finish_reason == "error"
            self._judged[sample.sample_id] = (item, draw.request.draw_index)
            self._judging.submit(sample, item.problem.answer or "")

    def _sample_of(self, draw: FinishedDraw, now: str) -> Sample:
        request, context = draw.request, self._context
        return Sample(
            sample_id=request.sample_id,
            problem_id=request.problem_id,
            sampler_id=context.sampler_id,
            draw_index=request.draw_index,
            phase=context.phase,
            completion=draw.completion,
            finish_reason=draw.finish_reason,
            engine=context.engine_name,
            created_at=now,
            seed=draw.seed,
            max_tokens=context.sampling.max_tokens,
            prompt_tokens=draw.prompt_tokens,
            completion_tokens=draw.completion_tokens,
            logprob_sum=draw.logprob_sum,
            error=draw.error,
            worker=draw.worker,
            seconds=draw.seconds,
        )

    def _collect(self, *, wait: bool) -> None:
        """Count verdicts that are ready; with `wait`, wait for at least one if any is outstanding."""
        for sample, outcome in self._judging.ready(wait=wait):
            item, index = self._judged.pop(sample)
            item.in_flight -= 1
            before = item.status
            item.add_outcome(index, outcome)
            if item.status != before:
                self._statuses[before] -= 1
                self._statuses[item.status] += 1
            self._counts.correct += outcome == "correct"
            self._offer(item)

    def _pass_notices(self) -> None:
        for message in self._notifier.take_notices() if self._notifier else ():
            self._events.emit(Notice(self._context.stage, message))

    def _report(self, *, final: bool = False) -> None:
        now = time.monotonic()
        if not final and now - self._reported < REPORT_SECONDS:
            return
        self._reported = now
        seconds = max(now - self._started, 1e-9)
        counts, statuses = self._counts, self._statuses
        numbers: dict[str, Number] = {
            "met": statuses["met"],
            "open": statuses["open"],
            "hopeless": statuses["hopeless"],
            "exhausted": statuses["exhausted"],
            "draws": counts.draws,
            "draws_per_s": counts.draws / seconds,
            "tokens_per_s": counts.tokens / seconds,
            "yield": counts.correct / counts.draws if counts.draws else 0.0,
            "in_flight": self._in_flight,
        }
        total = len(self._problems)
        self._events.emit(StageProgress(self._context.stage, total - statuses["open"], total, numbers))
