"""A killed training is a normal training: kill -9 anywhere, type the same command, get the same bytes (on a CPU).

The truth is an uninterrupted run. Every file of the finished folders must be equal: metrics, sample dumps, recorded tokens,
checkpoints, exported model; and nothing may be left behind. Only `timing.jsonl` depends on the clock.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.killed_training import CALLS, KILLS, SFT_KILLS
from tests.e2e.picker import tree
from tests.e2e.terminal import environment

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed")
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.killed_training", str(folder)],
        cwd=ROOT, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def read_kills(folder: Path, trainer: str) -> dict[str, list[str]]:
    """What killed each run."""
    found: dict[str, dict[str, list[str]]] = json.loads((folder / "killed.json").read_text())
    return found[trainer]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("trainer", "kills"), [("rl", KILLS), ("sft", SFT_KILLS)])
def test_killed_trainings_end_with_the_same_bytes(killed: Path, trainer: str, kills: int) -> None:
    """The RL run is killed 20 times: at random moments, and in the middle of drawing, updating, logging and saving."""
    ways = read_kills(killed, trainer)
    assert sum(map(len, ways.values())) == kills
    truth = tree(killed / trainer / "whole" / "models" / trainer)
    assert len(truth) > 20
    for name, how in ways.items():
        found = tree(killed / trainer / name / "models" / trainer)
        assert found.keys() == truth.keys(), how
        assert [path for path in truth if found[path] != truth[path]] == [], how


def test_the_kills_fell_on_every_kind_of_moment(killed: Path) -> None:
    """Six places in the code, and the clock."""
    kinds = {way.rstrip("0123456789 ") for ways in read_kills(killed, "rl").values() for way in ways}
    assert kinds == {*CALLS, "time"}


def test_metrics_hold_no_time(killed: Path) -> None:
    """Lines for steps 0 to 4, of which 0, 2 and 4 were evaluated; seconds stand in the other file."""
    folder = killed / "rl" / "whole" / "models" / "rl"
    rows: list[dict[str, Any]] = [
        json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()
    ]
    assert [row["step"] for row in rows] == [0, 1, 2, 3, 4]
    assert [row["step"] for row in rows if "eval/avg@4" in row] == [0, 2, 4]
    assert not any("seconds" in name or "time" in name for row in rows for name in row)
    timing = [json.loads(line) for line in (folder / "timing.jsonl").read_text().splitlines()]
    parts = [row["seconds"] | row["seconds"].pop("generation", {}) for row in timing]
    assert all(value >= 0 for part in parts for value in part.values())


@pytest.mark.parametrize("trainer", ["rl", "sft"])
@pytest.mark.parametrize("how", ["sigterm-draw", "sigterm-update", "disk"])
def test_stopped_trainings_say_so_and_go_on_to_the_same_end(killed: Path, trainer: str, how: str) -> None:
    """SIGTERM ends with 130, a full disk with 4 and the name of the file; the same line then gives the uninterrupted run's files.

    SIGTERM saves a checkpoint of its own, so which checkpoints are left may differ; the last one is equal.
    """
    status = json.loads((killed / "killed.json").read_text())["stopped"][trainer][how]
    assert status == (4 if how == "disk" else 130)
    if how == "disk":
        said = (killed / trainer / "disk.txt").read_text()
        assert "checkpoints/step-" in said
        assert "Free disk space" in said
    truth, found = (tree(killed / trainer / name / "models" / trainer) for name in ("whole", how))
    last = max(path for path in truth if path.startswith("checkpoints/step-")).split("/")[1]
    ours, theirs = (
        {path: data for path, data in files.items() if not path.startswith("checkpoints/") or last in path}
        for files in (found, truth)
    )
    assert ours == theirs
