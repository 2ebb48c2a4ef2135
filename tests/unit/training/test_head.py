"""Tiles against the full softmax through torch's own operators and autograd, in float64."""

from __future__ import annotations

import pytest
import torch

from dartkit.training import head
from dartkit.training.head import HeadOptions, LogitShape, score_hidden

SHAPES = [LogitShape(), LogitShape(0.25), LogitShape(1.5, 3.0)]


def make(dtype: torch.dtype = torch.float64) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    hidden, weight, bias = (
        torch.randn(size, dtype=dtype, requires_grad=True) for size in ((9, 5), (17, 5), (17,))
    )
    return hidden, weight, bias, torch.arange(9)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("tile_tokens", [1, 4, 100])
@pytest.mark.parametrize("entropy_grad", [False, True])
def test_equals_the_full_softmax_in_value_and_gradient(
    monkeypatch: pytest.MonkeyPatch, shape: LogitShape, tile_tokens: int, entropy_grad: bool
) -> None:
    """The other way: all logits at once, torch's log_softmax, -sum p log p, and automatic differentiation of both."""
    monkeypatch.setattr(head, "TILE_ELEMENTS", 17 * tile_tokens)
    hidden, weight, bias, targets = make()
    logits = shape.scale * (hidden @ weight.T + bias)
    logits = (logits if shape.softcap is None else shape.softcap * torch.tanh(logits / shape.softcap)) / 0.7
    everything = torch.log_softmax(logits, -1)
    expected = everything[torch.arange(9), targets], -(everything.exp() * everything).sum(-1)
    weights = torch.linspace(-1, 2, 9, dtype=torch.float64)
    loss = (expected[0] * weights).sum() + (entropy_grad * expected[1] * weights.flip(0)).sum()
    theirs = torch.autograd.grad(loss, (hidden, weight, bias))
    options = HeadOptions(0.7, shape, torch.float64, entropy_grad)
    scores = score_hidden(hidden, weight, bias, targets, options)
    assert scores[1].requires_grad is entropy_grad
    loss = (scores[0] * weights).sum() + (scores[1] * weights.flip(0)).sum() * entropy_grad
    ours = torch.autograd.grad(loss, (hidden, weight, bias))
    for left, right in zip((*scores, *ours), (*expected, *theirs), strict=True):
        torch.testing.assert_close(left, right, rtol=1e-10, atol=1e-12)


def test_token_of_no_probability_gives_finite_entropy_and_gradient() -> None:
    """A bias of -inf takes a token away: the 16 others remain, each alike for a hidden state of zeros: H = ln 16."""
    hidden, weight, bias, targets = make()
    bias = torch.zeros(17, dtype=torch.float64)
    bias[16] = -torch.inf
    hidden = torch.zeros_like(hidden, requires_grad=True)
    logprobs, entropy = score_hidden(
        hidden, weight.detach(), bias, targets, HeadOptions(1.0, LogitShape(), torch.float64, True)
    )
    assert entropy.tolist() == pytest.approx([2.772588722] * 9)
    (gradient,) = torch.autograd.grad(logprobs.sum() + entropy.sum(), hidden)
    assert torch.isfinite(gradient).all()


def test_bfloat16_products_are_summed_in_float32_and_a_float32_head_is_exact() -> None:
    """With a float32 head the values are those of float32; in bfloat16 they are within its rounding of each logit."""
    hidden, weight, bias, targets = make(torch.float32)
    exact = torch.log_softmax(hidden @ weight.T + bias, -1)[torch.arange(9), targets]
    found = {
        dtype: score_hidden(hidden, weight, bias, targets, HeadOptions(1.0, LogitShape(), dtype, False))[0]
        for dtype in (torch.float32, torch.bfloat16)
    }
    assert all(values.dtype == torch.float32 for values in found.values())
    torch.testing.assert_close(found[torch.float32], exact, rtol=1e-6, atol=1e-6)
    assert 1e-5 < float((found[torch.bfloat16] - exact).detach().abs().max()) < 0.1
