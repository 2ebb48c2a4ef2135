"""An optimizer as named tensors and JSON, and back, so that no code can hide in its file.

A tensor of the optimizer is called `PARAMETER:FIELD`, for example `lm_head.weight:exp_avg`. Parameters go by name and not by
number, so that a checkpoint means the same whoever wrote it, one process or many.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from dartkit.errors import DataError


class OptimizerContents(NamedTuple):
    """Tensors by name, and the settings of each parameter group with the names of its parameters under `params`."""

    tensors: dict[str, Tensor]
    groups: list[dict[str, Any]]


def collect_optimizer(model: nn.Module, optimizer: torch.optim.Optimizer) -> OptimizerContents:
    """Return what the optimizer remembers; nothing is copied."""
    names = {id(weight): name for name, weight in model.named_parameters()}
    tensors: dict[str, Tensor] = {}
    groups: list[dict[str, Any]] = []
    for group in optimizer.param_groups:
        groups.append({**group, "params": [names[id(weight)] for weight in group["params"]]})
        for weight in group["params"]:
            for field, value in optimizer.state.get(weight, {}).items():
                tensors[f"{names[id(weight)]}:{field}"] = torch.as_tensor(value)
    return OptimizerContents(tensors, groups)


def restore_optimizer(
    model: nn.Module, optimizer: torch.optim.Optimizer, contents: OptimizerContents
) -> None:
    """Give an optimizer over the same parameters what another one remembered.

    Raises:
        DataError: when the contents are of other parameters.
    """
    names = {id(weight): name for name, weight in model.named_parameters()}
    ours = [[names[id(weight)] for weight in group["params"]] for group in optimizer.param_groups]
    theirs = [list(group["params"]) for group in contents.groups]
    held = {key.rpartition(":")[0] for key in contents.tensors}
    if ours != theirs or not held <= {name for group in ours for name in group}:
        raise DataError("the optimizer in this checkpoint is over other parameters than the model's")
    number = {name: index for index, name in enumerate(name for group in ours for name in group)}
    state: dict[int, dict[str, Tensor]] = {}
    for key, tensor in contents.tensors.items():
        name, _, field = key.rpartition(":")
        state.setdefault(number[name], {})[field] = tensor
    groups = [
        {**_as_given(group), "params": [number[name] for name in group["params"]]}
        for group in contents.groups
    ]
    optimizer.load_state_dict({"state": state, "param_groups": groups})


def _as_given(group: dict[str, Any]) -> dict[str, Any]:
    """Undo what JSON does to pairs such as AdamW's betas."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in group.items()}
