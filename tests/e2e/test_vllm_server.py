"""The http engine on vLLM's own OpenAI server with the bundled model, on a CPU: both endpoints, through the command line.

One server serves the whole module; it starts in under a minute on an idle machine. Seeds are off: vLLM's CPU build fails on them.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dartkit.engines import open_engine
from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.models import load_tokenizer, resolve_model
from dartkit.prompts import PromptRenderer
from dartkit.run import RunDir
from dartkit.settings import (
    HttpEngine,
    ModelSettings,
    PromptSettings,
    SamplingSettings,
    TransformersEngine,
)
from dartkit.tiny import checkpoint_path
from dartkit.tiny.problems import FAMILIES, generate_problems
from tests.conftest import REQUIRE_ALL
from tests.e2e.test_tiny_vllm import ENGINE_SETTINGS
from tests.e2e.vllm_training import assert_follows, train

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("vllm") is None and not REQUIRE_ALL, reason="vLLM is not installed"
    ),
    pytest.mark.timeout(900),
]

DARTKIT = str(Path(sys.executable).with_name("dartkit"))
NAME = "tiny-on-a-server"
WINDOW = 512
START_SECONDS = 600.0
CHAT = ("--set", "engine.endpoint=chat")
LOCAL = ("--set", "engine.endpoint=completions", "--set", "engine.local_model=true")
PLAIN = PromptSettings(template="plain")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the server, wait until it answers, and stop it with all its processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("vllm") / "server.log"
    arguments = [
        "--model", str(checkpoint_path()), "--served-model-name", NAME, "--host", "127.0.0.1", "--port", str(port),
        "--dtype", "bfloat16", "--max-model-len", str(WINDOW), "--enforce-eager", "--max-num-seqs", "32",
        "--logprobs-mode", "processed_logprobs",
    ]  # fmt: skip
    environment = {
        **os.environ,
        **ENGINE_SETTINGS,
        "VLLM_ENABLE_V1_MULTIPROCESSING": "1",
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",
        "VLLM_SERVER_DEV_MODE": "1",
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "vllm.entrypoints.openai.api_server", *arguments],
            stdout=out, stderr=out, env=environment, start_new_session=True,
        )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    began = time.monotonic()
    while time.monotonic() - began < START_SECONDS:
        assert process.poll() is None, log.read_text(errors="replace")[-3000:]
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(1)
    pytest.fail(log.read_text(errors="replace")[-3000:])


def dartkit(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([DARTKIT, *arguments], capture_output=True, text=True, timeout=300, check=False)


def questions(count: int) -> list[str]:
    made = generate_problems(families=FAMILIES, levels=[1], per_level=count, split="test", seed=4)
    return [item.text for item in made]


def greedy(engine: Any, prompts: list[str]) -> list[FinishedDraw]:
    """Draw one after the other, so that no batch rounds differently, and close."""
    done = []
    for index, prompt in enumerate(prompts):
        sampling = SamplingSettings(temperature=0, max_tokens=100)
        engine.submit([DrawRequest(str(index), "p", index, prompt, index, sampling)])
        done += engine.finished()
    engine.close()
    return done


def test_both_endpoints_draw_what_transformers_draws(url: str) -> None:
    """Greedy texts are equal, and so are the prompts' token counts: no begin token is lost or doubled on the way."""
    ref = resolve_model(ModelSettings(path="tiny", dtype="bfloat16"))
    texts = questions(6)
    local = [PromptRenderer(PLAIN, ref).render(text) for text in texts]
    chats = [PromptRenderer(PLAIN, None, endpoint="chat").render(text) for text in texts]
    server: dict[str, Any] = {"base_url": url, "seeds": False}
    by_text = greedy(open_engine(HttpEngine(endpoint="completions", local_model=True, **server), None), local)
    by_chat = greedy(open_engine(HttpEngine(**server), None), chats)
    truth = greedy(open_engine(TransformersEngine(batch_size=1, device="cpu"), ref), local)
    expected = [(draw.completion, draw.finish_reason, draw.prompt_tokens) for draw in truth]
    assert [(draw.completion, draw.finish_reason, draw.prompt_tokens) for draw in by_text] == expected
    assert [(draw.completion, draw.finish_reason, draw.prompt_tokens) for draw in by_chat] == expected


