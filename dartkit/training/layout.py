"""Whether a model's rows can be packed: asked of the model itself, not of a list of architectures.

The rule. A model packs when (1) its attention goes through transformers' attention interface with the fused kernel, (2) all
its layers are full or sliding attention, none recurrent, convolutional or chunked, and (3) it passes a test: a small pack
scores as its rows do padded, and other tokens in one row leave the others' scores as they are. Rows longer than a sliding
window are padded, because within the window sliding attention is full attention. Every other model is padded.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import torch

from dartkit.training.attention import ATTENTION_NAME, CannotPackError
from dartkit.training.batching import Layout, TokenRow, collate
from dartkit.training.logprobs import score_tokens

if TYPE_CHECKING:
    from torch import Tensor

KINDS = {"full_attention", "sliding_attention"}
UNLIMITED = 1 << 30
CLOSE = {torch.float64: 1e-8, torch.float32: 1e-3}
HALF_CLOSE = 0.1
REFUSALS = (CannotPackError, TypeError, ValueError, RuntimeError, IndexError, KeyError, AttributeError)


def prepare_packing(model: Any, dtype: torch.dtype) -> int:
    """Return the length up to which the model's rows can be packed, 0 for never, and switch its attention accordingly.

    Args:
        model: A causal language model on its device, before it is sharded.
        dtype: The type that it will compute in.
    """
    config = model.config.get_text_config(decoder=True)
    takes_more = any(
        parameter.kind is parameter.VAR_KEYWORD
        for parameter in inspect.signature(model.forward).parameters.values()
    )
    kinds = set(getattr(config, "layer_types", None) or ())
    if config._attn_implementation != "sdpa" or not takes_more or kinds - KINDS:
        return 0
    config._attn_implementation = ATTENTION_NAME
    if not _passes(model, dtype):
        config._attn_implementation = "sdpa"
        return 0
    window = getattr(config, "sliding_window", None)
    slides = "sliding_attention" in kinds or not kinds
    return int(window) if window and slides else UNLIMITED


def _passes(model: Any, dtype: torch.dtype) -> bool:
    size = int(model.config.get_text_config(decoder=True).vocab_size)
    rows = _rows(size, ((9, 3), (9, 5), (4, 6)))
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            alone = _scores(model, rows, dtype, "padded")
            packed = _scores(model, rows, dtype, "packed")
            others = [
                _scores(
                    model,
                    [_changed(row, size) if index == number else row for index, row in enumerate(rows)],
                    dtype,
                    "packed",
                )
                for number in range(len(rows))
            ]
    except REFUSALS:
        return False
    finally:
        model.train(training)
    close = HALF_CLOSE if dtype in (torch.bfloat16, torch.float16) else CLOSE.get(alone[0].dtype, HALF_CLOSE)
    return all(
        torch.allclose(ours, theirs, rtol=close, atol=close)
        for ours, theirs in zip(packed, alone, strict=True)
    ) and all(
        torch.allclose(changed[index], packed[index], rtol=0, atol=close / 100)
        for number, changed in enumerate(others)
        for index in range(len(rows))
        if index != number
    )


def _rows(vocabulary: int, sizes: tuple[tuple[int, int], ...]) -> list[TokenRow]:
    """Rows of fixed tokens; rows with prompts of one length have the same prompt."""
    return [
        TokenRow(
            tuple((7 * prompt + 11 * place) % vocabulary for place in range(prompt)),
            tuple((5 * response + 13 * place + number) % vocabulary for place in range(response)),
        )
        for number, (prompt, response) in enumerate(sizes)
    ]


def _changed(row: TokenRow, vocabulary: int) -> TokenRow:
    return TokenRow(
        row.prompt_ids, tuple((token + vocabulary // 2) % vocabulary for token in row.response_ids)
    )


def _scores(model: Any, rows: list[TokenRow], dtype: torch.dtype, layout: Layout) -> tuple[Tensor, ...]:
    batch = collate(rows, device=model.device, layout=layout)
    scores = score_tokens(model, batch, dtype=dtype)
    return torch.split(scores.logprobs_N, [len(row.response_ids) for row in rows])
