"""Small random models of several architectures, made from their configurations."""

from __future__ import annotations

from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM

VOCABULARY = 67
SIZES: dict[str, Any] = {
    "vocab_size": VOCABULARY, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 8, "initializer_range": 0.3, "max_position_embeddings": 256,
    "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
}  # fmt: skip


def make_model(kind: str, **changes: Any) -> Any:
    """Return a float32 model of an architecture in evaluation mode, always with the same weights."""
    torch.manual_seed(0)
    config = AutoConfig.for_model(kind, **(SIZES | changes))
    return AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
