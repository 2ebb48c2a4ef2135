"""Sharing out micro-batches and adding up what the ranks make of them, without any process."""

from __future__ import annotations

from typing import Any, get_args

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from dartkit.algorithm_settings import Aggregation, DapoSettings
from dartkit.correction_settings import NoCorrection
from dartkit.rl.objectives.aggregation import sample_weights
from dartkit.rl.objectives.policy_loss import ExtraTokens, policy_loss
from dartkit.rl.objectives.tokens import PolicyTokens
from dartkit.training.batching import TokenRow, split_rows
from dartkit.training.model import TrainableModel
from dartkit.training.parallel import (
    find_blocks,
    run_idle_pass,
    shard_model,
    share_out,
    shortest_row,
)
from dartkit.training.world import World

LENGTHS = st.lists(st.integers(1, 40), min_size=1, max_size=24)


def make_rows(lengths: list[int]) -> list[TokenRow]:
    return [TokenRow((1,), (2,) * length) for length in lengths]


def test_halves_meet_where_one_micro_batch_must_serve_two_ranks() -> None:
    """By hand: 8+8 against 9+7 tokens is the closest cut of rows of 8, 8, 9 and 7 in this order."""
    assert share_out([[0, 1, 2, 3]], [8, 8, 9, 7], 2) == [[[0, 1]], [[2, 3]]]


def test_like_costs_meet_in_a_round_and_turns_alternate() -> None:
    """By hand: costs 9 8 7 6 5 4 make the rounds (9, 8), (7, 6), (5, 4); the second is dealt from the other end: 9+6+5 and 8+7+4."""
    batches = [[0], [1], [2], [3], [4], [5]]
    assert share_out(batches, [9, 8, 7, 6, 5, 4], 2) == [[[0], [3], [4]], [[1], [2], [5]]]


def test_rows_that_cannot_be_halved_leave_idle_passes() -> None:
    """Three rows of their own on two ranks: two rounds, and one rank has nothing in the last."""
    dealt = share_out([[0], [1], [2]], [5, 5, 3], 2)
    assert [len(mine) for mine in dealt] == [2, 2]
    assert sorted(batch for mine in dealt for batch in mine) == [[], [0], [1], [2]]


def test_one_rank_is_given_what_there_is() -> None:
    assert share_out([[2, 0], [1]], [3, 9, 4], 1) == [[[2, 0], [1]]]


@given(LENGTHS, st.integers(1, 8), st.integers(1, 120))
def test_every_row_is_dealt_once_and_all_ranks_make_the_same_passes(
    lengths: list[int], size: int, budget: int
) -> None:
    """The definition: a partition of the rows, equal numbers of passes, no micro-batch above the one that it was cut from."""
    batches = split_rows(make_rows(lengths), budget)
    dealt = share_out(batches, lengths, size)
    assert len(dealt) == size
    assert len({len(mine) for mine in dealt}) == 1
    assert sorted(row for mine in dealt for batch in mine for row in batch) == list(range(len(lengths)))
    whole = [set(batch) for batch in batches]
    assert all(any(set(batch) <= one for one in whole) for mine in dealt for batch in mine)
    idle = sum(not batch for mine in dealt for batch in mine)
    assert idle < size
    assert idle == 0 or all(len(batch) < 2 for mine in dealt for batch in mine)


@given(
    LENGTHS,
    st.integers(1, 8),
    st.integers(1, 120),
    st.sampled_from(get_args(Aggregation)),
    st.integers(0, 99),
)
def test_means_over_tokens_are_exact_on_any_number_of_ranks(
    lengths: list[int], size: int, budget: int, how: Aggregation, seed: int
) -> None:
    """Loss and gradient, added over ranks and their micro-batches, against one sum over all tokens, in float64."""
    torch.manual_seed(seed)
    total = sum(lengths)
    old_N = -3 * torch.rand(total, dtype=torch.float64)
    now_N = (old_N + 0.3 * torch.randn(total, dtype=torch.float64)).requires_grad_()
    advantage_B = torch.randn(len(lengths), dtype=torch.float64)
    prompts = [row // 3 for row in range(len(lengths))]
    weight_B = torch.tensor(sample_weights(lengths, how, prompts=prompts, constant=50), dtype=torch.float64)
    starts = [sum(lengths[:row]) for row in range(len(lengths))]

    def loss_of(rows: list[int]) -> torch.Tensor:
        places = torch.tensor([starts[row] + place for row in rows for place in range(lengths[row])])
        owner = torch.tensor([row for row in rows for _ in range(lengths[row])])
        tokens = PolicyTokens(now_N[places], old_N[places], advantage_B[owner], owner, len(lengths))
        return policy_loss(tokens, weight_B[owner], DapoSettings(), NoCorrection(), ExtraTokens()).loss

    whole = loss_of(list(range(len(lengths))))
    (expected_N,) = torch.autograd.grad(whole, now_N)
    value, gradient_N = 0.0, torch.zeros_like(expected_N)
    for mine in share_out(split_rows(make_rows(lengths), budget), lengths, size):
        for rows in filter(None, mine):
            part = loss_of(rows)
            value += float(part.detach())
            gradient_N += torch.autograd.grad(part, now_N)[0]
    assert value == pytest.approx(float(whole.detach()), rel=1e-12, abs=1e-13)
    assert torch.allclose(gradient_N, expected_N, rtol=1e-12, atol=1e-15)


def test_an_idle_pass_adds_exactly_nothing(trained: TrainableModel) -> None:
    """A gradient from before is the same, bit by bit, and every weight was passed through."""
    logits = trained.model(input_ids=torch.tensor([[1, 5, 9]])).logits
    torch.autograd.backward(logits.square().mean())
    before = [weight.grad.clone() for weight in trained.model.parameters() if weight.grad is not None]
    run_idle_pass(torch.log_softmax(trained.model(input_ids=torch.tensor([[4, 4]])).logits, -1))
    after = [weight.grad for weight in trained.model.parameters()]
    assert len(before) == len(after) > 10
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True) if other is not None)


def test_the_row_of_an_idle_pass_is_the_shortest() -> None:
    rows = make_rows([4, 2, 3])
    assert shortest_row(rows) is rows[1]


def test_blocks_are_the_decoder_layers(trained: TrainableModel) -> None:
    """The Llama of two layers has two; a model that names no blocks has none, and is one piece."""
    assert find_blocks(trained.model) == list(trained.model.model.layers)
    assert find_blocks(nn.Sequential(nn.Linear(2, 2), nn.ReLU())) == []


def test_blocks_within_blocks_are_not_cut_out_again() -> None:
    class Inner(nn.Module):
        pass

    class Outer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = Inner()

    class Model(nn.Module):
        _no_split_modules: Any = ["Outer", "Inner"]  # noqa: RUF012  (as in transformers)

        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = Outer(), Outer()

    model = Model()
    assert find_blocks(model) == [model.first, model.second]


def test_a_world_of_one_leaves_a_model_alone(trained: TrainableModel) -> None:
    before = dict(trained.model.named_parameters())
    shard_model(trained.model, World())
    after = dict(trained.model.named_parameters())
    assert all(after[name] is weight for name, weight in before.items())
    assert not torch.distributed.is_initialized()
