"""Rows that share a micro-batch score as each would alone, in value and gradient; entropy and temperature by definition."""

from __future__ import annotations

import pytest
import torch

from dartkit.training import logprobs
from dartkit.training.batching import TokenRow, collate
from dartkit.training.logprobs import plan_scoring, score_logits, score_tokens
from dartkit.training.model import TrainableModel

ROWS = [
    TokenRow((1, 5, 9), (20, 21, 22, 2)),
    TokenRow((1, 300), (7, 2)),
    TokenRow((1, 40, 41, 42, 43, 44, 45), (11, 12, 13, 14, 15, 2)),
]
CPU = torch.device("cpu")


def gradients(trained: TrainableModel) -> list[torch.Tensor]:
    found = [weight.grad.clone() for weight in trained.model.parameters()]
    trained.model.zero_grad()
    return found


def test_batched_equals_alone_in_value_and_gradient(trained: TrainableModel) -> None:
    """The other way: each row by itself through the model's own logits and torch's cross-entropy."""
    alone = 0.0
    for row in ROWS:
        ids = torch.tensor([row.prompt_ids + row.response_ids])
        logits = trained.model(input_ids=ids).logits[0, len(row.prompt_ids) - 1 : -1]
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(row.response_ids), reduction="sum")
        torch.autograd.backward(loss)
        alone += loss.item()
    expected = gradients(trained)
    scores = score_tokens(trained.model, collate(ROWS, device=CPU))
    torch.autograd.backward(-scores.logprobs_N.sum())
    assert scores.logprobs_N.sum().item() == pytest.approx(-alone, abs=1e-5 * abs(alone))
    for ours, theirs in zip(gradients(trained), expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)


def test_model_that_hides_its_head_scores_the_same(trained: TrainableModel) -> None:
    """Without an output head to catch, the model's own logits are scored."""

    class Plain(torch.nn.Module):
        def forward(self, input_ids: torch.Tensor, use_cache: bool) -> object:
            return trained.model(input_ids=input_ids, use_cache=use_cache)

    batch = collate(ROWS, device=CPU)
    assert plan_scoring(Plain()).shape is None
    ours, theirs = score_tokens(Plain(), batch), score_tokens(trained.model, batch)
    torch.testing.assert_close(ours.logprobs_N, theirs.logprobs_N)
    torch.testing.assert_close(ours.entropy_N, theirs.entropy_N)


def test_log_probability_and_entropy_by_hand() -> None:
    """Logits (0, ln 3) at temperature 1: p = (1/4, 3/4); H = ln 4 - 3/4 ln 3. At temperature 1/2: p = (1/10, 9/10)."""
    logits, target = (
        torch.tensor([[0.0, 3.0]]).where(torch.tensor([[True, False]]), torch.tensor(3.0).log()),
        torch.tensor([1]),
    )
    logprob, entropy = score_logits(logits, target, 1.0)
    assert logprob.exp().item() == pytest.approx(0.75)
    assert entropy.item() == pytest.approx(1.3862944 - 0.75 * 1.0986123)
    assert score_logits(logits, target, 0.5)[0].exp().item() == pytest.approx(0.9)


def test_impossible_token_has_zero_share_of_the_entropy() -> None:
    """Logits (0, 0, -inf): two tokens at 1/2, H = ln 2."""
    _, entropy = score_logits(torch.tensor([[0.0, 0.0, -torch.inf]]), torch.tensor([0]), 1.0)
    assert entropy.item() == pytest.approx(0.6931472)


def test_slices_change_neither_value_nor_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(1)
    logits, targets = torch.randn(7, 11, requires_grad=True), torch.arange(7)
    whole, entropy = score_logits(logits, targets, 0.7)
    (expected,) = torch.autograd.grad(whole.sum(), logits)
    monkeypatch.setattr(logprobs, "TILE_ELEMENTS", 22)
    sliced, sliced_entropy = score_logits(logits, targets, 0.7)
    (ours,) = torch.autograd.grad(sliced.sum(), logits)
    torch.testing.assert_close(sliced, whole, rtol=0, atol=0)
    torch.testing.assert_close(sliced_entropy, entropy, rtol=0, atol=0)
    torch.testing.assert_close(ours, expected, rtol=0, atol=1e-7)
