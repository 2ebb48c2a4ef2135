"""Learning rates worked out by hand, and updates that must not happen."""

from __future__ import annotations

from typing import Literal

import pytest
import torch

from dartkit.training.optimizer import apply_update, build_optimizer, learning_rate
from dartkit.training_settings import OptimizerSettings


@pytest.mark.parametrize(
    ("step", "schedule", "rate"),
    [
        (0, "cosine", 0.25),  # 1 * (0 + 1) / 4
        (3, "cosine", 1.0),
        (4, "cosine", 1.0),  # cos(0)
        (8, "cosine", 0.5),  # half of the 8 steps after warm-up: cos(pi/2) = 0
        (11, "cosine", 0.0380602),  # (1 + cos(7 pi / 8)) / 2
        (0, "constant", 0.25),
        (11, "constant", 1.0),
    ],
)
def test_learning_rate_of_twelve_steps_with_four_of_warmup(
    step: int, schedule: Literal["cosine", "constant"], rate: float
) -> None:
    settings = OptimizerSettings(learning_rate=1.0, warmup_steps=4)
    assert learning_rate(step, 12, settings, schedule) == pytest.approx(rate, abs=1e-6)


def test_first_rate_without_warmup_is_the_peak() -> None:
    assert learning_rate(0, 1, OptimizerSettings(learning_rate=0.5), "cosine") == 0.5


def make(weight_decay: float = 0.0) -> tuple[torch.nn.Linear, torch.optim.Optimizer]:
    torch.manual_seed(0)
    model = torch.nn.Linear(2, 2)
    return model, build_optimizer(model, OptimizerSettings(learning_rate=0.1, weight_decay=weight_decay))


@pytest.mark.parametrize("value", [0.0, float("nan"), float("inf")])
def test_gradient_that_says_nothing_moves_nothing(value: float) -> None:
    """Even with weight decay, and the optimizer keeps no moments of it."""
    model, optimizer = make(weight_decay=0.5)
    before = [weight.clone() for weight in model.parameters()]
    for weight in model.parameters():
        weight.grad = torch.full_like(weight, value)
    assert apply_update(model, optimizer, learning_rate=0.1, max_grad_norm=1.0).applied is False
    assert all(torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True))
    assert not optimizer.state


def test_first_adam_step_is_the_learning_rate_and_norm_is_before_clipping() -> None:
    """Gradient 3 in four weights and 4 in two biases: norm sqrt(4*9 + 2*16) = sqrt(68). Adam's first step is lr * sign."""
    model, optimizer = make()
    before = model.weight.detach().clone()
    model.weight.grad, model.bias.grad = torch.full((2, 2), 3.0), torch.full((2,), 4.0)
    result = apply_update(model, optimizer, learning_rate=0.01, max_grad_norm=1.0)
    assert result.grad_norm == pytest.approx(68**0.5)
    torch.testing.assert_close(before - model.weight, torch.full((2, 2), 0.01), rtol=1e-4, atol=0)


def test_weight_decay_spares_vectors() -> None:
    """Decay 0.5 at rate 0.1 on a weight with a tiny gradient: w * (1 - 0.05) - 0.1 for the matrix, b - 0.1 for the bias."""
    model, optimizer = make(weight_decay=0.5)
    weight, bias = model.weight.detach().clone(), model.bias.detach().clone()
    model.weight.grad, model.bias.grad = torch.ones(2, 2), torch.ones(2)
    apply_update(model, optimizer, learning_rate=0.1, max_grad_norm=100.0)
    torch.testing.assert_close(model.weight.detach(), weight * 0.95 - 0.1)
    torch.testing.assert_close(model.bias.detach(), bias - 0.1)
