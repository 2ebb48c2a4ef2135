"""Runs both trainers in children that are killed: `python -m tests.e2e.killed_training FOLDER`.

Importing torch takes longer than a whole training here, so this program imports it once and forks. A child ends by SIGKILL,
from outside at a random moment or from inside at a chosen call (of the engine, the optimizer, a file being written, a
rename), where half of what was being written is left behind. `killed.json` then says which kills each run had, and how other
trainings ended that were stopped by SIGTERM or by a full disk.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from dartkit.cli.interrupts import listen_for_termination

from dartkit.engines.transformers_engine import TransformersEngine
from dartkit.errors import DartkitError
from dartkit.events import SilentSink
from dartkit.rl.train import train_rl
from dartkit.sft.train import train_sft
from dartkit.training.record import MetricsLog
from tests.e2e import picker

KILLS = 20
SFT_KILLS = 5
KILLS_PER_RUN = 4
CALLS = {
    "draws": 16, "optimizer step": 5, "file written": 30, "metrics line": 6, "tensors": 6, "rename": 2,
}  # fmt: skip
"""Where a child may kill itself, and up to which call of it in a run from the start."""
FIRST = ("draws", "file written", "tensors", "rename", "time")
SECOND = ("optimizer step", "metrics line", "time", "draws", "file written")
"""How each run is killed first and second; then by chance."""


def arm(place: str, number: int) -> None:
    """Have this process killed at the `number`-th call at a place."""
    owner, name, half = {
        "draws": (TransformersEngine, "finished", None),
        "optimizer step": (torch.optim.AdamW, "step", None),
        "file written": (os, "fsync", None),
        "metrics line": (MetricsLog, "append", _half_a_line),
        "tensors": (safetensors.torch, "save_file", _half_a_file),
        "rename": (Path, "rename", None),
    }[place]

    def act(*arguments: Any, **options: Any) -> None:
        if half is not None:
            half(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    at_call(owner, name, number, act)


def at_call(owner: Any, name: str, number: int, act: Callable[..., None]) -> None:
    """Do something before the `number`-th call of a function; it gets the function's arguments, after the function."""
    original = getattr(owner, name)
    seen: list[None] = []

    def counted(*arguments: Any, **options: Any) -> Any:
        seen.append(None)
        if len(seen) == number:
            act(original, *arguments, **options)
        return original(*arguments, **options)

    setattr(owner, name, counted)


def _half_a_line(original: Callable[..., None], log: MetricsLog, row: dict[str, Any]) -> None:
    with log._path.open("ab") as file:
        file.write(json.dumps(row)[:25].encode())


def _half_a_file(original: Callable[..., None], tensors: Any, path: Path, **options: Any) -> None:
    original(tensors, path, **options)
    os.truncate(path, path.stat().st_size // 2)


def start(train: Callable[[], object], prepare: Callable[[], object], said: Path | None = None) -> int:
    """Run a training in a child, which ends with the status that the command line would; return its process id."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            prepare()
            train()
            status = 0
        except KeyboardInterrupt:
            status = 130
        except DartkitError as error:
            status = int(error.status)
            (said or Path(os.devnull)).write_text(error.paragraph())
        finally:
            os._exit(status)
    return pid


def stop(train: Callable[[], object], prepare: Callable[[], object], said: Path) -> int:
    """Run a training that `prepare` has stopped; return its status, and finish it by a second run."""
    statuses = [
        os.waitstatus_to_exitcode(os.waitpid(start(train, each, said), 0)[1]) for each in (prepare, nothing)
    ]
    assert statuses[1] == 0
    return statuses[0]


def nothing() -> None:
    """Prepare nothing."""


def terminate_at(owner: Any, name: str, number: int) -> None:
    """Listen to SIGTERM as the program does, and send it at a call."""
    listen_for_termination()
    at_call(owner, name, number, lambda *_, **__: os.kill(os.getpid(), signal.SIGTERM))


def fill_disk_at(number: int) -> None:
    """Let no file grow over 40 kB from a call of `save_file` on: a write beyond fails as on a full disk."""

    def fill(*_: Any, **__: Any) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    at_call(safetensors.torch, "save_file", number, fill)


def kill_until_done(
    train: Callable[[], object], rng: random.Random, seconds: float, ways: list[str]
) -> list[str]:
    """Start a training and kill it in each of these ways, then let it finish. Return how it was killed."""
    killed: list[str] = []
    for way in [*ways, ""]:
        most = CALLS.get(way, 0) // (2 if killed else 1)  # what is left of a run has fewer calls
        number = rng.randint(1, max(1, most)) if way in CALLS else 0
        pid = start(train, partial(arm, way, number) if number else nothing)
        if way == "time":
            time.sleep(rng.uniform(0, seconds))
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if status == 0:
            break
        if status != signal.SIGKILL:
            raise SystemExit(f"a training ended with {status} after {killed}")
        killed.append(f"{way} {number}" if number else way)
    return killed


def run_killed(
    make: Callable[[str], Callable[[], object]], rng: random.Random, wanted: int
) -> dict[str, list[str]]:
    """Run one training whole, then others that are killed until there were enough kills, each in other ways.

    The first run is in this process, which then has imported all that the children need.
    """
    make("whole")()
    began = time.monotonic()
    os.waitpid(start(make("timed"), nothing), 0)
    seconds = time.monotonic() - began
    killed: dict[str, list[str]] = {}
    kinds = [*CALLS, "time"]
    while (left := wanted - sum(map(len, killed.values()))) > 0:
        order = len(killed) % len(FIRST)
        ways = [FIRST[order], SECOND[order], *rng.choices(kinds, k=KILLS_PER_RUN - 2)][:left]
        name = f"killed{len(killed)}"
        killed[name] = kill_until_done(make(name), rng, 0.7 * seconds, ways)
    return killed


def run_stopped(
    make: Callable[[str], Callable[[], object]], folder: Path, draws: tuple[Any, str]
) -> dict[str, int]:
    """Stop trainings by SIGTERM in a draw and in an update, and by a disk that is full at the second checkpoint."""
    prepare = {
        "sigterm-draw": partial(terminate_at, *draws, 4),
        "sigterm-update": partial(terminate_at, torch.optim.AdamW, "step", 2),
        "disk": partial(fill_disk_at, 4),
    }
    return {name: stop(make(name), how, folder / f"{name}.txt") for name, how in prepare.items()}


def main(folder: Path) -> None:
    """Write every run below the folder, and `killed.json`."""
    torch.set_num_threads(1)
    picker.make_picker(folder)
    rl, base = picker.rl_settings(folder), folder / "base"
    sft = picker.sft_settings(
        str(folder / "messages.jsonl"), base, epochs=4, tokens_per_step=64, save_every_steps=3
    )

    def train_one(name: str) -> Callable[[], object]:
        return lambda: train_rl(picker.open_run(folder / "rl" / name), rl, None, SilentSink())

    def tune_one(name: str) -> Callable[[], object]:
        return lambda: train_sft(picker.open_run(folder / "sft" / name), sft, None, SilentSink())

    rng = random.Random(7)
    found = {
        "rl": run_killed(train_one, rng, KILLS),
        "sft": run_killed(tune_one, rng, SFT_KILLS),
        "stopped": {
            "rl": run_stopped(train_one, folder / "rl", (TransformersEngine, "finished")),
            "sft": run_stopped(tune_one, folder / "sft", (MetricsLog, "append")),
        },
    }
    (folder / "killed.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
