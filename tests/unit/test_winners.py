"""Which row of a key counts, in columns: against the rule applied row by row."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from dartkit.store.winners import find_rows, find_winners, rank_samples, rank_verdicts
from dartkit.tables import TABLES, Table
from tests.conftest import make_problem, make_sample

PROBLEM = make_problem("a")


def samples_table(folder: Path, rows_per_segment: int = 50_000) -> Table:
    return Table(folder / "samples", TABLES["samples"], rows_per_segment)


def brute_force(
    rows: list[dict[str, Any]], key: tuple[str, ...], rank: Callable[[dict[str, Any]], Any]
) -> list[int]:
    """The rule of the table, row by row: the highest rank of a key, and among equals the first."""
    held: dict[Any, int] = {}
    for place, row in enumerate(rows):
        identity = tuple(row[name] for name in key)
        if identity not in held or rank(row) > rank(rows[held[identity]]):
            held[identity] = place
    return sorted(held.values())


@pytest.mark.parametrize("hex_ids", [True, False])
@pytest.mark.parametrize("distinct", [1, 3, 40, 10_000])
def test_winners_of_samples_equal_brute_force(hex_ids: bool, distinct: int) -> None:
    rng = random.Random(distinct)
    rows = [
        {
            "sample_id": f"{rng.randrange(distinct):032x}"[::-1]
            if hex_ids
            else f"s{rng.randrange(distinct)}",
            "finish_reason": rng.choice(["stop", "length", "length", "abort", "error"]),
            "max_tokens": rng.choice([None, 8, 16, 64]),
        }
        for _ in range(300)
    ]

    def rank(row: dict[str, Any]) -> Any:
        reason = row["finish_reason"]
        return (2, 0) if reason == "stop" else (1, row["max_tokens"] or 0) if reason == "length" else (0, 0)

    table = pa.Table.from_pylist(
        rows, schema=pa.schema([("sample_id", "str"), ("finish_reason", "str"), ("max_tokens", "int64")])
    )
    found = find_winners(table, ("sample_id",), rank_samples)
    assert (list(range(300)) if found is None else found.to_pylist()) == brute_force(
        rows, ("sample_id",), rank
    )


def test_winners_of_verdicts_equal_brute_force() -> None:
    """Three key columns, ids that share their first 64 bits, and dictionaries that differ from block to block."""
    rng = random.Random(2)
    rows = [
        {
            "sample_id": f"{rng.randrange(3):016x}{rng.randrange(9):016x}",
            "answer_id": rng.choice("ab"),
            "verifier_id": rng.choice("vw"),
            "outcome": rng.choice(["correct", "incorrect", "timeout", "error", "truncated"]),
        }
        for _ in range(400)
    ]
    key = ("sample_id", "answer_id", "verifier_id")
    blocks = [pa.Table.from_pylist(rows[start : start + 100]) for start in range(0, 400, 100)]
    table = pa.concat_tables(
        [block.set_column(1, "answer_id", block["answer_id"].dictionary_encode()) for block in blocks]
    )
    expected = brute_force(rows, key, lambda row: row["outcome"] in ("correct", "incorrect"))
    assert find_winners(table, key, rank_verdicts).to_pylist() == expected


def test_rows_are_found_by_the_whole_id() -> None:
    """Two ids that agree in their first 64 bits are not one."""
    one, other, third = "0" * 32, "0" * 31 + "1", "f" * 32
    ids = pa.chunked_array([[one], [third]])
    assert find_rows(pa.chunked_array([[other, third, one]]), ids).to_pylist() == [None, 1, 0]
    assert find_rows(pa.chunked_array([["x", "y"]]), pa.chunked_array([["y"]])).to_pylist() == [None, 0]


def test_columns_are_the_columns_of_rows(tmp_path: Path) -> None:
    """Parts and an open segment, with repeats of every rank: the two ways of reading agree, with and without a condition."""
    table = samples_table(tmp_path, 7)
    rng = random.Random(3)
    for _ in range(60):
        sample = make_sample(PROBLEM, rng.randrange(25), str(rng.random()), sampler=rng.choice("st") * 32)
        table.append(
            replace(sample, finish_reason=rng.choice(["stop", "length"]), max_tokens=rng.choice([1, 2]))
        )
    wanted = ["completion", "sampler_id", "max_tokens"]
    for where in ({}, {"sampler_id": "s" * 32}, {"finish_reason": "length", "sampler_id": "t" * 32}):
        rows = list(table.rows(wanted, where))
        assert table.columns(wanted, where).to_pylist() == rows
        every = [row for row in table.rows() if all(row[name] == value for name, value in where.items())]
        assert rows == [{name: row[name] for name in wanted} for row in every]
        assert rows


def test_an_empty_table_has_its_columns(tmp_path: Path) -> None:
    table = samples_table(tmp_path)
    assert table.columns(["sample_id", "draw_index"], {"phase": "probe"}).to_pylist() == []
    assert list(table.rows()) == []
