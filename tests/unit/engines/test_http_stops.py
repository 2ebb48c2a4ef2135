"""The http engine on a server with which it cannot go on: the stage ends with what was drawn kept, and no key is shown."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from dartkit.engines import open_engine
from dartkit.engines.base import FinishedDraw
from dartkit.engines.http.client import Client
from dartkit.engines.http.server import Server
from dartkit.engines.http.wire import UNKNOWN
from dartkit.errors import EnvironmentProblem, ExitStatus
from dartkit.settings import HttpEngine
from tests.fault_draws import ask, collect, draw, start
from tests.fault_server import FaultServer, Reply, echo, problem

KEY = "sk-never-to-be-seen-0123456789"
pytestmark = pytest.mark.usefixtures("quick")


def test_refused_settings_end_the_stage_before_any_row(server: FaultServer) -> None:
    """A server that refuses min_p refuses it for the harmless question too: no draw may become an error row for that."""
    server.behave = lambda seen: problem(400, "Unknown field: min_p") if "min_p" in seen.body else echo(seen)
    engine = start(server)
    engine.submit([ask(index, min_p=0.1) for index in range(20)])
    with pytest.raises(EnvironmentProblem, match="refuses every request: status 400: Unknown field: min_p"):
        engine.finished()
    engine.abort()
    assert draw(engine, [ask(1)])[1].finish_reason == "stop"


def test_a_server_that_asks_for_a_week_is_given_up(server: FaultServer) -> None:
    server.behave = lambda seen: problem(503, "come back", Retry_After="604800")
    engine = start(server, give_up_seconds=0.3)
    engine.submit([ask(0)])
    with pytest.raises(EnvironmentProblem, match="only failed"):
        engine.finished()
    engine.close()


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
