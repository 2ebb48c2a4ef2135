"""An algorithm's settings in verl's words; what verl 0.9 has no word for is refused by name, never left out in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dartkit.errors import UsageError

if TYPE_CHECKING:
    from dartkit.algorithm_settings import AlgorithmSettings
    from dartkit.training_settings import TrainRlSettings

NO_DUAL_CLIP = 1.0e6  # verl multiplies by it where A < 0; no ratio that its clamp lets through comes near
ESTIMATORS = {
    "group-std": ("grpo", True),
    "none": ("grpo", False),
    "leave-one-out": ("rloo", False),
    "batch-whiten": ("reinforce_plus_plus", False),
}
"""Advantage normaliser: verl's estimator, and whether it divides by the group's deviation."""
LOSS_MODES = {"gspo": "gspo", "cispo": "cispo", "sapo": "sapo"}
AGGREGATIONS = {
    name: name
    for name in ("token-mean", "seq-mean-token-mean", "seq-mean-token-sum", "seq-mean-token-sum-norm")
}
KL_TYPES = {"k1": "kl", "k2": "mse", "k3": "low_var_kl"}


def require_known(settings: TrainRlSettings) -> None:
    """Check that verl can do what the settings say.

    Raises:
        UsageError: naming every setting that it cannot.
    """
    algo: AlgorithmSettings = settings.algo
    refused = {
        f"algo.advantage={algo.advantage}": algo.advantage not in ESTIMATORS,
        f"algo.loss_aggregation={algo.loss_aggregation}": algo.loss_aggregation not in AGGREGATIONS,
        "algo.overlong_filtering": algo.overlong_filtering,
        "algo.top_entropy_share": algo.top_entropy_share < 1.0,
        "algo.kl_cov_share": algo.kl_cov_share > 0.0,
        "algo.old_logprobs=sampler": algo.old_logprobs == "sampler",
        f"algo.correction.kind={algo.correction.kind}": algo.correction.kind != "none",
        "warmup_unit=updates": settings.warmup_unit == "updates" and settings.optimizer.warmup_steps > 0,
    }
    found = [name for name, cannot in refused.items() if cannot]
    if found:
        raise UsageError(
            f"the launch for verl cannot say {', '.join(found)}",
            where="export-rl",
            fix="Leave them at their defaults for verl and set its own keys as arguments of launch.sh; `train-rl` has them.",
        )


def actor_algorithm(settings: TrainRlSettings) -> dict[str, Any]:
    """Return the keys of `actor_rollout_ref.actor` that decide the loss.

    Raises:
        UsageError: for settings that verl has no word for.
    """
    algo: Any = settings.algo  # tau_positive and tau_negative are SAPO's alone
    require_known(settings)
    in_loss = algo.kl_coefficient > 0.0 and algo.kl_in == "loss"
    found: dict[str, Any] = {
        "ppo_epochs": algo.passes_per_step,
        "clip_ratio_low": algo.clip_low,
        "clip_ratio_high": algo.clip_high,
        "clip_ratio_c": algo.dual_clip or NO_DUAL_CLIP,
        "loss_agg_mode": AGGREGATIONS[algo.loss_aggregation],
        "policy_loss": {"loss_mode": LOSS_MODES.get(algo.kind, "vanilla")},
        "entropy_coeff": algo.entropy_coefficient,
        "use_kl_loss": in_loss,
        "kl_loss_type": KL_TYPES[algo.kl_estimator],
    }
    if in_loss:
        found["kl_loss_coef"] = algo.kl_coefficient
    if algo.loss_aggregation == "seq-mean-token-sum-norm":
        found["loss_scale_factor"] = algo.loss_constant_tokens or settings.sampling.max_tokens
    if algo.kind == "sapo":
        found |= {"tau_pos": algo.tau_positive, "tau_neg": algo.tau_negative}
    return found


def algorithm_block(settings: TrainRlSettings, filter_metric: str) -> dict[str, Any]:
    """Return verl's block `algorithm`; `filter_metric` is what must differ within a group."""
    algo = settings.algo
    estimator, by_deviation = ESTIMATORS[algo.advantage]
    in_reward = algo.kl_coefficient > 0.0 and algo.kl_in == "reward"
    found: dict[str, Any] = {
        "adv_estimator": estimator,
        "norm_adv_by_std_in_grpo": by_deviation,
        "use_kl_in_reward": in_reward,
        "filter_groups": {
            "enable": algo.dynamic_sampling,
            "metric": filter_metric,
            "max_num_gen_batches": algo.max_generation_rounds,
        },
    }
    if in_reward:
        found |= {"kl_penalty": KL_TYPES[algo.kl_estimator], "kl_ctrl": {"kl_coef": algo.kl_coefficient}}
    return found
