"""The Ray engine over replicas of paper: what it says and when it gives up. Real replicas are in tests/e2e/test_ray.py."""

from __future__ import annotations

import importlib
import socket
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dartkit.engines.base import DrawRequest, FinishedDraw, NotifyingEngine
from dartkit.engines.replicas.cluster import lost_text
from dartkit.engines.replicas.pool import Event, Finished, Joined, Lost
from dartkit.engines.replicas.ray_engine import RayEngine
from dartkit.engines.replicas.replica import Failure, Replica, ReplicaFacts, ReplicaPlan, check_model
from dartkit.errors import DataError, EnvironmentProblem, ExitStatus
from dartkit.models import ModelRef, folder_revision
from dartkit.records import Problem
from dartkit.settings import SamplingSettings, ScriptedEngine

contract: Any = importlib.import_module("engine_contract")  # beside this file
PROBLEM = Problem("p", "What is 6 times 7?", "test", "train", 0, answer="42", level="3")
FACTS = ReplicaFacts("scripted", True, 4, "here", 1)
SILENT = Failure("it fell silent", "Wake it.")


def ask(index: int) -> DrawRequest:
    """Return a request for the one problem."""
    return DrawRequest(str(index), "p", index, "What is 6 times 7?", index, SamplingSettings())


def answer(request: DrawRequest) -> FinishedDraw:
    """Answer a request as an engine would."""
    return FinishedDraw(request, "42", "stop", 0.1, seed=request.seed, completion_tokens=1)


class PaperPool:
    """Replicas that do what the test says next; draws sent to them are kept."""

    def __init__(self, *events: list[Event], coming: int = 0) -> None:
        self.events = list(events)
        self.living, self.coming = 0, coming
        self.sent: list[tuple[int, DrawRequest]] = []
        self.closed = 0
        self.aborts: list[Event] = []

    def wait(self, seconds: float) -> list[Event]:
        events = self.events.pop(0) if self.events else []
        for event in events:
            self.living += isinstance(event, Joined)
            self.living -= isinstance(event, Lost)
        return events

    def submit(self, replica: int, requests: Sequence[DrawRequest]) -> None:
        self.sent += [(replica, request) for request in requests]

    def abort(self) -> list[Event]:
        return self.aborts

    def load_weights(self, weights: object) -> list[Event]:
        return []

    def close(self) -> None:
        self.closed += 1

    def finish(self, replica: int) -> Finished:
        """All draws ever sent to a replica, answered."""
        draws = [answer(request) for sent_to, request in self.sent if sent_to == replica]
        return Finished(replica, f"replica-{replica}@here", draws)


def joined(replica: int, *, again: bool = False) -> Joined:
    return Joined(replica, f"replica-{replica}@here", FACTS, again)


def lost(replica: int, restarts_left: int | None) -> Lost:
    return Lost(replica, f"replica-{replica}@here", SILENT, restarts_left)


def engine_on(pool: PaperPool, timeout: float = 60.0) -> RayEngine:
    return RayEngine(pool, start_timeout_seconds=timeout, wanted="each asks for 1 CPUs")


def test_it_waits_for_the_first_replica_and_takes_its_traits() -> None:
    engine = engine_on(PaperPool([], [joined(0)], coming=2))
    assert (engine.name, engine.seeds_draws, engine.capacity) == ("ray:scripted", True, 4)
    assert isinstance(engine, NotifyingEngine)
    assert engine.finished() == []


def test_a_lost_replica_gives_its_draws_to_the_other_and_says_so() -> None:
    """4 of 8 draws are on each; replica 0 dies and its late results do not count; replica 1 makes all 8."""
    pool = PaperPool([joined(0), joined(1)])
    engine = engine_on(pool)
    engine.submit([ask(index) for index in range(8)])
    assert [replica for replica, _ in pool.sent].count(0) == 4
    late = pool.finish(0)
    pool.events = [[lost(0, 2)], [late], [pool.finish(1)]]
    first = engine.finished()
    assert engine.capacity == 4
    pool.events = [[Finished(1, "replica-1@here", [answer(request) for _, request in pool.sent[8:]])]]
    done = first + engine.finished()
    assert sorted(int(draw.request.sample_id) for draw in done) == list(range(8))
    assert all(draw.request == ask(int(draw.request.sample_id)) for draw in done)
    assert {draw.worker for draw in done} == {"replica-1@here"}
    assert engine.take_notices() == [
        "replica-0@here was lost; its 4 draws in flight are given out again; it starts again (2 more times): it fell silent"
    ]
    assert engine.take_notices() == []


def test_nobody_left_is_a_stop_that_names_the_cause() -> None:
    pool = PaperPool([joined(0)], [lost(0, None)])
    engine = engine_on(pool)
    engine.submit([ask(0)])
    with pytest.raises(EnvironmentProblem, match=r"all replicas are lost.*it fell silent") as caught:
        engine.finished()
    assert caught.value.status == ExitStatus.ENVIRONMENT
    assert caught.value.fix == "Wake it. What was drawn is kept; the same command goes on."
    assert engine.take_notices()[0].endswith("it does not come back: it fell silent")


