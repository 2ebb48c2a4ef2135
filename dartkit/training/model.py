"""Load a model for training and write it back in Hugging Face layout.

Weights are trained in float32 whatever type they are stored in: an update of 1e-6 of a weight is lost in bfloat16, which
keeps 8 bits. Matrix products run in bfloat16 (autocast) where the processor is fast at it. What the block `memory` of a recipe
asks for (adapters, recomputed layers, compiled layers, a float32 head) is prepared here as well.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from dartkit.errors import EnvironmentProblem, boundary, from_os_error
from dartkit.memory_settings import MemorySettings
from dartkit.models import ModelRef, load_tokenizer, no_progress_bars

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from dartkit.training.batching import Layout, TokenRow


@dataclass(frozen=True, slots=True)
class TrainableModel:
    """A model with float32 weights, its tokenizer, and how to run and store it.

    Rows of up to `pack_tokens` tokens can be packed; 0 is never.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    compute_dtype: torch.dtype
    stored_dtype: torch.dtype
    pack_tokens: int = 0

    def layout_for(self, rows: Iterable[TokenRow]) -> Layout:
        """Return how these rows go through the model; see `layout.py` for the rule."""
        return "packed" if max((row.length for row in rows), default=0) <= self.pack_tokens else "padded"

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        device: torch.device = self.model.device
        return device

    @property
    def end_ids(self) -> set[int]:
        """Tokens that end a completion, from the generation settings and the tokenizer."""
        config = self.model.generation_config
        listed = None if config is None else config.eos_token_id
        ends = listed if isinstance(listed, list) else [listed]
        return {int(token) for token in [*ends, self.tokenizer.eos_token_id] if token is not None}


def load_for_training(
    ref: ModelRef, *, device: str = "auto", memory: MemorySettings | None = None
) -> TrainableModel:
    """Load weights in float32, never running code that the folder brings.

    Args:
        ref: The model. `ref.dtype` bfloat16 switches autocast on; float16 and float32 compute in float32: without a loss
            scale float16 would lose small gradients.
        device: `auto` is CUDA where there is one.
        memory: Adapters and what else saves memory.

    Raises:
        EnvironmentProblem: when the model cannot be loaded or CUDA was asked for and is missing.
        UsageError: when the model has no layer that the adapters name.
    """
    from transformers import AutoConfig, AutoModelForCausalLM

    if device == "cuda" and not torch.cuda.is_available():
        raise EnvironmentProblem(
            "device 'cuda' was asked for, and this machine has none", fix="Use device 'auto'."
        )
    place = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    memory = memory or MemorySettings()
    with (
        no_progress_bars(),
        boundary(f"load the model '{ref.name}' from {ref.path}", fix="Check the folder, or free memory."),
    ):
        config = AutoConfig.from_pretrained(ref.path, trust_remote_code=False)
        model = AutoModelForCausalLM.from_pretrained(
            ref.path,
            config=config,
            dtype=getattr(torch, memory.weights),
            trust_remote_code=False,
            use_safetensors=True,
        ).to(place)
    stored = _stored_dtype(AutoConfig.from_pretrained(ref.path, trust_remote_code=False), Path(ref.path))
    compute = torch.bfloat16 if ref.dtype == "bfloat16" else torch.float32
    pack_tokens = _prepare(model, compute, memory)
    return TrainableModel(model, load_tokenizer(ref), compute, stored, pack_tokens)


def _prepare(model: Any, compute: torch.dtype, memory: MemorySettings) -> int:
    from dartkit.training.adapters import add_adapters
    from dartkit.training.layout import prepare_packing
    from dartkit.training.logprobs import plan_scoring
    from dartkit.training.recompute import compile_layers, recompute_layers

    plan_scoring(model, fp32_head=memory.fp32_head)
    pack_tokens = prepare_packing(model, compute)
    if memory.lora is not None:
        add_adapters(model, memory.lora)
    if memory.gradient_checkpointing:
        recompute_layers(model)
    if memory.compile:
        compile_layers(model)
    return pack_tokens


def _stored_dtype(config: Any, folder: Path) -> torch.dtype:
    stored = getattr(config, "dtype", None)
    if isinstance(stored, str):
        stored = getattr(torch, stored, None)
    if isinstance(stored, torch.dtype):
        return stored
    from safetensors import safe_open

    with safe_open(str(sorted(folder.glob("*.safetensors"))[0]), framework="pt") as file:
        dtype: torch.dtype = file.get_tensor(next(iter(file.keys()))).dtype
    return dtype


def export_model(trained: TrainableModel, folder: Path) -> None:
    """Write weights (in the type the source had), tokenizer, chat template and generation settings into `folder`.

    Each file appears whole or not at all. The model in memory is converted and its adapters are merged, so this ends its
    training.

    Raises:
        EnvironmentProblem: when the disk is full or not writable.
    """
    from dartkit.training.adapters import merge_adapters

    aside = folder / f".export.{os.getpid()}.tmp"
    try:
        for left in folder.glob(".export.*.tmp"):
            shutil.rmtree(left)
        aside.mkdir(parents=True)
        fix = "Free disk space, then run the same command again."
        with no_progress_bars(), boundary(f"write the model to {folder}", fix=fix):
            merge_adapters(trained.model)
            trained.model.to(trained.stored_dtype)
            trained.model.config.dtype = trained.stored_dtype
            trained.model.save_pretrained(aside)
            trained.tokenizer.save_pretrained(aside)
        for file in sorted(aside.iterdir()):
            file.replace(folder / file.name)
        aside.rmdir()
    except OSError as error:
        raise from_os_error(error, str(folder)) from error
