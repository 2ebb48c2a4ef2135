"""Real vLLM on the bundled model: contract, greedy equality with transformers, weight updates.

One engine serves the whole module; a start takes seconds on an idle machine and a minute on a busy one.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dartkit.engines import open_engine
from dartkit.engines.base import DigestingEngine, DrawRequest, Engine, SleepingEngine
from dartkit.errors import DataError
from dartkit.models import ModelRef, resolve_model
from dartkit.prompts import PromptRenderer
from dartkit.settings import ModelSettings, PromptSettings, SamplingSettings, TransformersEngine, VllmEngine
from tests.conftest import REQUIRE_ALL
from tests.e2e.engine_checks import load_contract

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("vllm") is None and not REQUIRE_ALL, reason="vLLM is not installed"
)

QUESTIONS = [
    "Tom has 7 apples. Tom buys 5 more. How many apples does Tom have now?",
    "Anna has 12 pens. Anna gives 4 to Ben. How many pens does Anna have now?",
    "What is 17 + 25?",
    "Ben has 3 boxes with 6 eggs each. How many eggs does Ben have?",
]


contract = load_contract()


@pytest.fixture(scope="module")
def tiny() -> ModelRef:
    """Return the bundled model in float32, in which two engines round alike."""
    return resolve_model(ModelSettings(path="tiny", dtype="float32"))


@pytest.fixture(scope="module")
def engine(tiny: ModelRef) -> Iterator[Engine]:
    """Return one running vLLM."""
    running = open_engine(VllmEngine(max_num_seqs=16, max_model_len=256), tiny, seed=1)
    yield running
    running.close()


@pytest.fixture
def make(tiny: ModelRef) -> Any:
    """Return a maker of requests with rendered prompts."""
    renderer = PromptRenderer(PromptSettings(), tiny)

    def request(index: int, **sampling: Any) -> DrawRequest:
        prompt = renderer.render(QUESTIONS[index % len(QUESTIONS)])
        settings = SamplingSettings(**{"max_tokens": 24, **sampling})
        return DrawRequest(str(index), "p", index, prompt, 1000 + index, settings, want_tokens=True)

    return request


def greedy(engine: Engine, make: Any, **more: Any) -> list[tuple[str, tuple[int, ...] | None]]:
    """Answer the four questions greedily, in order."""
    engine.submit([make(index, temperature=0, **more) for index in range(len(QUESTIONS))])
    done = sorted(contract.drain(engine), key=lambda draw: int(draw.request.sample_id))
    return [(draw.completion, draw.token_ids) for draw in done]


def test_every_request_returns_once(engine: Engine, make: Any) -> None:
    """Contract."""
    contract.check_every_request_returns_once(engine, make)


def test_refill_in_flight(engine: Engine, make: Any) -> None:
    """Contract."""
    contract.check_refill_in_flight(engine, make)


def test_abort_forgets(engine: Engine, make: Any) -> None:
    """Contract."""
    contract.check_abort_forgets(engine, make)


def test_bad_prompt_is_a_row(engine: Engine, make: Any) -> None:
    """A prompt longer than the window of 256."""
    bad = DrawRequest("bad", "p", 0, "1 " * 300, 1, SamplingSettings(max_tokens=4))
    contract.check_bad_prompt_is_a_row(engine, make, bad)


def test_no_two_draws_of_a_prompt_share_noise(engine: Engine, make: Any) -> None:
    """64 draws of one prompt at vLLM's highest temperature: shared noise would make them one; by chance some short ones are equal."""
    engine.submit([make(index * len(QUESTIONS), temperature=2.0) for index in range(64)])
    draws = contract.drain(engine)
    assert len({draw.token_ids for draw in draws}) >= 40  # 54 were measured
    seeds = {draw.seed for draw in draws}
    assert len(seeds) == 64 if engine.seeds_draws else seeds == {None}


def test_greedy_equals_transformers(engine: Engine, tiny: ModelRef, make: Any) -> None:
    """Text, tokens and log-probabilities of the two engines agree in float32."""
    other = open_engine(TransformersEngine(batch_size=4, device="cpu"), tiny)
    assert greedy(engine, make) == greedy(other, make)
    engine.submit([make(0, temperature=0)])
    other.submit([make(0, temperature=0)])
    pair = engine.finished()[0].token_logprobs, other.finished()[0].token_logprobs
    assert pair[0] == pytest.approx(pair[1], abs=1e-3)
    other.close()


def test_draws_of_one_prompt_differ(engine: Engine, make: Any) -> None:
    """16 draws at temperature 2 are not all alike, seeds or none."""
    engine.submit([make(4 * index, temperature=2.0) for index in range(16)])
    assert len({draw.token_ids for draw in contract.drain(engine)}) > 8


def test_stop_string_is_cut_off(engine: Engine, make: Any) -> None:
    """The completion ends before the stop string that the unstopped one has."""
    whole = greedy(engine, make)[0][0]
    stop = whole[4:6]
    assert greedy(engine, make, stop=(stop,))[0][0] == whole[: whole.index(stop)]


def test_new_weights_change_draws_and_back(engine: Engine, tiny: ModelRef, make: Any) -> None:
    """Random weights change the greedy answers; the checkpoint's weights, tied head included, restore them."""
    import torch
    from safetensors.torch import load_file

    weights = load_file(Path(tiny.path) / "model.safetensors")
    first = greedy(engine, make)
    noise = torch.Generator().manual_seed(0)
    engine.load_weights((name, torch.randn(t.shape, generator=noise) * 0.05) for name, t in weights.items())
    changed = greedy(engine, make)
    engine.load_weights([*weights.items(), ("lm_head.weight", weights["model.embed_tokens.weight"])])
    assert changed != first
    assert greedy(engine, make) == first


def test_wrong_weights_are_refused_before_the_reload(engine: Engine, tiny: ModelRef, make: Any) -> None:
    """Unknown, misshapen and missing weights are named, and the engine goes on with the old ones."""
    import torch
    from safetensors.torch import load_file

    weights = load_file(Path(tiny.path) / "model.safetensors")
    first = greedy(engine, make)
    with pytest.raises(DataError, match="nonsense"):
        engine.load_weights([("nonsense", torch.zeros(2))])
    with pytest.raises(DataError, match=r"model.norm.weight.*\(3,\)"):
        engine.load_weights([("model.norm.weight", torch.zeros(3))])
    with pytest.raises(DataError, match="missing"):
        engine.load_weights(list(weights.items())[1:])
    assert greedy(engine, make) == first


def test_checksums_change_with_the_weights(engine: Engine, tiny: ModelRef) -> None:
    """Another number in one tensor changes the checksums that vLLM makes, and the old weights bring them back."""
    from safetensors.torch import load_file

    assert isinstance(engine, DigestingEngine)
    weights = load_file(Path(tiny.path) / "model.safetensors")
    engine.load_weights(weights.items())
    first = engine.weights_digest()
    other = {name: tensor.clone() for name, tensor in weights.items()}
    other["model.norm.weight"][0] += 0.5
    engine.load_weights(other.items())
    assert engine.weights_digest() != first
    engine.load_weights(weights.items())
    assert engine.weights_digest() == first


def test_sleep_needs_cuda_and_says_so(engine: Engine, make: Any) -> None:
    """On a CPU `sleep` does nothing, and the engine goes on to draw."""
    from dartkit.engines import cuda_available

    assert isinstance(engine, SleepingEngine)
    if not cuda_available():
        assert not engine.can_sleep
        before = greedy(engine, make)
        engine.sleep()
        assert greedy(engine, make) == before
