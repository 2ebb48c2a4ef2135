"""The key-value cache of the transformers engine: one slot per row, written in place, never concatenated.

Every row keeps its keys and values at columns 0, 1, 2, ... of its slot, whatever its neighbours' lengths; a mask hides
the columns a row has not reached. Rows may then join, leave and be copied without shifting anyone. Decoding one token
attends with two plain matrix products, which on a CPU are several times faster than the fused kernel meant for long
queries, and which let grouped heads share keys without copying them.

Shapes: B rows, K key heads, G query heads per key head, W columns, D head size.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface
from transformers.cache_utils import Cache
from transformers.integrations.sdpa_attention import sdpa_attention_forward

from dartkit.errors import boundary

ATTENTION_NAME = "dartkit_slots"
COLUMN_STEP = 64


def grow_columns(present: int, needed: int) -> int:
    """Return how many columns buffers get when they have too few: half as many again at least."""
    return -(-max(needed, present * 3 // 2) // COLUMN_STEP) * COLUMN_STEP


class SlotCache(Cache):  # type: ignore[misc]  # models test for Cache, which has no types
    """Keys and values of up to `slots` rows.

    Buffers are made at the first forward pass, from the layers' own shapes and types, and grow by half when `reserve`
    asks for more columns than there are. They start as zeros: a hidden column has weight 0, and 0 times an
    uninitialised NaN would not be 0.
    """

    def __init__(self, slots: int) -> None:
        super().__init__(layers=[])
        self._slots = slots
        self._columns = COLUMN_STEP
        self._keys: list[Tensor] = []
        self._values: list[Tensor] = []
        self._prefill_slots: Tensor | None = None
        self._rows_B = torch.empty(0, dtype=torch.long)
        self._positions_B = torch.empty(0, dtype=torch.long)
        self._width = 0

    @property
    def is_empty(self) -> bool:
        """Whether no layer has stored anything: the model keeps its state elsewhere."""
        return not self._keys

    def reserve(self, columns: int) -> None:
        """Make room for rows of this many columns, keeping what is there."""
        if columns <= self._columns:
            return
        self._columns = grow_columns(self._columns, columns)
        with boundary(
            f"make a key-value cache of {self._slots} rows of {self._columns} tokens",
            fix="Lower `engine.batch_size` or `sampling.max_tokens`.",
        ):
            for buffers in (self._keys, self._values):
                for layer, old in enumerate(buffers):
                    new = old.new_zeros((old.shape[0], old.shape[1], self._columns, old.shape[3]))
                    new[:, :, : old.shape[2]] = old
                    buffers[layer] = new

    def begin_prefill(self, slots_N: Tensor) -> None:
        """The next forward pass reads whole prompts from column 0 into these slots."""
        self._prefill_slots = slots_N

    def begin_decode(self, rows_B: Tensor, positions_B: Tensor, width: int) -> None:
        """The next forward pass appends one token to each of slots 0..B-1, at its own column, and sees `width` columns."""
        self._prefill_slots = None
        self._rows_B, self._positions_B, self._width = rows_B, positions_B, width

    def copy(self, source: list[int], target: list[int], width: int) -> None:
        """Copy the first `width` columns from slot to slot, all reads before all writes."""
        if not source:
            return
        for buffers in (self._keys, self._values):
            for buffer in buffers:
                buffer[target, :, :width] = buffer[source, :, :width]

    def clear(self, slot: int) -> None:
        """Set a slot to zeros; needed only where a row's numbers were not finite."""
        for buffers in (self._keys, self._values):
            for buffer in buffers:
                buffer[slot] = 0

    def update(
        self, key_states: Tensor, value_states: Tensor, layer_idx: int, *_: Any, **__: Any
    ) -> tuple[Tensor, Tensor]:
        """Store one layer's new keys and values, and return all that the queries may look at."""
        if layer_idx == len(self._keys):
            self._keys.append(self._make_buffer(key_states))
            self._values.append(self._make_buffer(value_states))
        keys, values = self._keys[layer_idx], self._values[layer_idx]
        if self._prefill_slots is not None:
            columns = key_states.shape[2]
            keys[self._prefill_slots, :, :columns] = key_states
            values[self._prefill_slots, :, :columns] = value_states
            return key_states, value_states
        keys[self._rows_B, :, self._positions_B] = key_states[:, :, 0]
        values[self._rows_B, :, self._positions_B] = value_states[:, :, 0]
        count = key_states.shape[0]
        return keys[:count, :, : self._width], values[:count, :, : self._width]

    def _make_buffer(self, like: Tensor) -> Tensor:
        with boundary(f"make a key-value cache of {self._slots} rows", fix="Lower `engine.batch_size`."):
            return like.new_zeros((self._slots, like.shape[1], self._columns, like.shape[3]))

    def get_seq_length(self, layer_idx: int = 0) -> int:
        """Return 0: rows differ in length, and the engine states positions and masks itself."""
        return 0

    def get_mask_sizes(self, query_length: int, layer_idx: int) -> tuple[int, int]:
        """Return the sizes of a prompt's own causal mask, the only one a model builds by itself here."""
        return query_length, 0


def attend(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    **kwargs: Any,
) -> tuple[Tensor, None]:
    """Attend from one query token per row over its slot; longer queries (prompts) go to the fused kernel."""
    if query.shape[2] != 1 or attention_mask is None:
        output: tuple[Tensor, None] = sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **kwargs
        )
        return output
    batch, heads, _, size = query.shape
    key_heads = key.shape[1]
    query_BKDG = query.reshape(batch, key_heads, heads // key_heads, size).transpose(2, 3)
    scores_BKGW = torch.matmul(key, query_BKDG).transpose(2, 3).float()
    scores_BKGW = scores_BKGW * (size**-0.5 if scaling is None else scaling) + attention_mask
    weights_BKGW = torch.softmax(scores_BKGW, dim=-1).to(value.dtype)
    mixed_BKGD = torch.matmul(weights_BKGW, value)
    return mixed_BKGD.reshape(batch, 1, heads, value.shape[-1]), None


AttentionInterface.register(ATTENTION_NAME, attend)
