"""The memory estimate of `--dry-run` against the resident memory of an update, each case in a process of its own.

A case is the bundled model or a random one, weights stored in bfloat16. Two updates of two micro-batches are made on the CPU, on
pairs of samples of 64 prompt and 192 response tokens; counted is the peak above what the process holds once libraries are
loaded and have trained the bundled model. The constant of the estimate was fitted to the cases of `FITTED`, and to no other.
"""

from __future__ import annotations

import ctypes
import gc
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.row import Row

PROMPT, RESPONSE = 64, 192
LLAMA = {
    "model_type": "llama", "hidden_size": 512, "intermediate_size": 1408, "num_hidden_layers": 6, "num_attention_heads": 8,
    "num_key_value_heads": 8, "vocab_size": 32_000, "tie_word_embeddings": True,
}  # fmt: skip
QWEN2 = {
    "model_type": "qwen2", "hidden_size": 256, "intermediate_size": 1024, "num_hidden_layers": 8, "num_attention_heads": 8,
    "num_key_value_heads": 2, "vocab_size": 150_000, "tie_word_embeddings": True,
}  # fmt: skip
QWEN3 = {
    "model_type": "qwen3", "hidden_size": 384, "intermediate_size": 1024, "num_hidden_layers": 16, "num_attention_heads": 6,
    "num_key_value_heads": 2, "head_dim": 64, "vocab_size": 16_000, "tie_word_embeddings": False,
}  # fmt: skip
LORA = {"lora": {"rank": 16}}
RECOMPUTED = {"gradient_checkpointing": True}

Case = tuple[str, dict[str, Any] | None, str, int, dict[str, Any], float]
FITTED: list[Case] = [
    ("bundled, float32, 4,096 tokens", None, "float32", 4096, {}, 0.0),
    ("bundled, bfloat16, 4,096 tokens", None, "bfloat16", 4096, {}, 0.0),
    ("Llama, float32, 2,048 tokens", LLAMA, "float32", 2048, {}, 0.0),
    ("Llama, bfloat16, 2,048 tokens", LLAMA, "bfloat16", 2048, {}, 0.0),
]
HELD_OUT: list[Case] = [
    ("bundled, float32, 8,192 tokens", None, "float32", 8192, {}, 0.0),
    ("Llama, float32, 2,048 tokens, reference", LLAMA, "float32", 2048, {}, 0.01),
    ("Qwen 2, float32, 2,048 tokens", QWEN2, "float32", 2048, {}, 0.0),
    ("Qwen 2, bfloat16, 2,048 tokens", QWEN2, "bfloat16", 2048, {}, 0.0),
    ("Qwen 3, float32, 2,048 tokens", QWEN3, "float32", 2048, {}, 0.0),
    ("Qwen 3, bfloat16, 2,048 tokens", QWEN3, "bfloat16", 2048, {}, 0.0),
    ("Qwen 3, bfloat16, 4,096 tokens, adapters", QWEN3, "bfloat16", 4096, LORA, 0.0),
    ("... and bfloat16 weights", QWEN3, "bfloat16", 4096, LORA | {"weights": "bfloat16"}, 0.0),
    ("Qwen 3, float32, 4,096 tokens, recomputed", QWEN3, "float32", 4096, RECOMPUTED, 0.0),
    ("Qwen 3, bfloat16, 4,096 tokens, recomputed", QWEN3, "bfloat16", 4096, RECOMPUTED, 0.0),
    ("Llama, float32, 4,096 tokens, recomputed", LLAMA, "float32", 4096, RECOMPUTED, 0.0),
]  # fmt: skip


def rows() -> list[Row]:
    """Return the estimate of each case against what was measured."""
    return [
        Row(f"memory estimate: {case[0]}", round(estimate), "MiB", estimate / measured, f"{measured:.0f} MiB measured")
        for case in (*FITTED, *HELD_OUT)
        for measured, estimate in [_measure(case)]
    ]  # fmt: skip


def _measure(case: Case) -> tuple[float, float]:
    command = [sys.executable, "-m", "tests.bench.memory_estimate", json.dumps(case)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    measured, estimate = json.loads(done.stdout.splitlines()[-1])
    return float(measured), float(estimate)


def main(case: Case) -> None:
    """Print the measured and the estimated MiB."""
    from transformers import AutoConfig

    from dartkit.models import resolve_model
    from dartkit.settings import ModelSettings
    from dartkit.training.forecast import training_load
    from dartkit.training.memory import estimate_memory, read_shape
    from dartkit.training_settings import TrainRlSettings
    from tests.bench.meter import Meter

    _, model, dtype, tokens, memory, kl = case
    tiny = resolve_model(ModelSettings(path="tiny", dtype="float32")).path
    with tempfile.TemporaryDirectory() as folder:
        path = tiny if model is None else _make_model(model, tiny, Path(folder))
        settings = TrainRlSettings.model_validate(
            {
                "updates_per_step": 1, "tokens_per_micro_batch": tokens, "memory": memory, "group_size": 2,
                "model": {"path": path, "dtype": dtype}, "sampling": {"max_tokens": RESPONSE},
                "algo": {"kind": "dapo", "kl_coefficient": kl}, "engine": {"kind": "http", "base_url": "http://none/v1", "model": "none"},
            }
        )  # fmt: skip
        _train(tiny, settings, 64)
        gc.collect()
        ctypes.CDLL("libc.so.6").malloc_trim(0)
        meter = Meter("cpu")
        meter.begin()
        _train(path, settings, tokens)
        measured = meter.growth()
        shape = read_shape(AutoConfig.from_pretrained(path), settings.memory.lora)
        print(
            json.dumps(
                [measured, estimate_memory(shape, training_load(settings, shape, dtype))["update"] / 2**20]
            )
        )


def _make_model(model: dict[str, Any], tokenizer: str, folder: Path) -> str:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    AutoModelForCausalLM.from_config(AutoConfig.for_model(**model)).to(torch.bfloat16).save_pretrained(folder)
    AutoTokenizer.from_pretrained(tokenizer).save_pretrained(folder)
    return str(folder)


def _train(path: str, settings: Any, tokens: int) -> None:
    """Make two updates of two micro-batches each."""
    from dartkit.models import resolve_model
    from dartkit.rl.reference import load_reference
    from dartkit.rl.trainer import DapoTrainer
    from dartkit.training.model import load_for_training
    from dartkit.training.optimizer import build_optimizer

    ref = resolve_model(settings.model.model_copy(update={"path": path}))
    trained = load_for_training(ref, memory=settings.memory)
    trainer = DapoTrainer(
        trained,
        build_optimizer(trained.model, settings.optimizer),
        settings,
        reference=load_reference(settings, ref, trained),
    )
    groups = _make_groups(2 * -(-tokens // (PROMPT + RESPONSE)), trained.model.config.vocab_size)
    for _ in range(2):
        trainer.train(groups, 1e-6)


def _make_groups(samples: int, vocabulary: int) -> list[Any]:
    from dartkit.rl.data import RlProblem
    from dartkit.rl.samples import RolloutGroup, RolloutSample

    draw = random.Random(0)

    def sample(index: int) -> RolloutSample:
        prompt, response = (
            tuple(draw.randrange(vocabulary) for _ in range(count)) for count in (PROMPT, RESPONSE)
        )
        right = index % 2 == 0
        return RolloutSample(
            index, prompt, response, "", "stop", "correct" if right else "incorrect", reward=1.0 if right else -1.0
        )  # fmt: skip

    return [
        RolloutGroup(number, RlProblem(str(number), "", ""), (sample(0), sample(1)))
        for number in range(-(-samples // 2))
    ]


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
