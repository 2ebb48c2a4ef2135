"""The installed peers as these tests need them: verl's losses under a configuration, TRL's loss on given log-probabilities."""

from __future__ import annotations

from collections import defaultdict
from importlib.util import find_spec
from types import MethodType, SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.conftest import REQUIRE_ALL
from tests.objective_cases import CONSTANT, Block

TOLERANCE = 1e-8


def require(name: str) -> None:
    """Skip where a peer is not installed, or fail where everything is required."""
    if find_spec(name) is None:
        reason = f"the peer {name} is not installed (extra `parity`, .ci/install)"
        if REQUIRE_ALL:
            pytest.fail(reason)
        pytest.skip(reason)


def verl_loss(
    block: Block, name: str, aggregation: str, weights_BT: Tensor | None = None, **config: Any
) -> Tensor:
    """The loss that verl's registry has under this name."""
    from verl.trainer.ppo import core_algos
    from verl.workers.config import ActorConfig

    policy_loss = config.pop("policy_loss", None)
    actor = ActorConfig(strategy="fsdp", rollout_n=1, ppo_micro_batch_size_per_gpu=1, **config)
    if policy_loss is not None:
        for key, value in policy_loss.items():
            object.__setattr__(actor.policy_loss, key, value)
    if aggregation == "seq-mean-token-sum-norm":
        actor.global_batch_info["loss_scale_factor"] = CONSTANT
    mask_BT = block.mask_BT.double()
    loss, _ = core_algos.get_policy_loss_fn(name)(
        old_log_prob=block.old_BT,
        log_prob=block.logprobs_BT,
        advantages=block.advantages_B[:, None].expand_as(mask_BT),
        response_mask=mask_BT,
        loss_agg_mode=aggregation,
        config=actor,
        rollout_is_weights=weights_BT,
    )
    found: Tensor = loss
    return found


def trl_loss(block: Block, loss_type: str, weights_BT: Tensor | None = None, **options: Any) -> Tensor:
    """The loss that TRL's GRPO trainer computes in one step without accumulation.

    `_compute_loss` is the trainer's own code; it is given a stand-in for the trainer that answers with the block's
    log-probabilities in place of a model's.
    """
    from trl.trainer.grpo_trainer import GRPOTrainer

    known = {
        "epsilon_low": 0.2, "epsilon_high": 0.28, "beta": 0.0, "top_entropy_quantile": 1.0, "entropy_coef": 0.0,
        "importance_sampling_level": "token", "max_completion_length": CONSTANT,
    }  # fmt: skip
    arguments = {
        "delta": None, "use_bias_correction_kl": False, "sapo_temperature_pos": 1.0, "sapo_temperature_neg": 1.05,
        "steps_per_generation": 1,
    }  # fmt: skip
    arguments.update({key: options.pop(key) for key in list(options) if key in arguments})
    stand_in = SimpleNamespace(
        **{**known, **options},
        args=SimpleNamespace(**arguments),
        loss_type=loss_type,
        accelerator=SimpleNamespace(
            num_processes=1,
            sync_gradients=True,
            gather=lambda values: values,
            reduce=lambda values, reduction: values,
            pad_across_processes=lambda values, dim, pad_index: values,
        ),
        model=SimpleNamespace(training=True),
        current_gradient_accumulation_steps=1,
        aux_loss_enabled=False,
        off_policy_mask_threshold=None,
        use_vllm=weights_BT is not None,
        vllm_importance_sampling_correction=True,
        use_adaptive_entropy=False,
        _entropy_bonus_enabled=options.get("entropy_coef", 0.0) != 0.0,
        _metrics={"train": defaultdict(list)},
        _get_per_token_logps_and_entropies=lambda *_, **__: (block.logprobs_BT, block.entropy_BT, None),
    )
    choose = getattr(GRPOTrainer.get_high_entropy_mask, "__wrapped__", GRPOTrainer.get_high_entropy_mask)
    stand_in.get_high_entropy_mask = MethodType(choose, stand_in)
    mask_BT = block.mask_BT.double()
    ids_BT = torch.zeros_like(mask_BT, dtype=torch.long)
    inputs = {
        "prompt_ids": ids_BT[:, :1], "prompt_mask": ids_BT[:, :1], "completion_ids": ids_BT, "completion_mask": mask_BT,
        "advantages": block.advantages_B, "old_per_token_logps": block.old_BT, "ref_per_token_logps": block.reference_BT,
        "num_items_in_batch": mask_BT.sum(), "importance_sampling_ratio": weights_BT,
    }  # fmt: skip
    compute = getattr(GRPOTrainer._compute_loss, "__wrapped__", GRPOTrainer._compute_loss)
    found: Tensor = compute(stand_in, None, inputs)
    return found


def same(ours: Tensor, theirs: Tensor, ours_at: Tensor, theirs_at: Tensor, mask_BT: Tensor) -> None:
    """Both losses, and their gradients at every response token, differ by at most 1e-8."""
    assert abs(ours.item() - theirs.item()) <= TOLERANCE
    (mine,) = torch.autograd.grad(ours, ours_at)
    (peers,) = torch.autograd.grad(theirs, theirs_at)
    assert float((mine - peers)[mask_BT].abs().max()) <= TOLERANCE
