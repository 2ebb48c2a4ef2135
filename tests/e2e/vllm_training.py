"""A training of two steps whose rollouts come from vLLM, and what must hold of it, whether vLLM is in the process or a server."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from dartkit.events import SilentSink
from dartkit.rl.train import train_rl
from dartkit.run import RunDir
from dartkit.training_settings import TrainRlSettings
from tests.e2e.parallel_case import make_run

SETTINGS: dict[str, Any] = {
    "model": {"path": "tiny", "dtype": "bfloat16"}, "steps": 2, "save_every_steps": 1, "prompts_per_step": 6, "group_size": 4, "updates_per_step": 2,
    "sampling": {"max_tokens": 64}, "optimizer": {"learning_rate": 6e-4}, "rollout": {"short_batch": "train-smaller", "server_weights": "files"},
}  # fmt: skip
ROUNDING = 0.02
"""Mean gap of a token's log-probability, vLLM to trainer, both in bfloat16: 0.003 was seen; with the weights of one step before 0.075."""


def train(folder: Path, engine: dict[str, Any]) -> None:
    """Make a run and train in it."""
    train_rl(
        make_run(folder), TrainRlSettings.model_validate({**SETTINGS, "engine": engine}), None, SilentSink()
    )


def assert_follows(folder: Path) -> None:
    """Assert that step 2 drew with the weights that step 1 left: the trainer gives its tokens the probabilities that vLLM did."""
    text = (RunDir(folder).path / "models" / "rl" / "metrics.jsonl").read_text()
    first, second = (json.loads(line) for line in text.splitlines())
    assert first["updates"] > 0
    assert first["parameters"] != second["parameters"]
    assert (first["policy_version"], second["policy_version"]) == (0, 1)
    for step in (first, second):
        assert step["sampler_gap"] < ROUNDING
        assert step["trained_tokens"] > 0


if __name__ == "__main__":
    train(Path(sys.argv[1]), json.loads(sys.argv[2]))
