"""The http engine on a server that works: contract, what is sent, seeds, n, capacity, abort, interrupts."""

from __future__ import annotations

import importlib
import json
import os
import pickle
import signal
import threading
import time
from typing import Any

import pytest

from dartkit.engines import open_engine
from dartkit.engines.base import DrawRequest, Engine, served_model
from dartkit.errors import UsageError
from dartkit.prompts import PromptRenderer
from dartkit.prompts.chat import ChatPrompt
from dartkit.settings import HttpEngine, ModelSettings, PromptSettings, SamplingSettings
from tests.fault_server import MODEL, FaultServer, Reply, answer, echo, models

contract: Any = importlib.import_module("engine_contract")  # beside this file
SAMPLING = SamplingSettings(max_tokens=16)


def ask(index: int, prompt: str = "What is 2 + 3?", **more: Any) -> DrawRequest:
    sampling = SamplingSettings(**{"max_tokens": 16, **more})
    return DrawRequest(str(index), "p", index, prompt, 1000 + index, sampling)


def start(server: FaultServer, **settings: Any) -> Engine:
    return open_engine(HttpEngine(base_url=server.url, **settings), None)


@pytest.mark.parametrize("endpoint", ["chat", "completions"])
@pytest.mark.parametrize(
    "check",
    [
        contract.check_every_request_returns_once,
        contract.check_refill_in_flight,
        contract.check_abort_forgets,
        lambda engine, make: contract.check_bad_prompt_is_a_row(engine, make, ask(9, " \n")),
        lambda engine, make: contract.check_bad_prompt_is_a_row(engine, make, ask(9, "a \ud800 half")),
    ],
)
def test_contract(server: FaultServer, check: Any, endpoint: str) -> None:
    """The engine keeps the contract on either endpoint."""
    engine = start(server, endpoint=endpoint, capacity=8)
    check(engine, ask)
    engine.close()


def test_each_draw_has_its_text_and_its_seed(server: FaultServer) -> None:
    """The server writes prompt and seed into the completion, so each draw says which request made it: 40 draws, 40 requests."""
    engine = start(server, capacity=5)
    engine.submit([ask(index, f"q{index}") for index in range(40)])
    for draw in contract.drain(engine):
        index = draw.request.draw_index
        assert draw.completion == f"q{index}|{1000 + index}|0"
        assert draw.seed == 1000 + index
        assert (draw.prompt_tokens, draw.completion_tokens) == (7, 5)
    assert len(server.seen) == 40
    engine.close()


def test_never_more_in_flight_than_capacity(server: FaultServer) -> None:
    """Counted by the server: with five places and 30 draws of 20 ms, the most at once is five."""
    server.behave = lambda seen: Reply(echo(seen).payload, stall=0.02)
    engine = start(server, capacity=5)
    engine.submit([ask(index) for index in range(30)])
    assert len(contract.drain(engine)) == 30
    assert server.peak == 5
    engine.close()


def test_without_seeds_none_is_sent_or_stored(server: FaultServer) -> None:
    engine = start(server, seeds=False)
    engine.submit([ask(0)])
    assert contract.drain(engine)[0].seed is None
    assert "seed" not in server.seen[0].body
    assert not engine.seeds_draws
    engine.close()


def test_draws_of_one_problem_share_a_request(server: FaultServer) -> None:
    """Seven draws of one prompt and one of another, four to a request: 4 + 3 + 1. Only the lone draw has a seed."""
    engine = start(server, samples_per_request=4)
    engine.submit([*(ask(index) for index in range(7)), ask(7, "other")])
    done = {draw.request.draw_index: draw for draw in contract.drain(engine)}
    assert sorted(seen.body.get("n", 1) for seen in server.seen) == [1, 3, 4]
    assert [("seed" in seen.body) for seen in server.seen] == [("n" not in seen.body) for seen in server.seen]
    assert done[7].seed == 1007
    assert all(done[index].seed is None for index in range(7))
    assert len({done[index].completion for index in range(4)}) == 4
    assert sum(draw.completion_tokens or 0 for draw in done.values()) == 5 * 8
    assert not engine.seeds_draws
    engine.close()


