"""A random two-layer Llama with the bundled tokenizer: small enough for a test, a real model all the same.

Every test that takes it runs twice, once with packed and once with padded micro-batches.
"""

from __future__ import annotations

import pytest
import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from dartkit.tiny import checkpoint_path
from dartkit.training.layout import prepare_packing
from dartkit.training.model import TrainableModel


@pytest.fixture(params=["packed", "padded"])
def trained(request: pytest.FixtureRequest) -> TrainableModel:
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(checkpoint_path())
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=48, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=1, tie_word_embeddings=True, eos_token_id=2, initializer_range=0.3,
    )  # fmt: skip
    model = LlamaForCausalLM(config)
    pack_tokens = prepare_packing(model, torch.float32) if request.param == "packed" else 0
    assert (pack_tokens > 0) == (request.param == "packed")
    return TrainableModel(model, tokenizer, torch.float32, torch.float32, pack_tokens)
