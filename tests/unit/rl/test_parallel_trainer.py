"""Several ranks share an update: their parts add up to what one process makes."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
import torch

from dartkit.algorithm_settings import DapoSettings
from dartkit.rl.trainer import DapoTrainer, UpdateTotals
from dartkit.settings import SamplingSettings
from dartkit.training.model import TrainableModel
from dartkit.training.optimizer import build_optimizer
from dartkit.training_settings import TrainRlSettings
from tests.unit.rl.test_trainer import GROUPS, clear, flat
from tests.unit.rl.thread_world import run_as_ranks

NEVER_MEASURED = {
    "grad_norm", "up_clipped_probability", "kl", "advantage_mean", "advantage_std", "masked_share", "sampler_gap",
    "sampler_gap_max", "sampler_k3", "sampler_ess", "sampler_ratio_min", "sampler_ratio_mean", "sampler_ratio_max",
}  # fmt: skip


def make(trained: TrainableModel, budget: int, world: Any = None) -> DapoTrainer:
    settings = TrainRlSettings(
        algo=DapoSettings(), sampling=SamplingSettings(temperature=0.8), tokens_per_micro_batch=budget
    )
    optimizer = build_optimizer(trained.model, settings.optimizer)
    return DapoTrainer(trained, optimizer, settings, world=world)


@pytest.mark.parametrize("size", [2, 3, 7])
@pytest.mark.parametrize("budget", [64, 4096])
@pytest.mark.parametrize("on_policy", [True, False])
def test_ranks_share_an_update_and_add_up_to_one(
    trained: TrainableModel, size: int, budget: int, on_policy: bool
) -> None:
    """Each rank has a copy of the model here, so its gradient is its part: the parts add up to that of one process.

    Micro-batches are halved until there is one for each rank; of seven ranks and six samples, one makes an idle pass. Old
    log-probabilities, those filled in on the way included, and counts are the same on every rank.
    """
    samples = flat(GROUPS)
    alone, facts = make(trained, budget), UpdateTotals()
    scores = alone.score(samples)
    old: list[torch.Tensor | None] = [None if on_policy else values_N + 0.1 for values_N in scores]
    loss = alone.accumulate(samples, old, facts)
    expected, numbers = clear(trained), facts.numbers()
    models: dict[int, TrainableModel] = {}

    def run(world: Any) -> tuple[float, list[float], dict[str, Any]]:
        models[world.rank] = replace(trained, model=copy.deepcopy(trained.model))
        trainer, totals = make(models[world.rank], budget, world), UpdateTotals()
        known: list[torch.Tensor | None] = [
            None if on_policy else values_N + 0.1 for values_N in trainer.score(samples)
        ]
        part = trainer.accumulate(samples, known, totals)
        whole, *others = world.gather(totals)
        for other in others:
            whole.combine(other)
        filled = torch.cat([values_N for values_N in known if values_N is not None])
        return part, filled.tolist(), whole.numbers()

    results = run_as_ranks(size, run)
    assert sum(part for part, _, _ in results) == pytest.approx(loss, rel=1e-5)
    told = torch.cat([values_N for values_N in old if values_N is not None]).tolist()
    assert len(told) == sum(sample.length for sample in samples)
    for _, filled, measured in results:
        assert filled == pytest.approx(told, rel=1e-5)
        known = {name for name, number in numbers.items() if number is not None}
        assert known >= set(numbers) - NEVER_MEASURED - {"loss"}
        assert {name: measured[name] for name in known} == pytest.approx(
            {name: numbers[name] for name in known}, rel=1e-5
        )
    parts = [clear(models[rank]) for rank in range(size)]
    for number, whole_gradient in enumerate(expected):
        added = torch.stack([part[number] for part in parts]).sum(dim=0)
        assert torch.allclose(added, whole_gradient, rtol=1e-4, atol=1e-6)
