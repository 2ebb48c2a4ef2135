"""dartkit's trainer against TRL's `GRPOTrainer` (loss type dapo), and what packing and the tiled head save.

Both sides train the bundled model in float32 on the same rows with the same threads, each in a process of its own, without
recomputed layers. TRL gets micro-batches of 8 samples; dartkit a token budget as large as such a micro-batch is on average (8
samples of the mean length). Update rows have completions given; the end-to-end row has both draw from the same problems (TRL
with a reward function that costs nothing, dartkit with its verifier). On a machine with a GPU those of `gpu_trainers.py` follow.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from tests.bench import packing, tiled_head
from tests.bench.row import Row

GROUPS, GROUP_SIZE, STEPS = 8, 8, 6
MICRO_BATCH_SAMPLES = 8
BUNDLED = {"device": "cpu", "model": "tiny", "dtype": "float32"}


def make_case(
    prompt_tokens: tuple[int, int],
    draw_length: Callable[[random.Random], float],
    most: int,
    *,
    groups: int = GROUPS,
    steps: int = STEPS,
) -> dict[str, Any]:
    """Return a batch of random tokens with drawn lengths; each group has right and wrong samples."""
    draw = random.Random("trainers")
    made: list[dict[str, Any]] = [
        {
            "prompt": _tokens(draw, draw.randint(*prompt_tokens)),
            "completions": [
                _tokens(draw, max(2, min(most, int(draw_length(draw))))) for _ in range(GROUP_SIZE)
            ],
            "right": [index % 3 == 0 for index in range(GROUP_SIZE)],
        }
        for _ in range(groups)
    ]
    mean = statistics.fmean(
        len(group["prompt"]) + len(tokens) for group in made for tokens in group["completions"]
    )
    return BUNDLED | {
        "groups": made, "steps": steps, "max_tokens": most, "tokens_per_micro_batch": int(MICRO_BATCH_SAMPLES * mean),
    }  # fmt: skip


def _tokens(draw: random.Random, count: int) -> list[int]:
    return [draw.randrange(6, 500) for _ in range(count)]


def drawn_case(*, groups: int = GROUPS, steps: int = STEPS, max_tokens: int = 160) -> dict[str, Any]:
    """Return problems to draw completions for."""
    from dartkit.tiny.problems import FAMILIES, generate_problems

    items = list(generate_problems(families=FAMILIES, levels=(1, 3, 5), per_level=4, split="test", seed=0))
    problems = [
        {"problem_id": f"{number:032x}", "problem": item.text, "answer": item.answer}
        for number, item in enumerate(items[: len(items) : max(1, len(items) // groups)][:groups])
    ]
    return BUNDLED | {
        "problems": problems, "group_size": GROUP_SIZE, "steps": steps, "max_tokens": max_tokens, "tokens_per_micro_batch": 1024,
        "engine": {"kind": "transformers", "batch_size": groups * GROUP_SIZE, "device": "cpu"}, "rewards": [{"kind": "verifier"}],
    }  # fmt: skip


def measure(side: str, case: dict[str, Any]) -> dict[str, float]:
    """Run one side and return the seconds of its fastest step and the memory it took in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.json"
        path.write_text(json.dumps(case))
        command = [sys.executable, "-m", "tests.bench.trainer_sides", side, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{side} failed: {done.stderr[-2000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    return {
        "seconds": min(found["seconds"]), "peak": found["peak_mib"], "growth": found["growth_mib"],
    }  # fmt: skip


def compare(name: str, case: dict[str, Any]) -> list[Row]:
    """Return the rows of one case."""
    ours, theirs = measure("dartkit", case), measure("trl", case)
    return [
        Row(f"{name}, time", ours["seconds"], "s", ours["seconds"] / theirs["seconds"], "TRL 1.16"),
        Row(f"{name}, peak memory of the process", ours["peak"], "MiB", ours["peak"] / theirs["peak"], "TRL 1.16"),
        Row(f"{name}, memory above the loaded model", ours["growth"], "MiB", ours["growth"] / theirs["growth"], "TRL 1.16"),
    ]  # fmt: skip


def rows() -> list[Row]:
    """Return all rows; those against TRL only where it is installed (`pip install trl==1.16.0`)."""
    found = [*packing.rows(), *tiled_head.rows()]
    if find_spec("trl") is not None:
        found += rows_against_trl()
    if torch.cuda.is_available():
        from tests.bench import gpu_trainers

        found += gpu_trainers.rows()
    return found


def rows_against_trl() -> list[Row]:
    """Return the rows of the bundled model."""
    even = make_case((40, 80), lambda draw: draw.uniform(60, 120), 120)
    tailed = make_case((40, 80), lambda draw: draw.lognormvariate(3.9, 0.9), 512)
    return [
        *compare("update, 64 samples of 60-120 tokens", even),
        *compare("update, 64 samples, long-tailed to 512", tailed),
        *compare("step with rollout, 64 samples", drawn_case()),
    ]
