"""Model FLOPs of a training step and their share of what the device can do (MFU; PaLM, arXiv 2204.02311, appendix B).

A matrix product of (n, a) and (a, b) is 2 n a b operations, and the backward pass makes two such products for each one of the
forward pass. With N the weights that multiply every token (the layers' matrices; norms are no products, the embedding is a
look-up), V D the output head's, L layers, H heads of Q dimensions:

    FLOPs = 6 (N tokens + V D learnt) + 12 L H Q places,    MFU = FLOPs / seconds / peak

`places` is how many places all tokens together see. PaLM writes 6 N + 12 L H Q T per token: the head in N and T places seen by
each of T tokens. Counted here is only what the result needs, which gives a lower MFU: a token sees itself and those before it, T (T + 1) / 2
places in all; the head only runs where a token is learnt; the last token of a sample enters no model; a prompt that a group
shares is counted once. Layers computed again, logits made twice, padding and the optimizer do not count, as in PaLM.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# Dense bfloat16 products, float32 sums, from NVIDIA's data sheets; slower variants (PCIe, NVL, laptop, MIG) are not among them.
PEAK_FLOPS = {
    r"NVIDIA A100[ -](SXM4|PCIE|80GB PCIe)(-\d+GB)?": 312e12,
    r"NVIDIA H100 (80GB HBM3|SXM5?)": 989e12,
    r"NVIDIA H200( SXM5?)?": 989e12,
    r"NVIDIA L40S": 362e12,
    r"NVIDIA GeForce RTX 4090": 165e12,
}


@dataclass(frozen=True, slots=True)
class ModelShape:
    """What a decoder multiplies by: weights of all layers and of the head, and width L H Q of its attention."""

    layer_weights: int
    head_weights: int
    attention_width: int


def shape_of(config: Any) -> ModelShape:
    """Return the shape of a Llama or Qwen decoder: grouped attention and a gated block of three matrices."""
    width, layers = config.hidden_size, config.num_hidden_layers
    size = getattr(config, "head_dim", None) or width // config.num_attention_heads
    queries, keys = config.num_attention_heads * size, config.num_key_value_heads * size
    layer = 2 * width * queries + 2 * width * keys + 3 * width * config.intermediate_size
    return ModelShape(layers * layer, config.vocab_size * width, layers * queries)


@dataclass(frozen=True, slots=True)
class Work:
    """Tokens that enter the model, tokens learnt, and places seen."""

    tokens: int = 0
    learnt: int = 0
    places: int = 0

    def __add__(self, other: Work) -> Work:
        return Work(self.tokens + other.tokens, self.learnt + other.learnt, self.places + other.places)


def group_work(prompt_tokens: int, completion_tokens: Iterable[int]) -> Work:
    """Return the work of one prompt and the completions that follow it."""
    work = Work(prompt_tokens, 0, _triangle(prompt_tokens))
    for count in completion_tokens:
        entering = count - 1
        work += Work(entering, count, entering * prompt_tokens + _triangle(entering))
    return work


def _triangle(count: int) -> int:
    return count * (count + 1) // 2


def train_flops(shape: ModelShape, work: Work) -> int:
    """Return the operations of a forward and a backward pass."""
    products = shape.layer_weights * work.tokens + shape.head_weights * work.learnt
    return 6 * products + 12 * shape.attention_width * work.places


def peak_flops(device_name: str) -> float | None:
    """Return the operations a second of a device in bfloat16; None for one that is not in the table."""
    return next((peak for name, peak in PEAK_FLOPS.items() if re.fullmatch(name, device_name)), None)
