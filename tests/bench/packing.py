"""Tokens per second of forward and backward passes: packed, padded in the order given, and padded after sorting by length.

The rows have long-tailed lengths and no prompt in common; micro-batches are 8 rows when padded as they come, and as many
tokens otherwise.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import torch

from dartkit.models import resolve_model
from dartkit.settings import ModelSettings
from dartkit.training.batching import Layout, TokenRow, collate, split_rows
from dartkit.training.logprobs import score_tokens
from dartkit.training.model import TrainableModel, load_for_training
from tests.bench.meter import Meter
from tests.bench.row import Row

ROWS, REPEATS, BUDGET = 64, 3, 2048


def make_rows(
    count: int, prompt_tokens: tuple[int, int], draw_length: Callable[[random.Random], float], most: int
) -> list[TokenRow]:
    """Return rows of random tokens with drawn lengths."""
    draw = random.Random("long tail")
    return [
        TokenRow(
            tuple(draw.randrange(6, 500) for _ in range(draw.randint(*prompt_tokens))),
            tuple(draw.randrange(6, 500) for _ in range(max(2, min(most, int(draw_length(draw)))))),
        )
        for _ in range(count)
    ]


def rows() -> list[Row]:
    """Return the rows of the bundled model: median about 100 tokens, a few of several hundred."""
    trained = load_for_training(resolve_model(ModelSettings(path="tiny", dtype="float32")), device="cpu")
    data = make_rows(ROWS, (20, 80), lambda draw: draw.lognormvariate(4.0, 1.0), 900)
    return compare("packed rows, long tail", trained, data, BUDGET)


def compare(name: str, trained: TrainableModel, data: list[TokenRow], budget: int) -> list[Row]:
    """Return packed against both kinds of padding."""
    trained.model.eval()
    as_they_come = [list(range(start, min(start + 8, len(data)))) for start in range(0, len(data), 8)]
    ways: dict[str, tuple[list[list[int]], Layout]] = {
        "packed": (split_rows(data, budget, "packed"), "packed"),
        "padded": (as_they_come, "padded"),
        "sorted": (split_rows(data, budget, "padded"), "padded"),
    }
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(REPEATS):  # in turn, so that a busy moment hits all
        for way, (parts, layout) in ways.items():
            best[way] = min(best[way], _seconds(trained, data, parts, layout))
    speed = {way: sum(row.length for row in data) / seconds for way, seconds in best.items()}
    return [
        Row(name, speed["packed"], "tokens/s", speed["packed"] / speed[other], against)
        for other, against in (("padded", "padding as they come"), ("sorted", "padding after sorting"))
    ]


def _seconds(trained: TrainableModel, data: list[TokenRow], parts: list[list[int]], layout: Layout) -> float:
    meter = Meter(trained.device.type)
    began = meter.now()
    for part in parts:
        batch = collate([data[index] for index in part], device=trained.device, layout=layout)
        torch.autograd.backward(
            -score_tokens(trained.model, batch, dtype=trained.compute_dtype).logprobs_N.sum()
        )
    seconds = meter.now() - began
    trained.model.zero_grad(set_to_none=True)
    return seconds
