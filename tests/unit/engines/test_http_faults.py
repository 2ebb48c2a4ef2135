"""The http engine on a server that fails for a while, or at one prompt: every draw comes back exactly once, and rightly."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from dartkit.engines.base import FinishedDraw
from tests.fault_draws import ask, collect, draw, start
from tests.fault_server import FaultServer, Reply, Seen, answer, echo, problem

HUGE = 5 << 20  # over the 4 MiB that an answer of a few tokens may have
pytestmark = pytest.mark.usefixtures("quick")

FAULTS: dict[str, Callable[[Seen], Reply]] = {
    "stall past the read time-out": lambda seen: Reply(echo(seen).payload, stall=5.0),
    "a byte at a time": lambda seen: Reply(echo(seen).payload, drip=0.2),
    "reset in the body": lambda seen: Reply(echo(seen).payload, cut=20),
    "reset before the body": lambda seen: Reply(echo(seen).payload, cut=0),
    "garbage": lambda seen: Reply(b"<html>it works</html>"),
    "half of the JSON": lambda seen: Reply(echo(seen).payload[:-9]),
    "not UTF-8": lambda seen: Reply(b'{"choices": "\xff\xfe"}'),
    "deep JSON": lambda seen: Reply(b"[" * 200_000),
    "a list": lambda seen: Reply(b"[1, 2]"),
    "no choices": lambda seen: Reply(b'{"choices": []}'),
    "null content": lambda seen: Reply(
        b'{"choices": [{"finish_reason": "stop", "message": {"content": null}}]}'
    ),
    "unknown end": lambda seen: answer(seen, "x", reason="abort"),
    "huge body": lambda seen: answer(seen, "x" * HUGE),
    "empty body": lambda seen: Reply(b""),
    "an answer without content": lambda seen: Reply(b"", status=204),
    "zipped although unasked": lambda seen: Reply(b"\x1f\x8b" + b"\0" * 50, headers={"Content-Encoding": "gzip"}),
    "a huge error": lambda seen: problem(500, "x" * HUGE),
    "500": lambda seen: problem(500, "out of memory"),
    "503": lambda seen: problem(503, "loading"),
    "429": lambda seen: problem(429, "slow down"),
    "429 for no time": lambda seen: problem(429, "slow down", Retry_After="0"),
}  # fmt: skip


def limit_for(fault: str) -> float:
    """Return a read time-out that only the faults that need one can reach, however slow the machine is."""
    return 1.5 if fault in ("stall past the read time-out", "a byte at a time") else 60.0


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_passes_costs_no_draw(server: FaultServer, fault: str) -> None:
    """The first request for each of six prompts fails, the second succeeds: 12 requests, six draws with text and seed."""
    times: Counter[str] = Counter()

    def behave(seen: Seen) -> Reply:
        times[seen.prompt] += 1
        return FAULTS[fault](seen) if times[seen.prompt] == 1 else echo(seen)

    server.behave = behave
    done = draw(start(server, read_timeout_seconds=limit_for(fault)), [ask(index) for index in range(6)])
    for index, item in done.items():
        assert (item.completion, item.seed, item.error) == (f"q{index}|{1000 + index}|0", 1000 + index, None)
    assert len(server.seen) == 12


@pytest.mark.parametrize(
    "fault", ["500", "reset in the body", "null content", "stall past the read time-out"]
)
def test_a_prompt_that_always_fails_is_a_row(server: FaultServer, fault: str) -> None:
    """One prompt fails whenever it is asked, its neighbours do not: its draw alone is an error row, after `max_attempts` = 3."""
    server.behave = lambda seen: FAULTS[fault](seen) if seen.prompt == "q3" else echo(seen)
    done = draw(
        start(server, max_attempts=3, read_timeout_seconds=limit_for(fault)),
        [ask(index) for index in range(6)],
    )
    assert done[3].finish_reason == "error"
    assert "3 attempts failed" in (done[3].error or "")
    assert all(item.finish_reason == "stop" for index, item in done.items() if index != 3)
    assert sum(seen.prompt == "q3" for seen in server.seen) == 3


def test_a_lone_prompt_that_always_fails_is_a_row(server: FaultServer) -> None:
    """Nothing else is in flight that could show that the server works: it is asked a harmless question."""
    server.behave = lambda seen: problem(500) if seen.prompt == "q0" else echo(seen)
    done = draw(start(server, max_attempts=2), [ask(0)])
    assert done[0].finish_reason == "error"
    assert {seen.prompt for seen in server.seen} == {"q0", "What is 1 + 1?"}


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refused_prompt_is_a_row(server: FaultServer, status: int) -> None:
    """Refused once, not asked again; the server's words are in the row."""
    server.behave = lambda seen: problem(status, "context too long") if seen.prompt == "q2" else echo(seen)
    done = draw(start(server), [ask(index) for index in range(5)])
    assert done[2].error == f"status {status}: context too long"
    assert [item.finish_reason for item in done.values()].count("error") == 1
    assert sum(seen.prompt == "q2" for seen in server.seen) == 1


def test_the_newer_name_of_the_limit_is_learnt(server: FaultServer) -> None:
    """OpenAI's reasoning models refuse `max_tokens` and name the field that they take: all 20 draws are made with it."""
    words = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    server.behave = lambda seen: problem(400, words) if "max_tokens" in seen.body else echo(seen)
    done = draw(start(server), [ask(index) for index in range(20)])
    assert all(item.finish_reason == "stop" for item in done.values())
    assert server.seen[-1].body["max_completion_tokens"] == 16


