"""dartkit's losses against OpenRLHF's formulas (0.11.0, openrlhf/models/loss.py), restated: it does not install beside vLLM's CPU build.

Shape suffixes: B samples, T padded response tokens.
"""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from dartkit.algorithm_settings import DapoSettings, GspoSettings
from dartkit.correction_settings import CorrectionSettings, GeometricRejection, IcePop, TruncatedWeights
from dartkit.rl.advantages import step_advantages
from tests.objective_cases import Block, loss_of, poisoned, random_block
from tests.parity.peers import TOLERANCE

SEEDS = range(8)


def openrlhf_loss(
    block: Block, *, dual: float | None = None, weights_BT: Tensor | None = None, sequence: bool = False, low: float = 0.2, high: float = 0.28
) -> Tensor:  # fmt: skip
    """PPO or GSPO, dual clip on negative advantages, correction, then the token mean (GSPO: mean of sample means)."""
    mask_BT, advantages_BT = block.mask_BT.double(), block.advantages_B[:, None].expand_as(block.old_BT)
    log_BT = block.logprobs_BT - block.old_BT
    if sequence:
        log_BT = ((log_BT * mask_BT).sum(-1) / mask_BT.sum(-1).clamp(min=1))[:, None].expand_as(log_BT)
    ratio_BT = log_BT.clamp(-20, 20).exp()
    gain_BT = torch.min(ratio_BT * advantages_BT, ratio_BT.clamp(1 - low, 1 + high) * advantages_BT)
    if dual is not None:
        gain_BT = torch.where(advantages_BT < 0, torch.max(gain_BT, dual * advantages_BT), gain_BT)
    loss_BT = -gain_BT * (1.0 if weights_BT is None else weights_BT)
    if sequence:
        return ((loss_BT * mask_BT).sum(-1) / mask_BT.sum(-1)).mean()
    return (loss_BT * mask_BT).sum() / mask_BT.sum()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dual", [None, 3.0])
def test_ppo_with_two_ranges_and_dual_clip(seed: int, dual: float | None) -> None:
    block = random_block(seed, spread=1.5)
    ours = loss_of(poisoned(block), DapoSettings(dual_clip=dual)).loss
    assert abs(ours.item() - openrlhf_loss(block, dual=dual).item()) <= TOLERANCE


@pytest.mark.parametrize("seed", SEEDS)
def test_gspo(seed: int) -> None:
    block = random_block(seed)
    ours = loss_of(poisoned(block), GspoSettings(clip_low=0.1, clip_high=0.2)).loss
    assert abs(ours.item() - openrlhf_loss(block, sequence=True, low=0.1, high=0.2).item()) <= TOLERANCE


@pytest.mark.parametrize("seed", SEEDS)
def test_three_corrections_with_the_fixed_denominator(seed: int) -> None:
    """Tis holds w in [low, high]; icepop zeroes outside; seq-mask-tis zeroes samples by the geometric mean and weighs tokens by w."""
    block = random_block(seed)
    log_BT = block.old_BT - block.sampler_BT
    weight_BT, mask_BT = log_BT.exp(), block.mask_BT.double()
    mean_B = ((log_BT * mask_BT).sum(-1) / mask_BT.sum(-1)).exp()
    band_BT, band_B = (weight_BT >= 0.7) & (weight_BT <= 1.5), (mean_B >= 0.9) & (mean_B <= 1.2)
    pairs: list[tuple[CorrectionSettings, Tensor]] = [
        (TruncatedWeights(max_weight=1.5), weight_BT.clamp(max=1.5)),
        (IcePop(low=0.7, high=1.5), weight_BT * band_BT),
        (GeometricRejection(low=0.9, high=1.2, max_weight=1e9), weight_BT * band_B[:, None]),
    ]
    for correction, weights_BT in pairs:
        ours = loss_of(poisoned(block), DapoSettings(), correction=correction, sampler=True).loss
        assert abs(ours.item() - openrlhf_loss(block, weights_BT=weights_BT).item()) <= TOLERANCE


@pytest.mark.parametrize("seed", SEEDS)
def test_leave_one_out_baseline(seed: int) -> None:
    """R_i - (sum of R - R_i) / (G - 1)."""
    rewards = torch.randn((3, 4), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    theirs = rewards - (rewards.sum(1, keepdim=True) - rewards) / 3
    ours = step_advantages(rewards.tolist(), "leave-one-out", epsilon=0.0)
    torch.testing.assert_close(torch.tensor(ours, dtype=torch.float64), theirs, rtol=0, atol=TOLERANCE)
