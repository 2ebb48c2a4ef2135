"""Metrics are cut back to the checkpoint, and a finished training is recognised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dartkit.errors import DataError, UsageError
from dartkit.training.record import (
    MetricsLog,
    finished_counts,
    read_metrics,
    remove_leftovers,
    require_same,
    training_identity,
    write_finished,
)
from dartkit.training_settings import TrainSftSettings


def test_lines_after_the_checkpoint_and_half_lines_go(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    log = MetricsLog(path, 0)
    for step in (1, 2, 3):
        log.append({"step": step, "loss": float("nan") if step == 2 else 1.0})
    with path.open("ab") as file:
        file.write(b'{"step": 4, "lo')
    MetricsLog(path, 2).append({"step": 3, "loss": 0.5})
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"step": 1, "loss": 1.0},
        {"step": 2, "loss": None},
        {"step": 3, "loss": 0.5},
    ]
    assert len(read_metrics(path)) == 3


def identity(data: Path, **changes: Any) -> dict[str, Any]:
    return training_identity(TrainSftSettings(**changes), model="m", revision="r", data=data, run_seed=0)


def test_identity_follows_what_matters(tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    data.write_text("x")
    first = identity(data)
    assert identity(data, save_every_steps=7, name="other") == first
    assert identity(data, checkpoint={"keep_checkpoints": 9, "resume": "x"}) == first
    assert identity(data, epochs=9)["settings"] != first["settings"]
    data.write_text("y")
    assert identity(data)["data"] != first["data"]
    with pytest.raises(DataError, match="no such file"):
        identity(tmp_path / "missing")


def test_finished_training_gives_its_counts_and_refuses_another(tmp_path: Path) -> None:
    assert finished_counts(tmp_path, {"settings": {"a": 1}}) is None
    write_finished(tmp_path, {"settings": {"a": 1}}, TrainSftSettings(), {"steps": 3})
    assert finished_counts(tmp_path, {"settings": {"a": 1}}) == {"steps": 3}
    with pytest.raises(UsageError, match="other a: was 1, is 2"):
        finished_counts(tmp_path, {"settings": {"a": 2}})


def test_changed_settings_are_named_field_by_field(tmp_path: Path) -> None:
    """Every changed setting with both values, by the path that `--set` takes; a changed file by what it is."""
    data = tmp_path / "data.jsonl"
    data.write_text("x")
    stored = identity(data)
    now = identity(data, epochs=2, optimizer={"learning_rate": 0.5, "warmup_steps": 3})
    with pytest.raises(UsageError) as caught:
        require_same({**now, "run seed": 4}, stored, tmp_path)
    assert caught.value.what.removeprefix("this folder holds a training with other ").split("; ") == [
        "run seed: was 0, is 4",
        "epochs: was 3, is 2",
        "optimizer.learning_rate: was 1e-05, is 0.5",
        "optimizer.warmup_steps: was 0, is 3",
    ]


def test_numbers_are_added_to_the_last_line_or_a_new_one(tmp_path: Path) -> None:
    log = MetricsLog(tmp_path / "metrics.jsonl", 0)
    log.extend(0, {"eval/x": 1.0})
    log.append({"step": 1, "loss": 2.0})
    log.extend(1, {"eval/x": float("inf")})
    assert log.rows() == [{"step": 0, "eval/x": 1.0}, {"step": 1, "loss": 2.0, "eval/x": None}]


def test_leftovers_go_and_nothing_else_does(tmp_path: Path) -> None:
    (tmp_path / "samples").mkdir()
    (tmp_path / "checkpoints" / ".step-00000001.7.tmp").mkdir(parents=True)
    for name in (
        ".a.json.7.tmp",
        "samples/.b.jsonl.7.tmp",
        "checkpoints/.step-00000001.7.tmp/m",
        "b.tmp",
        ".c",
    ):
        (tmp_path / name).write_text("x")
    remove_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == [".c", "b.tmp", "checkpoints", "samples"]
