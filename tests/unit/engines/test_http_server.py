"""First contact with a server: its models, the key, an address that is none; and what the settings refuse."""

from __future__ import annotations

import socket
import traceback
from typing import Any

import pytest
from dartkit.cli.options import Flag, More
from dartkit.cli.step_settings import build_step

from dartkit.engines import open_engine
from dartkit.engines.base import served_model
from dartkit.errors import DartkitError, EnvironmentProblem, RecipeError
from dartkit.models import identify_model, model_for, name_on_server
from dartkit.recipe import step_fingerprint
from dartkit.settings import HttpEngine, ModelSettings
from tests.fault_server import MODEL, FaultServer, Reply, models, problem

PASTED = "sk-pasted-0123456789"
pytestmark = pytest.mark.usefixtures("quick")


def open_on(listing: Reply, **settings: Any) -> str | None:
    """Open an engine on a server with this list of models and return the name it settled on."""
    with FaultServer(listing=listing) as server:
        engine = open_engine(HttpEngine(**{"base_url": server.url, **settings}), None)
        engine.close()
        return served_model(engine)


@pytest.mark.parametrize(
    ("listing", "given", "name"),
    [
        (models("only"), None, "only"),
        (models("a", "b"), "b", "b"),
        (models("a", "b"), "alias", "alias"),
        (problem(404), "named", "named"),
        (Reply(b"not JSON"), "named", "named"),
    ],
)
def test_the_name(listing: Reply, given: str | None, name: str) -> None:
    """The name that was given, else the only one there is; a list may leave aliases out, and may be missing."""
    assert open_on(listing, model=given) == name


@pytest.mark.parametrize(
    ("listing", "given", "words"),
    [
        (models("a", "b"), None, "has 2 models: a, b"),
        (models(*(f"m{index}" for index in range(12))), None, "m9 and 2 more"),
        (problem(404), None, "does not list its models"),
        (models("a", owner="vllm"), "c", "has no model 'c'; it has: a"),
        (problem(401, "who are you"), None, "refuses requests without a key"),
        (problem(503, "loading model"), None, "not ready: status 503: loading model"),
        (problem(302, Location="http://elsewhere/"), None, "redirects .* to http://elsewhere/"),
        (Reply(b"x" * (17 << 20)), None, "longer than 16 MiB"),
    ],
)
def test_what_is_refused_at_first_contact(listing: Reply, given: str | None, words: str) -> None:
    with pytest.raises(EnvironmentProblem, match=words) as caught:
        open_on(listing, model=given)
    assert caught.value.fix


def test_nobody_listens() -> None:
    """A port that was free a moment ago."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(EnvironmentProblem, match=r"no server answers at http://127\.0\.0\.1"):
        open_engine(HttpEngine(base_url=f"http://127.0.0.1:{port}"), None)


@pytest.mark.parametrize("value", [None, "", "two\nlines", "sch\u00e4m"])
def test_a_key_that_is_none(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing, or unfit for a header; the message has the variable's name and not its value."""
    monkeypatch.delenv("TEST_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("TEST_KEY", value)
    with pytest.raises(EnvironmentProblem, match="TEST_KEY") as caught:
        open_on(models(MODEL), api_key_env="TEST_KEY")
    assert not value or value not in caught.value.paragraph()


def whole_chain(error: DartkitError) -> str:
    """Return what is said of an error and of everything that caused it, as a traceback shows it."""
    return error.paragraph() + "".join(traceback.format_exception(error))


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://h:8000", "http://h:8000/v1"),
        ("http://h:8000/", "http://h:8000/v1"),
        ("https://h/api/v1/", "https://h/api/v1"),
        ("http://[::1]:80/v1", "http://[::1]:80/v1"),
    ],
)
def test_addresses(given: str, url: str) -> None:
    assert HttpEngine(base_url=given).base_url == url


@pytest.mark.parametrize(
    "url",
    [f"http://user:{PASTED}@h/v1", f"http://h/v1?key={PASTED}", "ftp://h", "h:8000", "http://", "http://h:0", "http://h:99999",
     f"http://h/v1#{PASTED}", "http://h/\x1b"],
)  # fmt: skip
def test_no_addresses(url: str) -> None:
    """Passwords in an address are refused and not repeated, in the message or in what caused it."""
    flags = [Flag("--engine", "engine.kind", "http"), Flag("--base-url URL", "engine.base_url", url)]
    with pytest.raises(RecipeError, match="not the address of a server") as caught:
        build_step("estimate", flags, More())
    assert PASTED not in whole_chain(caught.value)


def test_a_key_in_the_place_of_its_variable_is_not_repeated() -> None:
    flags = [
        Flag("--engine", "engine.kind", "http"),
        Flag("--base-url URL", "engine.base_url", "http://h"),
        Flag("--api-key-env NAME", "engine.api_key_env", PASTED),
    ]
    more = More(set=["engine.kind=http", "engine.base_url=http://h", f"engine.api_key_env={PASTED}"])
    with pytest.raises(RecipeError, match=r"--set engine\.api_key_env: ") as typed:
        build_step("estimate", [], more)
    assert PASTED not in whole_chain(typed.value)
    with pytest.raises(
        RecipeError, match=r"--api-key-env NAME: .*not the name of an environment variable"
    ) as caught:
        build_step("estimate", flags, More())
    assert PASTED not in whole_chain(caught.value)


def test_a_server_without_an_address() -> None:
    with pytest.raises(RecipeError, match=r"engine\.base_url: missing"):
        build_step("estimate", [Flag("--engine", "engine.kind", "http")], More())


def test_a_local_model_needs_completions() -> None:
    with pytest.raises(ValueError, match="needs endpoint=completions"):
        HttpEngine(base_url="http://h", local_model=True)


def test_the_model_block_names_the_model_of_the_server() -> None:
    """`--model NAME` is what the server is asked for; the default `tiny` is no wish; `engine.model` wins."""
    plain = HttpEngine(base_url="http://h")
    named = name_on_server(plain, ModelSettings(path="org/big"))
    assert isinstance(named, HttpEngine)
    assert named.model == "org/big"
    assert name_on_server(plain, ModelSettings()) is plain
    own = HttpEngine(base_url="http://h", model="served")
    assert name_on_server(own, ModelSettings(path="org/big")) is own


def test_what_a_sampler_records() -> None:
    """A server's model: name and the revision that the user states. With `local_model`: the folder's, and no precision."""
    plain = HttpEngine(base_url="http://h")
    model = ModelSettings(path="org/big", revision="r1")
    assert model_for(plain, model) is None
    assert identify_model(plain, model, None, served="org/big", chat=True) == ("org/big", "r1", None, None)
    local = HttpEngine(base_url="http://h", endpoint="completions", local_model=True)
    ref = model_for(local, ModelSettings())
    assert ref is not None
    found = identify_model(local, ModelSettings(), ref, served="x", chat=True)
    assert found == ("tiny", ref.revision, None, ref.chat_template_hash)
    stated = identify_model(local, ModelSettings(dtype="bfloat16"), ref, served="x", chat=False)
    assert stated[2:] == ("bfloat16", None)


def test_another_model_of_a_server_is_another_step_and_another_server_is_not() -> None:
    def fingerprint(**engine: Any) -> str:
        flags = [Flag(name, f"engine.{name}", value) for name, value in {"kind": "http", **engine}.items()]
        return step_fingerprint(build_step("estimate", flags, More()))

    assert fingerprint(base_url="http://a") == fingerprint(base_url="http://b", capacity=3)
    assert fingerprint(base_url="http://a", model="x") != fingerprint(base_url="http://a", model="y")
