"""Micro-batches hold every row once, within the budget, and pad on the right."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from dartkit.training.batching import TokenRow, collate, split_rows


def row(prompt: int, response: int) -> TokenRow:
    return TokenRow(tuple(range(1, prompt + 1)), tuple(range(100, 100 + response)))


def test_split_by_hand() -> None:
    """Lengths 3, 9, 5, 4 and budget 10: 9 alone (2*9 > 10), then 5 and 4 (2*5 = 10), then 3 (3*5 > 10)."""
    rows = [row(1, 2), row(4, 5), row(2, 3), row(2, 2)]
    assert split_rows(rows, 10) == [[1], [2, 3], [0]]


def test_row_above_the_budget_goes_alone() -> None:
    assert split_rows([row(50, 50), row(1, 1)], 10) == [[0], [1]]


@given(st.lists(st.integers(1, 40), max_size=30), st.integers(1, 200))
def test_every_row_once_and_within_the_budget(lengths: list[int], budget: int) -> None:
    rows = [row(1, length) for length in lengths]
    parts = split_rows(rows, budget)
    assert sorted(index for part in parts for index in part) == list(range(len(rows)))
    for part in parts:
        padded = len(part) * max(rows[index].length for index in part)
        assert padded <= budget or len(part) == 1


def test_collate_marks_the_places_that_predict_a_response() -> None:
    """The last token of the longest row is no input; rows are 2 wide, so row b starts at place 2 b, filled up with its first token.

    Prompt 1 2 and response 100: place 1, which sees 1 2, predicts 100; prompt 1 and response 100 101: places 0 and 1 predict.
    """
    batch = collate([row(2, 1), row(1, 2), row(1, 1)], device=torch.device("cpu"))
    assert batch.ids_BT.tolist() == [[1, 2], [1, 100], [1, 1]]
    assert batch.place_N.tolist() == [1, 2, 3, 4]
    assert batch.targets_N.tolist() == [100, 100, 101, 100]
    assert batch.row_N.tolist() == [0, 1, 1, 2]