def test_a_filtered_draw_is_a_row(server: FaultServer) -> None:
    server.behave = lambda seen: answer(
        seen, "half", reason="content_filter" if seen.prompt == "q1" else "length"
    )
    done = draw(start(server), [ask(0), ask(1)])
    assert (done[0].finish_reason, done[1].finish_reason, done[1].completion) == ("length", "error", "")
    assert "filter" in (done[1].error or "")


def test_rate_limits_never_cost_a_draw(server: FaultServer) -> None:
    """Each prompt is put off ten times, far more than `max_attempts`; all come, and the server's wait is kept by everybody."""
    times: Counter[str] = Counter()

    def behave(seen: Seen) -> Reply:
        times[seen.prompt] += 1
        return problem(429, "slow down") if times[seen.prompt] <= 10 else echo(seen)

    server.behave = behave
    done = draw(start(server, max_attempts=2), [ask(index) for index in range(4)])
    assert all(item.finish_reason == "stop" for item in done.values())
    assert len(server.seen) == 44


@pytest.mark.parametrize("together", [1, 3])
def test_random_faults_cost_no_draw(server: FaultServer, together: int) -> None:
    """A third of all requests fails in a random way, and the server dies and returns five times: 400 draws, each once, each right.

    A draw's text names its prompt; where requests are shared the place in the answer too, so that no text comes twice.
    """
    rng = random.Random(5)
    passing = [
        name
        for name in FAULTS
        if name not in ("stall past the read time-out", "a byte at a time", "a huge error")
    ]
    lock = threading.Lock()

    def behave(seen: Seen) -> Reply:
        with lock:
            fault = rng.choice(passing) if rng.random() < 1 / 3 else None
        if fault is not None:
            return FAULTS[fault](seen)
        texts = (f"{seen.prompt}|{seen.number}|{index}" for index in range(seen.body.get("n", 1)))
        return answer(seen, *texts)

    server.behave = behave
    engine = start(server, capacity=24, max_attempts=50, give_up_seconds=60, samples_per_request=together)
    engine.submit([replace(ask(index, f"q{index % 20}"), problem_id=str(index % 20)) for index in range(400)])
    done: list[FinishedDraw] = []
    for death in range(1, 6):
        while len(done) < 60 * death:
            done += engine.finished()
        server.die()
        time.sleep(0.1)
        server.start()
    collect(engine, done)
    engine.close()
    assert sorted(item.request.draw_index for item in done) == list(range(400))
    assert [item.error for item in done if item.error] == []
    assert all(item.completion.startswith(f"{item.request.prompt}|") for item in done)
    assert len({item.completion for item in done}) == 400


def test_an_outage_under_load_costs_no_draw(server: FaultServer) -> None:
    """The first 80 requests fail with 500, some five for each draw where `max_attempts` is two; then all work. None may be lost.

    After the outage the first answer shows that the server works; the other requests have long used up their attempts,
    and each must still get one that is made after this answer.
    """
    server.behave = lambda seen: problem(500) if seen.number < 80 else echo(seen)
    done = draw(start(server, max_attempts=2, capacity=16), [ask(index) for index in range(16)])
    assert [item.error for item in done.values()] == [None] * 16
    assert 96 <= len(server.seen) <= 96 + 16  # a harmless question or two among them


def test_a_rate_limit_is_not_the_last_attempt(server: FaultServer) -> None:
    """One prompt gets 500, then 429, then its answer, while `max_attempts` is 2: the 429 does not count, the draw is made."""
    times: Counter[str] = Counter()

    def behave(seen: Seen) -> Reply:
        times[seen.prompt] += 1
        if seen.prompt != "q0" or times["q0"] > 2:
            return echo(seen)
        return problem(500) if times["q0"] == 1 else problem(429)

    server.behave = behave
    done = draw(start(server, max_attempts=2), [ask(0)])
    assert done[0].completion == "q0|1000|0"
    assert times["q0"] == 3


def test_retry_after_is_kept(server: FaultServer) -> None:
    """One answer asks for a second: nothing at all reaches the server within that second, by the server's own clock."""
    times: list[float] = []

    def behave(seen: Seen) -> Reply:
        times.append(time.monotonic())
        return problem(429, "wait", Retry_After="1") if seen.number == 0 else echo(seen)

    server.behave = behave
    engine = start(server, capacity=1)
    draw(engine, [ask(index) for index in range(3)])
    assert times[1] - times[0] >= 0.95
    assert len(times) == 4


def test_a_server_that_dies_and_returns_costs_no_draw(server: FaultServer) -> None:
    """It dies with eight requests in its hands and comes back on the same port half a second later."""
    dead = threading.Event()

    def behave(seen: Seen) -> Reply:
        if not dead.is_set() and seen.number >= 20:
            return Reply(echo(seen).payload, stall=60.0)
        return echo(seen)

    server.behave = behave
    engine = start(server)
    engine.submit([ask(index) for index in range(60)])
    done: list[FinishedDraw] = []
    while len(server.seen) < 24:
        done += engine.finished() if len(done) < 20 else []
        time.sleep(0.01)
    server.die()
    dead.set()
    timer = threading.Timer(0.5, server.start)
    timer.start()
    collect(engine, done)
    timer.join()
    engine.close()
    assert sorted(item.request.draw_index for item in done) == list(range(60))
    assert all(item.completion == f"q{item.request.draw_index}|{item.seed}|0" for item in done)
