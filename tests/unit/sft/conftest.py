"""A random two-layer Llama with the bundled tokenizer: small enough for a test, a real model all the same."""

from __future__ import annotations

import pytest
import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from dartkit.tiny import checkpoint_path
from dartkit.training.model import TrainableModel


@pytest.fixture
def trained() -> TrainableModel:
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(checkpoint_path())
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=48, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=1, tie_word_embeddings=True, eos_token_id=2, initializer_range=0.3,
    )  # fmt: skip
    return TrainableModel(LlamaForCausalLM(config), tokenizer, torch.float32, torch.float32)
