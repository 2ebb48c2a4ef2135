"""dartkit's losses, corrections and advantages against the installed verl, in float64 on random tokens with random masks.

Padding holds NaN on our side only: verl's `seq-*` aggregations let it through.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from dartkit.algorithm_settings import (
    Aggregation,
    AlgoSettings,
    CispoSettings,
    DapoSettings,
    GspoSettings,
    SapoSettings,
)
from dartkit.correction_settings import CorrectionSettings, GeometricRejection, IcePop, TruncatedWeights
from dartkit.rl.advantages import step_advantages
from dartkit.rl.objectives.correction import correction_weights, log_weights
from dartkit.rl.objectives.kl import kl_estimate
from dartkit.rl.objectives.mismatch import MismatchTotals
from tests.objective_cases import Block, loss_of, poisoned, random_block
from tests.parity.peers import TOLERANCE, require, same, verl_loss

SEEDS = range(8)
AGGREGATIONS: tuple[Aggregation, ...] = (
    "token-mean", "seq-mean-token-mean", "seq-mean-token-sum", "seq-mean-token-sum-norm",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def verl() -> None:
    require("verl")


def both(
    algo: AlgoSettings, name: str, seed: int, *, spread: float = 0.5, empty: bool = True, **config: Any
) -> None:
    """Compare value and gradient on one random block, one of whose samples is masked throughout."""
    block = random_block(seed, spread=spread, empty=empty)
    ours_at, theirs_at = (
        poisoned(block).logprobs_BT.requires_grad_(),
        block.logprobs_BT.clone().requires_grad_(),
    )
    ours = loss_of(replace(poisoned(block), logprobs_BT=ours_at), algo).loss
    theirs = verl_loss(replace(block, logprobs_BT=theirs_at), name, algo.loss_aggregation, **config)
    same(ours, theirs, ours_at, theirs_at, block.mask_BT)


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
@pytest.mark.parametrize("dual", [None, 10.0, 3.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_clip_higher_and_dual_clip(seed: int, dual: float | None, aggregation: Aggregation) -> None:
    """Verl has no way to switch dual clip off; c = 1e9 is never reached."""
    algo = DapoSettings(dual_clip=dual, loss_aggregation=aggregation)
    both(
        algo, "vanilla", seed, spread=1.5, clip_ratio=0.2, clip_ratio_low=0.2, clip_ratio_high=0.28, clip_ratio_c=dual or 1e9
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_gspo(seed: int) -> None:
    for aggregation in AGGREGATIONS:
        algo = GspoSettings(clip_low=0.1, clip_high=0.2, loss_aggregation=aggregation)
        both(algo, "gspo", seed, clip_ratio=0.1, clip_ratio_low=0.1, clip_ratio_high=0.2)


@pytest.mark.parametrize("seed", SEEDS)
def test_cispo_with_verls_bounds(seed: int) -> None:
    """Verl's convention: the weight is held in [1 - low, 1 + high] of its PPO ranges."""
    algo = CispoSettings(clip_low=0.2, clip_high=0.28)
    both(algo, "cispo", seed, clip_ratio=0.2, clip_ratio_low=0.2, clip_ratio_high=0.28)


