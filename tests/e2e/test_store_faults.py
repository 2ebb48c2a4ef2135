"""What may happen to a run directory while commands write to it: SIGTERM, a full disk, two processes at once, job arrays.

Each test compares with an uninterrupted run on the scripted engine, whose draws are a pure function of problem and number.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dartkit.run import RunDir
from tests.e2e.terminal import PROGRAM, dartkit, environment, make_run

SLOW = ("--engine", "scripted", "--set", "engine.seconds_per_draw=0.05", "--set", "engine.capacity=8")
ESTIMATE = ("estimate", "r", *SLOW, "--probe", "8")
SYNTH = ("synth", "r", *SLOW, "--strategy", "uniform=6", "--max-draws", "40")
HIDDEN = {"created_at", "seconds", "worker", "phase"}
ROOT = Path(__file__).parents[2]


def tables(path: Path) -> dict[str, Any]:
    """The tables of a run by id, without times, and of the samples only those that a target uses (see `test_kill`)."""
    run = RunDir(path)
    used = {record.problem_id: max(8, record.n_draws) for record in run.targets()}
    samples = {
        row["sample_id"]: {name: value for name, value in row.items() if name not in HIDDEN}
        for row in run.rows("samples")
        if row["draw_index"] < used.get(row["problem_id"], 8)
    }
    return {
        "samples": samples,
        "verdicts": {
            row["sample_id"]: (row["outcome"], row["extracted"])
            for row in run.rows("verdicts")
            if row["sample_id"] in samples
        },
        "difficulty": {record.problem_id: record for record in run.difficulty()},
        "targets": {(record.problem_id, record.strategy): record for record in run.targets()},
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the run `r`, estimated and synthesised without a disturbance, and `loaded`, the same before any draw."""
    folder = tmp_path_factory.mktemp("whole")
    make_run(folder, "loaded", per_level=4)
    shutil.copytree(folder / "loaded", folder / "r")
    for line in (ESTIMATE, SYNTH):
        done = dartkit(*line, cwd=folder)
        assert done.status == 0, done.err
    return folder


