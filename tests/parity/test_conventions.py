"""docs/parity.md is the table in `conventions`, and what it says of the peers' defaults is what they answer."""

from __future__ import annotations

import inspect

from dartkit.algorithm_settings import ALGORITHMS, CispoSettings, SapoSettings
from tests.parity.conventions import PAGE, page
from tests.parity.peers import require


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.parity.conventions"


def test_verls_defaults() -> None:
    """Eps of the advantage, dual clip, tau, the bound of importance weights."""
    require("verl")
    from verl.trainer.config.algorithm import RolloutCorrectionConfig
    from verl.trainer.ppo.core_algos import compute_grpo_outcome_advantage
    from verl.workers.config import ActorConfig

    actor = ActorConfig(strategy="fsdp", rollout_n=1, ppo_micro_batch_size_per_gpu=1)
    assert inspect.signature(compute_grpo_outcome_advantage).parameters["epsilon"].default == 1e-6
    assert (actor.clip_ratio, actor.clip_ratio_c, actor.tau_pos, actor.tau_neg) == (0.2, 3.0, 1.0, 1.05)
    assert RolloutCorrectionConfig().rollout_is_threshold == 2.0
    assert (SapoSettings().tau_positive, SapoSettings().tau_negative) == (1.0, 1.05)


def test_trls_defaults() -> None:
    """Loss, ranges, tau, the mode of importance weights and its bound."""
    require("trl")
    from trl import GRPOConfig

    fields = GRPOConfig.__dataclass_fields__
    named = {
        "loss_type": "dapo", "epsilon": 0.2, "delta": None, "beta": 0.0, "sapo_temperature_pos": 1.0, "sapo_temperature_neg": 1.05,
        "vllm_importance_sampling_mode": "sequence_mask", "vllm_importance_sampling_clip_max": 3.0, "use_bias_correction_kl": True,
    }  # fmt: skip
    assert {name: fields[name].default for name in named} == named


def test_our_defaults() -> None:
    assert {kind().dual_clip for kind in ALGORITHMS} == {None}
    assert (1 - CispoSettings().clip_low, 1 + CispoSettings().clip_high) == (0.0, 5.0)
