"""Rows of tokens become micro-batches under a token budget, packed one after another or padded side by side.

Packed: the rows of a micro-batch lie in one line without padding, positions start again at each row, and attention stays
within a row (`attention.py`). Rows that begin with the same prompt share it: the prompt is computed once. A micro-batch takes
rows until the budget of real tokens is full.

Padded: rows of similar length side by side, longest first, padded on the right. No attention mask is needed: in a causal
model a real token never sees what stands to its right, so each row is computed as if it were alone, whatever the
architecture (attention, sliding window, recurrent). The budget counts padding.

`layout.py` says which of the two a model gets. Either way a row's last token is not an input: nothing is predicted from it.

Shape suffixes: B rows of the tensor (1 when packed), T its width, N tokens that are learnt from, row after row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from dartkit.training.attention import Segment, Segments

Layout = Literal["packed", "padded"]
SHARED_PROMPT_TOKENS = 8
"""A shorter prompt is not shared: the second attention call would cost more than its tokens."""


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A prompt and what follows it as token ids.

    `learnt` says which tokens of the response are learnt from; None is all of them. The others (a later user's turn) are
    only seen. At least one must be learnt.
    """

    prompt_ids: tuple[int, ...]
    response_ids: tuple[int, ...]
    learnt: tuple[bool, ...] | None = None

    @property
    def length(self) -> int:
        """Tokens of prompt and response together."""
        return len(self.prompt_ids) + len(self.response_ids)

    @property
    def learnt_tokens(self) -> int:
        """Tokens that are learnt from."""
        return len(self.response_ids) if self.learnt is None else sum(self.learnt)


@dataclass(frozen=True, slots=True)
class MicroBatch:
    """Rows that go through the model at once.

    `place_N` are the places, in the flattened `ids_BT`, that predict the tokens `targets_N`, which belong to the rows `row_N`.
    """

    ids_BT: Tensor
    place_N: Tensor
    targets_N: Tensor
    row_N: Tensor
    positions_BT: Tensor | None = None
    """Position of each token in its row; None where it is the column."""
    segments: Segments | None = None
    """Who sees whom in a packed batch."""


def split_rows(rows: Sequence[TokenRow], token_budget: int, layout: Layout = "padded") -> list[list[int]]:
    """Return the row numbers of each micro-batch; every row is in exactly one, and none is split.

    A micro-batch holds at most `token_budget` tokens, except that a row longer than the budget is a micro-batch of its own.
    Padded: longest rows first. Packed: rows with the same prompt next to each other, else in the order given.
    """
    return _split_packed(rows, token_budget) if layout == "packed" else _split_padded(rows, token_budget)


def _split_padded(rows: Sequence[TokenRow], token_budget: int) -> list[list[int]]:
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


def _split_packed(rows: Sequence[TokenRow], token_budget: int) -> list[list[int]]:
    alike: dict[tuple[int, ...], list[int]] = {}
    for index, row in enumerate(rows):
        alike.setdefault(row.prompt_ids, []).append(index)
    batches: list[list[int]] = []
    room = 0
    for prompt_ids, members in alike.items():
        opened = False  # whether the present micro-batch holds this prompt already
        for index in members:
            shares = opened and len(prompt_ids) >= SHARED_PROMPT_TOKENS
            needed = len(rows[index].response_ids) if shares else rows[index].length
            if not batches or needed > room:
                batches.append([])
                room, needed = token_budget, rows[index].length
            batches[-1].append(index)
            room -= needed
            opened = True
    return batches


def collate(rows: Sequence[TokenRow], *, device: torch.device, layout: Layout = "padded") -> MicroBatch:
    """Make the tensors of one micro-batch. Needs at least one row; each has a prompt and a response of a token or more."""
    return _pack(rows, device) if layout == "packed" else _pad(rows, device)


def _learnt(row: TokenRow) -> list[int]:
    if row.learnt is None:
        return list(range(len(row.response_ids)))
    return [index for index, learnt in enumerate(row.learnt) if learnt]


def _pad(rows: Sequence[TokenRow], device: torch.device) -> MicroBatch:
    import torch

    width = max(row.length for row in rows) - 1
    # A row is filled up with its own first token. It is never looked at, but the kernels multiply it by 0, and the vector of a
    # padding token that nobody trained may hold NaN.
    ids_BT = torch.tensor([[row.prompt_ids[0]] for row in rows]).repeat(1, width)
    places: list[int] = []
    targets: list[int] = []
    owners: list[int] = []
    for number, row in enumerate(rows):
        ids_BT[number, : row.length - 1] = torch.tensor((row.prompt_ids + row.response_ids)[:-1])
        learnt = _learnt(row)
        first = number * width + len(row.prompt_ids) - 1
        places += [first + index for index in learnt]
        targets += [row.response_ids[index] for index in learnt]
        owners += [number] * len(learnt)
    return MicroBatch(ids_BT.to(device), _long(places, device), _long(targets, device), _long(owners, device))


def _pack(rows: Sequence[TokenRow], device: torch.device) -> MicroBatch:
    from dartkit.training.attention import lay_out

    pack = _Pack()
    counts: dict[tuple[int, ...], int] = {}
    for row in rows:
        counts[row.prompt_ids] = counts.get(row.prompt_ids, 0) + 1
    shared: dict[tuple[int, ...], Segment] = {}
    targets: list[int] = []
    places: list[int] = []
    owners: list[int] = []
    for number, row in enumerate(rows):
        size = len(row.prompt_ids)
        if counts[row.prompt_ids] > 1 and size >= SHARED_PROMPT_TOKENS:
            prompt = shared.get(row.prompt_ids) or pack.add(row.prompt_ids, 0)
            shared[row.prompt_ids] = prompt
            last, first = prompt.start + size - 1, len(pack.ids)
            if len(row.response_ids) > 1:
                pack.add(row.response_ids[:-1], size, prompt)
        else:
            whole = pack.add((row.prompt_ids + row.response_ids)[:-1], 0)
            last, first = whole.start + size - 1, whole.start + size
        learnt = _learnt(row)
        # The first response token is predicted from the prompt's last place, each later one from the token before it.
        places += [last if index == 0 else first + index - 1 for index in learnt]
        targets += [row.response_ids[index] for index in learnt]
        owners += [number] * len(learnt)
    return MicroBatch(
        _long(pack.ids, device)[None],
        _long(places, device),
        _long(targets, device),
        _long(owners, device),
        positions_BT=_long(pack.positions, device)[None],
        segments=lay_out(pack.segments, device),
    )


class _Pack:
    """Tokens in one line, with their positions and segments."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.positions: list[int] = []
        self.segments: list[Segment] = []

    def add(self, ids: tuple[int, ...], position: int, prompt: Segment | None = None) -> Segment:
        """Append tokens as one segment, which also sees `prompt`."""
        from dartkit.training.attention import Segment

        start, length = len(self.ids), len(ids)
        segment = Segment(start, length, prompt.start, prompt.length) if prompt else Segment(start, length)
        self.ids += ids
        self.positions += range(position, position + length)
        self.segments.append(segment)
        return segment


def _long(values: list[int], device: torch.device) -> Tensor:
    import torch

    return torch.tensor(values, dtype=torch.long).to(device)