def start(folder: Path, *arguments: str, watched: bool = False) -> subprocess.Popen[str]:
    """Start a command; `watched` makes its segments small, so that it compacts all the time."""
    program = [sys.executable, "-m", "tests.e2e.watched_program", os.devnull] if watched else [PROGRAM]
    return subprocess.Popen(
        [*program, *arguments],
        cwd=folder,
        env=environment(PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait, for a minute at most."""
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def written(run: Path, table: str = "samples") -> bool:
    """Say whether a table has a file with a row."""
    return any(path.stat().st_size for path in (run / table).glob("*-*"))


def draws_on_disk(run: Path) -> int:
    """Count the draws of a run."""
    return len(RunDir(run).columns("samples", ["sample_id"]))


def has_more_draws(run: Path, count: int) -> bool:
    """Say whether a run has more draws than `count`."""
    return draws_on_disk(run) > count


def check_interrupted(process: subprocess.Popen[str], command: str) -> None:
    """One paragraph, which ends in the line that goes on, and the status of an interrupt."""
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert err.count("Stopped: ") == 1
    assert err.splitlines()[-1].strip().startswith(f"Go on with the same line: dartkit {command} r")
    assert "Traceback" not in err


def test_sigterm_stops_estimate_and_synth_and_the_same_lines_finish(whole: Path, tmp_path: Path) -> None:
    """SIGTERM as soon as draws are on disk, a second one at once, while segments are compacted: equal tables in the end."""
    shutil.copytree(whole / "loaded", tmp_path / "r")
    for line in (ESTIMATE, SYNTH):
        held = draws_on_disk(tmp_path / "r")
        process = start(tmp_path, *line, watched=True)
        wait_until(partial(has_more_draws, tmp_path / "r", held + 10))
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        check_interrupted(process, line[0])
        done = dartkit(*line, cwd=tmp_path)
        assert done.status == 0, done.err
    assert tables(tmp_path / "r") == tables(whole / "r")


def test_sigterm_stops_verify(tmp_path: Path) -> None:
    """Thousands of loaded samples without a verdict: the verdicts so far stay, the next call judges the others only."""
    problems = [{"problem": f"What is {i} + 1?", "answer": str(i + 1)} for i in range(200)]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(item) + "\n" for item in problems))
    answers = [
        {**item, "model": "m", "response": f"\\boxed{{\\sqrt{{{(int(item['answer']) + k) ** 2}}}}}"}
        for item in problems
        for k in range(12)
    ]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(item) + "\n" for item in answers))
    assert dartkit("load", "files", "r", "p.jsonl", cwd=tmp_path).status == 0
    loaded = dartkit("load", "samples", "r", "a.jsonl", cwd=tmp_path)
    assert loaded.status == 0, loaded.err
    process = start(tmp_path, "verify", "r")
    wait_until(lambda: written(tmp_path / "r", "verdicts"))
    process.send_signal(signal.SIGTERM)
    check_interrupted(process, "verify")
    kept = len(list(RunDir(tmp_path / "r").verdicts()))
    done = dartkit("verify", "r", "--json", cwd=tmp_path)
    assert done.value["counts"]["samples"] == 2400 - kept < 2400


def test_sigterm_stops_eval(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole / "loaded", tmp_path / "r")
    process = start(
        tmp_path,
        "eval",
        "r",
        *SLOW,
        "--name",
        "e",
        "--set",
        "splits=[train]",
        "--set",
        "samples_per_problem=50",
    )
    wait_until(lambda: written(tmp_path / "r"))
    process.send_signal(signal.SIGTERM)
    check_interrupted(process, "eval")
    assert RunDir(tmp_path / "r").steps().keys() == {"load"}


@pytest.mark.parametrize("delay", [0.1, 0.3, 0.6])
def test_sigterm_during_the_start(whole: Path, tmp_path: Path, delay: float) -> None:
    """Whatever the program imports at that moment. Before its first statement Python itself ends it, with SIGTERM's own status."""
    shutil.copytree(whole / "loaded", tmp_path / "r")
    process = start(tmp_path, *ESTIMATE)
    time.sleep(delay)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGTERM)
    if process.returncode == 130:
        assert err.count("Stopped: ") == 1
        assert "Traceback" not in err


def _small_files() -> None:
    """Let no file grow over 40 kB: a write beyond fails as on a full disk, in the middle of a line."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def test_a_full_disk_stops_with_4_and_loses_nothing(whole: Path, tmp_path: Path) -> None:
    """Exit status 4, one message with the file's name; the same line goes on once there is space, and repeats no draw on disk."""
    shutil.copytree(whole / "loaded", tmp_path / "r")
    stopped = dartkit(*ESTIMATE, cwd=tmp_path, before=_small_files)
    assert stopped.status == 4, stopped.err
    assert stopped.err.count("Error: ") == 1
    assert "no space left to write" in stopped.err
    assert "r/samples/seg-" in stopped.err
    assert "Free disk space" in stopped.err
    held = draws_on_disk(tmp_path / "r")
    assert held > 10
    done = dartkit(*ESTIMATE, "--json", cwd=tmp_path)
    assert done.status == 0, done.err
    assert done.value["counts"]["draws"] == 20 * 8 - held
    assert dartkit(*SYNTH, cwd=tmp_path).status == 0
    assert tables(tmp_path / "r") == tables(whole / "r")


def test_two_processes_with_one_command_lose_nothing(whole: Path, tmp_path: Path) -> None:
    """Both draw the same problems at once, with small segments that both compact and merge: every table ends as with one process."""
    shutil.copytree(whole / "loaded", tmp_path / "r")
    for line in (ESTIMATE, SYNTH):
        for process in [start(tmp_path, *line, watched=True) for _ in range(2)]:
            _, err = process.communicate(timeout=200)
            assert process.returncode == 0, err
    assert tables(tmp_path / "r") == tables(whole / "r")


def without_prior(found: dict[str, Any]) -> dict[str, Any]:
    """The tables without the columns that follow from all problems together."""
    bare = {
        key: replace(record, shrunk_pass_rate=None, shrunk_low=None, shrunk_high=None)
        for key, record in found["difficulty"].items()
    }
    return {**found, "difficulty": bare}


def test_three_shards_equal_one_process(whole: Path, tmp_path: Path) -> None:
    """A job array of three on one run directory, then one unsharded command, which draws nothing and writes the tables whole."""
    shutil.copytree(whole / "loaded", tmp_path / "r")
    for line in (ESTIMATE, SYNTH):
        shards = [start(tmp_path, *line, "--shard", f"{index}/3", watched=True) for index in range(3)]
        for process in shards:
            _, err = process.communicate(timeout=200)
            assert process.returncode == 0, err
    # Difficulty and targets are read from three files; each shard fits the prior of its own problems until one command sees them all.
    assert without_prior(tables(tmp_path / "r")) == without_prior(tables(whole / "r"))
    for line in (ESTIMATE, SYNTH):
        done = dartkit(*line, "--json", cwd=tmp_path)
        assert done.status == 0, done.err
        assert done.value["counts"]["draws"] == 0
    assert tables(tmp_path / "r") == tables(whole / "r")
    ours, theirs = (dartkit("status", "r", "--json", cwd=folder).value for folder in (tmp_path, whole))
    assert ours["strategies"] == theirs["strategies"]
    assert ours["difficulty"] == theirs["difficulty"]