def test_capacity_without_replicas_is_one_and_waiting_ends() -> None:
    """A scheduler with room for nothing would believe that it is done; the wait for a restart is as long as stated."""
    pool = PaperPool([joined(0)], [lost(0, 0)], coming=1)
    engine = engine_on(pool, timeout=0.2)
    engine.submit([ask(0)])
    began = time.monotonic()
    with pytest.raises(
        EnvironmentProblem, match=r"no replica has worked for 0.2 s: each asks for 1 CPUs; the last"
    ):
        engine.finished()
    assert time.monotonic() - began >= 0.2
    assert engine.capacity == 1


def test_a_start_that_fails_closes_what_was_started() -> None:
    pool = PaperPool([], [], coming=1)
    with pytest.raises(EnvironmentProblem, match="no replica has worked"):
        engine_on(pool, timeout=0.01)
    assert pool.closed == 1


def test_abort_forgets_and_buries_who_does_not_answer() -> None:
    pool = PaperPool([joined(0), joined(1)])
    engine = engine_on(pool)
    engine.submit([ask(index) for index in range(8)])
    pool.aborts = [lost(1, 0)]
    engine.abort()
    assert engine.finished() == []
    assert engine.capacity == 4
    assert engine.take_notices() == [
        "replica-1@here was lost; it starts again (0 more times): it fell silent"
    ]
    engine.close()
    engine.close()
    engine.abort()
    assert pool.closed == 1


def local_replica(problems: Iterable[Problem] = (PROBLEM,), **settings: Any) -> Replica:
    """A replica in this process, which is what Ray would have in another."""
    return Replica(ReplicaPlan(ScriptedEngine(**settings), None, None, 0), list(problems))


def test_replica_hands_out_each_draw_and_then_nothing() -> None:
    replica = local_replica(capacity=8)
    facts = replica.ready()
    assert isinstance(facts, ReplicaFacts)
    assert (facts.engine, facts.capacity, facts.host) == ("scripted", 8, socket.gethostname())
    replica.submit([ask(index) for index in range(50)])
    done: list[FinishedDraw] = []
    while len(done) < 50:
        batch = replica.next_finished(30)
        assert isinstance(batch, list)
        done += batch
    assert sorted(int(draw.request.sample_id) for draw in done) == list(range(50))
    assert replica.next_finished(0.01) == []


def test_replica_takes_new_draws_while_it_works_and_forgets_on_abort() -> None:
    """Orders are carried out in their sequence: what was sent before the abort never follows what was sent after it."""
    replica = local_replica(capacity=4, seconds_per_draw=0.05)
    replica.submit([ask(0)])
    replica.submit([ask(1)])
    assert replica.load_weights([]) is None
    replica.abort()
    replica.submit([ask(2)])
    seen: list[str] = []
    while "2" not in seen:
        batch = replica.next_finished(30)
        assert isinstance(batch, list)
        seen += [draw.request.sample_id for draw in batch]
    assert seen.count("2") == 1
    assert replica.next_finished(0.2) == []


def test_replica_that_breaks_says_so_in_every_answer() -> None:
    """A model folder that is not there; asked for results or weights it does not hang."""
    ghost = ModelRef("ghost", "/nonexistent/ghost", "r", "float32", None)
    replica = Replica(ReplicaPlan(ScriptedEngine(), ghost, None, 0), [])
    for said in (replica.ready(), replica.next_finished(30), replica.load_weights([])):
        assert isinstance(said, Failure)
        assert said.what == f"node {socket.gethostname()} has no model folder /nonexistent/ghost"


def test_refused_weights_leave_the_replica_working(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(engine: object, weights: object) -> None:
        raise DataError("the model has no weight 'x'")

    monkeypatch.setattr("dartkit.engines.scripted.ScriptedEngine.load_weights", refuse)
    replica = local_replica()
    assert replica.load_weights([]) == Failure("the model has no weight 'x'", refused=True)
    replica.submit([ask(0)])
    batch = replica.next_finished(30)
    assert isinstance(batch, list)
    assert len(batch) == 1


def test_a_node_with_another_model_is_refused(tmp_path: Path) -> None:
    """The fingerprint is of the content: a changed configuration is another model."""
    (tmp_path / "config.json").write_text("{}")
    model = ModelRef("m", str(tmp_path), "r", "float32", None)
    fingerprint = folder_revision(tmp_path)
    check_model(model, fingerprint)
    (tmp_path / "config.json").write_text('{"a": 1}')
    with pytest.raises(EnvironmentProblem, match=f"node {socket.gethostname()} has another model"):
        check_model(model, fingerprint)


def test_rays_page_becomes_a_line() -> None:
    page = (
        "The actor died unexpectedly before finishing this task.\n\tclass_name: Replica\n\tactor_id: f00\n"
        "The actor died because its node has died. Node Id: 12. the actor's node was terminated: received SIGTERM\n"
    )
    assert lost_text(RuntimeError(page)) == "RuntimeError: The actor died because its node has died"
    assert lost_text(RuntimeError("x" * 1000)) == "RuntimeError: " + "x" * 300
