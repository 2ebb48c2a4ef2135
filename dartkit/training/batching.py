"""Rows of tokens become micro-batches: rows of similar length side by side, padded on the right, under a token budget.

No attention mask is needed: in a causal model a real token never sees what stands to its right, so each row is computed as
if it were alone, whatever the architecture (attention, sliding window, recurrent). Because rows are sorted by length first,
padding stays at a few percent, and attention costs the square of each row's own length instead of a packed row's.

Shape suffixes: B rows of the micro-batch, T padded length, S = T - 1 places that predict a next token, N response tokens of
all rows, row after row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A prompt and its response as token ids; only the response is learnt from."""

    prompt_ids: tuple[int, ...]
    response_ids: tuple[int, ...]

    @property
    def length(self) -> int:
        """Tokens of prompt and response together."""
        return len(self.prompt_ids) + len(self.response_ids)


@dataclass(frozen=True, slots=True)
class MicroBatch:
    """Rows that go through the model at once. `mask_BS[b, s]` is true where token s + 1 of row b is a response token."""

    ids_BT: Tensor
    mask_BS: Tensor

    @property
    def targets_BS(self) -> Tensor:
        """The token that each place is to predict."""
        return self.ids_BT[:, 1:]

    @property
    def row_N(self) -> Tensor:
        """The row of each response token."""
        return self.mask_BS.nonzero()[:, 0]


def split_rows(rows: Sequence[TokenRow], token_budget: int) -> list[list[int]]:
    """Return the row numbers of each micro-batch, longest rows first; every row is in exactly one.

    A micro-batch holds at most `token_budget` tokens counting padding, except that a row longer than the budget is a
    micro-batch of its own.
    """
    order = sorted(range(len(rows)), key=lambda index: (-rows[index].length, index))
    batches: list[list[int]] = []
    for index in order:
        # Rows come longest first, so the first row of a micro-batch sets its padded length.
        width = rows[batches[-1][0]].length if batches else 0
        if batches and (len(batches[-1]) + 1) * width <= token_budget:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


def collate(rows: Sequence[TokenRow], *, pad_id: int, device: torch.device) -> MicroBatch:
    """Pad rows on the right to one length. Needs at least one row with at least two tokens and a one-token prompt."""
    import torch

    width = max(row.length for row in rows)
    ids_BT = torch.full((len(rows), width), pad_id, dtype=torch.long)
    mask_BS = torch.zeros((len(rows), width - 1), dtype=torch.bool)
    for number, row in enumerate(rows):
        ids_BT[number, : row.length] = torch.tensor(row.prompt_ids + row.response_ids, dtype=torch.long)
        mask_BS[number, len(row.prompt_ids) - 1 : row.length - 1] = True
    return MicroBatch(ids_BT.to(device), mask_BS.to(device))
