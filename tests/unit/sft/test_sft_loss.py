"""The loss of a step is the mean over its response tokens, however it is cut into micro-batches."""

from __future__ import annotations

import pytest
import torch

from dartkit.sft.train import accumulate_loss
from dartkit.training.batching import TokenRow
from dartkit.training.model import TrainableModel

ROWS = [TokenRow(tuple(range(1, 2 + n)), tuple(range(50, 51 + 2 * n))) for n in (1, 6, 3, 9, 2)]


@pytest.mark.parametrize("budget", [1, 12, 30, 1000])
def test_any_split_gives_the_unpacked_token_mean(trained: TrainableModel, budget: int) -> None:
    """The other way: one row at a time through torch's cross-entropy, summed and divided by the 47 response tokens."""
    total, expected = sum(len(row.response_ids) for row in ROWS), 0.0
    assert total == 47
    for row in ROWS:
        logits = trained.model(input_ids=torch.tensor([row.prompt_ids + row.response_ids])).logits
        scored = logits[0, len(row.prompt_ids) - 1 : -1]
        part = (
            torch.nn.functional.cross_entropy(scored, torch.tensor(row.response_ids), reduction="sum") / total
        )
        torch.autograd.backward(part)
        expected += part.item()
    gradients = [weight.grad.clone() for weight in trained.model.parameters()]
    trained.model.zero_grad()
    assert accumulate_loss(trained, ROWS, budget) == pytest.approx(expected, rel=1e-5)
    for weight, gradient in zip(trained.model.parameters(), gradients, strict=True):
        torch.testing.assert_close(weight.grad, gradient, rtol=1e-5, atol=1e-5)
