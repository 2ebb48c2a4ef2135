"""A training so small that it takes a second: a two-layer Llama that picks one of four answers, evenly after a few steps of SFT."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from dartkit.events import Event, SilentSink, StageProgress
from dartkit.run import RunDir
from dartkit.sft.train import train_sft
from dartkit.tiny import checkpoint_path
from dartkit.training_settings import TrainRlSettings, TrainSftSettings

QUESTIONS = ("Pick for A.", "Pick for B.", "Pick for C.")
PICKS = "0123"


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> str:
    """Write JSON lines and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def make_base(folder: Path) -> Path:
    """Write a random model with the bundled tokenizer."""
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(checkpoint_path())
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=2,
        head_dim=32, num_key_value_heads=2, tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, pad_token_id=0,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


class StopAfter:
    """Ends the stage when a step is done, before anything later is written."""

    def __init__(self, step: int) -> None:
        self._step = step

    def emit(self, event: Event) -> None:
        if isinstance(event, StageProgress) and event.done == self._step:
            raise KeyboardInterrupt


def open_run(path: Path) -> RunDir:
    """Make a run directory, or open it."""
    RunDir.create(path, seed=5)
    return RunDir(path)


def sft_settings(data: str, model: Path, **changes: Any) -> TrainSftSettings:
    """Return the settings that make the even picker."""
    values: dict[str, Any] = {
        "data": data,
        "model": {"path": str(model), "dtype": "float32"},
        "epochs": 50,
        "tokens_per_step": 256,
        "tokens_per_micro_batch": 128,
        "optimizer": {"learning_rate": 5e-3, "warmup_steps": 5},
    }
    return TrainSftSettings.model_validate(values | changes)


def sft_data(path: Path) -> str:
    """Each question with each answer: what can be learnt is the form, and to pick evenly."""
    rows = [
        {
            "messages": [
                {"role": "user", "content": question},
                {"role": "assistant", "content": f"\\boxed{{{pick}}}"},
            ]
        }
        for question in QUESTIONS
        for pick in PICKS
    ]
    return write_rows(path, rows)


def make_picker(folder: Path) -> Path:
    """Train the even picker and return its model folder; the data of `rl_settings` lies beside it."""
    rows = [{"problem": question, "answer": "1"} for question in QUESTIONS]
    write_rows(folder / "problems.jsonl", rows)
    settings = sft_settings(
        sft_data(folder / "messages.jsonl"), make_base(folder / "base"), save_every_steps=1000
    )
    train_sft(open_run(folder / "picker"), settings, None, SilentSink())
    return folder / "picker" / "models" / "sft"


def rl_settings(folder: Path, **changes: Any) -> TrainRlSettings:
    """Return settings of four short steps with an evaluation and a checkpoint after every second one."""
    data = str(folder / "problems.jsonl")
    values: dict[str, Any] = {
        "data": data,
        "model": {"path": str(folder / "picker" / "models" / "sft"), "dtype": "float32"},
        "engine": {"kind": "transformers", "batch_size": 8},
        "steps": 4,
        "prompts_per_step": 2,
        "group_size": 4,
        "sampling": {"max_tokens": 8},
        "prompt": {"template": "plain"},
        "optimizer": {"learning_rate": 1e-3},
        "save_every_steps": 2,
        "algo": {"max_generation_rounds": 3},
        "eval": {"data": data, "every_steps": 2, "samples_per_problem": 4},
    }
    return TrainRlSettings.model_validate(values | changes)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes, without `timing.jsonl`, which alone may depend on the clock."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "timing.jsonl"
    }
