"""The memory estimate against the bytes that torch's profiler counts: tensors made and freed, so always the same."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from dartkit.memory_settings import MemorySettings
from dartkit.sft.train import accumulate_loss
from dartkit.tiny import checkpoint_path
from dartkit.training import head
from dartkit.training.batching import TokenRow
from dartkit.training.forecast import training_load
from dartkit.training.memory import estimate_memory, read_shape
from dartkit.training.model import TrainableModel, _prepare
from dartkit.training_settings import TrainSftSettings

CONFIG = {
    "hidden_size": 64, "intermediate_size": 176, "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 2,
}  # fmt: skip
ROW_TOKENS, ROWS = 64, 8


def peak_bytes(run: Any) -> int:
    """Return how much more than at the start was held at the worst moment."""
    with torch.profiler.profile(
        activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True
    ) as profile:
        run()
    events = [event for event in profile.profiler.kineto_results.events() if event.name() == "[memory]"]
    held = peak = 0
    for event in sorted(events, key=lambda event: int(event.start_ns())):
        held += int(event.nbytes())
        peak = max(peak, held)
    return peak


@pytest.mark.parametrize(("vocabulary", "tile"), [(640, 2**24), (4000, 2**19)])
@pytest.mark.parametrize(
    ("dtype", "memory"),
    [
        ("float32", {}),
        ("bfloat16", {}),
        ("float32", {"gradient_checkpointing": True}),
        ("float32", {"lora": {"rank": 8}}),
        ("bfloat16", {"lora": {"rank": 8}}),
        ("bfloat16", {"lora": {"rank": 8}, "weights": "bfloat16"}),
    ],
)
def test_estimate_of_a_pass_is_what_the_profiler_counts(
    dtype: str, memory: dict[str, Any], vocabulary: int, tile: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A forward and a backward pass over 512 tokens, with gradients there already; one tile of logits, and four."""
    from transformers import AutoTokenizer

    monkeypatch.setattr(head, "TILE_ELEMENTS", tile)
    wanted = MemorySettings.model_validate(memory)
    compute = getattr(torch, dtype)
    config = LlamaConfig(vocab_size=vocabulary, tie_word_embeddings=True, **CONFIG)
    model = LlamaForCausalLM(config).to(getattr(torch, wanted.weights))
    packs = _prepare(model, compute, wanted)
    trained = TrainableModel(
        model, AutoTokenizer.from_pretrained(checkpoint_path()), compute, torch.float32, packs
    )
    rows = [
        TokenRow((1, number + 2), tuple(range(5, ROW_TOKENS + 3))) for number in range(ROWS)
    ]  # 64 tokens each
    accumulate_loss(trained, rows, ROWS * ROW_TOKENS)
    measured = peak_bytes(lambda: accumulate_loss(trained, rows, ROWS * ROW_TOKENS))
    settings = TrainSftSettings(
        tokens_per_micro_batch=ROWS * ROW_TOKENS, max_length=ROW_TOKENS, memory=wanted
    )
    shape = read_shape(config, wanted.lora)
    assert shape.adapters == sum(w.numel() for name, w in model.named_parameters() if ".lora_" in name)
    parts = estimate_memory(shape, training_load(settings, shape, dtype))
    expected = parts["autocast"] + parts["activations"] + max(parts["passing"], parts["head"])
    assert measured == pytest.approx(expected, rel=0.06)
