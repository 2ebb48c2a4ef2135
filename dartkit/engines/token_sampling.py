"""Choose the next token of every row of a batch, each row with its own settings and its own noise.

With z the logits after the repetition penalty, T the temperature and u uniform in [0, 1), row by row:
p = softmax(z / T), restricted by min_p, then top_k, then top_p (vLLM's order), renormalised; the token is the first whose
cumulative probability exceeds u (inverse CDF). T = 0 takes argmax z. Since u comes from the draw's seed alone, a draw
does not depend on its neighbours, up to the rounding of the logits.

Shapes: B rows, V vocabulary entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from dartkit.settings import SamplingSettings

NOISE_BLOCK = 128
NUCLEUS_CANDIDATES = 1024
NOTHING = float("-inf")


def noise(seed: int) -> Iterator[float]:
    """Yield one uniform number in [0, 1) per token, from a counter-based generator (Philox) keyed by the seed."""
    generator = np.random.Generator(np.random.Philox(key=seed))
    while True:
        yield from generator.random(NOISE_BLOCK).tolist()


class Chosen(NamedTuple):
    """What a step chose: log-probabilities are under softmax(z / T) before restriction, with T = 1 for greedy rows.

    A log-probability that is not finite marks a row whose logits were not numbers.
    """

    tokens_B: Tensor
    logprobs_B: Tensor


@dataclass(frozen=True, slots=True)
class RowSettings:
    """The sampling settings of a batch as columns; None where no row uses a knob, so that its work is skipped."""

    temperature_B1: Tensor | None
    greedy_B: Tensor | None
    penalty_B1: Tensor | None
    min_p_B1: Tensor | None
    top_k_B1: Tensor | None
    top_p_B1: Tensor | None
    all_greedy: bool

    @classmethod
    def stack(cls, rows: Sequence[SamplingSettings], device: torch.device) -> RowSettings:
        """Lay out the settings of the rows in order."""

        def column(values: Sequence[float], neutral: float) -> Tensor | None:
            if all(value == neutral for value in values):
                return None
            return torch.tensor(values, dtype=torch.float32, device=device)[:, None]

        greedy = [row.temperature == 0 for row in rows]
        return cls(
            temperature_B1=column([row.temperature or 1.0 for row in rows], 1.0),
            greedy_B=torch.tensor(greedy, device=device) if any(greedy) else None,
            penalty_B1=column([row.repetition_penalty for row in rows], 1.0),
            min_p_B1=column([row.min_p for row in rows], 0.0),
            top_k_B1=column([row.top_k for row in rows], 0),
            top_p_B1=column([row.top_p for row in rows], 1.0),
            all_greedy=all(greedy),
        )


def choose_tokens(logits_BV: Tensor, settings: RowSettings, uniforms_B: Tensor) -> Chosen:
    """Choose one token per row.

    Args:
        logits_BV: Float32 logits, already penalised.
        settings: Settings of the rows.
        uniforms_B: One number in [0, 1) per row; greedy rows ignore theirs.
    """
    scaled_BV = logits_BV if settings.temperature_B1 is None else logits_BV / settings.temperature_B1
    log_total_B1 = torch.logsumexp(scaled_BV, dim=-1, keepdim=True)
    if settings.all_greedy:
        tokens_B = logits_BV.argmax(dim=-1)
    else:
        probs_BV = (scaled_BV - log_total_B1).exp_()
        tokens_B = invert_cdf(restrict(probs_BV, settings), uniforms_B)
        if settings.greedy_B is not None:
            tokens_B = torch.where(settings.greedy_B, logits_BV.argmax(dim=-1), tokens_B)
    logprobs_B = (scaled_BV.gather(1, tokens_B[:, None]) - log_total_B1)[:, 0]
    return Chosen(tokens_B, logprobs_B)


def invert_cdf(weights_BV: Tensor, uniforms_B: Tensor) -> Tensor:
    """Return, per row, the first index whose cumulative weight exceeds u times the total; weights need no sum of 1.

    An index of weight 0 is never chosen: its cumulative weight equals its predecessor's, and the target stays below the
    total even where u rounds up to 1.
    """
    cumulative_BV = weights_BV.cumsum(dim=-1)
    total_B = cumulative_BV[:, -1]
    target_B = torch.minimum(uniforms_B * total_B, torch.nextafter(total_B, torch.zeros_like(total_B)))
    index_B1 = torch.searchsorted(cumulative_BV, target_B[:, None].contiguous(), right=True)
    return index_B1[:, 0].clamp_(max=weights_BV.shape[-1] - 1)


def restrict(probs_BV: Tensor, settings: RowSettings) -> Tensor:
    """Set to 0 what min_p, top_k and top_p exclude. The likeliest token always stays; ties at a cut-off stay together."""
    if settings.min_p_B1 is not None:
        floor_B1 = settings.min_p_B1 * probs_BV.amax(dim=-1, keepdim=True)
        probs_BV = probs_BV.masked_fill(probs_BV < floor_B1, 0.0)
    if settings.top_k_B1 is not None:
        probs_BV = probs_BV.masked_fill(probs_BV < _top_k_floor(probs_BV, settings.top_k_B1), 0.0)
    if settings.top_p_B1 is not None:
        probs_BV = probs_BV.masked_fill(probs_BV < _top_p_floor(probs_BV, settings.top_p_B1), 0.0)
    return probs_BV


def _top_k_floor(probs_BV: Tensor, top_k_B1: Tensor) -> Tensor:
    vocabulary = probs_BV.shape[-1]
    wanted_B1 = torch.where(top_k_B1 == 0, vocabulary, top_k_B1).long().clamp(max=vocabulary)
    limited = wanted_B1[wanted_B1 < vocabulary]
    if limited.numel() == 0:
        return torch.zeros_like(top_k_B1)
    largest_BK = probs_BV.topk(int(limited.max()), dim=-1).values
    floor_B1 = largest_BK.gather(1, (wanted_B1 - 1).clamp(max=largest_BK.shape[-1] - 1))
    return torch.where(wanted_B1 < vocabulary, floor_B1, 0.0)


def _top_p_floor(probs_BV: Tensor, top_p_B1: Tensor) -> Tensor:
    """Return the probability of the last token of each nucleus: the fewest likeliest tokens whose mass reaches top_p."""
    vocabulary = probs_BV.shape[-1]
    wanted_B1 = top_p_B1 * probs_BV.sum(dim=-1, keepdim=True)
    # A full sort of a large vocabulary is slow and the nucleus is nearly always among the first thousand.
    sorted_BK = probs_BV.topk(min(NUCLEUS_CANDIDATES, vocabulary), dim=-1).values
    if sorted_BK.shape[-1] < vocabulary and bool((sorted_BK.sum(dim=-1, keepdim=True) < wanted_B1).any()):
        sorted_BK = probs_BV.sort(dim=-1, descending=True).values
    before_BK = sorted_BK.cumsum(dim=-1) - sorted_BK
    in_nucleus_BK = before_BK < wanted_B1
    in_nucleus_BK[:, 0] = True
    floor_B1 = sorted_BK.gather(1, in_nucleus_BK.sum(dim=-1, keepdim=True) - 1)
    return torch.where(top_p_B1 < 1.0, floor_B1, 0.0)


def penalise_repeats(logits_BV: Tensor, penalty_B1: Tensor, seen: Sequence[Sequence[int]]) -> Tensor:
    """Divide positive and multiply negative logits of tokens already seen, in prompt or completion (arXiv 1909.05858)."""
    longest = max(len(ids) for ids in seen)
    padded = [[*ids, *([ids[0]] * (longest - len(ids)))] for ids in seen]
    index_BT = torch.tensor(padded, device=logits_BV.device)
    old_BT = logits_BV.gather(1, index_BT)
    return logits_BV.scatter(1, index_BT, torch.where(old_BT < 0, old_BT * penalty_B1, old_BT / penalty_B1))
