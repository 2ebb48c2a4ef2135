"""The scheduler on the scripted engine, whose pass rates are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.budget import BudgetMeter
from dartkit.dart.progress import ProblemProgress
from dartkit.dart.scheduler import DrawContext, DrawCounts, Scheduler
from dartkit.dart.strategies import Quota
from dartkit.engines import open_engine
from dartkit.engines.base import DrawRequest, Engine, FinishedDraw
from dartkit.errors import EnvironmentProblem
from dartkit.events import MemorySink, Notice, StageProgress
from dartkit.records import Outcome, Problem, Sample
from dartkit.settings import Budget, SamplingSettings, ScriptedEngine
from tests.conftest import make_problem


class Bench:
    """One scheduler over scripted problems, keeping all that it stored."""

    def __init__(
        self, rates: Sequence[float], quota: Quota, *, capacity: int = 16, budget: Budget | None = None
    ) -> None:
        self.problems = [make_problem(f"problem {i}", str(i)) for i in range(len(rates))]
        table = {item.problem_id: rate for item, rate in zip(self.problems, rates, strict=True)}
        script = ScriptedEngine(pass_rate_by_problem=table, capacity=capacity)
        self.engine = Watched(open_engine(script, None, problems=self.problems))
        self.samples: list[Sample] = []
        self.judged: list[tuple[str, Outcome]] = []
        self.progress = [ProblemProgress(item, item.text, quota) for item in self.problems]
        self.sink = MemorySink()
        self.meter = BudgetMeter(budget or Budget())

    @property
    def waiting(self) -> int:
        return len(self.judged)

    def submit(self, sample: Sample, gold: str) -> None:
        outcome: Outcome = "correct" if f"\\boxed{{{gold}}}" in sample.completion else "incorrect"
        self.judged.append((sample.sample_id, outcome))

    def ready(self, *, wait: bool = False) -> list[tuple[str, Outcome]]:
        found, self.judged = self.judged, []
        return found

    def run(self) -> DrawCounts:
        context = DrawContext("synth", "synth", "s" * 32, SamplingSettings(), 0, "scripted")
        return Scheduler(
            self.engine,
            context,
            self.progress,
            store=self.samples.append,
            judging=self,
            meter=self.meter,
            events=self.sink,
        ).run()


class Watched:
    """An engine that remembers how much was in flight."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.name, self.seeds_draws, self.capacity = engine.name, engine.seeds_draws, engine.capacity
        self.in_flight = self.most = 0

    def submit(self, requests: Sequence[DrawRequest]) -> None:
        self.in_flight += len(requests)
        self.most = max(self.most, self.in_flight)
        self.engine.submit(requests)

    def finished(self) -> list[FinishedDraw]:
        done = self.engine.finished()
        self.in_flight -= len(done)
        return done

    def abort(self) -> None:
        self.engine.abort()

    def load_weights(self, weights: object) -> None:
        raise AssertionError("not used here")

    def close(self) -> None:
        self.engine.close()


def test_a_fixed_number_draws_every_index_once() -> None:
    bench = Bench([0.0, 0.5, 1.0], Quota(draws=8))
    counts = bench.run()
    assert counts.draws == 24
    assert sorted((sample.problem_id, sample.draw_index) for sample in bench.samples) == sorted(
        (problem.problem_id, index) for problem in bench.problems for index in range(8)
    )


def test_existing_draws_are_not_made_again() -> None:
    """Indices 1 and 5 of eight exist: six are drawn."""
    bench = Bench([0.5], Quota(draws=8))
    for index in (1, 5):
        bench.progress[0].add_outcome(index, "correct")
    bench.run()
    assert sorted(sample.draw_index for sample in bench.samples) == [0, 2, 3, 4, 6, 7]


def test_target_is_met_and_certain_successes_are_not_overdrawn() -> None:
    """Pass rate 1 and five wanted: at most the draws the posterior allows in flight, never five times as many."""
    bench = Bench([1.0] * 20, Quota(correct=5, max_draws=100), capacity=64)
    bench.run()
    per_problem = Counter(sample.problem_id for sample in bench.samples)
    assert all(5 <= count <= 9 for count in per_problem.values())
    assert {item.status for item in bench.progress} == {"met"}


def test_give_up_rules() -> None:
    """Rate 0: hopeless once the 95 % bound is under 0.05 (Jeffreys: n = 38); without that rule exhausted at max_draws."""
    bench = Bench([0.0], Quota(correct=1, max_draws=500, hopeless_pass_rate=0.05), capacity=1)
    bench.run()
    assert bench.progress[0].status == "hopeless"
    assert len(bench.samples) == 38
    bench = Bench([0.0], Quota(correct=1, max_draws=50), capacity=1)
    bench.run()
    assert bench.progress[0].status == "exhausted"
    assert len(bench.samples) == 50


