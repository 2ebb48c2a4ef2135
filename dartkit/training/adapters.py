"""LoRA adapters inside a model (arXiv 2106.09685): y = W x + (alpha / rank) B A x, where A and B are trained and W is not.

peft puts the matrices into the model's own linear layers, so the model keeps its class and its forward call. What leaves the
training (an export, the weights of a rollout engine) is merged: W + (alpha / rank) B A under W's own name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import torch

from dartkit.errors import UsageError, missing_extra
from dartkit.training.parallel import distinct_tensors, whole_tensor

if TYPE_CHECKING:
    from torch import Tensor

    from dartkit.memory_settings import LoraSettings

ADAPTER = "default"
INIT_SEED = 0


def add_adapters(model: Any, settings: LoraSettings) -> None:
    """Put untrained adapters (B = 0, so that nothing changes yet) into the model and freeze the rest.

    Raises:
        UsageError: when no layer has a name that the settings give.
        EnvironmentProblem: when peft is missing.
    """
    try:
        from peft import LoraConfig, inject_adapter_in_model
    except ImportError as error:
        raise missing_extra("peft", "train") from error
    targets = settings.target_modules
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=0.0,
        target_modules=targets if isinstance(targets, str) else list(targets),
    )
    # A is drawn at random: always the same, so that a run that is started again has the same adapters.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(INIT_SEED)
        try:
            inject_adapter_in_model(config, model, adapter_name=ADAPTER)
        except ValueError as error:
            raise UsageError(
                f"memory.lora.target_modules {targets!r} names no layer of this model: {error}",
                fix="Use 'all-linear', or names of linear layers such as q_proj.",
            ) from error
    for weight in model.parameters():
        if weight.requires_grad:
            weight.data = weight.data.float()


def adapted_layers(model: torch.nn.Module) -> dict[str, Any]:
    """Return the layers with adapters by name; empty for a model without."""
    return {name: module for name, module in model.named_modules() if hasattr(module, "lora_A")}


@torch.no_grad()
def merged_weights(model: torch.nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Yield every stored tensor once, whole, under the first name that it has without adapters, merged where there is one.

    Where the model is spread over ranks, all of them must go through to the end, since they meet for each tensor.
    """
    layers = adapted_layers(model)
    for name, tensor in distinct_tensors(model):
        if ".lora_" in name:
            continue
        owner, _, rest = name.rpartition(".base_layer.")
        whole = whole_tensor(tensor)
        if owner not in layers:
            yield name, whole
        elif rest == "weight":
            yield f"{owner}.{rest}", (whole.float() + _product(layers[owner])).to(whole.dtype)
        else:
            yield f"{owner}.{rest}", whole


def _product(layer: Any) -> Tensor:
    """Return (alpha / rank) B A in the layout of the layer's own weight."""
    a, b = (whole_tensor(part[ADAPTER].weight).float() for part in (layer.lora_A, layer.lora_B))
    product: Tensor = layer.scaling[ADAPTER] * (b @ a)
    return product.T if getattr(layer, "fan_in_fan_out", False) else product


def merge_adapters(model: torch.nn.Module) -> None:
    """Merge the adapters into their layers and take them out: the model is then as one that was trained whole."""
    layers = adapted_layers(model)
    if not layers:
        return
    merged = dict(merged_weights(model))
    for name, layer in layers.items():
        base = layer.get_base_layer()
        base.weight.data.copy_(merged[f"{name}.weight"])
        parent, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(parent), leaf, base)
    for weight in model.parameters():
        weight.requires_grad_(True)
