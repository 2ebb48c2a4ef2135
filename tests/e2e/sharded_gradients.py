"""Gradients of a model that is spread over ranks against the same model in one process, in float64. Runs on every rank."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import torch
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from dartkit.training.adapters import merged_weights
from dartkit.training.batching import Layout, TokenRow, collate, split_rows
from dartkit.training.layout import prepare_packing
from dartkit.training.logprobs import score_tokens
from dartkit.training.optimizer import apply_update
from dartkit.training.parallel import (
    run_idle_pass,
    shard_model,
    share_out,
    shortest_row,
    whole_tensor,
)
from dartkit.training.world import World, open_world

ROWS = [TokenRow((1, 2), tuple(range(3, 3 + length))) for length in (9, 4, 7)]
LENGTHS = [row.length for row in ROWS]
BUDGET = 11  # each row is a micro-batch: two ranks make two passes each, one of them idle


def build() -> LlamaForCausalLM:
    """Return a random Llama with tied embeddings, of sizes that two ranks cannot halve evenly."""
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=33, hidden_size=20, intermediate_size=27, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, head_dim=10, tie_word_embeddings=True, initializer_range=0.3,
    )  # fmt: skip
    return LlamaForCausalLM(config).double()


def accumulate(model: LlamaForCausalLM, world: World, layout: Layout) -> float:
    """Add this rank's part of the mean loss over all response tokens to the gradients."""
    total = sum(len(row.response_ids) for row in ROWS)
    value = 0.0
    for indices in share_out(split_rows(ROWS, BUDGET, layout), LENGTHS, world.size)[world.rank]:
        rows = [ROWS[index] for index in indices] or [shortest_row(ROWS)]
        batch = collate(rows, device=torch.device("cpu"), layout=layout)
        chosen_N = score_tokens(model, batch, dtype=torch.float64).logprobs_N
        if not indices:
            run_idle_pass(chosen_N)
            continue
        loss = -chosen_N.sum() / total
        torch.autograd.backward(loss)
        value += float(loss.detach())
    return world.sum_over_ranks({"loss": value})["loss"]


def gradients(model: LlamaForCausalLM) -> dict[str, Tensor]:
    """Return the whole gradient of every weight; collective where the model is spread."""
    return {
        name: whole_tensor(weight.grad)
        for name, weight in model.named_parameters()
        if weight.grad is not None
    }


def largest_gap(ours: dict[str, Tensor], theirs: dict[str, Tensor]) -> float:
    """Return the largest difference, relative to the largest number of its tensor."""
    assert ours.keys() == theirs.keys()
    return max(float((ours[name] - theirs[name]).abs().max() / theirs[name].abs().max()) for name in theirs)


def measure(out: Path) -> None:
    """Write down how far loss, gradients, norm, and the weights after a clipped update are from those of one process, padded and packed."""
    with open_world("cpu") as world:
        facts = {layout: compare(world, layout) for layout in ("padded", "packed")}
        if world.is_main:
            out.write_text(json.dumps(facts))


def compare(world: World, layout: Layout) -> dict[str, float]:
    single = build()
    if layout == "packed":
        assert prepare_packing(single, torch.float64)
    spread = copy.deepcopy(single)
    shard_model(spread, world)
    facts = {"loss": abs(accumulate(spread, world, layout) - accumulate(single, World(), layout))}
    facts["gradient"] = largest_gap(gradients(spread), gradients(single))
    norms = []
    for model in (spread, single):
        optimizer = torch.optim.AdamW(model.parameters(), betas=(0.9, 0.95))
        norms.append(apply_update(model, optimizer, learning_rate=1e-2, max_grad_norm=0.1).grad_norm)
    facts["norm"] = abs(norms[0] - norms[1])
    facts["weights"] = largest_gap(dict(merged_weights(spread)), dict(merged_weights(single)))
    return {**facts, "clipped": norms[1]}
