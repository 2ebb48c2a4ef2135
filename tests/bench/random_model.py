"""A model with random weights and the bundled tokenizer in a folder: speed does not depend on what a model knows."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# The shape of SmolLM2-135M: Llama with grouped attention and tied embeddings, 134.5 million weights.
SHAPE_135M: Mapping[str, Any] = {
    "vocab_size": 49152, "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30,
    "num_attention_heads": 9, "num_key_value_heads": 3, "head_dim": 64, "max_position_embeddings": 2048,
    "tie_word_embeddings": True,
}  # fmt: skip


def write_model(folder: Path, shape: Mapping[str, Any]) -> Any:
    """Write a Llama of this shape in bfloat16, always with the same weights, and return its configuration.

    Its tokenizer is the bundled one: tokens beyond that have no text.
    """
    import torch
    from transformers import AutoModelForCausalLM, LlamaConfig

    from dartkit.models import no_progress_bars
    from dartkit.tiny import checkpoint_path

    config = LlamaConfig(**shape, pad_token_id=0, bos_token_id=1, eos_token_id=2)
    with torch.random.fork_rng(devices=[]), no_progress_bars():
        torch.manual_seed(0)
        AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(checkpoint_path() / name, folder / name)
    return config
