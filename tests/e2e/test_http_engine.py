"""The command line on a server that dies in the middle: exit 4 with everything kept, and the same command finishes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dartkit.ids import draw_seed
from dartkit.run import RunDir
from tests.conftest import make_problem, make_run
from tests.fault_server import MODEL, FaultServer, Reply, Seen, answer, models

DARTKIT = str(Path(sys.executable).with_name("dartkit"))
KEY = "sk-e2e-never-to-be-seen"
PROBLEMS = [
    make_problem(f"What is {number} + {number}?", str(2 * number), row=number) for number in range(1, 21)
]
CORRECT = 4
MANY = 30


def dartkit(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TEST_KEY": KEY}
    return subprocess.run(
        [DARTKIT, *arguments], capture_output=True, text=True, timeout=250, check=False, env=environment
    )


def synth(server: FaultServer, path: Path, *more: str) -> list[str]:
    """The command under test: four correct samples of each problem, 16 in flight."""
    return [
        "synth", str(path), "--engine", "http", "--base-url", server.url, "--api-key-env", "TEST_KEY", "--batch-size", "16",
        "--strategy", f"uniform={CORRECT}", "--max-draws", str(MANY), "--max-tokens", "50",
        "--set", "engine.give_up_seconds=1", "--set", "prompt.template=plain", "--json", *more,
    ]  # fmt: skip


def half_right(seen: Seen) -> Reply:
    """Answer `What is N + N?` rightly where the draw's seed is even."""
    number = int(seen.prompt.split()[2])
    value = 2 * number if seen.body["seed"] % 2 == 0 else 2 * number + 1
    return answer(seen, f"It is \\boxed{{{value}}}.")


def draws_by_arithmetic(problem_id: str) -> int:
    """Number of draws until four are correct, from the seeds alone: the run's seed is 0."""
    right = 0
    for index in range(MANY):
        right += draw_seed(0, problem_id, index) % 2 == 0
        if right == CORRECT:
            return index + 1
    return MANY


def rows(path: Path) -> dict[str, int]:
    """How often each sample id stands in the files of the samples table, complete lines only."""
    found: Counter[str] = Counter()
    for file in (path / "samples").glob("seg-*.jsonl"):
        lines = file.read_text(encoding="utf-8").split("\n")[:-1]
        found.update(json.loads(line)["sample_id"] for line in lines)
    import pyarrow.parquet as pq

    for file in (path / "samples").glob("part-*.parquet"):
        found.update(pq.read_table(file, columns=["sample_id"]).column(0).to_pylist())
    return dict(found)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(half_right) as running:
        yield running


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make_run(tmp_path / "run", PROBLEMS).close()
    return tmp_path / "run"


def test_a_server_that_dies_ends_with_4_and_the_same_command_finishes(
    server: FaultServer, path: Path
) -> None:
    """It dies at the 40th request: the 40 draws that were answered are on disk and are not asked for again, by their seeds.

    The targets are met at the draw that arithmetic on the seeds says, and the key is nowhere in the run directory.
    """
    answered: list[int] = []

    def behave(seen: Seen) -> Reply:
        if seen.number >= 40:
            return Reply(b"", stall=60.0)
        answered.append(seen.body["seed"])
        return half_right(seen)

    server.behave = behave
    running = subprocess.Popen(
        [DARTKIT, *synth(server, path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TEST_KEY": KEY},
    )  # fmt: skip
    wait_until(lambda: len(server.seen) >= 56)  # 40 answered, 16 in the server's hands
    server.die()
    out, errors = running.communicate(timeout=200)
    assert running.returncode == 4, errors
    stop = json.loads(out)["error"]
    assert server.url in stop["what"]
    assert "same command" in stop["fix"]
    kept = {row["seed"]: row["completion"] for row in RunDir(path).rows("samples")}
    assert sorted(kept) == sorted(answered)

    server.behave = half_right
    before = len(server.seen)
    server.start()
    done = dartkit(*synth(server, path))
    assert done.returncode == 0, done.stderr
    asked_again = {seen.body["seed"] for seen in server.seen[before:]} & kept.keys()
    assert asked_again == set()
    check_finished(path, kept)
    everything = b"".join(file.read_bytes() for file in path.rglob("*") if file.is_file())
    assert KEY.encode() not in everything
    assert KEY not in out + errors + done.stdout + done.stderr


def wait_until(reached: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not reached():
        assert time.monotonic() - began < 120, "the command has not come so far"
        time.sleep(0.01)


def check_finished(path: Path, kept: dict[int, str]) -> None:
    """Every target is met at the draw that the seeds say, every draw stands once, what was kept is unchanged."""
    assert set(rows(path).values()) == {1}
    run = RunDir(path)
    final = {row["seed"]: row["completion"] for row in run.rows("samples")}
    assert kept.items() <= final.items()
    targets = {record.problem_id: (record.status, record.n_draws) for record in run.targets()}
    assert targets == {item.problem_id: ("met", draws_by_arithmetic(item.problem_id)) for item in PROBLEMS}
    for name in {row["sampler_id"] for row in run.rows("samples")}:
        sampler = run.samplers()[name]
        assert (sampler.model, sampler.model_revision, sampler.chat_template_hash) == (MODEL, None, None)


def test_termination_is_130_and_the_same_command_finishes(server: FaultServer, path: Path) -> None:
    """SIGTERM while the server stalls: the command ends by itself, and draws made before are on disk."""
    server.behave = lambda seen: half_right(seen) if seen.number < 30 else Reply(b"", stall=60.0)
    running = subprocess.Popen(
        [DARTKIT, *synth(server, path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TEST_KEY": KEY},
    )  # fmt: skip
    wait_until(lambda: len(server.seen) >= 46)
    running.send_signal(signal.SIGTERM)
    _, errors = running.communicate(timeout=200)
    assert running.returncode == 130, errors
    kept = {row["seed"]: row["completion"] for row in RunDir(path).rows("samples")}
    assert len(kept) == 30
    server.behave = half_right
    assert dartkit(*synth(server, path)).returncode == 0
    check_finished(path, kept)


def test_what_a_user_gets_wrong_is_said_with_the_next_step(server: FaultServer, path: Path) -> None:
    """Two models and no name: the names. No server: the address. No such variable: its name."""
    server.listing = models("a", "b")
    several = dartkit(*synth(server, path))
    assert (several.returncode, "a, b" in several.stderr, "--model NAME" in several.stderr) == (4, True, True)
    server.die()
    nobody = dartkit(*synth(server, path))
    assert (nobody.returncode, server.url in nobody.stderr) == (4, True)
    lost = dartkit(*synth(server, path, "--set", "engine.endpoint=completions"))
    assert lost.returncode == 4
    server.start()
    plain = dartkit(*synth(server, path, "--set", "engine.endpoint=completions", "--model", "a"))
    assert (plain.returncode, "prompt.chat=false" in plain.stderr) == (2, True)
    assert len(server.seen) == 0