def test_a_server_that_ignores_n_is_asked_again(server: FaultServer) -> None:
    """One choice for each request whatever was asked: five draws take five requests, with n = 4, 3, 2, then 1 and 1."""
    server.behave = lambda seen: answer(seen, f"text {seen.number}")
    engine = start(server, samples_per_request=4, capacity=4)
    engine.submit([ask(index) for index in range(5)])
    done = contract.drain(engine)
    assert sorted(draw.request.draw_index for draw in done) == [0, 1, 2, 3, 4]
    assert len({draw.completion for draw in done}) == 5
    assert sorted(seen.body.get("n", 1) for seen in server.seen) == [1, 1, 2, 3, 4]
    engine.close()


def test_greedy_draws_never_share(server: FaultServer) -> None:
    """Servers refuse n > 1 at temperature 0."""
    engine = start(server, samples_per_request=4)
    engine.submit([ask(index, temperature=0) for index in range(3)])
    assert len(contract.drain(engine)) == 3
    assert [seen.body.get("n") for seen in server.seen] == [None] * 3
    engine.close()


def test_chat_sends_messages_and_completions_text(server: FaultServer) -> None:
    """The system message is a message of its own in a chat; the bundled `boxed` template is used for a model not known here."""
    renderer = PromptRenderer(PromptSettings(system="Be brief."), None, endpoint="chat")
    prompt = renderer.render("What is 1 + 1?")
    user = renderer.messages("What is 1 + 1?")[1]["content"]
    assert user != "What is 1 + 1?"
    assert "boxed" in user
    engine = start(server)
    engine.submit([ask(0, prompt), ask(1, "plain")])
    contract.drain(engine)
    engine.close()
    bodies = {seen.prompt: seen for seen in server.seen}
    assert bodies[user].path == "/v1/chat/completions"
    assert bodies[user].body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": user},
    ]
    assert bodies["plain"].body["messages"] == [{"role": "user", "content": "plain"}]
    text = start(server, endpoint="completions")
    text.submit([ask(2, prompt)])
    contract.drain(text)
    text.close()
    assert server.seen[-1].path == "/v1/completions"
    assert server.seen[-1].body["prompt"] == f"Be brief.\n\n{user}"


def test_a_chat_prompt_survives_a_journey() -> None:
    """Pickled, as on the way to another process, it is the same text with the same messages."""
    prompt = ChatPrompt((("system", "s"), ("user", "u")))
    copy = pickle.loads(pickle.dumps(prompt))
    assert (copy, copy.messages) == (prompt, prompt.messages) == ("s\n\nu", (("system", "s"), ("user", "u")))


