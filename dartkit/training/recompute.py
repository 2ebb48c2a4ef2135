"""Layers that are computed again in the backward pass, and layers that are compiled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from transformers.modeling_layers import GradientCheckpointingLayer

from dartkit.errors import UsageError


def recompute_layers(model: Any) -> None:
    """Make the model keep only the inputs of its layers.

    Raises:
        UsageError: when the model has no layers that can do so.
    """
    if not model.supports_gradient_checkpointing or not _layers(model):
        raise UsageError(
            f"memory.gradient_checkpointing: {type(model).__name__} cannot compute its layers again",
            fix="Switch `memory.gradient_checkpointing` off.",
        )
    model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})


@contextmanager
def recomputing(model: Any) -> Iterator[None]:
    """Let layers that are to be recomputed do so in a forward pass, also in evaluation mode.

    transformers recomputes a layer only in training mode. That is set on the layers themselves and not on what they
    contain, so that no dropout is switched on by it, and is taken back, because sampling with a cache must not see it.
    """
    layers: list[torch.nn.Module] = []
    if getattr(model, "is_gradient_checkpointing", False) and torch.is_grad_enabled():
        layers = [layer for layer in _layers(model) if not layer.training]
    try:
        for layer in layers:
            layer.training = True
        yield
    finally:
        for layer in layers:
            layer.training = False


def compile_layers(model: Any, backend: str = "inductor") -> None:
    """Compile each layer for any number of tokens; attention over segments stays outside."""
    for layer in _layers(model):
        layer.compile(dynamic=True, backend=backend)


def _layers(model: Any) -> list[torch.nn.Module]:
    return [module for module in model.modules() if isinstance(module, GradientCheckpointingLayer)]
