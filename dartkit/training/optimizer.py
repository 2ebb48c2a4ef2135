"""AdamW on float32 weights, the learning-rate schedule, and one guarded update.

Warm-up: step s (from 0) of w gets peak * (s + 1) / w, so that the first update already moves the weights. Cosine: after
warm-up, peak * (1 + cos(pi * (s - w) / (n - w))) / 2 for n steps in all, which is small but above zero at the last step.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

import torch
from torch.nn.utils import clip_grads_with_norm_, get_total_norm

from dartkit.training.parallel import whole_tensor

if TYPE_CHECKING:
    from torch import nn

    from dartkit.training_settings import OptimizerSettings


class UpdateResult(NamedTuple):
    """Norm of the gradient before clipping, and whether the weights were moved."""

    grad_norm: float
    applied: bool


def learning_rate(
    step: int, total_steps: int, settings: OptimizerSettings, schedule: Literal["cosine", "constant"]
) -> float:
    """Return the learning rate of step `step`, counted from 0. A warm-up longer than the run never reaches the peak."""
    peak, warmup = settings.learning_rate, settings.warmup_steps
    if step < warmup:
        return peak * (step + 1) / warmup
    if schedule == "constant":
        return peak
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, total_steps - warmup)))


def build_optimizer(model: nn.Module, settings: OptimizerSettings) -> torch.optim.AdamW:
    """Make AdamW; weight decay acts on matrices only, not on norms and biases."""
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    groups = [
        {
            "params": [weight for weight in trained if weight.dim() >= 2],
            "weight_decay": settings.weight_decay,
        },
        {"params": [weight for weight in trained if weight.dim() < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=settings.learning_rate, betas=(settings.beta1, settings.beta2))


def apply_update(
    model: nn.Module, optimizer: torch.optim.Optimizer, *, learning_rate: float, max_grad_norm: float
) -> UpdateResult:
    """Clip the gradient by its norm over all ranks, move the weights, clear the gradient.

    Degenerate cases: a gradient that is not finite, and one that is zero everywhere, move nothing (not even weight decay
    or the optimizer's moments).
    """
    weights = list(model.parameters())
    norm_0 = whole_tensor(get_total_norm([w.grad for w in weights if w.grad is not None]))
    clip_grads_with_norm_(weights, max_grad_norm, norm_0)
    norm = float(norm_0)
    applied = math.isfinite(norm) and norm > 0.0
    if applied:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
        optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return UpdateResult(norm, applied)
