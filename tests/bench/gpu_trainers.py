"""The trainers' rows on a GPU, with a model of 0.13 billion random weights: `trainers.py` runs them where there is one.

As on the CPU both sides get the same rows and micro-batches, each in a process of its own, without recomputed layers: TRL 8
samples at a time, dartkit as many tokens as these hold on average. Both keep float32 weights and multiply in bfloat16
(autocast). Memory is what torch allocates. A model that knows nothing gives no right answers, so in the row with rollouts both
get another reward, and as it hardly ever ends a text, all completions have the full length.

The utilisation (MFU) is that of `flops.py`; of a device that is not in its table only tokens per second are given.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

from tests.bench import packing, tiled_head
from tests.bench.flops import Work, group_work, peak_flops, shape_of, train_flops
from tests.bench.random_model import SHAPE_135M, write_model
from tests.bench.row import Row
from tests.bench.trainers import GROUP_SIZE, MICRO_BATCH_SAMPLES, drawn_case, make_case, measure

AGAINST = "TRL 1.16"
TAIL = (5.5, 0.6)  # of the log-normal length: median 245
VLLM_MEMORY = 0.3  # TRL's default
REPETITION = {"kind": "sparse-repetition", "ngram": 1}  # differs between samples of random tokens


@dataclass(frozen=True, slots=True)
class Scale:
    """Size of the model and of a batch: by default 64 samples of 200 to 1,000 tokens."""

    shape: Mapping[str, Any] = field(default_factory=lambda: SHAPE_135M)
    groups: int = 8
    steps: int = 6
    prompt_tokens: tuple[int, int] = (100, 200)
    completion_tokens: tuple[int, int] = (100, 800)
    drawn_tokens: int = 256

    def draw_length(self, draw: Random) -> float:
        """Draw the length of a completion."""
        return max(self.completion_tokens[0], draw.lognormvariate(*TAIL))


def rows(device: str = "cuda", scale: Scale | None = None) -> list[Row]:
    """Return all rows; those against TRL only where it is installed."""
    scale = scale or Scale()
    with tempfile.TemporaryDirectory() as folder:
        config = write_model(Path(folder), scale.shape)
        place = {"device": device, "model": folder, "dtype": "bfloat16"}
        found = tiled_head.rows(device)
        if find_spec("trl") is not None:
            found += update_rows(place, scale, config)
            engine = {"kind": "transformers", "batch_size": GROUP_SIZE * scale.groups, "device": device}
            found += step_rows(place, scale, engine)
            found += _with_vllm(place, scale)
        # Last, because it leaves memory of the GPU with this process.
        return found + packing_rows(place, scale)


def update_rows(place: dict[str, Any], scale: Scale, config: Any) -> list[Row]:
    """Return time, memory, speed and utilisation of updates on given completions."""
    case = make_case(
        scale.prompt_tokens, scale.draw_length, scale.completion_tokens[1], groups=scale.groups, steps=scale.steps
    )  # fmt: skip
    ours, theirs = (measure(side, case | place) for side in ("dartkit", "trl"))
    name = f"{place['device']}, update long-tailed"
    return [
        *_ratios(name, ours, theirs),
        *speed_rows(name, case, config, _device_name(place["device"]), ours["seconds"], theirs["seconds"]),
    ]


def _ratios(name: str, ours: dict[str, float], theirs: dict[str, float]) -> list[Row]:
    return [
        Row(f"{name}, time", ours["seconds"], "s", ours["seconds"] / theirs["seconds"], AGAINST),
        Row(f"{name}, peak memory", ours["peak"], "MiB", ours["peak"] / theirs["peak"], AGAINST),
    ]


def speed_rows(
    name: str, case: dict[str, Any], config: Any, device_name: str, ours: float, theirs: float
) -> list[Row]:
    """Return tokens per second and, for a device whose peak is known, the utilisation of each side.

    Args:
        name: What was done.
        case: The batch, from `make_case`.
        config: The model's configuration.
        device_name: As torch gives it.
        ours: Seconds of dartkit's step.
        theirs: Seconds of TRL's.
    """
    tokens, work = 0, Work()
    for group in case["groups"]:
        lengths = [len(completion) for completion in group["completions"]]
        tokens += len(group["prompt"]) * len(lengths) + sum(lengths)
        work += group_work(len(group["prompt"]), lengths)
    found = [Row(f"{name}, speed", tokens / ours, "tokens/s", theirs / ours, AGAINST)]
    peak = peak_flops(device_name)
    if peak is not None:
        flops = train_flops(shape_of(config), work)
        for side, seconds in (("dartkit", ours), ("TRL", theirs)):
            speed = flops / seconds
            found.append(
                Row(f"{name}, MFU of {side}", speed / 1e12, "TFLOP/s", speed / peak, f"{device_name}'s peak")
            )
    return found


def step_rows(place: dict[str, Any], scale: Scale, engine: dict[str, Any]) -> list[Row]:
    """Return time and memory of whole steps: rollout, rewards, update."""
    case = drawn_case(groups=scale.groups, steps=scale.steps, max_tokens=scale.drawn_tokens)
    case |= place | {"engine": engine, "rewards": [REPETITION]}
    case["tokens_per_micro_batch"] = MICRO_BATCH_SAMPLES * scale.drawn_tokens
    ours, theirs = (measure(side, case) for side in ("dartkit", "trl"))
    return _ratios(f"{place['device']}, step with {engine['kind']}", ours, theirs)


def _with_vllm(place: dict[str, Any], scale: Scale) -> list[Row]:
    """Return the time with vLLM in the trainer's process; a version that a side cannot use is reported, and costs no other row.

    No memory: vLLM's cache takes the share that it is given, and torch does not count all of it.
    """
    if place["device"] != "cuda" or find_spec("vllm") is None:
        return []
    try:
        time, _ = step_rows(place, scale, {"kind": "vllm", "gpu_memory_utilization": VLLM_MEMORY})
    except RuntimeError as error:
        print(f"no row with vLLM: {error}", file=sys.stderr)
        return []
    return [time]


def packing_rows(place: dict[str, Any], scale: Scale) -> list[Row]:
    """Return packing against padding, on as many rows as the batch has, with no prompt in common."""
    from dartkit.models import resolve_model
    from dartkit.settings import ModelSettings
    from dartkit.training.model import load_for_training

    settings = ModelSettings(path=place["model"], dtype=place["dtype"])
    trained = load_for_training(resolve_model(settings), device=place["device"])
    data = packing.make_rows(
        GROUP_SIZE * scale.groups, scale.prompt_tokens, scale.draw_length, scale.completion_tokens[1]
    )
    budget = MICRO_BATCH_SAMPLES * sum(row.length for row in data) // len(data)
    return packing.compare(f"{place['device']}, packed rows, long tail", trained, data, budget)


def _device_name(device: str) -> str:
    import torch

    return torch.cuda.get_device_name() if device == "cuda" else "CPU"