def estimate(url: str, path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return dartkit(
        "estimate", str(path), "--engine", "http", "--base-url", url, "--probe", "4", "--max-tokens", "120",
        "--set", "engine.seeds=false", "--set", "prompt.template=plain", *more,
    )  # fmt: skip


@pytest.mark.parametrize("endpoint", [CHAT, LOCAL, (*CHAT, "--set", "engine.samples_per_request=4")])
def test_estimate_through_the_command_line(url: str, tmp_path: Path, endpoint: tuple[str, ...]) -> None:
    """Level-1 problems, of which the bundled model solves nearly all: 16 problems, 4 draws each, no error, no seed.

    Tokens are checked with the tokenizer: the text's own and the end token, where the server counted a draw by itself.
    """
    path = tmp_path / "run"
    assert dartkit("load", "generated", str(path), "--level", "1", "--per-level", "16").returncode == 0
    done = estimate(url, path, *endpoint)
    assert done.returncode == 0, done.stderr
    run = RunDir(path)
    samples = list(run.samples())
    assert len(samples) == 64
    assert {(draw.finish_reason, draw.seed, draw.engine) for draw in samples} == {("stop", None, "http")}
    rates = [record.pass_rate or 0.0 for record in run.difficulty()]
    assert sum(rates) / len(rates) > 0.6
    tokenizer = load_tokenizer(resolve_model(ModelSettings(path="tiny")))
    counted = [len(tokenizer(draw.completion, add_special_tokens=False).input_ids) + 1 for draw in samples]
    told = [draw.completion_tokens or 0 for draw in samples]
    assert abs(sum(told) - sum(counted)) <= 0.05 * sum(counted)  # a draw may spell a text in other tokens
    (sampler,) = run.samplers().values()
    local = endpoint == LOCAL
    assert sampler.model == ("tiny" if local else NAME)
    assert (sampler.chat_template_hash is not None) == local
    assert (sampler.model_revision is not None) == local


def test_a_long_problem_is_a_row_and_a_long_limit_ends_the_stage(url: str, tmp_path: Path) -> None:
    """VLLM answers 400 to both; one is the fault of a prompt, the other of the settings, and no row is made of it."""
    from tests.conftest import make_problem, make_run

    long = make_problem("What is " + "1 + " * 400 + "1?", "401")
    short = [make_problem(text, "1") for text in questions(3)]
    make_run(tmp_path / "run", [long, *short]).close()
    over = estimate(url, tmp_path / "run", "--max-tokens", str(2 * WINDOW))
    assert over.returncode == 4, over.stderr
    assert "refuses every request" in over.stderr
    assert list(RunDir(tmp_path / "run").samples()) == []
    done = estimate(url, tmp_path / "run")
    assert done.returncode == 0, done.stderr
    samples = list(RunDir(tmp_path / "run").samples())
    assert len(samples) == 16
    assert {draw.problem_id for draw in samples if draw.finish_reason == "error"} == {long.problem_id}
    assert sum(draw.finish_reason == "error" for draw in samples) == 4


def test_its_weights_follow_a_training(url: str, tmp_path: Path) -> None:
    """Weights go as files, which needs no GPU. At the end of the module, because it changes the server's model.

    The draws' log-probabilities are close to those of the new weights at temperature 0.7, the server's checksums change exactly
    when the weights do, and a hand-over that does nothing stops the run.
    """
    import torch

    from dartkit.engines.http.weights import FileTransfer, ServerControl, TrainableServer
    from dartkit.errors import EnvironmentProblem
    from dartkit.rl.policy_engine import PolicyEngine
    from dartkit.rl.weight_check import TOLERANCE_LOW, WeightProbe
    from dartkit.training.model import load_for_training

    ref = resolve_model(ModelSettings(path="tiny", dtype="bfloat16"))
    trained = load_for_training(ref)
    settings = HttpEngine(base_url=url, endpoint="completions", local_model=True, seeds=False)
    control = ServerControl(settings)
    assert control.world_size() == 1
    engine = TrainableServer(settings, control, FileTransfer(control, tmp_path / "weights", "bfloat16"))
    prompts = [PromptRenderer(PLAIN, ref).render(text) for text in questions(2)]
    probe = WeightProbe(trained, prompts, temperature=0.7, tolerance=TOLERANCE_LOW, seed=1)
    policy = PolicyEngine(engine, trained, probe, dtype=torch.bfloat16)
    before = engine.weights_digest()
    policy.follow()
    assert engine.weights_digest() == before
    with torch.no_grad():
        for weight in trained.model.parameters():
            weight.mul_(1.02)
    policy.resume(changed=True)
    assert engine.weights_digest() != before
    assert policy.probe_gap < TOLERANCE_LOW
    engine._transfer.send = lambda weights: None  # type: ignore[method-assign]  # the fault
    with torch.no_grad():
        trained.model.model.norm.weight.mul_(1.01)
    with pytest.raises(EnvironmentProblem, match="are the old ones"):
        policy.resume(changed=True)
    policy.close()


def test_a_training_draws_from_it(url: str, tmp_path: Path) -> None:
    """Two steps of the whole stage. The server has other weights when it begins, and is sent the model's first."""
    engine = {"kind": "http", "base_url": url, "endpoint": "completions", "local_model": True, "seeds": False}
    train(tmp_path / "run", engine)
    assert_follows(tmp_path / "run")
