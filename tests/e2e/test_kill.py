"""A killed run is a normal run: kill -9 at random points, type the same command, get the same tables.

The first test kills the whole data chain on the scripted engine, where an uninterrupted run gives the exact truth. The second kills
the demo recipe (real model, SFT and DAPO included) twenty times on its way through one run directory.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dartkit.run import RunDir

DARTKIT = str(Path(sys.executable).with_name("dartkit"))
KILLS = 20
RUNS, KILLS_PER_RUN = 10, 5  # on the scripted engine
CAPACITY = 16
SCRIPTED = f"""
name: scripted
engine: {{kind: scripted, pass_rate_by_level: {{"1": 0.9, "2": 0.6, "3": 0.4, "4": 0.2, "5": 0.05}}, capacity: {CAPACITY}, seconds_per_draw: 0.02}}
steps:
  - stage: load
    source: {{kind: generated, per_level: 8}}
  - stage: estimate
  - stage: synth
    strategy: {{kind: prop2diff, max_correct: 8}}
    max_draws_per_problem: 64
    hopeless_pass_rate: 0.02
"""
PROBE = 8
SMALL_DEMO = (
    "model.dtype=float32", "engine.batch_size=32", "steps.load.source.per_level=4", "steps.estimate.samples_per_problem=4",
    "steps.5.strategy.max_correct=4", "steps.5.max_draws_per_problem=12", "steps.6.strategy.draws_per_problem=6",
    "steps.export-sft.strategy.max_correct=4", "steps.eval.samples_per_problem=1", "steps.train-sft.save_every_steps=1",
    "steps.train-sft.tokens_per_step=1024", "steps.train-rl.steps=4", "steps.train-rl.prompts_per_step=4", "steps.train-rl.group_size=4",
    "steps.train-rl.save_every_steps=1",
)  # fmt: skip


def command(recipe: str, run: Path, settings: tuple[str, ...] = ()) -> list[str]:
    return [
        DARTKIT,
        "run",
        recipe,
        "--run",
        str(run),
        *(part for item in settings for part in ("--set", item)),
    ]


def tables(path: Path) -> dict[str, Any]:
    """The tables and exports of a run without what depends on time, by id.

    Draws that were in flight when a target was met are on disk beyond the number at which the strategy stopped. How many
    there are depends on timing, and no table or export uses them; everything else is equal to the letter.
    """
    run = RunDir(path)
    hidden = {"created_at", "seconds", "worker"}
    targets = {(record.strategy, record.problem_id): record for record in run.targets()}
    used: dict[str, int] = {}
    for record in run.targets():
        used[record.problem_id] = max(used.get(record.problem_id, PROBE), record.n_draws)
    samples = {
        row["sample_id"]: {name: value for name, value in row.items() if name not in hidden}
        for row in run.rows("samples")
        if row["phase"] == "eval" or row["draw_index"] < used[row["problem_id"]]
    }
    return {
        "problems": {row["problem_id"]: row for row in run.rows("problems")},
        "samples": {key: {k: v for k, v in row.items() if k != "phase"} for key, row in samples.items()},
        "verdicts": {
            row["sample_id"]: (row["outcome"], row["extracted"], row["reward"])
            for row in run.rows("verdicts")
            if row["sample_id"] in samples
        },
        "difficulty": {record.problem_id: record for record in run.difficulty()},
        "targets": targets,
        "exports": {
            str(file.relative_to(path)): file.read_bytes()
            for file in (path / "exports").rglob("*")
            if file.name in ("messages.jsonl", "problems.jsonl", "trl.jsonl")
        },
    }


def sample_lines(path: Path) -> dict[str, dict[str, Any]]:
    """Every complete sample row on disk right now."""
    return (
        {row["sample_id"]: row for row in RunDir(path).rows("samples")}
        if (path / "run.json").is_file()
        else {}
    )


def written_rows(path: Path) -> int:
    """Rows in all segments and parts, repeated draws counted twice."""
    import pyarrow.parquet as pq

    folder = path / "samples"
    lines = sum(file.read_bytes().count(b"\n") for file in folder.glob("seg-*.jsonl"))
    total: int = lines + sum(pq.read_metadata(file).num_rows for file in folder.glob("part-*.parquet"))
    return total


def run_and_kill(arguments: list[str], delay: float) -> bool:
    """Start a command in a session of its own and kill it after `delay` seconds; say whether it had finished by itself."""
    process = subprocess.Popen(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        _, errors = process.communicate(timeout=delay)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return False
    assert process.returncode == 0, errors.decode()
    return True


def watched(recipe: str, run: Path, listing: Path) -> list[str]:
    """The same command with small segments, which lists the draws that it starts."""
    return [sys.executable, "-m", "tests.e2e.watched_program", str(listing), *command(recipe, run)[1:]]


def kill_while_drawing(line: list[str], listing: Path, rng: random.Random) -> bool:
    """Start a command and kill it: one time in five at any moment of its start, else up to 0.4 s after its first draw began."""
    process = subprocess.Popen(
        line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    early = rng.random() < 0.2
    patience = time.monotonic() + (rng.uniform(0.1, 1.0) if early else 60.0)
    while process.poll() is None and time.monotonic() < patience and (early or not listing.is_file()):
        time.sleep(0.002)
    if not early:
        time.sleep(rng.uniform(0.0, 0.4))
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    _, errors = process.communicate()
    assert process.returncode in (0, -signal.SIGKILL), errors.decode()
    return process.returncode != 0


@pytest.mark.timeout(900)
def test_kills_change_nothing_on_the_scripted_engine(tmp_path: Path) -> None:
    """Ten runs, each killed five times at random moments and finished by the same command, equal an uninterrupted one.

    Each killed process loses at most what the engine had in flight, and starts no draw that was on disk.
    """
    recipe = tmp_path / "scripted.yaml"
    recipe.write_text(SCRIPTED)
    subprocess.run(command(str(recipe), tmp_path / "whole"), check=True, capture_output=True)
    truth = tables(tmp_path / "whole")
    rng = random.Random(11)
    interrupted = 0
    lost: list[int] = []
    for index in range(RUNS):
        path = tmp_path / f"run{index}"
        for kill in range(KILLS_PER_RUN + 1):
            held = set(sample_lines(path))
            listing = tmp_path / f"started{index}-{kill}"
            line = watched(str(recipe), path, listing)
            if kill < KILLS_PER_RUN:
                interrupted += kill_while_drawing(line, listing, rng)
            else:
                subprocess.run(line, check=True, capture_output=True)
            begun = set(listing.read_text().split() if listing.is_file() else ())
            assert not held & begun, "a draw that was on disk was made again"
            lost.append(len(begun - set(sample_lines(path))))
        assert tables(path) == truth
        assert written_rows(path) == len(sample_lines(path)), "a row was written twice"
        assert not list(path.glob("*/.part-*.tmp")), "a killed process left half a part behind"
    assert 0 < max(lost) <= CAPACITY, "no kill came while draws were in flight, or more were lost"
    assert interrupted >= RUNS * KILLS_PER_RUN * 3 // 4


@pytest.mark.timeout(1800)
def test_demo_survives_twenty_kills(tmp_path: Path) -> None:
    """The demo recipe, made small, in float32: what was on disk at each kill is in the final tables unchanged.

    The uninterrupted run draws the same ids; a draw's text does not depend on its neighbours except by rounding, so all but
    a few in a thousand completions are equal to the letter.
    """
    started = time.monotonic()
    subprocess.run(command("demo", tmp_path / "whole", SMALL_DEMO), check=True, capture_output=True)
    duration = time.monotonic() - started
    path = tmp_path / "killed"
    rng = random.Random(3)
    seen: dict[str, dict[str, Any]] = {}
    for _ in range(KILLS):
        startup = 4.0  # seconds until the first stage works; a kill before that would test Python, not us
        if run_and_kill(command("demo", path, SMALL_DEMO), startup + rng.uniform(0, 2.5 * duration / KILLS)):
            break
        now = sample_lines(path)
        assert all(now[key] == row for key, row in seen.items())
        seen = now
    subprocess.run(command("demo", path, SMALL_DEMO), check=True, capture_output=True)
    final = sample_lines(path)
    assert all(final[key] == row for key, row in seen.items())
    assert written_rows(path) == len(final), "a draw that was on disk was made again"
    expected = sample_lines(tmp_path / "whole")
    start_sampler = min(expected.values(), key=lambda row: row["created_at"])["sampler_id"]
    ours = {key: row["completion"] for key, row in final.items() if row["sampler_id"] == start_sampler}
    theirs = {key: row["completion"] for key, row in expected.items() if row["sampler_id"] == start_sampler}
    assert len(set(ours) ^ set(theirs)) <= 0.02 * len(theirs)
    assert sum(ours[key] == theirs[key] for key in ours.keys() & theirs.keys()) >= 0.98 * len(theirs)
    assert (
        json.loads((path / "manifest.json").read_text())["steps"].keys()
        == json.loads((tmp_path / "whole" / "manifest.json").read_text())["steps"].keys()
    )
