"""Tokens per second of forward and backward passes: packed, padded in the order given, and padded after sorting by length.

The rows have long-tailed lengths and no prompt in common; micro-batches are 8 rows when padded as they come, and as many
tokens otherwise.
"""

from __future__ import annotations

import random
import time

import torch

from dartkit.models import resolve_model
from dartkit.settings import ModelSettings
from dartkit.training.batching import Layout, TokenRow, collate, split_rows
from dartkit.training.logprobs import score_tokens
from dartkit.training.model import TrainableModel, load_for_training
from tests.bench.row import Row

ROWS, REPEATS, BUDGET = 64, 3, 2048


def make_rows() -> list[TokenRow]:
    """Return rows of log-normal length: median about 100 tokens, a few of several hundred."""
    draw = random.Random("long tail")
    return [
        TokenRow(
            tuple(draw.randrange(6, 500) for _ in range(draw.randint(20, 80))),
            tuple(
                draw.randrange(6, 500) for _ in range(max(2, min(900, int(draw.lognormvariate(4.0, 1.0)))))
            ),
        )
        for _ in range(ROWS)
    ]


def rows() -> list[Row]:
    """Return packed against both kinds of padding."""
    trained = load_for_training(resolve_model(ModelSettings(path="tiny", dtype="float32")))
    trained.model.eval()
    data = make_rows()
    as_they_come = [list(range(start, start + 8)) for start in range(0, ROWS, 8)]
    ways: dict[str, tuple[list[list[int]], Layout]] = {
        "packed": (split_rows(data, BUDGET, "packed"), "packed"),
        "padded": (as_they_come, "padded"),
        "sorted": (split_rows(data, BUDGET, "padded"), "padded"),
    }
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(REPEATS):  # in turn, so that a busy moment hits all
        for name, (parts, layout) in ways.items():
            best[name] = min(best[name], _seconds(trained, data, parts, layout))
    speed = {name: sum(row.length for row in data) / seconds for name, seconds in best.items()}
    return [
        Row("packed rows, long tail", speed["packed"], "tokens/s", speed["packed"] / speed[other], against)
        for other, against in (("padded", "padding as they come"), ("sorted", "padding after sorting"))
    ]


def _seconds(trained: TrainableModel, data: list[TokenRow], parts: list[list[int]], layout: Layout) -> float:
    began = time.perf_counter()
    for part in parts:
        batch = collate([data[index] for index in part], device=trained.device, layout=layout)
        torch.autograd.backward(-score_tokens(trained.model, batch).logprobs_N.sum())
    seconds = time.perf_counter() - began
    trained.model.zero_grad(set_to_none=True)
    return seconds