@settings(max_examples=25, deadline=None)
@given(
    rates=st.lists(st.floats(0, 1), min_size=1, max_size=12),
    capacity=st.integers(1, 40),
    limit=st.integers(1, 60),
    want=st.integers(1, 6),
)
def test_limits_hold_for_any_problems(rates: list[float], capacity: int, limit: int, want: int) -> None:
    """Never more in flight than the capacity, never more draws than the budget or max_draws, never a draw twice."""
    bench = Bench(rates, Quota(correct=want, max_draws=15), capacity=capacity, budget=Budget(max_draws=limit))
    counts = bench.run()
    assert bench.engine.most <= capacity
    assert counts.draws == len(bench.samples) <= limit
    assert max(Counter(sample.problem_id for sample in bench.samples).values(), default=0) <= 15
    assert len({sample.sample_id for sample in bench.samples}) == len(bench.samples)
    if counts.stopped is None:
        assert all(item.status != "open" for item in bench.progress)


def test_stopping_for_tokens_is_named() -> None:
    bench = Bench([0.5] * 10, Quota(draws=50), budget=Budget(max_tokens=600))
    counts = bench.run()
    assert counts.stopped is not None
    assert "budget.max_tokens=600" in counts.stopped
    assert 600 <= counts.tokens < 600 + 16 * 200


@pytest.mark.parametrize(
    ("budget", "named"),
    [
        (Budget(max_hours=0.5), "0.50 hours (budget.max_hours=0.5)"),
        (Budget(max_money=3.0, money_per_hour=6.0), "3.00 of money (budget.max_money=3.0)"),
    ],
)
def test_stopping_for_time_and_money_is_named(
    budget: Budget, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each hand-back takes 90 s on a clock of our own: half an hour, or 3 of money at 6 an hour, is the 20th draw.

    All that was handed back is stored.
    """
    clock = [0.0]
    monkeypatch.setattr("dartkit.budget.time.monotonic", lambda: clock[0])
    bench = Bench([0.5] * 10, Quota(draws=50), capacity=1, budget=budget)
    finished, handed = bench.engine.finished, [0]

    def slow() -> list[FinishedDraw]:
        clock[0] += 90.0
        done = finished()
        handed[0] += len(done)
        return done

    bench.engine.finished = slow  # type: ignore[method-assign]
    counts = bench.run()
    assert counts.stopped == named
    assert clock[0] == 20 * 90
    assert len(bench.samples) == handed[0] == 20


def test_refill_is_by_draw_not_by_round() -> None:
    """With more to do than fits, the engine is full again after every hand-back until the work runs out."""
    bench = Bench([0.5] * 40, Quota(draws=10), capacity=16)
    fill: list[int] = []
    submit = bench.engine.submit

    def watch(requests: Sequence[DrawRequest]) -> None:
        submit(requests)
        fill.append(bench.engine.in_flight)

    bench.engine.submit = watch  # type: ignore[method-assign]
    bench.run()
    full = [level for level in fill if level == 16]
    assert len(full) >= 0.9 * (400 - 16) / 16
    assert len(full) / len(fill) > 0.8


def test_progress_is_told() -> None:
    bench = Bench([0.5] * 5, Quota(draws=4))
    bench.run()
    last = [event for event in bench.sink.events if isinstance(event, StageProgress)][-1]
    assert (last.done, last.total, last.numbers["met"], last.numbers["draws"]) == (5, 5, 5, 20)


class Chatty(Watched):
    """An engine that names who drew and has something to say after every call, the last of which fails on demand."""

    fails = False

    def finished(self) -> list[FinishedDraw]:
        if self.fails:
            raise EnvironmentProblem("nobody is left")
        return [replace(draw, worker="replica-7@here") for draw in super().finished()]

    def take_notices(self) -> list[str]:
        return ["replica-7 is tired"]


def test_notices_and_workers_of_the_engine_are_passed_on() -> None:
    bench = Bench([0.5] * 5, Quota(draws=4))
    bench.engine = Chatty(bench.engine.engine)
    bench.run()
    notes = [event for event in bench.sink.events if isinstance(event, Notice)]
    assert notes
    assert set(notes) == {Notice("synth", "replica-7 is tired")}
    assert {sample.worker for sample in bench.samples} == {"replica-7@here"}


def test_notices_are_passed_on_before_a_stop() -> None:
    """What happened to the engine is the story of why it stopped."""
    bench = Bench([0.5] * 5, Quota(draws=4))
    bench.engine = Chatty(bench.engine.engine)
    bench.engine.fails = True
    with pytest.raises(EnvironmentProblem, match="nobody is left"):
        bench.run()
    assert Notice("synth", "replica-7 is tired") in bench.sink.events


def test_an_interrupt_aborts_and_passes_on() -> None:
    bench = Bench([0.5] * 5, Quota(draws=4))

    def broken(sample: Sample) -> None:
        raise KeyboardInterrupt

    context = DrawContext("synth", "synth", "s" * 32, SamplingSettings(), 0, "scripted")
    scheduler = Scheduler(
        bench.engine,
        context,
        bench.progress,
        store=broken,
        judging=bench,
        meter=bench.meter,
        events=bench.sink,
    )
    with pytest.raises(KeyboardInterrupt):
        scheduler.run()
    assert bench.engine.engine.finished() == []


def test_seeds_are_the_documented_ones(tmp_path: Path) -> None:
    from dartkit.ids import draw_seed

    bench = Bench([0.5], Quota(draws=3))
    bench.run()
    problem: Problem = bench.problems[0]
    assert {sample.draw_index: sample.seed for sample in bench.samples} == {
        index: draw_seed(0, problem.problem_id, index) for index in range(3)
    }
