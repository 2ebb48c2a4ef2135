"""Training on CUDA: the variable-length kernel, bfloat16, and compiled layers. Skipped where there is no GPU."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from dartkit.memory_settings import MemorySettings
from dartkit.models import ModelRef, resolve_model
from dartkit.settings import ModelSettings
from dartkit.training.batching import TokenRow, collate
from dartkit.training.logprobs import score_tokens
from dartkit.training.model import load_for_training

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]
PROMPT = tuple(range(6, 30))
ROWS = [TokenRow(PROMPT, tuple(range(40, 40 + length))) for length in (3, 60, 17)] + [
    TokenRow((6, 7), (8, 9, 2))
]


def ref(dtype: Any) -> ModelRef:
    return resolve_model(ModelSettings(path="tiny", dtype=dtype))


def score(dtype: str, layout: str, memory: MemorySettings | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """Log-probabilities and the gradient of the first layer's query matrix."""
    trained = load_for_training(ref(dtype), device="cuda", memory=memory)
    assert trained.pack_tokens > 0
    trained.model.eval()
    batch = collate(ROWS, device=trained.device, layout=layout)  # type: ignore[arg-type]
    scores = score_tokens(trained.model, batch, dtype=trained.compute_dtype)
    torch.autograd.backward(scores.logprobs_N.sum())
    gradient = trained.model.model.layers[0].self_attn.q_proj.weight.grad
    return scores.logprobs_N.detach().cpu(), gradient.detach().cpu()


@pytest.mark.parametrize(
    "memory", [MemorySettings(), MemorySettings(fp32_head=True), MemorySettings(compile=True)]
)
def test_variable_length_kernel_in_bfloat16_agrees_with_padded_float32(memory: MemorySettings) -> None:
    """bfloat16 keeps 8 bits: log-probabilities agree to a few hundredths, gradients in direction."""
    exact, exact_gradient = score("float32", "padded")
    packed, gradient = score("bfloat16", "packed", memory)
    torch.testing.assert_close(packed, exact, rtol=0.05, atol=0.1)
    assert torch.cosine_similarity(gradient.flatten(), exact_gradient.flatten(), dim=0) > 0.99


def test_packed_float32_equals_padded() -> None:
    """No half-precision kernel takes float32: segments go through the fused kernel in buckets."""
    for ours, theirs in zip(score("float32", "packed"), score("float32", "padded"), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-3)
