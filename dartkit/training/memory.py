"""How much memory a training will take, from the model's config alone: no weights are read and no GPU is needed.

With P parameters, T tokens of the largest micro-batch (prompt, response, padding), h hidden size, f inner size of the MLP, L layers,
a attention heads, V vocabulary, b bytes of the computing type (2 in bfloat16, 4 in float32), W the longest row:

    weights     4 P                       float32 masters
    gradients   4 P
    AdamW       8 P                       two float32 moments
    autocast    2 P                       bfloat16 copies of the weights that one pass keeps; 0 in float32
    activations 1.5 L T (16 h + (7 h + 4 f) b)    what the backward pass of a plain decoder keeps: two float32 residuals and two
                                          normed copies, then in the computing type the inputs of the matrices, q, k, v, attention's
                                          output and its copy, gate, up, and two products. The half on top is what gradients in passing
                                          and the allocator took in measurements
    logits      T V (b + 4 + 4)           in the computing type, as float32, and the gradient
    engine      b P, or 0                 the rollouts' own copy; none where it shares float32 weights
    cache       B (W) 2 L k d b           keys and values of B draws in flight, k key-value heads of size d

The libraries themselves (about 0.5 GiB) come on top. docs/metrics.md has the error against measured peaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SLACK = 1.5


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The sizes of a model that memory depends on."""

    parameters: int
    layers: int
    hidden: int
    inner: int
    kv_heads: int
    head_size: int
    vocabulary: int
    context: int


@dataclass(frozen=True, slots=True)
class Load:
    """What goes through the model at once. `draws` of `row_tokens` are in flight in the rollouts' engine, 0 without one."""

    tokens: int
    row_tokens: int
    compute_bytes: int
    draws: int = 0
    engine_copy: bool = False
    response_tokens: int | None = None
    """Tokens with logits; None is all of them."""


def read_shape(config: Any) -> ModelShape:
    """Return the sizes of a transformers config; parameters are counted on a model without storage (device `meta`)."""
    import torch
    from transformers import AutoModelForCausalLM

    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config, trust_remote_code=False)
    text = config.get_text_config()
    heads = int(text.num_attention_heads)
    head_size = getattr(text, "head_dim", None) or text.hidden_size // heads
    inner = getattr(text, "intermediate_size", None) or 4 * text.hidden_size
    return ModelShape(
        parameters=sum(weight.numel() for weight in model.parameters()),
        layers=int(text.num_hidden_layers),
        hidden=int(text.hidden_size),
        inner=int(inner),
        kv_heads=int(getattr(text, "num_key_value_heads", None) or heads),
        head_size=int(head_size),
        vocabulary=int(text.vocab_size),
        context=int(getattr(text, "max_position_embeddings", 0) or 0),
    )


def estimate_memory(shape: ModelShape, load: Load) -> dict[str, int]:
    """Return bytes by purpose, and `update` and `rollout`: what is there at once while learning and while drawing."""
    size, bytes_ = shape.parameters, load.compute_bytes
    kept = 16 * shape.hidden + (7 * shape.hidden + 4 * shape.inner) * bytes_
    responses = load.tokens if load.response_tokens is None else load.response_tokens
    parts = {
        "weights": 4 * size,
        "gradients": 4 * size,
        "optimizer": 8 * size,
        "autocast": 2 * size if bytes_ == 2 else 0,
        "activations": round(SLACK * shape.layers * load.tokens * kept),
        "logits": responses * shape.vocabulary * (bytes_ + 8),
        "engine": bytes_ * size if load.engine_copy else 0,
        "cache": load.draws * load.row_tokens * 2 * shape.layers * shape.kv_heads * shape.head_size * bytes_,
    }
    held = parts["weights"] + parts["optimizer"] + parts["engine"]
    update = held + parts["gradients"] + parts["autocast"] + parts["activations"] + parts["logits"]
    return {
        **parts,
        "update": update,
        "rollout": held + parts["cache"],
        "peak": max(update, held + parts["cache"]),
    }
