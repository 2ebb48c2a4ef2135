"""The trainings that test_torchrun.py compares on one rank and on two, and what the ranks run besides the command line.

Started by torchrun as `-m tests.e2e.parallel_case WHAT FOLDER`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from dartkit.errors import DartkitError, DataError
from dartkit.events import Event, SilentSink, StageProgress
from dartkit.ranks import leave
from dartkit.rl.train import train_rl
from dartkit.run import RunDir
from dartkit.sft.train import train_sft
from dartkit.tiny.problems import FAMILIES, generate_problems
from dartkit.training_settings import TrainRlSettings, TrainSftSettings

SFT: dict[str, Any] = {
    "model": {"path": "tiny", "dtype": "float32"}, "epochs": 1, "tokens_per_step": 700, "tokens_per_micro_batch": 256,
    "optimizer": {"learning_rate": 1e-4, "max_grad_norm": 0.5}, "save_every_steps": 1,
}  # fmt: skip
LORA: dict[str, Any] = {
    **SFT,
    "name": "lora",
    "memory": {"lora": {"rank": 4}, "gradient_checkpointing": True},
}
RL: dict[str, Any] = {
    "model": {"path": "tiny", "dtype": "float32"}, "engine": {"kind": "transformers", "batch_size": 16, "device": "cpu"}, "steps": 2,
    "prompts_per_step": 4, "group_size": 4, "updates_per_step": 2, "tokens_per_micro_batch": 512, "sampling": {"max_tokens": 64},
    "optimizer": {"learning_rate": 1e-5}, "save_every_steps": 1, "algo": {"max_generation_rounds": 1, "overlong_buffer_tokens": 16},
    "rollout": {"short_batch": "train-smaller"},
}  # fmt: skip


def make_run(path: Path) -> RunDir:
    """Make a run directory with both exports: problems of the middle level, which the bundled model solves half of the time."""
    RunDir.create(path, seed=3)
    problems = list(generate_problems(families=FAMILIES[:2], levels=[3], per_level=16, split="train", seed=1))
    chats = [
        {"messages": [{"role": "user", "content": one.text}, {"role": "assistant", "content": one.solution}]}
        for one in problems
    ]
    golds = [{"problem": one.text, "answer": one.answer} for one in problems]
    for name, rows in (("sft/messages", chats), ("rl/problems", golds)):
        file = path / "exports" / f"{name}.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return RunDir(path)


def run_both(run: RunDir, sink: Any) -> None:
    """Train by both stages, one of them also with adapters, or go on where they stopped."""
    train_sft(run, TrainSftSettings.model_validate(SFT), None, sink)
    train_sft(run, TrainSftSettings.model_validate(LORA), None, sink)
    train_rl(run, TrainRlSettings.model_validate(RL), None, sink)


class Disaster:
    """What happens on the second rank after the first step of SFT; the first rank hears nothing of it."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def emit(self, event: Event) -> None:
        if isinstance(event, StageProgress) and os.environ["RANK"] == "1":
            if self._kind == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            raise DataError("row 9 is broken", where="data.jsonl:9", fix="Mend it.")


def main(what: str, folder: Path) -> None:
    """Run the cases of one start of torchrun on this rank: `all`, whose last one fails on the second rank, or `killed`."""
    run = RunDir(folder / "run")
    if what == "killed":
        run_both(run, Disaster(what))
    from tests.e2e.sharded_gradients import measure

    measure(folder / "gradients.json")
    run_both(run, SilentSink())
    try:
        run_both(RunDir(folder / "broken"), Disaster("broken"))
    except DartkitError as error:
        (folder / f"rank-{os.environ['RANK']}.txt").write_text(f"{int(error.status)} {error.paragraph()}")
        leave(int(error.status))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
