"""The http engine on a server that fails: every draw comes back exactly once, or the stage ends with what was drawn kept."""

from __future__ import annotations

import asyncio
import importlib
import random
import shutil
import ssl
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dartkit.engines import open_engine
from dartkit.engines.base import DrawRequest, Engine, FinishedDraw
from dartkit.engines.http import outage
from dartkit.engines.http.client import Client
from dartkit.engines.http.server import Server
from dartkit.engines.http.wire import UNKNOWN
from dartkit.errors import EnvironmentProblem, ExitStatus
from dartkit.settings import HttpEngine, SamplingSettings
from tests.fault_server import FaultServer, Reply, Seen, answer, echo, problem

contract: Any = importlib.import_module("engine_contract")  # beside this file
KEY = "sk-never-to-be-seen-0123456789"
HUGE = 5 << 20  # over the 4 MiB that an answer of a few tokens may have


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait milliseconds where a user waits seconds."""
    monkeypatch.setattr(outage, "FIRST_WAIT_SECONDS", 0.005)
    monkeypatch.setattr(outage, "LONGEST_WAIT_SECONDS", 0.05)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


def ask(index: int, prompt: str | None = None, **sampling: Any) -> DrawRequest:
    settings = SamplingSettings(**{"max_tokens": 16, **sampling})
    return DrawRequest(str(index), "p", index, prompt or f"q{index}", 1000 + index, settings)


def start(server: FaultServer, **settings: Any) -> Engine:
    return open_engine(HttpEngine(**{"base_url": server.url, "capacity": 8, **settings}), None)


def draw(engine: Engine, requests: list[DrawRequest]) -> dict[int, FinishedDraw]:
    """Draw all and close; each must come back exactly once."""
    engine.submit(requests)
    done = contract.drain(engine)
    engine.close()
    assert sorted(item.request.draw_index for item in done) == [request.draw_index for request in requests]
    return {item.request.draw_index: item for item in done}


def collect(engine: Engine, done: list[FinishedDraw]) -> None:
    """Add draws to `done` until there are no more, or the engine raises."""
    while batch := engine.finished():
        done += batch


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


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_passes_costs_no_draw(server: FaultServer, fault: str) -> None:
    """The first request for each of six prompts fails, the second succeeds: 12 requests, six draws with text and seed."""
    times: Counter[str] = Counter()

    def behave(seen: Seen) -> Reply:
        times[seen.prompt] += 1
        return FAULTS[fault](seen) if times[seen.prompt] == 1 else echo(seen)

    server.behave = behave
    done = draw(start(server, read_timeout_seconds=1.5), [ask(index) for index in range(6)])
    for index, item in done.items():
        assert (item.completion, item.seed, item.error) == (f"q{index}|{1000 + index}|0", 1000 + index, None)
    assert len(server.seen) == 12


@pytest.mark.parametrize(
    "fault", ["500", "reset in the body", "null content", "stall past the read time-out"]
)
def test_a_prompt_that_always_fails_is_a_row(server: FaultServer, fault: str) -> None:
    """One prompt fails whenever it is asked, its neighbours do not: its draw alone is an error row, after `max_attempts` = 3."""
    server.behave = lambda seen: FAULTS[fault](seen) if seen.prompt == "q3" else echo(seen)
    done = draw(start(server, max_attempts=3, read_timeout_seconds=1.0), [ask(index) for index in range(6)])
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


def test_refused_settings_end_the_stage_before_any_row(server: FaultServer) -> None:
    """A server that refuses min_p refuses it for the harmless question too: no draw may become an error row for that."""
    server.behave = lambda seen: problem(400, "Unknown field: min_p") if "min_p" in seen.body else echo(seen)
    engine = start(server)
    engine.submit([ask(index, min_p=0.1) for index in range(20)])
    with pytest.raises(EnvironmentProblem, match="refuses every request: status 400: Unknown field: min_p"):
        contract.drain(engine)
    engine.abort()
    engine.submit([ask(1)])
    assert contract.drain(engine)[0].finish_reason == "stop"
    engine.close()


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
    """Every request fails with 500 for 0.4 s, far more often than `max_attempts`; then all work. No draw may be lost to that.

    After the outage the first answer shows that the server works; the other requests have long used up their attempts,
    and each must still get one that is made after this answer.
    """
    began = time.monotonic()
    server.behave = lambda seen: problem(500) if time.monotonic() - began < 0.4 else echo(seen)
    done = draw(start(server, max_attempts=2, capacity=16), [ask(index) for index in range(16)])
    assert [item.error for item in done.values()] == [None] * 16
    assert len(server.seen) > 32


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


def test_failures_of_before_an_abort_are_forgotten(server: FaultServer) -> None:
    """Failing begins, the draws are aborted, and longer than `give_up_seconds` later one more failure is only the first."""
    server.behave = lambda seen: problem(500)
    engine = start(server, give_up_seconds=1.0)
    engine.submit([ask(0)])
    while not server.seen:
        time.sleep(0.01)
    time.sleep(0.1)
    engine.abort()
    time.sleep(1.2)
    before = len(server.seen)
    server.behave = lambda seen: problem(500) if seen.number == before else echo(seen)
    assert draw(engine, [ask(1)])[1].error is None


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


def test_a_server_that_asks_for_a_week_is_given_up(server: FaultServer) -> None:
    server.behave = lambda seen: problem(503, "come back", Retry_After="604800")
    engine = start(server, give_up_seconds=0.3)
    engine.submit([ask(0)])
    with pytest.raises(EnvironmentProblem, match="only failed"):
        contract.drain(engine)
    engine.close()


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
    done += contract.drain(engine)
    timer.join()
    engine.close()
    assert sorted(item.request.draw_index for item in done) == list(range(60))
    assert all(item.completion == f"q{item.request.draw_index}|{item.seed}|0" for item in done)


def test_a_server_that_stays_away_ends_the_stage_after_what_was_drawn(server: FaultServer) -> None:
    """Ten draws are made, then the server is gone: all ten are handed back before the stop, which says where and what."""
    server.behave = lambda seen: echo(seen) if seen.number < 10 else Reply(b"", stall=60.0)
    engine = start(server, give_up_seconds=0.5)
    engine.submit([ask(index) for index in range(18)])
    while len(server.seen) < 18:
        time.sleep(0.01)
    server.die()
    done: list[FinishedDraw] = []
    with pytest.raises(EnvironmentProblem) as caught:
        collect(engine, done)
    assert sorted(item.request.prompt for item in done) == sorted(seen.prompt for seen in server.seen[:10])
    assert caught.value.status == ExitStatus.ENVIRONMENT
    assert server.url in caught.value.what
    assert "no connection" in caught.value.what
    assert "same command" in caught.value.fix
    engine.abort()
    engine.close()


def test_a_server_that_fails_at_everything_makes_no_rows(server: FaultServer) -> None:
    """500 to all, the harmless question included, for longer than `max_attempts` allow: the stage ends, no row is made."""
    server.behave = lambda seen: problem(500, "no GPU")
    engine = start(server, give_up_seconds=0.6, max_attempts=2)
    engine.submit([ask(index) for index in range(8)])
    with pytest.raises(EnvironmentProblem, match="no GPU"):
        engine.finished()
    engine.close()


def test_a_gateway_that_refuses_everything_midway_makes_few_rows(server: FaultServer) -> None:
    """After five good answers all is refused, the harmless question too: at most 16 refusals in a row pass for the prompts'.

    Eight are in flight, so up to eight more may have come in between the good ones.
    """
    server.behave = lambda seen: echo(seen) if seen.number < 5 else problem(400, "model unloaded")
    engine = start(server)
    engine.submit([ask(index) for index in range(80)])
    done: list[FinishedDraw] = []
    with pytest.raises(EnvironmentProblem, match="model unloaded"):
        collect(engine, done)
    engine.close()
    assert [item.finish_reason for item in done].count("stop") == 5
    assert len(done) <= 5 + 16 + 8


def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Path) -> None:
    """A server with a certificate of its own making: nothing is asked of it, neither at first contact nor later."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("needs the openssl program to make a certificate")
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    made = [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", *files, *names]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with FaultServer(tls=context) as server:
        settings = HttpEngine(base_url=server.url, connect_timeout_seconds=5)
        with pytest.raises(EnvironmentProblem, match=r"(?i)certificate.verify"):
            open_engine(settings, None)
        client = Client(settings, Server(server.url, "m", UNKNOWN, None), print)
        with pytest.raises(EnvironmentProblem, match="no valid certificate"):
            asyncio.run(client.draw([ask(0)]))
    assert server.seen == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_ends_the_stage_and_is_in_no_message(
    server: FaultServer, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server repeats the key in its error; the stop names the variable only, and so does the whole chain of causes."""
    monkeypatch.setenv("TEST_KEY", KEY)
    server.behave = lambda seen: problem(status, f"Incorrect API key provided: {KEY}\x1b[31m")
    engine = start(server, api_key_env="TEST_KEY")
    engine.submit([ask(0)])
    with pytest.raises(EnvironmentProblem) as caught:
        engine.finished()
    engine.close()
    assert "TEST_KEY" in caught.value.what
    link: BaseException | None = caught.value
    while link is not None:
        assert KEY not in f"{link!r} {link}"
        assert "\x1b" not in str(link)
        link = link.__cause__ or link.__context__
    assert len(server.seen) == 1


def test_the_key_is_in_no_error_row(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", KEY)
    server.behave = lambda seen: problem(400, f"bad {KEY} prompt") if seen.prompt == "q0" else echo(seen)
    done = draw(start(server, api_key_env="TEST_KEY"), [ask(0), ask(1)])
    assert done[0].error == "status 400: bad [key] prompt"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (problem(404, "model gone"), "no such model or endpoint.*model gone"),
        (problem(302, Location="http://127.0.0.1:1/steal"), "redirects"),
        (problem(402, "pay"), "payment"),
        (problem(429, "quota", code="insufficient_quota"), "payment"),
    ],
)
def test_what_no_retry_can_mend_ends_the_stage_at_once(server: FaultServer, reply: Reply, words: str) -> None:
    """One request, no second."""
    server.behave = lambda seen: reply
    engine = start(server)
    engine.submit([ask(0)])
    with pytest.raises(EnvironmentProblem, match=words):
        engine.finished()
    engine.close()
    assert len(server.seen) == 1
