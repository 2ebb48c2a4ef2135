"""The DAPO loss against hand calculation, a loop written from the paper, and finite differences."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.algorithm_settings import Aggregation, DapoSettings
from dartkit.correction_settings import NoCorrection
from dartkit.rl.objectives.aggregation import sample_weights
from dartkit.rl.objectives.policy_loss import ExtraTokens, PolicyLoss, policy_loss
from dartkit.rl.objectives.tokens import PolicyTokens

Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]

MASK = torch.tensor([[True, True, False], [True, False, False]])
ADVANTAGES = torch.tensor([1.0, -2.0])


def surrogate(
    logprobs: torch.Tensor,
    old: torch.Tensor,
    advantages: torch.Tensor,
    mask: torch.Tensor,
    how: Aggregation = "token-mean",
) -> PolicyLoss:
    weights = torch.tensor(sample_weights(mask.sum(1).tolist(), how), dtype=logprobs.dtype)
    return part_of(logprobs, old, advantages, weights, mask)


def part_of(
    logprobs: torch.Tensor,
    old: torch.Tensor,
    advantages: torch.Tensor,
    weights: torch.Tensor,
    mask: torch.Tensor,
) -> PolicyLoss:
    """The loss of the response tokens of a padded block, whose samples have the given weights."""
    rows = mask.nonzero()[:, 0]
    tokens = PolicyTokens(logprobs[mask], old[mask], advantages[rows], rows, len(mask))
    return policy_loss(tokens, weights[rows], DapoSettings(), NoCorrection(), ExtraTokens())


def by_the_paper(
    logprobs: torch.Tensor, old: torch.Tensor, advantages: torch.Tensor, mask: torch.Tensor, how: Aggregation
) -> float:
    """Equations 8 and 10 token by token in Python numbers, over the whole mini-batch."""
    sums: list[tuple[float, int]] = []
    for i in range(len(mask)):
        terms = []
        for t in range(mask.shape[1]):
            if mask[i, t]:
                ratio = math.exp(float(logprobs[i, t] - old[i, t]))
                clipped = min(max(ratio, 0.8), 1.28)
                terms.append(-min(ratio * float(advantages[i]), clipped * float(advantages[i])))
        sums.append((math.fsum(terms), len(terms)))
    counted = [(total, count) for total, count in sums if count]
    if how == "token-mean":
        return math.fsum(total for total, _ in counted) / sum(count for _, count in counted)
    return math.fsum(total / count for total, count in counted) / len(counted)


def test_two_by_three_by_hand() -> None:
    """Ratios (1.5, 1.1 | 0.5), A = (1, -2), clip 0.8 to 1.28.

    Sample 1: min(1.5, 1.28) = 1.28 clipped high; min(1.1, 1.1) = 1.1. Sample 2: min(-1.0, 0.8 * -2 = -1.6) = -1.6 clipped
    low. Token mean: -(1.28 + 1.1 - 1.6) / 3 = -0.26. Sample mean: -((1.28 + 1.1) / 2 - 1.6) / 2 = 0.205.
    """
    logprobs = torch.tensor([[1.5, 1.1, 9.0], [0.5, 9.0, 9.0]]).log()
    old = torch.zeros(2, 3)
    result = surrogate(logprobs, old, ADVANTAGES, MASK)
    assert result.loss.item() == pytest.approx(-0.26, abs=1e-6)
    assert result.tokens.low_N.tolist() == [False, False, True]
    assert result.tokens.high_N.tolist() == [True, False, False]
    assert result.tokens.ratio_N.tolist() == pytest.approx([1.5, 1.1, 0.5])
    assert surrogate(logprobs, old, ADVANTAGES, MASK, "seq-mean-token-mean").loss.item() == pytest.approx(
        0.205, abs=1e-6
    )


@pytest.mark.parametrize(
    ("ratio", "advantage", "loss", "gradient"),
    [
        (1.5, 1.0, -1.28, 0.0),  # above the range with a good sample: held
        (1.25, 1.0, -1.25, -1.25),  # inside only because the upper bound is higher
        (1.5, -1.0, 1.5, 1.5),  # above the range with a bad sample: the pessimistic side is not clipped
        (0.5, -1.0, 0.8, 0.0),  # below the range with a bad sample: held
        (0.5, 1.0, -0.5, -0.5),  # below the range with a good sample: not clipped
    ],
)
def test_clip_on_both_sides(ratio: float, advantage: float, loss: float, gradient: float) -> None:
    """One token: l = -min(r A, clip(r) A); where it is not held, dl/dlog p = -r A."""
    logprobs = torch.tensor([[math.log(ratio)]], dtype=torch.float64, requires_grad=True)
    mask = torch.ones(1, 1, dtype=torch.bool)
    result = surrogate(logprobs, torch.zeros(1, 1), torch.tensor([advantage], dtype=torch.float64), mask)
    torch.autograd.backward(result.loss)
    assert result.loss.item() == pytest.approx(loss)
    assert logprobs.grad is not None
    assert logprobs.grad.item() == pytest.approx(gradient)


def test_long_samples_weigh_more_only_in_the_token_mean() -> None:
    """Lengths 3 and 1: 1/4 a token, against 1/(2*3) and 1/(2*1); an empty sample is not counted."""
    assert sample_weights([3, 1], "token-mean") == [0.25, 0.25]
    assert sample_weights([3, 0, 1], "seq-mean-token-mean") == pytest.approx([1 / 6, 0, 1 / 2])
    assert sample_weights([0, 0], "token-mean") == sample_weights([0, 0], "seq-mean-token-mean") == [0.0, 0.0]


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    samples, places = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 10**6)))
    shape = (samples, places)
    logprobs = -2 * torch.rand(shape, generator=generator, dtype=torch.float64)
    old = logprobs + 0.5 * torch.randn(shape, generator=generator, dtype=torch.float64)
    mask = torch.rand(shape, generator=generator) < 0.7
    mask[0, 0] = True
    return logprobs, old, torch.randn(samples, generator=generator, dtype=torch.float64), mask


@settings(deadline=None)
@given(batches(), st.sampled_from(["token-mean", "seq-mean-token-mean"]))
def test_equals_the_loop_from_the_paper(batch: Batch, how: Aggregation) -> None:
    assert surrogate(*batch, how).loss.item() == pytest.approx(by_the_paper(*batch, how), abs=1e-12)


@settings(deadline=None)
@given(batches(), st.integers(1, 5), st.sampled_from(["token-mean", "seq-mean-token-mean"]))
def test_parts_of_any_split_add_up(batch: Batch, size: int, how: Aggregation) -> None:
    logprobs, old, advantages, mask = batch
    logprobs.requires_grad_()
    whole = surrogate(logprobs, old, advantages, mask, how).loss
    (expected,) = torch.autograd.grad(whole, logprobs)
    weights = torch.tensor(sample_weights(mask.sum(1).tolist(), how), dtype=torch.float64)
    parts = torch.stack(
        [
            part_of(logprobs[rows], old[rows], advantages[rows], weights[rows], mask[rows]).loss
            for rows in torch.split(torch.arange(len(mask)), size)
        ]
    ).sum()
    (ours,) = torch.autograd.grad(parts, logprobs)
    torch.testing.assert_close(parts, whole, rtol=0, atol=1e-12)
    torch.testing.assert_close(ours, expected, rtol=0, atol=1e-12)


def test_gradient_equals_finite_differences() -> None:
    """Central differences with step 1e-6 in float64, away from the corners of the clip."""
    old = torch.tensor([[-1.0, -0.5, -2.0], [-0.7, -1.2, -0.1]], dtype=torch.float64)
    logprobs = old + torch.tensor([[0.4, 0.1, -0.4], [0.5, -0.1, -0.6]], dtype=torch.float64)
    mask = torch.ones(2, 3, dtype=torch.bool)
    at = logprobs.clone().requires_grad_()
    torch.autograd.backward(surrogate(at, old, ADVANTAGES.double(), mask).loss)
    for place in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]:
        nudge = torch.zeros_like(logprobs)
        nudge[place] = 1e-6
        up = surrogate(logprobs + nudge, old, ADVANTAGES.double(), mask).loss.item()
        down = surrogate(logprobs - nudge, old, ADVANTAGES.double(), mask).loss.item()
        assert at.grad is not None
        assert at.grad[place].item() == pytest.approx((up - down) / 2e-6, abs=1e-8)


@pytest.mark.parametrize("poison", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("how", ["token-mean", "seq-mean-token-mean"])
def test_poison_in_padding_is_harmless(poison: float, how: Aggregation) -> None:
    """The same hand value as without poison, and zero gradient where masked."""
    clean = torch.tensor([[1.5, 1.1, 1.0], [0.5, 1.0, 1.0]]).log()
    logprobs = torch.where(MASK, clean, torch.tensor(poison)).requires_grad_()
    old = torch.where(MASK, torch.zeros(2, 3), torch.tensor(poison))
    result = surrogate(logprobs, old, ADVANTAGES, MASK, how)
    torch.autograd.backward(result.loss)
    assert result.loss.item() == pytest.approx(
        {"token-mean": -0.26, "seq-mean-token-mean": 0.205}[how], abs=1e-6
    )
    assert logprobs.grad is not None
    assert torch.isfinite(logprobs.grad).all()
    assert (logprobs.grad[~MASK] == 0).all()


@pytest.mark.parametrize("how", ["token-mean", "seq-mean-token-mean"])
def test_all_masked_is_zero_with_zero_gradient(how: Aggregation) -> None:
    logprobs = torch.full((2, 3), float("nan"), requires_grad=True)
    result = surrogate(logprobs, torch.zeros(2, 3), ADVANTAGES, torch.zeros(2, 3, dtype=torch.bool), how)
    torch.autograd.backward(result.loss)
    assert result.loss.item() == 0.0
    assert logprobs.grad is not None
    assert (logprobs.grad == 0).all()
    assert len(result.tokens.loss_N) == 0


def test_huge_ratio_stays_finite() -> None:
    """log-ratio 200 with A = -1 is held at 20: loss e^20, no gradient."""
    logprobs = torch.tensor([[200.0]], requires_grad=True)
    result = surrogate(logprobs, torch.zeros(1, 1), torch.tensor([-1.0]), torch.ones(1, 1, dtype=torch.bool))
    torch.autograd.backward(result.loss)
    assert result.loss.item() == pytest.approx(math.exp(20), rel=1e-5)
    assert logprobs.grad is not None
    assert logprobs.grad.item() == 0.0
