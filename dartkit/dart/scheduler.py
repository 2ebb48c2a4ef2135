"""The scheduler: keeps an engine full, refills by finished draw, verifies beside generation, and knows when to stop.

There are no rounds. At each moment the problem with the longest expected way to go gives the next draw; a finished draw is
stored at once, checked in a thread, counted, and makes room for the next. A kill loses the draws in flight and nothing else.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Protocol

from dartkit.budget import BudgetMeter
from dartkit.dart.progress import ProblemProgress
from dartkit.engines.base import DrawRequest, Engine, FinishedDraw, NotifyingEngine
from dartkit.events import EventSink, Notice, Number, StageProgress
from dartkit.ids import draw_seed, sample_id
from dartkit.records import Outcome, Phase, Sample, now_iso
from dartkit.settings import SamplingSettings

REPORT_SECONDS = 0.25
CHECKS_PER_WORKER = 256  # finished draws that may wait for their verdict before generation waits for them


class Judge(Protocol):
    """Checks one completion and stores the verdict; called from a thread."""

    def __call__(self, sample: Sample, gold: str) -> Outcome:
        """Return the outcome."""
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
        store: Makes a sample durable; called before it is checked.
        judge: Checks a sample and makes the verdict durable.
        meter: The budget.
        events: Who hears of progress.
        workers: Threads that check.
    """

    def __init__(
        self,
        engine: Engine,
        context: DrawContext,
        problems: Sequence[ProblemProgress],
        *,
        store: Callable[[Sample], None],
        judge: Judge,
        meter: BudgetMeter,
        events: EventSink,
        workers: int = 1,
    ) -> None:
        self._engine = engine
        self._notifier = engine if isinstance(engine, NotifyingEngine) else None
        self._context = context
        self._problems = {item.problem.problem_id: item for item in problems}
        self._store = store
        self._judge = judge
        self._meter = meter
        self._events = events
        self._workers = workers
        self._in_flight = 0
        self._checks: dict[Future[Outcome], tuple[ProblemProgress, int]] = {}
        self._heap: list[tuple[float, int, ProblemProgress]] = []
        self._ticket = itertools.count()
        self._counts = DrawCounts()
        self._reported = 0.0
        self._started = time.monotonic()

    def run(self) -> DrawCounts:
        """Draw until done; returns what was done. An interrupt aborts the draws in flight and passes on."""
        for item in self._problems.values():
            self._offer(item)
        with ThreadPoolExecutor(self._workers, thread_name_prefix="judge") as pool:
            try:
                while self._fill() or self._in_flight or self._checks:
                    for draw in self._engine.finished() if self._in_flight else ():
                        self._take(draw, pool)
                    self._pass_notices()
                    self._collect(
                        block=not self._in_flight or len(self._checks) > CHECKS_PER_WORKER * self._workers
                    )
                    self._report()
            except BaseException:
                self._pass_notices()
                self._engine.abort()
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        self._report(final=True)
        self._counts.seconds = time.monotonic() - self._started
        return self._counts

    def _offer(self, item: ProblemProgress) -> None:
        if item.wants() > 0:
            heapq.heappush(self._heap, (-item.expected_left(), next(self._ticket), item))

    def _fill(self) -> int:
        """Start draws up to the engine's capacity; return how many."""
        self._counts.stopped = self._meter.reached()
        if self._counts.stopped:
            return 0
        room = self._engine.capacity - self._in_flight
        left = self._meter.draws_left(self._in_flight)
        room = room if left is None else min(room, left)
        requests: list[DrawRequest] = []
        while len(requests) < room and self._heap:
            _, _, item = heapq.heappop(self._heap)
            if item.wants() <= 0:
                continue
            requests.append(self._request(item))
            self._offer(item)
        if requests:
            self._in_flight += len(requests)
            self._engine.submit(requests)
        return len(requests)

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

    def _take(self, draw: FinishedDraw, pool: ThreadPoolExecutor) -> None:
        self._in_flight -= 1
        item = self._problems[draw.request.problem_id]
        sample = self._sample_of(draw)
        self._store(sample)
        tokens = draw.completion_tokens or 0
        self._meter.spend(1, tokens)
        self._counts.draws += 1
        self._counts.tokens += tokens
        self._counts.errors += draw.finish_reason == "error"
        check = pool.submit(self._judge, sample, item.problem.answer or "")
        self._checks[check] = (item, draw.request.draw_index)

    def _sample_of(self, draw: FinishedDraw) -> Sample:
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
            created_at=now_iso(),
            seed=draw.seed,
            max_tokens=context.sampling.max_tokens,
            prompt_tokens=draw.prompt_tokens,
            completion_tokens=draw.completion_tokens,
            logprob_sum=draw.logprob_sum,
            error=draw.error,
            worker=draw.worker,
            seconds=draw.seconds,
        )

    def _collect(self, *, block: bool) -> None:
        """Count verdicts that are ready; with `block`, wait for at least one if any is outstanding."""
        if not self._checks:
            return
        ready = wait(self._checks, timeout=None if block else 0, return_when=FIRST_COMPLETED).done
        for future in ready:
            item, index = self._checks.pop(future)
            outcome = future.result()
            item.in_flight -= 1
            item.add_outcome(index, outcome)
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
        statuses = [item.status for item in self._problems.values()]
        seconds = max(now - self._started, 1e-9)
        counts = self._counts
        numbers: dict[str, Number] = {
            "met": statuses.count("met"),
            "open": statuses.count("open"),
            "hopeless": statuses.count("hopeless"),
            "exhausted": statuses.count("exhausted"),
            "draws": counts.draws,
            "draws_per_s": counts.draws / seconds,
            "tokens_per_s": counts.tokens / seconds,
            "yield": counts.correct / counts.draws if counts.draws else 0.0,
            "in_flight": self._in_flight,
        }
        done = len(statuses) - statuses.count("open")
        self._events.emit(StageProgress(self._context.stage, done, len(statuses), numbers))
