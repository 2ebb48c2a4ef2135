"""Attention over rows that lie one after another in a packed micro-batch, never from one row to another.

transformers lets a caller register an attention function under a name; models that use its attention interface call it with
the queries, keys and values of the whole pack, and pass on the `segments` argument of their forward call. So no model's file
is patched, and no mask of all tokens by all tokens is made.

A segment is a stretch of tokens. A row is one segment, or, where several rows begin with the same prompt, the prompt is a
segment that is computed once and each response is a segment that also sees its prompt: the same numbers for fewer tokens.

Segments of like length are attended together, padded inside the attention alone; on CUDA in half precision one kernel
call takes all segments with their true lengths.

Shape suffixes: T tokens of the pack, G segments of a bucket, Q their padded length, K their padded count of keys, M keys of
all segments one after another, H heads, E head size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

varlen_attn: Callable[..., Any] | None
try:
    from torch.nn.attention.varlen import varlen_attn
except ImportError:  # torch before 2.10: segments go through the fused kernel in buckets
    varlen_attn = None

ATTENTION_NAME = "dartkit_packed"
LIKE_LENGTH = 0.75  # segments of a bucket have at least this share of the longest one's length
SMALL_BUCKET = 32  # below this length padding costs less than another call


class CannotPackError(Exception):
    """The model asks its attention for something that the packed form has not."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Tokens `start` to `start + length` of the pack; they also see `prefix_length` tokens from `prefix_start` on."""

    start: int
    length: int
    prefix_start: int = 0
    prefix_length: int = 0


@dataclass(frozen=True, slots=True)
class Bucket:
    """Segments that are attended in one call. `seen_G1QK` is true where a key is seen; None is plain causal."""

    query_GQ: Tensor
    key_GK: Tensor
    seen_G1QK: Tensor | None


@dataclass(frozen=True, slots=True)
class Segments:
    """The segments of one pack, laid out for the kernels."""

    buckets: tuple[Bucket, ...]
    place_T: Tensor
    """Where each token's result stands among the results of all buckets."""
    key_M: Tensor | None
    """Keys of all segments one after another; None where they are the pack itself."""
    query_ends: Tensor
    key_ends: Tensor
    longest_query: int
    longest_key: int


def lay_out(segments: Sequence[Segment], device: torch.device) -> Segments:
    """Group segments of like length and compute the kernels' index tensors. Together they must cover the pack."""
    buckets: list[Bucket] = []
    place_T = torch.empty(sum(segment.length for segment in segments), dtype=torch.long)
    done = 0
    for members in _bucket(segments):
        buckets.append(_make_bucket(members, device))
        width = members[0].length
        for number, segment in enumerate(members):
            first = done + number * width
            place_T[segment.start : segment.start + segment.length] = torch.arange(
                first, first + segment.length
            )
        done += len(members) * width
    order = sorted(segments, key=lambda segment: segment.start)
    shared = any(segment.prefix_length for segment in order)
    return Segments(
        tuple(buckets),
        place_T.to(device),
        torch.cat([_keys(segment) for segment in order]).to(device) if shared else None,
        _ends([segment.length for segment in order], device),
        _ends([segment.prefix_length + segment.length for segment in order], device),
        max(segment.length for segment in order),
        max(segment.prefix_length + segment.length for segment in order),
    )


def _ends(lengths: Sequence[int], device: torch.device) -> Tensor:
    return torch.tensor([0, *lengths]).cumsum(0).to(device=device, dtype=torch.int32)


def _keys(segment: Segment) -> Tensor:
    own = torch.arange(segment.start, segment.start + segment.length)
    before = torch.arange(segment.prefix_start, segment.prefix_start + segment.prefix_length)
    return torch.cat([before, own])


def _bucket(segments: Sequence[Segment]) -> list[list[Segment]]:
    found: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda item: (not item.prefix_length, -item.length, item.start)):
        longest = found[-1][0] if found else None
        if (
            longest is not None
            and bool(longest.prefix_length) == bool(segment.prefix_length)
            and (segment.length >= LIKE_LENGTH * longest.length or longest.length <= SMALL_BUCKET)
        ):
            found[-1].append(segment)
        else:
            found.append([segment])
    return found


