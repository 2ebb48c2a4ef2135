"""One training on several ranks: how its work is dealt out, and how its weights are spread over them (FSDP2).

Every rank knows all samples of a mini-batch, so each token's weight in the loss comes from the whole mini-batch. The ranks share
out the micro-batches; the parts of the loss, and their gradients, add up to those of one rank. FSDP2 would average gradients
over the ranks; here it sums them (`shard_model`).

Under FSDP2 each pass through the model is a meeting of all ranks, because each holds a slice of every weight. So all ranks make
the same number of passes, and one that has no micro-batch left makes an idle pass (`run_idle_pass`), which adds exactly nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

from dartkit.errors import EnvironmentProblem

if TYPE_CHECKING:
    from torch import Tensor, nn

    from dartkit.training.batching import TokenRow
    from dartkit.training.world import World

SUMS_SINCE = "2.9"  # torch's version that first lets FSDP2 sum gradients over gloo


def share_out(batches: Sequence[Sequence[int]], lengths: Sequence[int], size: int) -> list[list[list[int]]]:
    """Deal micro-batches to ranks.

    All ranks get the same number; an empty micro-batch at the end of a rank's list is an idle pass. Micro-batches are halved
    until each round has one for every rank, as far as they hold more than one row. A round is as slow as its slowest rank, so
    micro-batches of like cost meet in a round; within the rounds, cheap and dear ones take turns. One rank gets what there is,
    untouched.

    Args:
        batches: Row numbers of each micro-batch.
        lengths: Tokens of each row, the measure of cost.
        size: Ranks.
    """
    if size == 1:
        return [[list(batch) for batch in batches]]
    parts = _halve([list(batch) for batch in batches], lengths, size)
    parts.sort(key=lambda batch: (-_cost(batch, lengths), batch))
    dealt: list[list[list[int]]] = [[] for _ in range(size)]
    for start in range(0, len(parts), size):
        group = parts[start : start + size]
        group += [[] for _ in range(size - len(group))]
        ranks = range(size) if start // size % 2 == 0 else reversed(range(size))
        for rank, batch in zip(ranks, group, strict=True):
            dealt[rank].append(batch)
    return dealt


def _halve(parts: list[list[int]], lengths: Sequence[int], size: int) -> list[list[int]]:
    while len(parts) % size:
        largest = max(parts, key=lambda batch: (len(batch) > 1, _cost(batch, lengths), batch))
        if len(largest) < 2:
            break
        parts.remove(largest)
        parts += _cut(largest, lengths)
    return parts


def _cut(batch: list[int], lengths: Sequence[int]) -> list[list[int]]:
    """Cut where the tokens on both sides come closest; neighbours have like lengths, so padding stays small."""
    total, before, best = _cost(batch, lengths), 0, (float("inf"), 1)
    for count, row in enumerate(batch[:-1], start=1):
        before += lengths[row]
        best = min(best, (abs(total - 2 * before), count))
    return [batch[: best[1]], batch[best[1] :]]


def _cost(batch: Sequence[int], lengths: Sequence[int]) -> int:
    return sum(lengths[row] for row in batch)


def shortest_row(rows: Sequence[TokenRow]) -> TokenRow:
    """Return the row for an idle pass: another rank's work too, but the least."""
    return min(rows, key=lambda row: row.length)


def run_idle_pass(values: Tensor) -> None:
    """Go back through the model from the values of a row that is another rank's work, changing no gradient.

    A gradient of exactly zero enters, so nothing comes out, whatever the values are.
    """
    torch.autograd.backward(values, torch.zeros_like(values))


def shard_model(model: nn.Module, world: World) -> None:
    """Spread a model's weights over the ranks, in place, each transformer block by itself; nothing for a world of one.

    Weights stay in their type (float32), and gradients are summed in it, so that autocast computes as in one process. The
    blocks are the modules that the model's class names in `_no_split_modules`; a model that names none is one block.

    Raises:
        EnvironmentProblem: when this torch's FSDP2 cannot sum gradients.
    """
    if world.size == 1:
        return
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import FSDPModule, fully_shard

    if not hasattr(FSDPModule, "set_force_sum_reduction_for_comms"):
        raise EnvironmentProblem(
            f"training on several ranks needs torch {SUMS_SINCE} or newer, this is {torch.__version__}",
            fix=f"pip install 'torch>={SUMS_SINCE}'",
        )
    device = next(model.parameters()).device if world.device is None else world.device
    mesh = init_device_mesh(device.type, (world.size,))
    for module in [*find_blocks(model), model]:
        fully_shard(module, mesh=mesh)
    for module in model.modules():
        if isinstance(module, FSDPModule):
            module.set_gradient_divide_factor(1.0)
            module.set_force_sum_reduction_for_comms(True)


def find_blocks(model: nn.Module) -> list[nn.Module]:
    """Return the transformer blocks of a model, in order, none inside another."""
    names = {name for module in model.modules() for name in getattr(module, "_no_split_modules", None) or ()}
    blocks: list[nn.Module] = []
    inside: set[int] = set()
    for module in model.modules():
        if module is not model and type(module).__name__ in names and id(module) not in inside:
            blocks.append(module)
            inside.update(id(inner) for inner in module.modules())
    return blocks


def distinct_tensors(model: nn.Module) -> list[tuple[str, Tensor]]:
    """Return every stored tensor of a model once, as this rank has it, under its first name where it is tied."""
    found: dict[object, tuple[str, Tensor]] = {}
    for name, tensor in model.state_dict(keep_vars=True).items():
        found.setdefault(id(tensor), (name, tensor))
    return list(found.values())


def whole_tensor(tensor: Tensor) -> Tensor:
    """Return a tensor as it would be in one process, without its gradient; collective where it is spread over ranks."""
    plain: Tensor = tensor.detach()
    gather = getattr(plain, "full_tensor", None)  # only a DTensor has it, whose class takes long to import
    return plain if gather is None else gather()
