"""A model and its optimizer on several ranks, and the whole of both on the first one, for files.

The first rank keeps, in main memory, an ordinary model and an ordinary optimizer of the same shape. What reads and writes
files is given those, so that the files of any number of ranks are the same, and a training begun on one goes on on another. Weights and
moments travel one tensor at a time.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import torch

from dartkit.training.parallel import distinct_tensors, shard_model, whole_tensor

if TYPE_CHECKING:
    from torch import Tensor, nn

    from dartkit.training.model import TrainableModel
    from dartkit.training.world import World

Result = TypeVar("Result")
BuildOptimizer = Callable[["nn.Module"], torch.optim.Optimizer]


@dataclass(frozen=True, slots=True)
class Whole:
    """What one process would have: all weights and all moments."""

    trained: TrainableModel
    optimizer: torch.optim.Optimizer


class ShardedTraining:
    """The part of a training that this rank has. In a world of one, that is the whole.

    All methods are collective. `trained` and `optimizer` are what to compute with.

    Args:
        trained: As loaded, on the CPU where there are several ranks, which then have all weights in main memory for a moment.
        world: The ranks.
        build: Makes the optimizer of a model.

    Raises:
        EnvironmentProblem: when this torch cannot spread a model as `shard_model` does.
    """

    def __init__(self, trained: TrainableModel, world: World, build: BuildOptimizer) -> None:
        self.world = world
        self.trained = trained
        self._whole: Whole | None = None
        if world.size > 1:
            if world.is_main:
                twin = replace(trained, model=copy.deepcopy(trained.model))
                self._whole = Whole(twin, build(twin.model))
            shard_model(trained.model, world)
        self.optimizer = build(trained.model)
        if world.size == 1:
            self._whole = Whole(trained, self.optimizer)

    def restore(self, load: Callable[[nn.Module, torch.optim.Optimizer], Result]) -> Result:
        """Let the first rank read a checkpoint into a whole model and optimizer, and deal both out.

        Args:
            load: May leave both as they are; called on the first rank only.

        Returns:
            What `load` returned, on every rank.
        """
        result: Any = None
        if self._whole is not None:
            result = load(self._whole.trained.model, self._whole.optimizer)
        if self.world.size > 1:
            result = self.world.broadcast(result)
            self._deal()
        answer: Result = result
        return answer

    def use_whole(self, use: Callable[[Whole], Result]) -> Result | None:
        """Gather everything on the first rank, and call `use` there; None on the others."""
        if self.world.size > 1:
            self._gather()
        return None if self._whole is None else use(self._whole)

    @torch.no_grad()
    def _gather(self) -> None:
        targets = None if self._whole is None else dict(self._whole.trained.model.state_dict(keep_vars=True))
        for name, tensor in distinct_tensors(self.trained.model):
            full = whole_tensor(tensor)
            if targets is not None:
                targets[name].copy_(full)
        for number, weight in enumerate(_weights(self.optimizer)):
            gathered = {
                name: _gathered(value) for name, value in self.optimizer.state.get(weight, {}).items()
            }
            if self._whole is not None and gathered:
                self._whole.optimizer.state[_weights(self._whole.optimizer)[number]] = gathered
        if self._whole is not None:
            _copy_settings(_settings(self.optimizer), self._whole.optimizer)

    @torch.no_grad()
    def _deal(self) -> None:
        sources = None if self._whole is None else self._whole.trained.model.state_dict()
        for name, tensor in distinct_tensors(self.trained.model):
            _fill(
                tensor, _dealt(tensor, tensor.shape, tensor.dtype, None if sources is None else sources[name])
            )
        whole = None if self._whole is None else self._whole.optimizer
        moments, settings = self.world.broadcast(
            None if whole is None else (_list_moments(whole), _settings(whole))
        )
        _copy_settings(settings, self.optimizer)
        ours = _weights(self.optimizer)
        self.optimizer.state.clear()
        for number, name, dtype, shape in moments:
            source = None if whole is None else whole.state[_weights(whole)[number]][name]
            # Moments lie as their weight does; other tensors, such as AdamW's count of steps, are alike on every rank.
            like = ours[number] if list(ours[number].shape) == shape else torch.empty(0)
            self.optimizer.state[ours[number]][name] = _dealt(like, shape, getattr(torch, dtype), source)


def _weights(optimizer: torch.optim.Optimizer) -> list[Tensor]:
    return [weight for group in optimizer.param_groups for weight in group["params"]]


def _settings(optimizer: torch.optim.Optimizer) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in group.items() if name != "params"} for group in optimizer.param_groups
    ]


def _copy_settings(settings: list[dict[str, Any]], target: torch.optim.Optimizer) -> None:
    for group, values in zip(target.param_groups, settings, strict=True):
        group.update(values)


def _list_moments(optimizer: torch.optim.Optimizer) -> list[tuple[int, str, str, list[int]]]:
    """List number of the weight, name, type and shape of everything that the optimizer remembers."""
    return [
        (number, name, str(value.dtype).removeprefix("torch."), list(value.shape))
        for number, weight in enumerate(_weights(optimizer))
        for name, value in optimizer.state.get(weight, {}).items()
    ]


def _gathered(value: Tensor) -> Tensor:
    return whole_tensor(value).to("cpu", copy=True)


def _dealt(like: Tensor, shape: Any, dtype: torch.dtype, source: Tensor | None) -> Tensor:
    """Return the first rank's `source`, spread as `like` is, or whole where that is an ordinary tensor."""
    from torch import distributed
    from torch.distributed.tensor import DTensor, distribute_tensor

    device = like.to_local().device if isinstance(like, DTensor) else like.device
    full = (
        torch.empty(shape, dtype=dtype, device=device)
        if source is None
        else source.detach().to(device, dtype)
    )
    if isinstance(like, DTensor):
        return distribute_tensor(full, like.device_mesh, like.placements)
    full = full.clone()
    distributed.broadcast(full, src=0)
    return full


def _fill(own: Tensor, dealt: Tensor) -> None:
    from torch.distributed.tensor import DTensor

    if isinstance(own, DTensor) and isinstance(dealt, DTensor):
        own.to_local().copy_(dealt.to_local())
    else:
        own.copy_(dealt)
