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
    assert identity(data, epochs=9)["settings"] != first["settings"]
    data.write_text("y")
    assert identity(data)["data"] != first["data"]
    with pytest.raises(DataError, match="no such file"):
        identity(tmp_path / "missing")


def test_finished_training_gives_its_counts_and_refuses_another(tmp_path: Path) -> None:
    assert finished_counts(tmp_path, {"settings": "a"}) is None
    write_finished(tmp_path, {"settings": "a"}, TrainSftSettings(), {"steps": 3})
    assert finished_counts(tmp_path, {"settings": "a"}) == {"steps": 3}
    with pytest.raises(UsageError, match="other settings"):
        finished_counts(tmp_path, {"settings": "b"})
