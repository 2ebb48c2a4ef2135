"""Log-probabilities and entropy from hidden states, tile by tile, so that the logits of all tokens never exist at once.

With h a hidden state, W and b the output head, scale a and soft cap c of the architecture, temperature t:
z = a (W h + b), l = c tanh(z / c) / t (without a cap l = z / t), log p(y) = l_y - logsumexp(l), H = -sum_v p_v log p_v.
Gradient, from g = dL/dlog p(y) and e = dL/dH: dL/dl_v = g (1[v = y] - p_v) - e p_v (log p_v + H).

A tile is some tokens times the whole vocabulary. The forward pass keeps only the sums; the backward pass makes each tile again.
Sums over the vocabulary, and of the head's gradient over the tiles, run in float32 (float64 where the model is in float64),
whatever type the products are made in: in bfloat16 the rounding of the tiles makes the entropy drift.

Shape suffixes: N tokens, D hidden size, V vocabulary, R tokens of a tile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

TILE_ELEMENTS = 2**24  # 64 MiB of float32 logits at a time


@dataclass(frozen=True, slots=True)
class LogitShape:
    """How an architecture turns the head's product into logits: times `scale`, then squeezed into +-`softcap`."""

    scale: float = 1.0
    softcap: float | None = None

    def apply(self, product: Tensor) -> Tensor:
        """Return the logits of a head's product."""
        scaled = product * self.scale if self.scale != 1.0 else product
        return scaled if self.softcap is None else self.softcap * torch.tanh(scaled / self.softcap)


@dataclass(frozen=True, slots=True)
class HeadOptions:
    """What does not change the numbers' meaning but how they are made."""

    temperature: float
    shape: LogitShape
    product_dtype: torch.dtype
    entropy_grad: bool


def score_hidden(
    hidden_ND: Tensor, weight_VD: Tensor, bias_V: Tensor | None, targets_N: Tensor, options: HeadOptions
) -> tuple[Tensor, Tensor]:
    """Return (log-probability of each target, entropy), float32, or float64 for float64 hidden states.

    Args:
        hidden_ND: What the model gives to its output head.
        weight_VD: The head's weight, in any type.
        bias_V: Its bias.
        targets_N: Token numbers.
        options: Temperature, the architecture's own treatment of logits, the type of the products, and whether the
            entropy carries a gradient.
    """
    logprobs_N, entropy_N = _TiledScores.apply(hidden_ND, weight_VD, bias_V, targets_N, options)  # type: ignore[no-untyped-call]
    return logprobs_N, entropy_N


def sum_dtype(hidden_ND: Tensor) -> torch.dtype:
    """The type of sums: float32, or the model's own where that is wider."""
    return torch.float64 if hidden_ND.dtype == torch.float64 else torch.float32


class _TiledScores(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        hidden_ND: Tensor,
        weight_VD: Tensor,
        bias_V: Tensor | None,
        targets_N: Tensor,
        options: HeadOptions,
    ) -> tuple[Tensor, Tensor]:
        count, wide = len(targets_N), sum_dtype(hidden_ND)
        rows = max(1, TILE_ELEMENTS // weight_VD.shape[0])
        weight = weight_VD.to(options.product_dtype)
        logprobs_N = hidden_ND.new_empty(count, dtype=wide)
        entropy_N = torch.empty_like(logprobs_N)
        ctx.kept = None
        for start in range(0, count, rows):
            part = slice(start, start + rows)
            logp_RV = _tile(hidden_ND[part], weight, bias_V, options, wide)[0]
            logprobs_N[part] = logp_RV.gather(1, targets_N[part, None])[:, 0]
            entropy_N[part] = _entropy(logp_RV)
            if count <= rows and ctx.needs_input_grad[0] and options.shape.softcap is None:
                ctx.kept = logp_RV  # a single tile is within the memory of a tile: not made again
        ctx.save_for_backward(hidden_ND, weight_VD, bias_V, targets_N, entropy_N)
        ctx.options, ctx.rows = options, rows
        if not options.entropy_grad:
            ctx.mark_non_differentiable(entropy_N)
        return logprobs_N, entropy_N

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        hidden_ND, weight_VD, bias_V, targets_N, entropy_N = ctx.saved_tensors
        options, wide = ctx.options, sum_dtype(hidden_ND)
        weight = weight_VD.to(options.product_dtype)
        need_hidden, need_weight, need_bias = ctx.needs_input_grad[:3]
        grad_hidden = torch.empty_like(hidden_ND) if need_hidden else None
        grad_weight = torch.zeros_like(weight_VD, dtype=wide) if need_weight else None
        grad_bias = torch.zeros_like(bias_V, dtype=wide) if need_bias and bias_V is not None else None
        for start in range(0, len(targets_N), ctx.rows):
            part = slice(start, start + ctx.rows)
            if ctx.kept is None:
                logp_RV, slope_RV = _tile(hidden_ND[part], weight, bias_V, options, wide)
            else:
                logp_RV, slope_RV = ctx.kept, None
            entropy_grad = grads[1][part] if options.entropy_grad else None
            grad_RV = _logit_grad(logp_RV, targets_N[part], entropy_N[part], grads[0][part], entropy_grad)
            grad_RV *= options.shape.scale / options.temperature
            if slope_RV is not None:
                grad_RV *= slope_RV
            product_RV = grad_RV.to(options.product_dtype)
            if grad_hidden is not None:
                grad_hidden[part] = product_RV @ weight
            if grad_weight is not None:
                grad_weight += product_RV.T @ hidden_ND[part].to(options.product_dtype)
            if grad_bias is not None:
                grad_bias += grad_RV.sum(dim=0)
        ctx.kept = None
        return (
            grad_hidden,
            None if grad_weight is None else grad_weight.to(weight_VD.dtype),
            None if grad_bias is None or bias_V is None else grad_bias.to(bias_V.dtype),
            None,
            None,
        )


def _tile(
    hidden_RD: Tensor, weight_VD: Tensor, bias_V: Tensor | None, options: HeadOptions, wide: torch.dtype
) -> tuple[Tensor, Tensor | None]:
    """Return log p of every token of the vocabulary, and the slope of the soft cap where there is one."""
    product_RV = torch.nn.functional.linear(
        hidden_RD.to(weight_VD.dtype), weight_VD, None if bias_V is None else bias_V.to(weight_VD.dtype)
    ).to(wide)
    logits_RV = options.shape.apply(product_RV)
    cap = options.shape.softcap
    slope_RV = None if cap is None else 1 - (logits_RV / cap).square_()
    return torch.log_softmax(
        logits_RV / options.temperature if options.temperature != 1.0 else logits_RV, -1
    ), slope_RV


def _entropy(logp_RV: Tensor) -> Tensor:
    # entr(0) is 0, where 0 * log 0 would be NaN.
    entropy_R: Tensor = torch.special.entr(logp_RV.exp()).sum(dim=-1)
    return entropy_R


def _logit_grad(
    logp_RV: Tensor, targets_R: Tensor, entropy_R: Tensor, grad_R: Tensor, entropy_grad_R: Tensor | None
) -> Tensor:
    probs_RV = logp_RV.exp()
    grad_RV = probs_RV * -grad_R[:, None]
    grad_RV.scatter_add_(1, targets_R[:, None], grad_R[:, None])
    if entropy_grad_R is not None:
        grad_RV += entropy_grad_R[:, None] * (torch.special.entr(probs_RV) - probs_RV * entropy_R[:, None])
    return grad_RV
