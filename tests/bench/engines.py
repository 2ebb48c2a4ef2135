"""Tokens per second of the transformers engine against `generate` of transformers, on the bundled model and the same prompts."""

from __future__ import annotations

import time

from dartkit.engines import open_engine
from dartkit.engines.base import DrawRequest
from dartkit.ids import draw_seed, sample_id
from dartkit.models import load_tokenizer, resolve_model
from dartkit.prompts import PromptRenderer
from dartkit.settings import ModelSettings, PromptSettings, SamplingSettings, TransformersEngine
from dartkit.tiny.problems import FAMILIES, generate_problems
from tests.bench.row import Row

BATCH = 64
DRAWS = 8


def rows() -> list[Row]:
    """Return both speeds; ours refills slots as draws finish, the peer waits for the longest of each batch."""
    ref = resolve_model(ModelSettings(dtype="float32"))
    renderer = PromptRenderer(PromptSettings(), ref)
    texts = [
        item.text
        for item in generate_problems(families=FAMILIES, levels=(1, 3, 5), per_level=32, split="test", seed=0)
    ]
    prompts = [renderer.render(text) for text in texts for _ in range(DRAWS)]
    ours = _ours(ref.path, prompts)
    theirs = _theirs(ref.path, prompts)
    return [
        Row(
            "transformers engine, tiny model, batch 64",
            ours,
            "tokens/s",
            ours / theirs,
            "transformers' generate",
        )
    ]


def _ours(path: str, prompts: list[str]) -> float:
    engine = open_engine(
        TransformersEngine(batch_size=BATCH), resolve_model(ModelSettings(path=path, dtype="float32"))
    )
    sampling = SamplingSettings(max_tokens=120)
    requests = [
        DrawRequest(
            sample_id("p", "s", index), str(index // DRAWS), index, prompt, draw_seed(0, "p", index), sampling
        )
        for index, prompt in enumerate(prompts)
    ]
    began, tokens = time.perf_counter(), 0
    engine.submit(requests)
    while finished := engine.finished():
        tokens += sum(draw.completion_tokens or 0 for draw in finished)
    seconds = time.perf_counter() - began
    engine.close()
    return tokens / seconds


def _theirs(path: str, prompts: list[str]) -> float:
    import torch
    from transformers import AutoModelForCausalLM

    ref = resolve_model(ModelSettings(path=path, dtype="float32"))
    tokenizer = load_tokenizer(ref)
    tokenizer.padding_side = "left"
    model = AutoModelForCausalLM.from_pretrained(ref.path, dtype=torch.float32)
    began, tokens = time.perf_counter(), 0
    for start in range(0, len(prompts), BATCH):
        batch = tokenizer(
            prompts[start : start + BATCH], return_tensors="pt", padding=True, add_special_tokens=False
        )
        batch.pop("token_type_ids", None)
        with torch.no_grad():
            output = model.generate(**batch, do_sample=True, temperature=1.0, top_k=0, max_new_tokens=120)
        new = output[:, batch["input_ids"].shape[1] :]
        tokens += int((new != tokenizer.pad_token_id).sum())
    return tokens / (time.perf_counter() - began)
