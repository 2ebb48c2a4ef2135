"""Log-probabilities of the response tokens under a model, and the entropy of its next-token distribution there.

The model runs once; what it gives to its output head is caught there, and `head.py` scores it tile by tile, so that the
logits of all tokens never exist at once. The head itself gets one place, whose logits are thrown away.

How a model turns the head's product into logits (times a scale, soft-capped) is not read from its configuration, where one
name divides in one architecture and multiplies in another; it is measured once, by feeding the head inputs of chosen size and
fitting what comes out. A model whose logits do not fit, or that never calls its head, is scored through its own logits.

Shape suffixes: B rows of the tensor, T width, N tokens learnt from, V vocabulary, D hidden size, P probe inputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import torch
from torch.utils.checkpoint import checkpoint

from dartkit.training.attention import ATTENTION_NAME
from dartkit.training.head import TILE_ELEMENTS, HeadOptions, LogitShape, score_hidden
from dartkit.training.recompute import recomputing

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel

    from dartkit.training.batching import MicroBatch

PROBE_SIZES = (0.01, 0.1, 1.0, 10.0, 1e4)
FIT_TOLERANCE = 1e-4
HALF_FIT_TOLERANCE = 2e-2  # three roundings to bfloat16


class TokenScores(NamedTuple):
    """Values of the tokens learnt from, row after row (`MicroBatch.row_N`), in float32 (float64 for a float64 model)."""

    logprobs_N: Tensor
    entropy_N: Tensor


@dataclass(frozen=True, slots=True)
class ScoringPlan:
    """What is known of a model. `shape` None: it is scored through its own logits."""

    shape: LogitShape | None
    fp32_head: bool = False


_plans: WeakKeyDictionary[Any, ScoringPlan] = WeakKeyDictionary()


def score_tokens(
    model: PreTrainedModel,
    batch: MicroBatch,
    *,
    temperature: float = 1.0,
    dtype: torch.dtype = torch.float32,
    entropy_grad: bool = False,
) -> TokenScores:
    """Run the model over a micro-batch and score its response tokens.

    Args:
        model: Any causal language model of transformers.
        batch: From `collate`, in a layout that the model can take (`layout.py`).
        temperature: Divides the logits, as in sampling.
        dtype: Type of the matrix products (autocast); float32 switches autocast off.
        entropy_grad: Whether the entropy carries a gradient.
    """
    plan = plan_scoring(model)
    with torch.autocast(
        batch.ids_BT.device.type, dtype=dtype, enabled=dtype in (torch.bfloat16, torch.float16)
    ):
        if plan.shape is None:
            logits_NV = _own_logits(model, batch).flatten(0, 1)[batch.place_N]
            return TokenScores(
                *score_logits(logits_NV, batch.targets_N, temperature, entropy_grad=entropy_grad)
            )
        head = model.get_output_embeddings()
        with _catch_hidden(head) as caught:
            run_model(model, batch)
    hidden_ND = caught[0].flatten(0, 1)[batch.place_N]
    product = hidden_ND.dtype if dtype == torch.float32 else dtype
    if plan.fp32_head:
        product = torch.promote_types(hidden_ND.dtype, torch.float32)
    options = HeadOptions(temperature, plan.shape, product, entropy_grad)
    bias = getattr(head, "bias", None)
    return TokenScores(*score_hidden(hidden_ND, head.weight, bias, batch.targets_N, options))


def run_model(model: Any, batch: MicroBatch) -> Any:
    """Run a model's forward pass over a micro-batch, telling it where rows begin.

    Raises:
        ValueError: for a packed batch and a model that `prepare_packing` has not made ready: its rows would see each other.
    """
    extra: dict[str, Any] = {}
    if batch.segments is not None:
        if model.config.get_text_config(decoder=True)._attn_implementation != ATTENTION_NAME:
            raise ValueError(f"{type(model).__name__} is not prepared for packed rows")
        # A mask of four dimensions is passed on as it is: no mask of all tokens by all tokens is built.
        mask = torch.ones((1, 1, 1, 1), dtype=torch.bool, device=batch.ids_BT.device)
        extra = {"position_ids": batch.positions_BT, "attention_mask": mask, "segments": batch.segments}
    with recomputing(model):
        return model(input_ids=batch.ids_BT, use_cache=False, **extra)


def plan_scoring(model: Any, *, fp32_head: bool | None = None) -> ScoringPlan:
    """Return what is known of a model, measuring it at the first call; `fp32_head` is remembered where it is given."""
    plan = _plans.get(model)
    if plan is None:
        plan = ScoringPlan(measure_logit_shape(model))
    if fp32_head is not None:
        plan = replace(plan, fp32_head=fp32_head)
    _plans[model] = plan
    return plan


@contextmanager
def _catch_hidden(head: torch.nn.Module) -> Iterator[list[Tensor]]:
    """Collect what the head is given, and give it the first place of it instead."""
    caught: list[Tensor] = []

    def keep(_: torch.nn.Module, args: tuple[Any, ...]) -> tuple[Tensor]:
        caught.append(args[0])
        return (args[0][:, :1],)

    handle = head.register_forward_pre_hook(keep)
    try:
        yield caught
    finally:
        handle.remove()


@torch.no_grad()
def measure_logit_shape(model: Any) -> LogitShape | None:
    """Find scale and soft cap between the head's product and the logits; None where they do not explain the logits.

    The head is fed one vector in sizes from 0.01 to 10,000. A scale shows in the small ones and a cap in the largest; both
    must then reproduce all logits.
    """
    head = getattr(model, "get_output_embeddings", lambda: None)()
    if type(head) is not torch.nn.Linear:
        return None
    width = head.weight.shape[1]
    direction_D = torch.sin(torch.arange(width, dtype=torch.float32, device=head.weight.device) + 1)
    probe_PD = torch.stack([size * direction_D / width**0.5 for size in PROBE_SIZES]).to(head.weight.dtype)
    products: list[Tensor] = []

    def feed(_: torch.nn.Module, args: tuple[Any, ...]) -> tuple[Tensor]:
        return (probe_PD[None],)

    def keep(_: torch.nn.Module, args: tuple[Any, ...], output: Tensor) -> None:
        products.append(output[0].double())

    handles = [head.register_forward_pre_hook(feed), head.register_forward_hook(keep)]
    try:
        ids = torch.zeros((1, 2), dtype=torch.long, device=head.weight.device)
        logits_PV = model(input_ids=ids, use_cache=False).logits[0].double()
    finally:
        for handle in handles:
            handle.remove()
    tolerance = FIT_TOLERANCE if head.weight.dtype in (torch.float32, torch.float64) else HALF_FIT_TOLERANCE
    return _fit(products[0], logits_PV, tolerance) if len(products) == 1 else None


def _fit(product_PV: Tensor, logits_PV: Tensor, tolerance: float) -> LogitShape | None:
    if product_PV.shape != logits_PV.shape:
        return None
    small_PV, power = product_PV[:2], float(product_PV[:2].square().sum())
    if power == 0.0:
        return None
    scale = float((logits_PV[:2] * small_PV).sum()) / power
    for shape in (LogitShape(scale), LogitShape(scale, float(logits_PV[-1].abs().max()))):
        expected = shape.apply(product_PV)
        slack = tolerance * float(expected[0].abs().max())
        if torch.allclose(expected, logits_PV, rtol=tolerance, atol=slack):
            return shape
    return None


def _own_logits(model: Any, batch: MicroBatch) -> Tensor:
    logits: Tensor = run_model(model, batch).logits
    return logits


def score_logits(
    logits_NV: Tensor, targets_N: Tensor, temperature: float, entropy_grad: bool = False
) -> tuple[Tensor, Tensor]:
    """Return (log-probability of the target, entropy), each of shape N, slice by slice, from logits that exist already."""
    rows = max(1, TILE_ELEMENTS // logits_NV.shape[1])
    if len(targets_N) <= rows:
        return _score_slice(logits_NV, targets_N, temperature, entropy_grad)
    parts = [
        checkpoint(_score_slice, logits, targets, temperature, entropy_grad, use_reentrant=False)
        for logits, targets in zip(torch.split(logits_NV, rows), torch.split(targets_N, rows), strict=True)
    ]
    return torch.cat([part[0] for part in parts]), torch.cat([part[1] for part in parts])


def _score_slice(
    logits_NV: Tensor, targets_N: Tensor, temperature: float, entropy_grad: bool
) -> tuple[Tensor, Tensor]:
    wide = torch.promote_types(logits_NV.dtype, torch.float32)
    all_NV = torch.log_softmax(logits_NV.to(wide) / temperature, dim=-1)
    with torch.set_grad_enabled(entropy_grad and torch.is_grad_enabled()):
        entropy_N = torch.special.entr(all_NV.exp()).sum(dim=-1)
    return all_NV.gather(1, targets_N[:, None])[:, 0], entropy_N
