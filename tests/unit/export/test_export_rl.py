"""The RL export of the run in `counted_run`; numbers are counted by hand, schemas written out from verl's documentation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dartkit.errors import UsageError
from dartkit.events import MemorySink, Notice, SilentSink
from dartkit.export import export_rl
from dartkit.records import Difficulty
from dartkit.run import RunDir
from dartkit.stage_settings import ExportRlSettings
from tests.unit.export.counted_run import NEW, P1, P2, P3


def read_lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def export(run: RunDir, **settings: Any) -> tuple[dict[str, Any], Path]:
    return export_rl(run, ExportRlSettings(**settings), None, SilentSink()), run.path / "exports" / "rl"


def test_own_shape(run: RunDir) -> None:
    counts, folder = export(run)
    rows = read_lines(folder / "problems.jsonl")
    assert rows[0] == {
        "problem_id": P1, "problem": "2+2?", "answer": "4", "level": "1", "source": "sums", "pass_rate": 0.5,
        "n_samples": 2, "prompt": [{"role": "user", "content": "2+2?"}],
    }  # fmt: skip
    assert [(row["problem_id"], row["pass_rate"]) for row in rows] == [(P1, 0.5), (P2, 0.0), (P3, None)]
    assert counts == {"rows": 3, "funnel": {"loaded": 4, "dropped by validate: no-answer": -1, "exported": 3}}


def test_verl_schema_is_exactly_that_of_prepared_data(run: RunDir) -> None:
    """data_source, prompt, ability, reward_model, extra_info, with the struct fields in verl's order."""
    _, folder = export(run)
    table = pq.read_table(folder / "verl.parquet")
    assert table.schema.remove_metadata() == pa.schema(
        [
            ("data_source", pa.string()),
            ("prompt", pa.list_(pa.struct([("content", pa.string()), ("role", pa.string())]))),
            ("ability", pa.string()),
            ("reward_model", pa.struct([("ground_truth", pa.string()), ("style", pa.string())])),
            (
                "extra_info",
                pa.struct(
                    [
                        ("index", pa.int64()),
                        ("split", pa.string()),
                        ("problem_id", pa.string()),
                        ("pass_rate", pa.float64()),
                        ("raw_problem", pa.string()),
                    ]
                ),
            ),
        ]
    )
    assert table.to_pylist()[1] == {
        "data_source": "math_dapo",
        "prompt": [{"content": "3*3?", "role": "user"}],
        "ability": "MATH",
        "reward_model": {"ground_truth": "9", "style": "rule"},
        "extra_info": {
            "index": 1,
            "split": "train",
            "problem_id": P2,
            "pass_rate": 0.0,
            "raw_problem": "3*3?",
        },
    }


def test_trl_shape(run: RunDir) -> None:
    _, folder = export(run)
    assert read_lines(folder / "trl.jsonl")[0] == {
        "prompt": [{"role": "user", "content": "2+2?"}],
        "answer": "4",
        "problem_id": P1,
        "pass_rate": 0.5,
    }


@pytest.mark.parametrize(
    ("low", "high", "kept", "lost"),
    [
        (0.0, 1.0, [P1, P2, P3], {}),
        (0.5, 1.0, [P1], {"pass rate below the bound": -1, "pass rate not measured": -1}),
        (0.0, 0.49, [P2], {"pass rate above the bound": -1, "pass rate not measured": -1}),
        (0.0, 0.5, [P1, P2], {"pass rate not measured": -1}),
    ],
)
def test_pass_rate_bounds_are_inclusive(
    run: RunDir, low: float, high: float, kept: list[str], lost: dict[str, int]
) -> None:
    counts, folder = export(run, min_pass_rate=low, max_pass_rate=high)
    assert [row["problem_id"] for row in read_lines(folder / "problems.jsonl")] == kept
    assert {step: n for step, n in counts["funnel"].items() if step.startswith("pass rate")} == lost


def test_several_estimates_are_averaged_by_judged_draws(run: RunDir) -> None:
    """P1: 1 of 2 by one sampler, 1 of 6 judged (8 drawn) by another: 2 of 8 judged is 0.25, of 10 drawn."""
    first = run.difficulty()
    run.write_difficulty([*first, Difficulty(P1, "other", NEW, 8, 1, 2, 1 / 6, 5 / 6, 0.0, 0.5, 0)])
    _, folder = export(run)
    row = read_lines(folder / "problems.jsonl")[0]
    assert row["pass_rate"] == pytest.approx(0.25)
    assert row["n_samples"] == 10


def test_second_call_writes_the_same_bytes(run: RunDir) -> None:
    _, folder = export(run)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    export(run)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_formats_are_optional_beside_the_own_shape(run: RunDir) -> None:
    export(run)
    _, folder = export(run, formats=())
    assert sorted(path.name for path in folder.iterdir()) == ["facts.json", "problems.jsonl"]


def test_crossed_bounds_are_refused(run: RunDir) -> None:
    with pytest.raises(UsageError, match="above max_pass_rate"):
        export(run, min_pass_rate=0.9, max_pass_rate=0.1)


def test_empty_export_is_written_and_said(run: RunDir) -> None:
    sink = MemorySink()
    counts = export_rl(run, ExportRlSettings(min_pass_rate=0.9), None, sink)
    assert counts["rows"] == 0
    assert pq.read_table(run.path / "exports" / "rl" / "verl.parquet").num_rows == 0
    assert any(isinstance(event, Notice) and "the export is empty" in event.message for event in sink.events)
