"""Whatever is cut, ordered, doubled or poisoned, the loss of the same tokens is the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.algorithm_settings import ALGORITHMS, AlgoSettings, DapoSettings
from dartkit.correction_settings import (
    CorrectionSettings,
    GeometricRejection,
    IcePop,
    NoCorrection,
    TruncatedWeights,
)
from dartkit.rl.advantages import step_advantages
from tests.objective_cases import Block, block_weights, loss_of, poisoned, random_block

AGGREGATIONS = (
    "token-mean", "prompt-mean", "seq-mean-token-mean", "seq-mean-token-sum", "seq-mean-token-sum-norm",
)  # fmt: skip
CORRECTIONS: tuple[CorrectionSettings, ...] = (
    NoCorrection(), TruncatedWeights(level="sequence"), IcePop(low=0.8, high=1.3), GeometricRejection(low=0.8, high=1.3),
)  # fmt: skip


@st.composite
def recipes(draw: st.DrawFn) -> tuple[AlgoSettings, CorrectionSettings]:
    kind: Any = draw(st.sampled_from(ALGORITHMS))
    algo: AlgoSettings = kind(
        loss_aggregation=draw(st.sampled_from(AGGREGATIONS)),
        dual_clip=draw(st.sampled_from([None, 3.0])),
        kl_coefficient=draw(st.sampled_from([0.0, 0.5])),
        entropy_coefficient=draw(st.sampled_from([0.0, 0.1])),
    )
    return algo, draw(st.sampled_from(CORRECTIONS))


BLOCKS = st.builds(
    random_block,
    st.integers(0, 10**6),
    samples=st.integers(1, 8),
    width=st.integers(1, 6),
    empty=st.booleans(),
)


def whole(block: Block, recipe: tuple[AlgoSettings, CorrectionSettings]) -> tuple[torch.Tensor, torch.Tensor]:
    """Loss and gradient of a block in one piece."""
    at = block.logprobs_BT.clone().requires_grad_()
    loss = loss_of(
        replace(block, logprobs_BT=at), recipe[0], correction=recipe[1], sampler=True, reference=True
    ).loss
    return loss.detach(), torch.autograd.grad(loss, at)[0]


@settings(max_examples=60)
@given(BLOCKS, recipes(), st.integers(1, 8), st.randoms(use_true_random=False))
def test_any_split_of_any_order_adds_up(block: Block, recipe: Any, size: int, random: Any) -> None:
    """Micro-batches of `size` samples in a random order, with weights from the whole: loss and gradient to 1e-12."""
    loss, gradient = whole(block, recipe)
    weights_B = block_weights(block, recipe[0])
    order = list(range(len(weights_B)))
    random.shuffle(order)
    at = block.logprobs_BT.clone().requires_grad_()
    parts = []
    for first in range(0, len(order), size):
        chosen = order[first : first + size]
        part = replace(block, logprobs_BT=at).rows(chosen)
        parts.append(
            loss_of(
                part,
                recipe[0],
                weights_B=weights_B[chosen],
                correction=recipe[1],
                sampler=True,
                reference=True,
            ).loss
        )
    total = torch.stack(parts).sum()
    torch.testing.assert_close(total.detach(), loss, rtol=0, atol=1e-12)
    torch.testing.assert_close(torch.autograd.grad(total, at)[0], gradient, rtol=0, atol=1e-12)


@settings(max_examples=40)
@given(BLOCKS, recipes())
def test_groups_that_come_twice_change_nothing(block: Block, recipe: Any) -> None:
    """Every aggregation is a mean, so all samples twice (as further prompts) give the same loss."""
    count = len(block.prompts)
    twice = block.rows([*range(count), *range(count)])
    twice = replace(twice, prompts=(*block.prompts, *(number + count for number in block.prompts)))
    torch.testing.assert_close(whole(twice, recipe)[0], whole(block, recipe)[0], rtol=0, atol=1e-12)


@settings(max_examples=40)
@given(BLOCKS, recipes())
def test_an_empty_response_and_poison_are_never_seen(block: Block, recipe: Any) -> None:
    """NaN wherever there is no response token; without the samples that have none, the loss is the same too."""
    loss, gradient = whole(block, recipe)
    theirs, poisoned_gradient = whole(poisoned(block), recipe)
    assert torch.equal(theirs, loss)
    assert torch.equal(poisoned_gradient, gradient)
    assert (gradient[~block.mask_BT] == 0).all()
    left = [number for number in range(len(block.prompts)) if block.mask_BT[number].any()]
    torch.testing.assert_close(whole(block.rows(left), recipe)[0], loss, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", ALGORITHMS, ids=lambda kind: kind.model_fields["kind"].default)
def test_poison_stays_in_its_own_sample(kind: Any) -> None:
    """A NaN log-probability of one sample reaches no token of another, not even where ratios are of whole samples."""
    block = random_block(1)
    bad = block.logprobs_BT.clone()
    bad[0] = torch.nan
    at = bad.requires_grad_()
    correction = TruncatedWeights(level="geometric")
    loss = loss_of(replace(block, logprobs_BT=at), kind(), correction=correction, sampler=True).loss
    (gradient,) = torch.autograd.grad(loss, at)
    assert gradient[1:].isfinite().all()


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_without_tokens_loss_and_gradient_are_zero(aggregation: Any) -> None:
    block = random_block(2)
    block = poisoned(replace(block, mask_BT=torch.zeros_like(block.mask_BT)))
    algo = DapoSettings(
        loss_aggregation=aggregation, kl_coefficient=0.1, entropy_coefficient=0.1, kl_cov_share=0.2
    )
    loss, gradient = whole(block, (algo, IcePop()))
    assert loss.item() == 0.0
    assert (gradient == 0.0).all()


GROUPED = st.lists(
    st.lists(st.integers(-8, 4).map(lambda value: value / 4), min_size=1, max_size=6), min_size=1, max_size=5
)


@given(
    GROUPED,
    st.sampled_from(["group-std", "batch-std", "none", "leave-one-out"]),
    st.sampled_from([0.0, 1e-6]),
)
def test_group_baselines_have_mean_zero_and_leave_flat_groups_at_zero(
    rewards: Any, how: Any, epsilon: float
) -> None:
    """A group of one, and one of equal rewards, is exactly zero; with eps 0 nothing divides by zero."""
    found = step_advantages(rewards, how, epsilon=epsilon)
    for group, advantages in zip(rewards, found, strict=True):
        assert sum(advantages) == pytest.approx(0, abs=1e-6)
        if len(group) == 1 or min(group) == max(group):
            assert advantages == [0.0] * len(group)
