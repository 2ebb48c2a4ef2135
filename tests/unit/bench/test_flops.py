"""The count of model FLOPs: by hand, by walking over the tokens, and against the counter of torch."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoConfig, AutoModelForCausalLM

from dartkit.training.batching import TokenRow, collate
from dartkit.training.layout import prepare_packing
from dartkit.training.logprobs import plan_scoring, score_tokens
from tests.bench.flops import ModelShape, Work, group_work, peak_flops, shape_of, train_flops
from tests.bench.random_model import SHAPE_135M

VOCABULARY, WIDTH, HEAD_SIZE = 67, 32, 8
SIZES: dict[str, Any] = {
    "vocab_size": VOCABULARY, "hidden_size": WIDTH, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": HEAD_SIZE, "max_position_embeddings": 256, "pad_token_id": 0,
}  # fmt: skip


def make_model(kind: str, attention: str) -> Any:
    torch.manual_seed(0)
    config = AutoConfig.for_model(kind, **SIZES)
    return AutoModelForCausalLM.from_config(config, dtype=torch.float32, attn_implementation=attention).eval()


def test_work_of_a_group_by_hand() -> None:
    """Prompt a b, completions c d e and f. Into the model go a b c d; c, d, e and f are learnt; they see 1, 2, 3 and 4 places."""
    work = group_work(2, [3, 1])
    assert work == Work(tokens=4, learnt=4, places=10)
    # 6 (100 x 4 + 50 x 4) + 12 x 8 x 10
    assert train_flops(ModelShape(100, 50, 8), work) == 3600 + 960


def test_work_of_a_group_by_a_walk_over_its_tokens() -> None:
    """Places are counted one by one: each token sees itself and those before it in its sample."""
    prompt, completions = 5, [4, 7, 1, 2]
    seen = [place + 1 for place in range(prompt)]
    for count in completions:
        seen += [place + 1 for place in range(prompt, prompt + count - 1)]
    assert group_work(prompt, completions) == Work(len(seen), sum(completions), sum(seen))


@pytest.mark.parametrize("kind", ["llama", "qwen3"])
def test_shape_is_that_of_the_model(kind: str) -> None:
    """Weights of a real model's linear layers, summed."""
    model = make_model(kind, "eager")
    weights = {
        name: module.weight.numel()
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear)
    }
    head = weights.pop("lm_head")
    assert shape_of(model.config) == ModelShape(sum(weights.values()), head, 2 * 4 * HEAD_SIZE)


def test_shape_of_the_model_on_a_gpu_has_its_published_size() -> None:
    """SmolLM2-135M: 134,515,008 weights, of which 61 x 576 are norms; the embedding is the head."""
    shape = shape_of(AutoConfig.for_model("llama", **SHAPE_135M))
    assert shape.layer_weights + shape.head_weights + 61 * 576 == 134_515_008


@pytest.mark.parametrize("length", [1, 17])
def test_count_against_that_of_torch(length: int) -> None:
    """Plain attention also multiplies what the mask hides; all else is equal, to the last operation.

    The angles of the positions are left out: some versions of transformers make them by a product, others do not.
    """
    model = make_model("llama", "eager")
    ids = torch.arange(length)[None] % VOCABULARY
    with FlopCounterMode(display=False) as counter:
        torch.autograd.backward(model(input_ids=ids, use_cache=False).logits.sum())
    shape = shape_of(model.config)
    hidden = length**2 - length * (length + 1) // 2
    angles = counter.get_flop_counts().get("LlamaForCausalLM.model.rotary_emb", {})
    ours = train_flops(shape, group_work(1, [length]))
    found = counter.get_total_flops() - sum(angles.values())
    assert found == ours + 12 * shape.attention_width * hidden


def test_what_a_packed_group_computes_is_what_is_counted() -> None:
    """Torch's count of the weights' products in a pack whose rows share a prompt is ours without attention.

    The head gets one place more, in the forward pass only (its logits are thrown away, see `logprobs.py`).
    """
    model = make_model("llama", "sdpa")
    plan_scoring(model)
    assert prepare_packing(model, torch.float32) > 0
    prompt, lengths = tuple(range(3, 13)), [6, 1, 9]
    rows = [TokenRow(prompt, tuple(range(20, 20 + length))) for length in lengths]
    batch = collate(rows, device=torch.device("cpu"), layout="packed")
    with FlopCounterMode(display=False) as counter:
        torch.autograd.backward(score_tokens(model, batch).logprobs_N.sum())
    products = counter.get_flop_counts()["Global"]
    found = products.get(torch.ops.aten.mm, 0) + products.get(torch.ops.aten.addmm, 0)
    work = group_work(len(prompt), lengths)
    shape = shape_of(model.config)
    assert found == 6 * (shape.layer_weights * work.tokens + shape.head_weights * work.learnt) + 2 * VOCABULARY * WIDTH  # fmt: skip


@pytest.mark.parametrize(
    ("name", "peak"),
    [
        ("NVIDIA A100-SXM4-80GB", 312e12),
        ("NVIDIA A100 80GB PCIe", 312e12),
        ("NVIDIA H100 80GB HBM3", 989e12),
        ("NVIDIA H200", 989e12),
        ("NVIDIA L40S", 362e12),
        ("NVIDIA GeForce RTX 4090", 165e12),
        ("NVIDIA H100 PCIe", None),
        ("NVIDIA H100 80GB HBM3 MIG 1g.10gb", None),
        ("NVIDIA A100-SXM4-40GB MIG 3g.20gb", None),
        ("NVIDIA GeForce RTX 4090 Laptop GPU", None),
        ("NVIDIA L40", None),
        ("CPU", None),
    ],
)
def test_only_a_device_of_the_table_has_a_peak(name: str, peak: float | None) -> None:
    """Names as drivers give them, with the data sheets' numbers; slower variants of a name must not get its number."""
    assert peak_flops(name) == peak
