"""Rows read from files and put into steps."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.errors import DataError
from dartkit.sft.data import plan_steps, read_sft_data
from dartkit.training.model import TrainableModel

GOOD = {"messages": [{"role": "user", "content": "1+1?"}, {"role": "assistant", "content": "2"}]}


@given(
    st.lists(st.integers(1, 50), min_size=1, max_size=40),
    st.integers(1, 4),
    st.integers(1, 120),
    st.integers(0, 5),
)
def test_each_epoch_has_each_row_once_within_the_budget(
    lengths: list[int], epochs: int, budget: int, seed: int
) -> None:
    steps = plan_steps(lengths, epochs=epochs, tokens_per_step=budget, seed=seed)
    assert Counter(index for step in steps for index in step) == dict.fromkeys(range(len(lengths)), epochs)
    assert all(sum(lengths[index] for index in step) <= budget or len(step) == 1 for step in steps)
    assert all(len(set(step)) == len(step) for step in steps)
    assert steps == plan_steps(lengths, epochs=epochs, tokens_per_step=budget, seed=seed)


def test_epochs_and_seeds_differ_in_order() -> None:
    first = plan_steps([1] * 20, epochs=2, tokens_per_step=20, seed=0)
    assert first[0] != first[1]
    assert first != plan_steps([1] * 20, epochs=2, tokens_per_step=20, seed=1)


def test_long_rows_are_counted_and_left_out(tmp_path: Path, trained: TrainableModel) -> None:
    """The good row is 10 tokens: begin, user, 1 + 1 ?, end, assistant, 2, end."""
    long = {"messages": [GOOD["messages"][0], {"role": "assistant", "content": "2" * 30}]}
    path = tmp_path / "d.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in (GOOD, long)) + "\n\n")
    data = read_sft_data(path, trained, max_length=20)
    assert (len(data.rows), data.too_long, data.response_tokens) == (1, 1, 2)
    with pytest.raises(DataError, match="all 2 rows are longer than max_length 5"):
        read_sft_data(path, trained, max_length=5)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "row 2 is not JSON"),
        ("[1]", "row 2 is a JSON list"),
        ("[" * 100_000, "row 2 is not JSON"),
        ('{"text": "x"}', "row 2 has no list of messages"),
        ('{"messages": [{"role": "user", "content": "x"}]}', "row 2 does not end with an assistant message"),
    ],
)
def test_bad_row_is_named(tmp_path: Path, trained: TrainableModel, line: str, complaint: str) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text(json.dumps(GOOD) + "\n" + line + "\n")
    with pytest.raises(DataError) as caught:
        read_sft_data(path, trained, 100)
    assert complaint in caught.value.what
    assert caught.value.where == f"{path}:2"


def test_empty_file(tmp_path: Path, trained: TrainableModel) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text("\n")
    with pytest.raises(DataError, match="no rows"):
        read_sft_data(path, trained, 100)
