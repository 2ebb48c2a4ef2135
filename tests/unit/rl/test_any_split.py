"""The token mean of the whole trainer: any groups, any token budget, packed or padded, any number of ranks, one loss.

In float64, where all that is left is the order of sums. The model is GPT-2, which computes everything in its own type. Half of the
prompts are long enough to be computed once for all rows that share them.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from dartkit.algorithm_settings import DapoSettings
from dartkit.rl.data import RlProblem
from dartkit.rl.objectives.aggregation import sample_weights
from dartkit.rl.samples import RolloutGroup, RolloutSample
from dartkit.rl.trainer import DapoTrainer, TrainingSample, UpdateTotals, training_samples
from dartkit.settings import SamplingSettings
from dartkit.tiny import checkpoint_path
from dartkit.training.batching import SHARED_PROMPT_TOKENS
from dartkit.training.layout import prepare_packing
from dartkit.training.model import TrainableModel
from dartkit.training.optimizer import build_optimizer
from dartkit.training_settings import TrainRlSettings
from tests.unit.rl.thread_world import run_as_ranks
from tests.unit.training.architectures import VOCABULARY, make_model

MODEL = make_model("gpt2", n_embd=16, n_head=2, n_layer=2, n_positions=64).to(torch.float64)
PACKED = prepare_packing(MODEL, torch.float64)
TOKENIZER = AutoTokenizer.from_pretrained(checkpoint_path())
TEMPERATURE = 0.8


def trained(layout: str) -> TrainableModel:
    pack_tokens = PACKED if layout == "packed" else 0
    return TrainableModel(MODEL, TOKENIZER, torch.float64, torch.float64, pack_tokens)


def make_samples(sizes: list[list[int]]) -> list[TrainingSample]:
    """One group for each list of lengths; the first sample of each is right. Every other prompt is long."""
    groups = []
    for number, lengths in enumerate(sizes):
        size = SHARED_PROMPT_TOKENS + 2 if number % 2 else 2
        prompt = tuple((11 * number + 3 * place) % VOCABULARY for place in range(size))
        samples = tuple(
            RolloutSample(
                index, prompt, tuple((7 * index + 5 * place + number) % VOCABULARY for place in range(length)), "", "stop",
                "incorrect" if index else "correct", reward=-1.0 if index else 1.0,
            )
            for index, length in enumerate(lengths)
        )  # fmt: skip
        groups.append(RolloutGroup(number, RlProblem(str(number), "", ""), samples))
    return [sample for group in training_samples(groups, DapoSettings()) for sample in group]


def slow(samples: list[TrainingSample], how: Any, shift: float) -> tuple[float, list[torch.Tensor]]:
    """The definition, one sample at a time through the model's own logits; the old policy is `shift` below the model."""
    weights = sample_weights(
        [sample.length for sample in samples], how, prompts=[sample.prompt for sample in samples], constant=50
    )
    loss = torch.zeros((), dtype=torch.float64)
    for sample, weight in zip(samples, weights, strict=True):
        row = sample.row
        logits = MODEL(input_ids=torch.tensor([row.prompt_ids + row.response_ids])).logits[0]
        scored = torch.log_softmax(logits[len(row.prompt_ids) - 1 : -1] / TEMPERATURE, -1)
        now_L = scored.gather(1, torch.tensor(row.response_ids)[:, None])[:, 0]
        ratio_L = (now_L - (now_L.detach() - shift)).exp()
        gain_L = torch.minimum(ratio_L * sample.advantage, ratio_L.clamp(0.8, 1.28) * sample.advantage)
        loss = loss - weight * gain_L.sum()
    return loss.item(), list(torch.autograd.grad(loss, list(MODEL.parameters())))


def fast(
    samples: list[TrainingSample], how: Any, shift: float, layout: str, budget: int, ranks: int
) -> tuple[float, list[torch.Tensor]]:
    """The trainer's loss and gradient, its ranks' parts added up."""
    chosen = TrainRlSettings(
        algo=DapoSettings(loss_aggregation=how, loss_constant_tokens=50), tokens_per_micro_batch=budget,
        sampling=SamplingSettings(temperature=TEMPERATURE),
    )  # fmt: skip

    def run(world: Any) -> tuple[float, list[torch.Tensor]]:
        mine = replace(trained(layout), model=copy.deepcopy(MODEL))
        mine.model.zero_grad()
        trainer = DapoTrainer(mine, build_optimizer(mine.model, chosen.optimizer), chosen, world=world)
        old: list[torch.Tensor | None] = [values_L - shift for values_L in trainer.score(samples)]
        part = trainer.accumulate(samples, old, UpdateTotals())
        return part, [weight.grad for weight in mine.model.parameters() if weight.grad is not None]

    parts = run_as_ranks(ranks, run)
    return sum(part for part, _ in parts), [
        torch.stack(each).sum(0) for each in zip(*(grads for _, grads in parts), strict=True)
    ]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 9), min_size=2, max_size=4), min_size=1, max_size=4),
    st.sampled_from(["token-mean", "prompt-mean", "seq-mean-token-mean", "seq-mean-token-sum-norm"]),
    st.sampled_from([0.0, 0.1, 0.3, -0.3]),
    st.sampled_from(["packed", "padded"]),
    st.sampled_from([64, 80, 4096]),
    st.sampled_from([1, 1, 2, 3]),
)
def test_any_split_is_the_definition(
    sizes: list[list[int]], how: str, shift: float, layout: str, budget: int, ranks: int
) -> None:
    samples = make_samples(sizes)
    loss, gradients = slow(samples, how, shift)
    found, theirs = fast(samples, how, shift, layout, budget, ranks)
    assert found == pytest.approx(loss, rel=1e-10, abs=1e-12)
    largest = max(float(gradient.abs().max()) for gradient in gradients)
    assert len(theirs) == len(gradients)
    for ours, other in zip(theirs, gradients, strict=True):
        torch.testing.assert_close(ours, other, rtol=0, atol=1e-10 * max(largest, 1e-3))


def test_the_model_packs() -> None:
    """Otherwise half of the test above would be a repetition."""
    assert PACKED > 0
    samples = make_samples([[3, 4], [5, 2]])
    assert trained("packed").layout_for([sample.row for sample in samples]) == "packed"
    assert trained("padded").layout_for([sample.row for sample in samples]) == "padded"
