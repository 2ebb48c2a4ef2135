"""Log-probabilities of the response tokens under a model, and the entropy of its next-token distribution there.

With logits z and temperature c: log p(y) = z_y/c - logsumexp(z/c), and H = -sum_v p_v log p_v, both in float32 whatever the
model computes in. Logits are made only from the first response place on and are reduced in slices, which are computed again
in the backward pass, so that no float32 copy of all logits is ever held.

Shape suffixes: B rows, S places that predict a token, K places from the first response token on, N response places, V tokens.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch.utils.checkpoint import checkpoint

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel

    from dartkit.training.batching import MicroBatch

SLICE_ELEMENTS = 2**26  # 256 MiB of float32 logits at a time


class TokenScores(NamedTuple):
    """Values of the response tokens alone, row after row (`MicroBatch.row_N`). The entropy carries no gradient."""

    logprobs_N: Tensor
    entropy_N: Tensor


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
        batch: Rows padded on the right; at least one response token.
        temperature: Divides the logits, as in sampling.
        dtype: Type of the matrix products (autocast); float32 switches autocast off.
        entropy_grad: Whether the entropy carries a gradient.
    """
    mask_BS = batch.mask_BS
    first = int(mask_BS.any(dim=0).nonzero()[0, 0])
    logits_BKV = _response_logits(model, batch.ids_BT, first, dtype)
    chosen = mask_BS[:, first:]
    logits_NV, targets_N = logits_BKV[chosen], batch.targets_BS[mask_BS]
    return TokenScores(*score_logits(logits_NV, targets_N, temperature, entropy_grad))


def _response_logits(model: PreTrainedModel, ids_BT: Tensor, first: int, dtype: torch.dtype) -> Tensor:
    places = torch.arange(first, ids_BT.shape[1] - 1, device=ids_BT.device)
    device_type = ids_BT.device.type
    with torch.autocast(device_type, dtype=torch.bfloat16, enabled=dtype == torch.bfloat16):
        if "logits_to_keep" in inspect.signature(model.forward).parameters:
            logits: Tensor = model(input_ids=ids_BT, use_cache=False, logits_to_keep=places).logits
        else:
            logits = model(input_ids=ids_BT, use_cache=False).logits[:, places]
    return logits


def score_logits(
    logits_NV: Tensor, targets_N: Tensor, temperature: float, entropy_grad: bool = False
) -> tuple[Tensor, Tensor]:
    """Return (log-probability of the target, entropy), each of shape N in float32, slice by slice."""
    rows = max(1, SLICE_ELEMENTS // logits_NV.shape[1])
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
    all_NV = torch.log_softmax(logits_NV.float() / temperature, dim=-1)
    with torch.set_grad_enabled(entropy_grad and torch.is_grad_enabled()):
        entropy_N = torch.special.entr(all_NV.exp()).sum(dim=-1)
    return all_NV.gather(1, targets_N[:, None])[:, 0], entropy_N
