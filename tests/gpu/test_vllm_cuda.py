"""vLLM and the transformers engine on a GPU: seeds are honoured, the engines agree, weights can be replaced."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from dartkit.engines import cuda_available, open_engine
from dartkit.engines.base import DrawRequest, Engine, SleepingEngine
from dartkit.models import ModelRef, resolve_model
from dartkit.prompts import PromptRenderer
from dartkit.settings import ModelSettings, PromptSettings, SamplingSettings, TransformersEngine, VllmEngine

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not cuda_available(), reason="needs a CUDA GPU"),
    pytest.mark.skipif(importlib.util.find_spec("vllm") is None, reason="vLLM is not installed"),
]


@pytest.fixture(scope="module")
def tiny() -> ModelRef:
    """Return the bundled model in float32."""
    return resolve_model(ModelSettings(path="tiny", dtype="float32"))


@pytest.fixture(scope="module")
def vllm(tiny: ModelRef) -> Iterator[Engine]:
    """Return vLLM on a small share of the GPU, without graph capture."""
    engine = open_engine(
        VllmEngine(require_gpu=True, gpu_memory_utilization=0.2, max_num_seqs=64, enforce_eager=True),
        tiny,
        sleeps=True,
    )
    yield engine
    engine.close()


def requests(tiny: ModelRef, count: int, temperature: float) -> list[DrawRequest]:
    """Ask one question `count` times, each with its own seed."""
    prompt = PromptRenderer(PromptSettings(), tiny).render("Tom has 7 apples. Tom buys 5 more. How many now?")
    sampling = SamplingSettings(temperature=temperature, max_tokens=32)
    return [DrawRequest(str(i), "p", i, prompt, 77 + i, sampling, want_tokens=True) for i in range(count)]


def draw(engine: Engine, wanted: list[DrawRequest]) -> dict[str, tuple[int, ...] | None]:
    """Return the tokens of each draw by the request's id."""
    engine.submit(wanted)
    done: dict[str, tuple[int, ...] | None] = {}
    while batch := engine.finished():
        done |= {item.request.sample_id: item.token_ids for item in batch}
    return done


def test_vllm_seeds_are_honoured(vllm: Engine, tiny: ModelRef) -> None:
    """64 seeded draws differ, and come again in another order."""
    assert vllm.seeds_draws
    wanted = requests(tiny, 64, 1.5)
    first = draw(vllm, wanted)
    assert len(set(first.values())) > 16
    assert draw(vllm, wanted[::-1]) == first


def test_greedy_agrees_with_transformers(vllm: Engine, tiny: ModelRef) -> None:
    """The same float32 tokens from both engines on the GPU."""
    other = open_engine(TransformersEngine(batch_size=4, device="cuda"), tiny)
    assert draw(vllm, requests(tiny, 1, 0.0)) == draw(other, requests(tiny, 1, 0.0))
    other.close()


def test_transformers_draws_do_not_depend_on_the_batch(tiny: ModelRef) -> None:
    """A draw alone on the GPU equals the draw among 31 others."""
    engine = open_engine(TransformersEngine(batch_size=32, device="cuda"), tiny)
    wanted = requests(tiny, 32, 1.0)
    assert draw(engine, wanted)["5"] == draw(engine, wanted[5:6])["5"]
    engine.close()


def test_weights_are_replaced(vllm: Engine, tiny: ModelRef) -> None:
    """Halved weights change the answer; the checkpoint's restore it."""
    from safetensors.torch import load_file

    weights = load_file(Path(tiny.path) / "model.safetensors")
    first = draw(vllm, requests(tiny, 1, 0.0))
    vllm.load_weights((name, tensor * 0.5) for name, tensor in weights.items())
    changed = draw(vllm, requests(tiny, 1, 0.0))
    vllm.load_weights(weights.items())
    assert changed != first
    assert draw(vllm, requests(tiny, 1, 0.0)) == first


def test_sleep_frees_memory_and_new_weights_wake(vllm: Engine, tiny: ModelRef) -> None:
    """Asleep it holds less of the GPU than awake; woken by the same weights it gives the same greedy answers."""
    import torch
    from safetensors.torch import load_file

    assert isinstance(vllm, SleepingEngine)
    assert vllm.can_sleep
    before = draw(vllm, requests(tiny, 4, 0.0))
    free = torch.cuda.mem_get_info()[0]
    vllm.sleep()
    assert torch.cuda.mem_get_info()[0] > free
    vllm.load_weights(load_file(Path(tiny.path) / "model.safetensors").items())
    assert draw(vllm, requests(tiny, 4, 0.0)) == before