@pytest.mark.parametrize(
    ("endpoint", "chat", "words"), [("chat", False, "applies a chat template"), ("completions", True, "as it is")]
)  # fmt: skip
def test_endpoint_and_prompt_must_agree(endpoint: Any, chat: bool, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        PromptRenderer(PromptSettings(chat=chat), None, endpoint=endpoint)


def test_the_name_that_is_served_is_sent_and_known(server: FaultServer) -> None:
    engine = start(server)
    assert served_model(engine) == MODEL
    engine.submit([ask(0)])
    contract.drain(engine)
    assert server.seen[0].body["model"] == MODEL
    engine.close()


def test_sampling_beyond_openai_goes_to_unknown_servers_only_where_it_is_on(server: FaultServer) -> None:
    engine = start(server)
    engine.submit(
        [ask(0), ask(1, temperature=0.5, top_p=0.9, top_k=7, min_p=0.1, repetition_penalty=1.2, stop=("X",))]
    )
    contract.drain(engine)
    engine.close()
    bodies = {seen.body["temperature"]: seen.body for seen in server.seen}
    assert set(bodies[1.0]) == {"model", "messages", "temperature", "top_p", "max_tokens", "seed"}
    extra = {
        "top_p": 0.9,
        "top_k": 7,
        "min_p": 0.1,
        "repetition_penalty": 1.2,
        "stop": ["X"],
        "max_tokens": 16,
    }
    assert {name: bodies[0.5][name] for name in extra} == extra


@pytest.mark.parametrize(
    ("owner", "penalty"), [("vllm", "repetition_penalty"), ("llamacpp", "repeat_penalty")]
)
def test_known_servers_are_told_everything(owner: str, penalty: str) -> None:
    """They have defaults of their own (llama.cpp top-k 40), which a silent request would get."""
    with FaultServer(listing=models(MODEL, owner=owner)) as server:
        engine = start(server)
        engine.submit([ask(0)])
        contract.drain(engine)
        engine.close()
    body = server.seen[0].body
    assert (body["top_k"], body["min_p"], body[penalty]) == (-1, 0.0, 1.0)


def test_the_judge_asks_a_server(server: FaultServer) -> None:
    """A judge on a server sends a chat, and its sampler bears the server's name for the model."""
    from dartkit.verify.judge import JudgeQuestion, JudgeSettings, load_judge

    server.behave = lambda seen: answer(seen, "Verdict: SAME")
    settings = JudgeSettings(
        model=ModelSettings(path=MODEL), engine=HttpEngine(base_url=server.url), system="Compare."
    )
    engine = open_engine(settings.engine, None)
    judge = load_judge(engine, settings)
    assert (judge.sampler.model, judge.sampler.chat_template_hash) == (MODEL, None)
    judge.ask([JudgeQuestion(problem="What is 1 + 1?", gold="2", candidate="two")])
    engine.close()
    assert {message["role"] for message in server.seen[0].body["messages"]} == {"system", "user"}
    assert "two" in server.seen[0].prompt


def test_no_new_weights_and_no_tokens(server: FaultServer) -> None:
    engine = start(server)
    with pytest.raises(UsageError, match="new weights"):
        engine.load_weights([])
    with pytest.raises(UsageError, match="token ids"):
        engine.submit([DrawRequest("0", "p", 0, "x", 1, SAMPLING, want_tokens=True)])
    engine.close()


def test_abort_cancels_what_the_server_works_on(server: FaultServer) -> None:
    """Requests that would take ten minutes are gone at once, and the next draws come through."""
    server.behave = lambda seen: Reply(echo(seen).payload, stall=600.0 if seen.prompt == "slow" else 0.0)
    engine = start(server, capacity=4)
    engine.submit([ask(index, "slow") for index in range(6)])
    while len(server.seen) < 4:
        time.sleep(0.01)
    began = time.monotonic()
    engine.abort()
    assert time.monotonic() - began < 60
    assert engine.finished() == []
    engine.submit([ask(7)])
    assert [draw.request.sample_id for draw in contract.drain(engine)] == ["7"]
    engine.close()


def test_an_interrupt_reaches_a_waiting_engine(server: FaultServer) -> None:
    """SIGINT, sent while `finished` waits for a server that stalls, raises KeyboardInterrupt there; close then ends the thread."""
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a shell's background jobs begin with SIGINT ignored
    server.behave = lambda seen: Reply(echo(seen).payload, stall=600.0)
    engine = start(server)
    engine.submit([ask(0)])
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        engine.finished()
    timer.join()
    engine.abort()
    engine.close()
    assert "http-engine" not in {thread.name for thread in threading.enumerate()}


def test_waiting_is_idle_and_a_jump_of_the_clock_is_nothing(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second of waiting takes under a third of a second of processor time, with the wall clock a day off."""
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + 86400.0)
    server.behave = lambda seen: Reply(echo(seen).payload, stall=1.0)
    engine = start(server)
    engine.submit([ask(0)])
    before = time.thread_time()
    (draw,) = contract.drain(engine)
    assert time.thread_time() - before < 0.33
    assert draw.seconds >= 1.0
    engine.close()
    engine.close()


def test_the_key_is_in_the_header_and_in_no_settings(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key goes into the header of each request and is in no field of the engine's settings."""
    monkeypatch.setenv("SOME_KEY", "sk-secret-1234")
    settings = HttpEngine(base_url=server.url, api_key_env="SOME_KEY")
    engine = open_engine(settings, None)
    engine.submit([ask(0)])
    contract.drain(engine)
    engine.close()
    assert server.listings[0]["Authorization"] == "Bearer sk-secret-1234"
    assert server.seen[0].headers["authorization"] == "Bearer sk-secret-1234"
    assert "sk-secret" not in json.dumps(settings.model_dump(mode="json")) + repr(engine.__dict__)
