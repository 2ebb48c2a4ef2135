"""What a dry run says of a training: batch arithmetic, steps, and memory, without loading weights and without a GPU."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import DartkitError, boundary
from dartkit.models import RUN_PREFIX, fast_dtype, resolve_model
from dartkit.ranks import read_place
from dartkit.training.memory import Load, ModelShape, estimate_memory, read_shape
from dartkit.training.rows import read_json_rows
from dartkit.training_settings import TrainRlSettings, TrainSftSettings

if TYPE_CHECKING:
    from dartkit.settings import ModelSettings

DEFAULT_IN_FLIGHT = 64
MIB = 2**20


def forecast(settings: TrainRlSettings | TrainSftSettings, run_path: Path) -> dict[str, Any]:
    """Return `batch` and `memory`; what cannot be known yet (no data file, no model) is null with a sentence on why.

    Bytes are given in MiB; as one of several ranks, those of each.
    """
    notes = []
    data = run_path / settings.data[4:] if settings.data.startswith("run:") else Path(settings.data)
    rows = _count_rows(data)
    if rows is None:
        notes.append(f"the data file is not there yet: {data}")
    batch = rl_batch(settings, rows) if isinstance(settings, TrainRlSettings) else sft_batch(settings, rows)
    memory = None
    try:
        memory = _memory(settings, run_path)
    except DartkitError as error:
        notes.append(f"no memory estimate: {error.what}")
    return {"batch": batch, "memory_mib": memory, "notes": notes}


def rl_batch(settings: TrainRlSettings, problems: int | None) -> dict[str, Any]:
    """Return the arithmetic of a rollout step and of the training; `problems` is the number of rows in the data file."""
    samples = settings.prompts_per_step * settings.group_size
    mini_batches = min(settings.updates_per_step, settings.prompts_per_step)
    updates = mini_batches * settings.algo.passes_per_step
    steps = settings.steps
    most = settings.prompts_per_step * (
        settings.algo.max_generation_rounds if settings.algo.dynamic_sampling else 1
    )
    return {
        "prompts_per_step": settings.prompts_per_step,
        "group_size": settings.group_size,
        "samples_per_step": samples,
        "most_groups_generated_per_step": most,
        "updates_per_step": updates,
        "samples_per_update": samples / mini_batches,
        "tokens_per_micro_batch": settings.tokens_per_micro_batch,
        "most_response_tokens_per_step": samples * settings.sampling.max_tokens,
        "most_micro_batches_per_update": _micro_batches(settings, samples // mini_batches),
        "steps": steps,
        "updates": None if steps is None else steps * updates,
        "problems": problems,
        "epochs_at_least": None
        if steps is None or not problems
        else steps * settings.prompts_per_step / problems,
        "budget": settings.budget.model_dump(exclude_none=True, exclude={"money_per_hour"}),
    }


def _micro_batches(settings: TrainRlSettings, samples: int) -> int:
    """Return the number of micro-batches where every response is as long as it may be; prompts, which come on top, not counted."""
    together = max(1, settings.tokens_per_micro_batch // settings.sampling.max_tokens)
    return math.ceil(samples / together)


def sft_batch(settings: TrainSftSettings, rows: int | None) -> dict[str, Any]:
    """Return the arithmetic of supervised training; the number of steps depends on the rows' lengths, and is bounded here."""
    return {
        "tokens_per_step": settings.tokens_per_step,
        "tokens_per_micro_batch": settings.tokens_per_micro_batch,
        "micro_batches_per_step_at_least": math.ceil(
            settings.tokens_per_step / settings.tokens_per_micro_batch
        ),
        "epochs": settings.epochs,
        "rows": rows,
        "most_steps": None if rows is None else rows * settings.epochs,
        "budget": settings.budget.model_dump(exclude_none=True, exclude={"money_per_hour"}),
    }