@pytest.mark.parametrize("seed", SEEDS)
def test_sapo(seed: int) -> None:
    both(SapoSettings(), "sapo", seed, clip_ratio=0.2, tau_pos=1.0, tau_neg=1.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_kl_cov(seed: int) -> None:
    """Verl's KL-Cov has no clip: ranges that nothing reaches switch ours off. A share of 0.3 holds several tokens."""
    algo = DapoSettings(clip_low=1.0, clip_high=1e9, kl_cov_share=0.3, kl_cov_coefficient=0.7)
    both(algo, "kl_cov", seed, clip_ratio=0.2, policy_loss={"kl_cov_ratio": 0.3, "ppo_kl_coef": 0.7})


@pytest.mark.parametrize("estimator", ["k1", "k2", "k3"])
def test_kl_estimators(estimator: Any) -> None:
    from verl.trainer.ppo.core_algos import kl_penalty

    block = random_block(0, spread=1.0)
    ours = kl_estimate(block.logprobs_BT, block.reference_BT, estimator)
    torch.testing.assert_close(
        ours, kl_penalty(block.logprobs_BT, block.reference_BT, estimator), rtol=0, atol=TOLERANCE
    )


CORRECTIONS: list[tuple[CorrectionSettings, dict[str, Any]]] = [
    (TruncatedWeights(level="token", max_weight=1.3), {"rollout_is": "token", "rollout_is_threshold": 1.3}),
    (TruncatedWeights(level="sequence", max_weight=1.3), {"rollout_is": "sequence", "rollout_is_threshold": 1.3}),
    (IcePop(low=0.7, high=1.5), {"rollout_is": "token", "rollout_is_threshold": "0.7_1.5"}),
    (IcePop(level="sequence", low=0.2, high=4.0), {"rollout_is": "sequence", "rollout_is_threshold": "0.2_4.0"}),
    # verl's k1 bounds are on 1 / w: ours of [0.8, 1.25 * 1.1] are theirs of [0.8 / 1.1, 1.25].
    (GeometricRejection(low=0.8, high=1.375), {"rollout_rs": "seq_mean_k1", "rollout_rs_threshold": f"{1 / 1.375!r}_1.25"}),
    (
        GeometricRejection(low=0.8, high=1.375, max_weight=1.3),
        {
            "rollout_is": "token", "rollout_is_threshold": 1.3,
            "rollout_rs": "seq_mean_k1", "rollout_rs_threshold": f"{1 / 1.375!r}_1.25",
        },
    ),
]  # fmt: skip


def verl_correction(block: Block, asked: dict[str, Any]) -> tuple[Tensor, Tensor, dict[str, float]]:
    """Verl's weights, mask and metrics."""
    from verl.trainer.ppo.rollout_corr_helper import compute_rollout_correction_and_rejection_mask

    proto, mask_BT, metrics = compute_rollout_correction_and_rejection_mask(
        old_log_prob=block.old_BT,
        rollout_log_prob=block.sampler_BT,
        response_mask=block.mask_BT.double(),
        **asked,
    )
    weights_BT = torch.ones_like(block.old_BT) if proto is None else proto.batch["rollout_is_weights"]
    return weights_BT, mask_BT, metrics


@pytest.mark.parametrize(("correction", "asked"), CORRECTIONS)
@pytest.mark.parametrize("seed", SEEDS)
def test_rollout_correction_with_both_denominators(
    seed: int, correction: CorrectionSettings, asked: dict[str, Any]
) -> None:
    """Weights token by token; then the loss, divided by all tokens and by those that verl's mask leaves."""
    block = random_block(seed)
    weights_BT, left_BT, _ = verl_correction(block, asked)
    mask_BT = block.mask_BT
    row_N = mask_BT.nonzero()[:, 0]
    ours = correction_weights(
        log_weights(block.old_BT[mask_BT], block.sampler_BT[mask_BT]), row_N, len(mask_BT), correction
    )
    theirs_N = (weights_BT * left_BT)[mask_BT]
    torch.testing.assert_close(ours.weight_N, theirs_N, rtol=0, atol=TOLERANCE)
    if "rollout_rs" in asked:
        assert torch.equal(ours.kept_N, left_BT[mask_BT].bool())

    fixed = loss_of(block, DapoSettings(), correction=correction, sampler=True).loss
    weighed = verl_loss(block, "vanilla", "token-mean", weights_BT * left_BT, **PPO)
    assert abs(fixed.item() - weighed.item()) <= TOLERANCE
    if "rollout_rs" in asked and left_BT.any():
        kept = 1.0 / ours.kept_N.sum().double().expand(len(mask_BT))
        divided = loss_of(block, DapoSettings(), correction=correction, sampler=True, weights_B=kept).loss
        masked = verl_loss(replace(block, mask_BT=left_BT.bool()), "vanilla", "token-mean", weights_BT, **PPO)
        assert abs(divided.item() - masked.item()) <= TOLERANCE


def test_a_band_that_nothing_is_in() -> None:
    """Verl 0.9.1 divides by zero in its metrics; ours is a loss and a gradient of zero."""
    block = random_block(0)
    with pytest.raises(ZeroDivisionError):
        verl_correction(block, {"rollout_is": "token", "rollout_is_threshold": "100_101"})
    at = block.logprobs_BT.clone().requires_grad_()
    correction = IcePop(low=100.0, high=101.0)
    loss = loss_of(replace(block, logprobs_BT=at), DapoSettings(), correction=correction, sampler=True).loss
    assert loss.item() == 0.0
    assert (torch.autograd.grad(loss, at)[0] == 0).all()


PPO = {"clip_ratio": 0.2, "clip_ratio_low": 0.2, "clip_ratio_high": 0.28, "clip_ratio_c": 1e9}


@pytest.mark.parametrize("seed", SEEDS)
def test_mismatch_metrics(seed: int) -> None:
    """k3, ESS and the extreme weights. verl's ESS and extremes are of its truncated weights: with a bound that nothing reaches."""
    block = random_block(seed)
    _, _, theirs = verl_correction(block, {"rollout_is": "token", "rollout_is_threshold": 1e6})
    totals = MismatchTotals()
    totals.add(block.old_BT[block.mask_BT], block.sampler_BT[block.mask_BT])
    ours = totals.numbers()
    pairs = {
        "sampler_k3": "k3_kl", "sampler_ess": "rollout_is_eff_sample_size", "sampler_ratio_mean": "rollout_is_mean",
        "sampler_ratio_min": "rollout_is_min", "sampler_ratio_max": "rollout_is_max",
    }  # fmt: skip
    for mine, peers in pairs.items():
        assert ours[mine] == pytest.approx(theirs[f"rollout_corr/{peers}"], abs=1e-7)


@pytest.mark.parametrize("name", ["grpo", "dr-grpo", "rloo", "reinforce++"])
@pytest.mark.parametrize("seed", SEEDS)
def test_advantages(name: str, seed: int) -> None:
    """Groups of 1, 2, 3 and 4 samples; one of equal rewards. A group of one has 0 here and its raw reward in verl (grpo, rloo)."""
    import numpy
    from verl.trainer.config import AlgoConfig
    from verl.trainer.ppo import core_algos

    generator = torch.Generator().manual_seed(seed)
    sizes = [2, 3, 4, 3]
    mask_BT = torch.rand((sum(sizes), 5), generator=generator) < 0.7
    mask_BT[:, 0] = True
    rewards_B = torch.randn(sum(sizes), generator=generator, dtype=torch.float64)
    rewards_B[-3:] = 0.25
    token_BT = torch.zeros_like(mask_BT, dtype=torch.float64)
    token_BT[torch.arange(len(rewards_B)), [int(row.nonzero().max()) for row in mask_BT]] = rewards_B
    index = numpy.repeat(numpy.arange(len(sizes)), sizes)
    mask = mask_BT.double()
    peers = {
        "grpo": lambda: core_algos.compute_grpo_outcome_advantage(token_BT, mask, index),
        "dr-grpo": lambda: core_algos.compute_grpo_outcome_advantage(token_BT, mask, index, norm_adv_by_std_in_grpo=False),
        "rloo": lambda: core_algos.compute_rloo_outcome_advantage(token_BT, mask, index),
        "reinforce++": lambda: core_algos.compute_reinforce_plus_plus_outcome_advantage(token_BT, mask, config=AlgoConfig(gamma=1.0)),
    }  # fmt: skip
    theirs = peers[name]()[0][:, 0].tolist()
    grouped = [part.tolist() for part in torch.split(rewards_B, sizes)]
    lengths = [part.tolist() for part in torch.split(mask_BT.sum(1), sizes)]
    normaliser = {
        "grpo": "group-std",
        "dr-grpo": "none",
        "rloo": "leave-one-out",
        "reinforce++": "batch-whiten",
    }[name]
    epsilon = 1e-8 if name == "reinforce++" else 1e-6
    ours = step_advantages(grouped, normaliser, epsilon=epsilon, lengths=lengths)  # type: ignore[arg-type]  # a str of the Literal
    flat = [value for group in ours for value in group]
    assert flat == pytest.approx(theirs, abs=TOLERANCE)
    if name != "reinforce++":
        assert flat[-3:] == [0.0, 0.0, 0.0]
