"""Rollout correction: weights for the gap between the sampler's probabilities and the trainer's.

The sampler (another engine, number type, or an earlier policy) drew from p_rollout; the ratio that is clipped starts at p_old, as
the trainer computes it. w = p_old / p_rollout, without gradient, multiplies a token's loss:

    tis                  min(w, max)                     truncated importance sampling (Yao et al. 2025)
    icepop               w if low <= w <= high else 0    Ring-1T, arXiv 2510.18855
    geometric-rejection  0 for all tokens of a sample whose geometric mean of w lies outside low..high, else 1 or min(w, max)

At level `token` w is the token's, at `sequence` the product over its sample, at `geometric` the geometric mean over it. log w
is held within 20. A token that the sampler reported no number for has w = 1. Degenerate case: equal probabilities give 1.

Shape suffixes: N response tokens of all samples of a micro-batch, B its samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from dartkit.rl.objectives.tokens import MAX_LOG_RATIO, mean_by_row, sum_by_row

if TYPE_CHECKING:
    from torch import Tensor

    from dartkit.correction_settings import CorrectionSettings, Level


class Correction(NamedTuple):
    """What each token's loss is multiplied by, and which tokens were not rejected."""

    weight_N: Tensor
    kept_N: Tensor


def log_weights(old_logprobs_N: Tensor, sampler_logprobs_N: Tensor) -> Tensor:
    """Return log w of each token, 0 where the sampler reported no finite number."""
    gap_N = (old_logprobs_N - sampler_logprobs_N).detach()
    return torch.where(gap_N.isfinite(), gap_N, torch.zeros_like(gap_N))


def correction_weights(
    log_weight_N: Tensor, row_N: Tensor, rows: int, settings: CorrectionSettings
) -> Correction:
    """Return the weights of one micro-batch, whose samples must be whole."""
    every_N = torch.ones_like(log_weight_N, dtype=torch.bool)
    if settings.kind == "none":
        return Correction(torch.ones_like(log_weight_N), every_N)
    if settings.kind == "tis":
        weight_N = _at_level(log_weight_N, row_N, rows, settings.level)
        return Correction(weight_N.clamp(max=settings.max_weight), every_N)
    if settings.kind == "icepop":
        weight_N = _at_level(log_weight_N, row_N, rows, settings.level)
        kept_N = (weight_N >= settings.low) & (weight_N <= settings.high)
        return Correction(torch.where(kept_N, weight_N, torch.zeros_like(weight_N)), kept_N)
    mean_N = _at_level(log_weight_N, row_N, rows, "geometric")
    kept_N = (mean_N >= settings.low) & (mean_N <= settings.high)
    weight_N = torch.ones_like(log_weight_N)
    if settings.max_weight is not None:
        weight_N = _at_level(log_weight_N, row_N, rows, "token").clamp(max=settings.max_weight)
    return Correction(torch.where(kept_N, weight_N, torch.zeros_like(weight_N)), kept_N)


def _at_level(log_weight_N: Tensor, row_N: Tensor, rows: int, level: Level) -> Tensor:
    if level == "sequence":
        log_weight_N = sum_by_row(log_weight_N, row_N, rows)[row_N]
    elif level == "geometric":
        log_weight_N = mean_by_row(log_weight_N, row_N, rows)[row_N]
    weight_N: Tensor = log_weight_N.clamp(-MAX_LOG_RATIO, MAX_LOG_RATIO).exp()
    return weight_N