def _memory(settings: TrainRlSettings | TrainSftSettings, run_path: Path) -> dict[str, Any]:
    from torch.cuda import is_available
    from transformers import AutoConfig

    source, revision, dtype = _find_config(settings.model, run_path)
    with boundary(f"read the config of the model '{settings.model.path}'", fix="Check its config.json."):
        config = AutoConfig.from_pretrained(source, revision=revision, trust_remote_code=False)
        shape = read_shape(config, settings.memory.lora)
    device = getattr(getattr(settings, "engine", None), "device", "auto")
    place = read_place(os.environ)
    load = training_load(
        settings, shape, dtype, ranks=place.size if place else 1, on_gpu=device != "cpu" and is_available()
    )
    shown: dict[str, Any] = {
        name: round(size / MIB, 1) for name, size in estimate_memory(shape, load).items()
    }
    about = {"compute_dtype": dtype, "device": "cuda" if load.on_gpu else "cpu", "ranks": load.ranks}
    return {"parameters": shape.parameters, "trained": shape.adapters or shape.parameters, **about, **shown}


def _find_config(model: ModelSettings, run_path: Path) -> tuple[str, str | None, str]:
    """Return folder or hub name, revision and type; of a hub model the config alone is fetched, never its weights."""
    name = model.path
    if name == "tiny" or name.startswith(RUN_PREFIX) or Path(name).expanduser().is_dir():
        ref = resolve_model(model, run_path=run_path)
        return ref.path, None, ref.dtype
    return name, model.revision, fast_dtype() if model.dtype == "auto" else model.dtype


def training_load(
    settings: TrainRlSettings | TrainSftSettings,
    shape: ModelShape,
    dtype: str,
    *,
    ranks: int = 1,
    on_gpu: bool = False,
) -> Load:
    """Return the largest load that the settings allow; a row is as long as the response may be and its prompt a half of that."""
    memory = settings.memory
    whole = Load(
        tokens=settings.tokens_per_micro_batch,
        compute_bytes=2 if dtype == "bfloat16" else 4,
        weight_bytes=2 if memory.weights == "bfloat16" else 4,
        adapter_rank=0 if memory.lora is None else memory.lora.rank,
        recompute=memory.gradient_checkpointing,
        fp32_head=memory.fp32_head,
        ranks=ranks,
        on_gpu=on_gpu,
    )
    if isinstance(settings, TrainSftSettings):
        longest = min(settings.max_length, shape.context or settings.max_length)
        return replace(whole, tokens=max(whole.tokens, longest))
    row = min(settings.sampling.max_tokens * 3 // 2, shape.context or settings.sampling.max_tokens * 3 // 2)
    engine, algo = settings.engine, settings.algo
    own, inside = engine.kind in ("auto", "transformers"), engine.kind not in ("http", "ray")
    return replace(
        whole,
        tokens=max(whole.tokens, row),
        entropy_grad=algo.entropy_coefficient > 0.0,
        reference=algo.kl_coefficient != 0.0,
        draws=(getattr(engine, "batch_size", None) or DEFAULT_IN_FLIGHT) if inside else 0,
        columns=_buffer_columns(row) if own else row,
        engine_bytes=4 if dtype == "float32" else 2,
        engine_copy=inside and (not own or dtype != "float32" or memory.lora is not None or ranks > 1),
        engine_sleeps=engine.kind == "vllm" and settings.rollout.sleep and on_gpu,
    )


def _buffer_columns(tokens: int) -> int:
    """Return the columns of the transformers engine's buffers once a row has this many tokens."""
    from dartkit.engines.slots import COLUMN_STEP, grow_columns

    columns = COLUMN_STEP
    while columns < tokens:
        columns = grow_columns(columns, columns + 1)
    return columns


def _count_rows(path: Path) -> int | None:
    """Return the rows of a data file; None where it does not exist yet."""
    if not path.is_file():
        return None
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return int(pq.ParquetFile(path).metadata.num_rows)
    return sum(1 for _ in read_json_rows(path))
