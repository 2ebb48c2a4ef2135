"""Flags that hold more than one value."""

from __future__ import annotations

import pytest
from dartkit.cli.options import read_shard, read_strategy

from dartkit.errors import UsageError


@pytest.mark.parametrize(
    ("text", "expected"), [(None, (0, 1)), ("0/1", (0, 1)), ("3/4", (3, 4)), ("0/128", (0, 128))]
)
def test_shard(text: str | None, expected: tuple[int, int]) -> None:
    assert read_shard(text) == expected


@pytest.mark.parametrize("text", ["", "4/4", "1", "-1/2", "a/b", "1/0", "1/2/3", "½/2"])
def test_a_shard_that_is_none(text: str) -> None:
    with pytest.raises(UsageError, match="expected I/N"):
        read_shard(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vanilla", {"kind": "vanilla"}),
        ("vanilla=16", {"kind": "vanilla", "draws_per_problem": 16}),
        ("uniform=4", {"kind": "uniform", "correct_per_problem": 4}),
        ("prop2diff=12", {"kind": "prop2diff", "max_correct": 12}),
        ("other", {"kind": "other"}),
    ],
)
def test_strategy(text: str, expected: dict[str, object]) -> None:
    assert read_strategy(text) == expected


@pytest.mark.parametrize("text", ["vanilla=", "vanilla=x", "other=3", "vanilla=-1"])
def test_a_strategy_that_is_none(text: str) -> None:
    with pytest.raises(UsageError, match="expected NAME or NAME=N"):
        read_strategy(text)
