"""dartkit's losses and advantages against the installed TRL, in float64 on random tokens with random masks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from dartkit.algorithm_settings import (
    AlgoSettings,
    CispoSettings,
    DapoSettings,
    DrGrpoSettings,
    GrpoSettings,
    GspoSettings,
    SapoSettings,
)
from dartkit.rl.advantages import step_advantages
from tests.objective_cases import loss_of, poisoned, random_block
from tests.parity.peers import TOLERANCE, require, same, trl_loss

SEEDS = range(8)


@pytest.fixture(scope="module", autouse=True)
def trl() -> None:
    require("trl")


def both(algo: AlgoSettings, loss_type: str, seed: int, *, spread: float = 0.5, **options: Any) -> None:
    """Compare value and gradient on one random block."""
    block = random_block(seed, spread=spread)
    # TRL's threshold on entropies passes through float32; entropies that float32 holds exactly make that harmless.
    block = replace(block, entropy_BT=block.entropy_BT.float().double())
    ours_at, theirs_at = (
        poisoned(block).logprobs_BT.requires_grad_(),
        block.logprobs_BT.clone().requires_grad_(),
    )
    reference = algo.kl_coefficient > 0
    ours = loss_of(replace(poisoned(block), logprobs_BT=ours_at), algo, reference=reference).loss
    theirs = trl_loss(replace(block, logprobs_BT=theirs_at), loss_type, **options)
    same(ours, theirs, ours_at, theirs_at, block.mask_BT)


CASES: list[tuple[AlgoSettings, str, dict[str, Any]]] = [
    (DapoSettings(), "dapo", {}),
    (GrpoSettings(), "grpo", {"epsilon_high": 0.2}),
    (DrGrpoSettings(), "dr_grpo", {"epsilon_high": 0.2}),
    (GrpoSettings(loss_aggregation="token-mean"), "bnpo", {"epsilon_high": 0.2}),
    (GspoSettings(clip_low=0.1, clip_high=0.2), "grpo",
     {"importance_sampling_level": "sequence", "epsilon_low": 0.1, "epsilon_high": 0.2}),
    (CispoSettings(), "cispo", {"epsilon_high": 5.0}),
    # TRL holds tau in float32, which 1.05 does not fit.
    (SapoSettings(tau_negative=1.25), "sapo", {"sapo_temperature_neg": 1.25}),
    (DapoSettings(kl_coefficient=0.3), "dapo", {"beta": 0.3}),
    (GrpoSettings(kl_coefficient=0.04), "grpo", {"beta": 0.04, "epsilon_high": 0.2}),
    (DapoSettings(entropy_coefficient=0.2), "dapo", {"entropy_coef": 0.2}),
    (DapoSettings(top_entropy_share=0.2), "dapo", {"top_entropy_quantile": 0.2}),
    (DapoSettings(top_entropy_share=0.55, kl_coefficient=0.3), "dapo", {"top_entropy_quantile": 0.55, "beta": 0.3}),
]  # fmt: skip


@pytest.mark.parametrize(("algo", "loss_type", "options"), CASES)
@pytest.mark.parametrize("seed", SEEDS)
def test_loss_and_gradient(seed: int, algo: AlgoSettings, loss_type: str, options: dict[str, Any]) -> None:
    """Every loss that both have. TRL's `use_bias_correction_kl`, which multiplies the divergence by r, is off."""
    both(algo, loss_type, seed, **options)


@pytest.mark.parametrize("delta", [2.0, 10.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_delta_is_the_dual_clip(seed: int, delta: float) -> None:
    """TRL holds the ratio itself, which for negative advantages and delta above 1 + high is the dual clip."""
    both(DapoSettings(dual_clip=delta), "dapo", seed, spread=1.5, delta=delta)


@pytest.mark.parametrize("normaliser", ["group-std", "batch-std", "none"])
@pytest.mark.parametrize("seed", SEEDS)
def test_advantages(seed: int, normaliser: Any) -> None:
    """TRL's own `nanstd`; the two lines around it are restated, as they stand in the middle of its rollout. TRL's eps is 1e-4.

    Its correction n / (n - 1) is a float32, which 9/8 and 3/2 fit exactly; at other sizes it is off by up to 3e-8.
    """
    from trl.trainer.utils import nanstd

    rewards = torch.randn((3, 3), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    rewards[-1] = 0.25
    centred = rewards - rewards.mean(1, keepdim=True)
    scale = {
        "group-std": nanstd(rewards, dim=1)[:, None] + 1e-4,
        "batch-std": nanstd(rewards) + 1e-4,
        "none": torch.ones(()),
    }[normaliser]
    ours = step_advantages(rewards.tolist(), normaliser, epsilon=1e-4)
    torch.testing.assert_close(
        torch.tensor(ours, dtype=torch.float64), centred / scale, rtol=0, atol=TOLERANCE
    )
    assert ours[-1] == [0.0, 0.0, 0.0]
