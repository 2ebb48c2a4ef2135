"""The adapters of trackio and wandb with the real packages, where they are installed, each in a process of its own and offline.

(TensorBoard's is tested on a real training in tests/e2e/test_watching.py.)
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from dartkit.training.tracking import flatten

PROGRAM = """
import sys
from pathlib import Path
from dartkit.events import MemorySink, Notice, StageProgress, StageStarted
from dartkit.settings import SamplingSettings
from dartkit.training.record import MetricsLog
from dartkit.training.tracking import require_trackers, tracking

name, folder = sys.argv[1], Path(sys.argv[2])
heard = MemorySink()
require_trackers([name])
log = MetricsLog(folder / "metrics.jsonl", 2)
with tracking([name], folder, "a-run", SamplingSettings(), heard) as events:
    events.emit(StageStarted("train-rl", "steps", total=4, done=2))
    for step in (3, 4):
        log.append({"step": step, "reward": step / 8, "entropy": None, "seconds": {"update": 1.5}})
        events.emit(StageProgress("train-rl", step, 4))
told = [event.message for event in heard.events if isinstance(event, Notice)]
assert not told, told
"""


def run_tracker(name: str, folder: Path) -> None:
    """Two steps of a resumed training whose steps 1 and 2 were sent before; nothing is said on stdout."""
    if find_spec(name) is None:
        pytest.skip(f"{name} is not installed (extra `track`)")
    folder.mkdir()
    (folder / "metrics.jsonl").write_text(
        "".join(json.dumps({"step": step, "reward": 0.0}) + "\n" for step in (1, 2))
    )
    environment = {
        **os.environ,
        "TRACKIO_DIR": str(folder / "trackio"),
        "WANDB_MODE": "offline",
        "HF_HUB_OFFLINE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, name, str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def test_trackio_keeps_the_numbers_in_its_database(tmp_path: Path) -> None:
    """Read from its SQLite file: the new steps alone, names as ours, nulls left out."""
    run_tracker("trackio", tmp_path / "rl")
    (database,) = (tmp_path / "rl" / "trackio").glob("*.db")
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT step, metrics FROM metrics ORDER BY step").fetchall()
    assert [(step, json.loads(text)) for step, text in rows] == [
        (3, {"reward": 0.375, "seconds/update": 1.5}),
        (4, {"reward": 0.5, "seconds/update": 1.5}),
    ]


def test_wandb_leaves_an_offline_run(tmp_path: Path) -> None:
    """Its run file is there, with the names of the metrics in it."""
    run_tracker("wandb", tmp_path / "rl")
    (file,) = (tmp_path / "rl" / "wandb").glob("offline-run-*/run-*.wandb")
    content = file.read_bytes()
    assert b"reward" in content
    assert b"seconds/update" in content


def test_flattening_joins_names_and_leaves_out_what_is_no_number() -> None:
    row = {
        "step": 3,
        "loss": 0.5,
        "applied": True,
        "entropy": None,
        "could_not_tell": {"timeout": 2},
        "text": "x",
    }
    assert flatten(row) == {"loss": 0.5, "applied": 1.0, "could_not_tell/timeout": 2.0}
