"""The update: equal under any split, first mini-batch on ratio 1, masks and degenerate batches."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from dartkit.algorithm_settings import DapoSettings
from dartkit.rl.data import RlProblem
from dartkit.rl.objectives.aggregation import sample_weights
from dartkit.rl.samples import RolloutGroup, RolloutSample
from dartkit.rl.trainer import DapoTrainer, TrainingSample, UpdateTotals, split_evenly, training_samples
from dartkit.settings import SamplingSettings
from dartkit.training.model import TrainableModel
from dartkit.training.optimizer import build_optimizer
from dartkit.training_settings import OptimizerSettings, TrainRlSettings


def sample(index: int, length: int, right: bool, *, finish: Any = "stop") -> RolloutSample:
    tokens = tuple((7 * index + 13 * place) % 600 + 6 for place in range(length))
    outcome: Any = "correct" if right else "incorrect"
    return RolloutSample(
        index, (1, 4, 30 + index), tokens, "", finish, outcome, reward=1.0 if right else -1.0
    )


def group(position: int, *samples: RolloutSample) -> RolloutGroup:
    return RolloutGroup(position, RlProblem(str(position), "", ""), samples)


GROUPS = [
    group(0, sample(0, 3, True), sample(1, 8, False), sample(2, 5, False)),
    group(1, sample(3, 2, True), sample(4, 6, True), sample(5, 12, False)),
]


def flat(groups: list[RolloutGroup], **algo: Any) -> list[TrainingSample]:
    """The samples of all groups as the trainer sees them."""
    return [item for group in training_samples(groups, DapoSettings(**algo)) for item in group]


def make(trained: TrainableModel, **changes: Any) -> DapoTrainer:
    algo = DapoSettings(**changes.pop("algo", {}))
    values: dict[str, Any] = {
        "optimizer": OptimizerSettings(learning_rate=1e-2),
        "updates_per_step": 1,
    } | changes
    settings = TrainRlSettings(algo=algo, sampling=SamplingSettings(temperature=0.8), **values)
    return DapoTrainer(trained, build_optimizer(trained.model, settings.optimizer), settings)


def clear(trained: TrainableModel) -> list[torch.Tensor]:
    found = [weight.grad.clone() for weight in trained.model.parameters()]
    trained.model.zero_grad()
    return found


def slow_loss(trained: TrainableModel, groups: list[RolloutGroup], how: Any) -> torch.Tensor:
    """On the old policy the ratio is 1 with gradient d log p: l = -A (1 + log p - sg(log p)), one sample at a time."""
    samples = flat(groups)
    weights = sample_weights([len(item.row.response_ids) for item in samples], how)
    loss = torch.zeros(())
    for item, weight in zip(samples, weights, strict=True):
        ids = torch.tensor([item.row.prompt_ids + item.row.response_ids])
        logits = trained.model(input_ids=ids).logits[0, len(item.row.prompt_ids) - 1 : -1] / 0.8
        logprobs = torch.log_softmax(logits, -1)[
            range(len(item.row.response_ids)), list(item.row.response_ids)
        ]
        loss = loss - weight * item.advantage * (1 + logprobs - logprobs.detach()).sum()
    return loss


@pytest.mark.parametrize("how", ["token-mean", "seq-mean-token-mean"])
@pytest.mark.parametrize("budget", [64, 90, 4096])
def test_any_split_gives_the_slow_loss_and_its_gradient(
    trained: TrainableModel, how: str, budget: int
) -> None:
    loss = slow_loss(trained, GROUPS, how)
    torch.autograd.backward(loss)
    expected = clear(trained)
    trainer = make(trained, tokens_per_micro_batch=budget, algo={"loss_aggregation": how})
    samples = flat(GROUPS)
    totals = UpdateTotals()
    assert trainer.accumulate(samples, None, totals) == pytest.approx(loss.item(), abs=1e-5)
    for ours, theirs in zip(clear(trained), expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)
    assert totals.tokens == 36
    assert totals.max_ratio == 1.0


def test_old_log_probabilities_come_from_before_the_first_update(trained: TrainableModel) -> None:
    """With two updates the second sees ratios that are not 1; with one there is nothing to see."""
    totals = make(trained, updates_per_step=2).train(GROUPS, 1e-2)
    assert totals.updates == 2
    assert totals.max_ratio > 1.0
    assert len(totals.losses) == 2
    again = make(trained).train(GROUPS, 1e-2)
    assert (again.updates, again.max_ratio) == (1, 1.0)


def test_update_raises_the_good_and_lowers_the_bad(trained: TrainableModel) -> None:
    trainer = make(trained)
    samples = flat(GROUPS)
    before = [scores.sum().item() for scores in trainer.score(samples)]
    trainer.train(GROUPS, 1e-3)
    after = [scores.sum().item() for scores in trainer.score(samples)]
    weighted = [(b - a) * item.advantage for a, b, item in zip(before, after, samples, strict=True)]
    assert sum(weighted) > 0


def test_truncated_samples_leave_loss_and_denominator_but_not_the_baseline() -> None:
    """Rewards 1, -1, -1: mean -1/3, variance (16/9 + 4/9 + 4/9) / 2 = 4/3; A = (4/3) / sqrt(4/3) = 1.1547 and -0.57735."""
    mixed = group(0, sample(0, 3, True), sample(1, 8, False, finish="length"), sample(2, 5, False))
    kept = flat([mixed], overlong_filtering=True)
    assert [len(item.row.response_ids) for item in kept] == [3, 5]
    assert [item.advantage for item in kept] == pytest.approx([1.1547005, -0.5773503], rel=1e-5)
    assert len(flat([mixed])) == 3


@pytest.mark.parametrize(
    "groups",
    [
        [],
        [group(0, sample(0, 3, True), sample(1, 4, True))],
        [group(0, sample(0, 3, True, finish="length"), sample(1, 4, False, finish="length"))],
    ],
    ids=["empty", "all right", "all truncated"],
)
def test_nothing_to_learn_moves_nothing(trained: TrainableModel, groups: list[RolloutGroup]) -> None:
    before = [weight.clone() for weight in trained.model.parameters()]
    trainer = make(trained, algo={"overlong_filtering": True}, optimizer=OptimizerSettings(weight_decay=0.5))
    totals = trainer.train(groups, 1.0)
    assert (totals.updates, totals.losses) == (0, [])
    assert all(torch.equal(old, new) for old, new in zip(before, trained.model.parameters(), strict=True))
    assert totals.numbers()["entropy"] is None


def test_split_evenly_by_hand() -> None:
    items: Any = list("abcdefg")
    assert ["".join(map(str, part)) for part in split_evenly(items, 3)] == ["ab", "cd", "efg"]
    assert ["".join(map(str, part)) for part in split_evenly(items[:2], 5)] == ["a", "b"]
    assert split_evenly([], 3) == []


def test_gap_to_the_sampler_is_measured(trained: TrainableModel) -> None:
    """The sampler's log-probabilities are ours plus 0.5 on every token: mean gap 0.5."""
    trainer = make(trained)
    samples = flat(GROUPS[:1])
    shifted = [tuple((scores + 0.5).tolist()) for scores in trainer.score(samples)]
    told = [type(item)(item.row, item.advantage, gap) for item, gap in zip(samples, shifted, strict=True)]
    totals = UpdateTotals()
    trainer.accumulate(told, None, totals)
    assert totals.numbers()["sampler_gap"] == pytest.approx(0.5, abs=1e-4)
