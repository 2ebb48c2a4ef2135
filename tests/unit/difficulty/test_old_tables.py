"""Difficulty tables that were written before some columns existed."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dartkit.difficulty.rates import JudgedDraw, rate_problem, shrink
from dartkit.errors import DataError
from tests.conftest import make_run

LATER = ("mean_completion_tokens", "sd_completion_tokens", "n_extra", "n_extra_correct", "shrunk_pass_rate", "shrunk_low",
         "shrunk_high")  # fmt: skip


def test_columns_that_came_later_read_as_none(tmp_path: Path) -> None:
    """The seven newer columns are taken out of the file: the rest reads as it was written, they read as None."""
    run = make_run(tmp_path)
    records, _ = shrink([rate_problem("p", "s", "v", [JudgedDraw("correct", "4", 10)])])
    run.write_difficulty(records)
    path = tmp_path / "difficulty.parquet"
    pq.write_table(pq.read_table(path).drop_columns(list(LATER)), path)
    (old,) = run.difficulty()
    assert (old.problem_id, old.n_correct, old.pass_rate) == ("p", 1, 1.0)
    assert [getattr(old, name) for name in LATER] == [None] * 7


def test_a_column_that_was_always_there_is_missed(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    run.write_difficulty([rate_problem("p", "s", "v", [])])
    path = tmp_path / "difficulty.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["ci_low"]), path)
    with pytest.raises(DataError, match="ci_low"):
        run.difficulty()