def _make_bucket(members: Sequence[Segment], device: torch.device) -> Bucket:
    queries = members[0].length
    keys = max(segment.prefix_length + segment.length for segment in members)
    # Where a segment ends early its first token fills up: its results are dropped as queries and hidden as keys.
    query_GQ = torch.tensor([segment.start for segment in members])[:, None].repeat(1, queries)
    key_GK = torch.tensor([segment.start for segment in members])[:, None].repeat(1, keys)
    for number, segment in enumerate(members):
        query_GQ[number, : segment.length] = torch.arange(segment.start, segment.start + segment.length)
        key_GK[number, : segment.prefix_length + segment.length] = _keys(segment)
    seen = None
    if any(segment.prefix_length for segment in members):
        before_G11 = torch.tensor([segment.prefix_length for segment in members])[:, None, None]
        seen = torch.arange(keys) <= before_G11 + torch.arange(queries)[:, None]
        seen = seen[:, None].to(device)
    return Bucket(query_GQ.to(device), key_GK.to(device), seen)


@torch.compiler.disable  # type: ignore[untyped-decorator]  # its shapes follow the rows: compiled anew for every batch
def attend(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    segments: Segments | None = None,
    **kwargs: Any,
) -> tuple[Tensor, None]:
    """Attend within segments; without segments (padded rows, sampling) it is transformers' own fused attention.

    Raises:
        CannotPackError: for a packed batch where the model wants a soft cap, sinks, a bias or dropout in its attention.
    """
    if segments is None:
        output: tuple[Tensor, None] = sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **kwargs
        )
        return output
    asked = [name for name in ("softcap", "s_aux", "position_bias") if kwargs.get(name) is not None]
    if asked or dropout or query.shape[0] != 1 or query.shape[2] != key.shape[2]:
        raise CannotPackError(", ".join(asked) or "dropout or a cache")
    if (
        varlen_attn is not None
        and query.is_cuda
        and _half(query) is not None
        and query.shape[3] == value.shape[3] <= 256
    ):
        return _attend_varlen(query, key, value, segments, scaling)[None], None
    parts = []
    query_THE, key_THE, value_THE = (states[0].transpose(0, 1) for states in (query, key, value))
    for bucket in segments.buckets:
        part, _ = sdpa_attention_forward(
            module,
            query_THE[bucket.query_GQ].transpose(1, 2),
            key_THE[bucket.key_GK].transpose(1, 2),
            value_THE[bucket.key_GK].transpose(1, 2),
            bucket.seen_G1QK,
            scaling=scaling,
            is_causal=True,
        )
        parts.append(part.flatten(0, 1))
    return torch.cat(parts)[segments.place_T][None], None


def _half(query: Tensor) -> torch.dtype | None:
    dtype = torch.get_autocast_dtype("cuda") if torch.is_autocast_enabled("cuda") else query.dtype
    return dtype if dtype in (torch.bfloat16, torch.float16) else None


def _attend_varlen(
    query: Tensor, key: Tensor, value: Tensor, segments: Segments, scaling: float | None
) -> Tensor:
    assert varlen_attn is not None
    dtype = _half(query)
    query_THE, key_MHE, value_MHE = (states[0].transpose(0, 1).to(dtype) for states in (query, key, value))
    if segments.key_M is not None:
        key_MHE, value_MHE = key_MHE[segments.key_M], value_MHE[segments.key_M]
    # window (-1, 0): all keys to the left, aligned at the right end, as a response needs that also sees its prompt.
    result: Tensor = varlen_attn(
        query_THE.contiguous(), key_MHE.contiguous(), value_MHE.contiguous(), segments.query_ends, segments.key_ends,
        segments.longest_query, segments.longest_key, scale=scaling, window_size=(-1, 0),
        enable_gqa=query_THE.shape[1] != key_MHE.shape[1],
    )  # fmt: skip
    return result


AttentionInterface.register(ATTENTION_NAME, attend)
AttentionMaskInterface.register(ATTENTION_NAME, sdpa_mask)
