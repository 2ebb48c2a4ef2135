"""Two GPUs and NCCL: gradients that add up, and the same trainings as on one GPU. Skipped with fewer than two."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(torch.cuda.device_count() < 2, reason="needs two CUDA GPUs"),
]
BIN = Path(sys.executable).parent


def test_sft_on_two_gpus_has_the_losses_of_one(tmp_path: Path) -> None:
    """Float32 with TF32 off, so that matrix products round at 1e-7; sums over ranks in another order: 1e-5 after three steps."""
    from tests.e2e.parallel_case import SFT, make_run

    losses: dict[str, list[float]] = {}
    for name, launcher in (
        ("one", [str(BIN / "dartkit")]),
        ("two", [str(BIN / "torchrun"), "--standalone", "--nproc-per-node", "2", "--no-python", "dartkit"]),
    ):
        run = make_run(tmp_path / name)
        settings = tmp_path / "sft.json"
        settings.write_text(json.dumps(SFT))
        variables = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
        command = [*launcher, "train-sft", str(run.path), "--settings", str(settings)]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=250, env=variables, check=False
        )
        assert done.returncode == 0, done.stderr
        lines = (run.path / "models" / "sft" / "metrics.jsonl").read_text().splitlines()
        losses[name] = [json.loads(line)["loss"] for line in lines]
    assert losses["two"] == pytest.approx(losses["one"], rel=1e-5)
