"""GSPO, CISPO, SAPO and the dual clip by hand; every name of an algorithm leads to a loss."""

from __future__ import annotations

import math
from typing import Any, get_args

import pytest
import torch

from dartkit.algorithm_settings import (
    ALGORITHMS,
    AlgoSettings,
    CispoSettings,
    DapoSettings,
    GspoSettings,
    SapoSettings,
)
from dartkit.rl.objectives.registry import OBJECTIVES, token_losses
from dartkit.rl.objectives.tokens import PolicyTokens, TokenLosses


def tokens_of(ratios: list[float], advantages: list[float], rows: list[int]) -> PolicyTokens:
    """Tokens whose old log-probability is -1."""
    old_N = torch.full((len(ratios),), -1.0, dtype=torch.float64)
    now_N = (old_N + torch.tensor(ratios, dtype=torch.float64).log()).requires_grad_()
    return PolicyTokens(
        now_N, old_N, torch.tensor(advantages, dtype=torch.float64), torch.tensor(rows), max(rows) + 1
    )


def run(tokens: PolicyTokens, algo: AlgoSettings) -> tuple[TokenLosses, list[float]]:
    """Token losses and the gradient of their sum."""
    found = token_losses(tokens, algo)
    (gradient,) = torch.autograd.grad(found.loss_N.sum(), tokens.logprobs_N)
    return found, gradient.tolist()


def test_every_kind_has_one_settings_class_and_one_loss() -> None:
    kinds = [kind.model_fields["kind"].default for kind in ALGORITHMS]
    assert kinds == list(OBJECTIVES)
    union = get_args(get_args(AlgoSettings)[0])
    assert union == ALGORITHMS


def test_gspo_takes_the_geometric_mean() -> None:
    """Ratios 2 and 1/2 of one sample: q = 1, so loss -A and gradient -A at each token. Ratio 1.5 alone: q = 1.5, held at 1.2."""
    algo = GspoSettings(clip_low=0.1, clip_high=0.2)
    found, gradient = run(tokens_of([2.0, 0.5, 1.5], [1.0, 1.0, 3.0], [0, 0, 1]), algo)
    assert found.loss_N.tolist() == pytest.approx([-1.0, -1.0, -3.6])
    assert gradient == pytest.approx([-1.0, -1.0, 0.0])
    assert found.high_N.tolist() == [False, False, True]


def test_cispo_keeps_the_gradient_of_a_clipped_token() -> None:
    """R = 8 held at 5: loss -5 A log p, gradient -5 A, where PPO's would be 0. No lower bound: r = 0.1 weighs 0.1."""
    found, gradient = run(tokens_of([8.0, 0.1], [1.0, -1.0], [0, 0]), CispoSettings())
    assert found.loss_N.tolist() == pytest.approx([-5.0 * (math.log(8) - 1), 0.1 * (math.log(0.1) - 1)])
    assert gradient == pytest.approx([-5.0, 0.1])
    assert found.high_N.tolist() == [True, False]


def test_sapo_has_slope_one_on_the_old_policy() -> None:
    """R = 1: value (4 / tau) s(0) = 2 / tau, derivative 4 s'(0) = 1, so the gradient is -A whatever tau is."""
    found, gradient = run(tokens_of([1.0, 1.0], [2.0, -1.0], [0, 0]), SapoSettings())
    assert found.loss_N.tolist() == pytest.approx([-4.0, 2 / 1.05])
    assert gradient == pytest.approx([-2.0, 1.0])


@pytest.mark.parametrize(
    ("ratio", "advantage", "loss", "slope", "dual"),
    [
        (12.0, -1.0, 10.0, 0.0, True),  # held at the bound
        (9.0, -1.0, 9.0, 9.0, False),  # below it
        (12.0, 1.0, -1.28, 0.0, False),  # the bound is not for positive advantages
    ],
)
def test_dual_clip(ratio: float, advantage: float, loss: float, slope: float, dual: bool) -> None:
    """C = 10: -A r for A < 0 is held at -A c."""
    found, gradient = run(tokens_of([ratio], [advantage], [0]), DapoSettings(dual_clip=10.0))
    assert found.loss_N.tolist() == pytest.approx([loss])
    assert gradient == pytest.approx([slope])
    assert found.dual_N.tolist() == [dual]


@pytest.mark.parametrize("kind", ALGORITHMS, ids=lambda kind: kind.model_fields["kind"].default)
def test_no_advantage_no_gradient(kind: Any) -> None:
    found, gradient = run(tokens_of([2.0, 0.3, 1.0], [0.0, 0.0, 0.0], [0, 0, 1]), kind())
    assert found.loss_N.tolist() == pytest.approx([0.0] * 3)
    assert gradient == [0.0] * 3


@pytest.mark.parametrize("kind", ALGORITHMS, ids=lambda kind: kind.model_fields["kind"].default)
def test_on_the_old_policy_every_gradient_is_reinforce(kind: Any) -> None:
    """R = 1: the gradient of each token's loss is -A for all eight."""
    _, gradient = run(tokens_of([1.0, 1.0, 1.0], [1.5, 1.5, -0.5], [0, 0, 1]), kind())
    assert gradient == pytest.approx([-1.5, -1.5, 0.5])
