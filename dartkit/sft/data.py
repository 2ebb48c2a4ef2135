"""Conversations from an SFT export become token rows and, with a seed, an order of optimizer steps."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dartkit.errors import DataError
from dartkit.training.batching import TokenRow
from dartkit.training.chat import read_messages, tokenize_turns
from dartkit.training.rows import bad_row, read_json_rows

if TYPE_CHECKING:
    from dartkit.training.model import TrainableModel


@dataclass(frozen=True, slots=True)
class SftData:
    """Rows to train on, in file order, and how many were longer than the limit."""

    rows: tuple[TokenRow, ...]
    too_long: int

    @property
    def response_tokens(self) -> int:
        """Tokens that carry loss in one pass."""
        return sum(row.learnt_tokens for row in self.rows)


def read_sft_data(path: Path, trained: TrainableModel, max_length: int) -> SftData:
    """Read and tokenise JSON lines with `messages`; rows longer than `max_length` tokens are left out and counted.

    Raises:
        DataError: naming file and row, for a row that is no conversation, or when no row is left.
    """
    rows: list[TokenRow] = []
    too_long = 0
    for number, value in read_json_rows(path):
        messages = read_messages(value.get("messages"))
        if isinstance(messages, str):
            raise bad_row(path, number, messages)
        if messages[-1]["role"] != "assistant":
            raise bad_row(
                path, number, "does not end with an assistant message, so there is nothing to learn"
            )
        for row in tokenize_turns(trained.tokenizer, messages, trained.end_ids):
            if row.length > max_length:
                too_long += 1
            elif row.prompt_ids and row.response_ids:
                rows.append(row)
            else:
                raise bad_row(path, number, "has an empty prompt or an empty response")
    if not rows:
        why = (
            f"all {too_long} rows are longer than max_length {max_length}"
            if too_long
            else "the file has no rows"
        )
        raise DataError(
            f"nothing to train on: {why}", where=str(path), fix="Raise `max_length`, or export more rows."
        )
    return SftData(tuple(rows), too_long)


def plan_steps(lengths: Sequence[int], *, epochs: int, tokens_per_step: int, seed: int) -> list[list[int]]:
    """Return the row numbers of each optimizer step; each epoch has its own order and each row once.

    A step holds at most `tokens_per_step` tokens, or one longer row; it never spans two epochs, so that a small data set
    gets at least one step an epoch.
    """
    steps: list[list[int]] = []
    for epoch in range(epochs):
        order = list(range(len(lengths)))
        random.Random(f"sft order {seed} {epoch}").shuffle(order)
        room = 0
        for index in order:
            if lengths[index] <= room:
                steps[-1].append(index)
                room -= lengths[index]
            else:
                steps.append([index])
                room = tokens_per_step - lengths[index]
    return steps
