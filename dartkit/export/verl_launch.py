"""`export rl --to verl`: what verl 0.9 needs to train on the export with dartkit's reward, beside the data.

    exports/<name>/verl/dapo.yaml    Hydra config on top of verl's `ppo_trainer`
    exports/<name>/verl/reward.py    the reward function, which asks dartkit's verifier
    exports/<name>/verl/launch.sh    starts `verl.trainer.main_ppo`; arguments go on to Hydra and win

The numbers are those of the recipe's `train-rl` step, or its defaults. What verl does otherwise: it filters by the group's standard
deviation of `acc`, throws surplus groups away, does not floor the overlong punishment (which differs only beyond the limit), warms
up from a rate of 0, and does not tell the reward function that a response was cut. Its dual clip cannot be switched off and is set out
of reach; its limit on generation batches is ignored by its V1 trainer. A step makes `updates_per_step` mini-batches of equal size.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import UsageError
from dartkit.export.verl_algorithm import actor_algorithm, algorithm_block
from dartkit.files import write_bytes
from dartkit.reward_settings import OverlongReward, VerifierReward, reward_name
from dartkit.training_settings import TrainRlSettings

if TYPE_CHECKING:
    from dartkit.run import RunDir

FOLDER = "verl"
CONFIG, REWARD, LAUNCH = "dapo.yaml", "reward.py", "launch.sh"
MAX_PROMPT_TOKENS = 2048

REWARD_TEXT = '''"""dartkit's reward for verl. Written by `dartkit export rl --to verl`."""

from __future__ import annotations

import json
from functools import cache

from dartkit.reward_settings import VerifierReward
from dartkit.settings import VerifierSettings
from dartkit.verify import load_verifier

VERIFIER = {verifier}
REWARDS = {rewards}


@cache
def _load():
    verifier = load_verifier(VerifierSettings.model_validate(json.loads(VERIFIER)))
    return verifier, [VerifierReward.model_validate(item) for item in json.loads(REWARDS)]


def compute_score(data_source, solution_str, ground_truth, extra_info=None, **kwargs):
    """Return `score` (what is trained on), `acc` (1 or 0, what groups are filtered by), `pred` and `outcome`."""
    verifier, rewards = _load()
    verdict = verifier.check(str(solution_str), str(ground_truth))
    return {{
        "score": sum(reward.weight * reward.earns(verdict.outcome) for reward in rewards),
        "acc": float(verdict.outcome == "correct"),
        "pred": verdict.prediction_form or verdict.extracted or "",
        "outcome": verdict.outcome,
    }}
'''

LAUNCH_TEXT = """#!/usr/bin/env bash
# Trains with verl 0.9 on this export. Written by `dartkit export rl --to verl`. Arguments are Hydra overrides and win:
#   bash launch.sh trainer.n_gpus_per_node=8 trainer.nnodes=2 actor_rollout_ref.model.path=MODEL
# Needs verl[vllm] and dartkit in one environment; the reward function imports dartkit.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export DARTKIT_EXPORT=${DARTKIT_EXPORT:-$(dirname "$here")}
exec "${PYTHON:-python3}" -m verl.trainer.main_ppo --config-path "$here" --config-name dapo "$@"
"""


def write_launch(folder: Path, run: RunDir) -> None:
    """Write the three files into `folder/verl`; the same settings give the same bytes again.

    Raises:
        UsageError: for a reward that verl's reward manager does not have.
        EnvironmentProblem: when the disk is full or not writable.
    """
    import yaml

    settings = find_training(run)
    config = verl_config(settings, model=_model_path(settings, run), project=run.name)
    head = "# Written by `dartkit export rl --to verl`. verl's own defaults: verl/trainer/config/ppo_trainer.yaml\n"
    body = yaml.safe_dump(config, sort_keys=False, default_flow_style=False, allow_unicode=True)
    write_bytes(folder / FOLDER / CONFIG, (head + body).encode())
    write_bytes(folder / FOLDER / REWARD, reward_text(settings).encode())
    write_bytes(folder / FOLDER / LAUNCH, LAUNCH_TEXT.encode())


def remove_launch(folder: Path) -> None:
    """Remove the files of an earlier export that asked for them."""
    for name in (CONFIG, REWARD, LAUNCH):
        (folder / FOLDER / name).unlink(missing_ok=True)
    if (folder / FOLDER).is_dir() and not any((folder / FOLDER).iterdir()):
        (folder / FOLDER).rmdir()


def find_training(run: RunDir) -> TrainRlSettings:
    """Return the settings of the recipe's first `train-rl` step, or the defaults."""
    steps = (run.info.get("recipe") or {}).get("steps", [])
    found: dict[str, Any] = next((step for step in steps if step.get("stage") == "train-rl"), {})
    return TrainRlSettings.model_validate(found)


def reward_text(settings: TrainRlSettings) -> str:
    """Return `reward.py`; the settings of the verifier and of what its outcomes earn stand in it as JSON texts."""
    paid = [item.model_dump(mode="json") for item in settings.rewards if isinstance(item, VerifierReward)]
    verifier = settings.verifier.model_dump(mode="json")
    return REWARD_TEXT.format(
        verifier=repr(json.dumps(verifier, sort_keys=True)), rewards=repr(json.dumps(paid, sort_keys=True))
    )


def _overlong(settings: TrainRlSettings) -> dict[str, Any]:
    """Return verl's soft overlong punishment.

    Raises:
        UsageError: for a reward that verl's reward manager does not have.
    """
    found = {"enable": False, "len": 0, "penalty_factor": 0.0, "log": True}
    foreign = []
    for item in settings.all_rewards():
        if isinstance(item, OverlongReward):
            found |= {"enable": item.weight != 0, "len": item.buffer_tokens, "penalty_factor": item.weight}
        elif not isinstance(item, VerifierReward) and item.weight != 0:
            foreign.append(reward_name(item))
    if foreign:
        raise UsageError(
            f"verl's reward manager has no {', '.join(foreign)}",
            where="rewards",
            fix="Export to verl with the rewards `verifier` and `overlong` alone; `train-rl` has all of them.",
        )
    return found


def _filter_metric(settings: TrainRlSettings) -> str:
    """Return verl's name of what must differ within a group.

    Raises:
        UsageError: for another metric than accuracy and the sum of rewards.
    """
    names = {"accuracy": "acc", "reward": "reward"}
    if settings.filter_metric not in names:
        raise UsageError(
            f"the launch for verl cannot say filter_metric '{settings.filter_metric}'",
            where="filter_metric",
            fix="Export to verl with `accuracy` or `reward`; `train-rl` takes any.",
        )
    return names[settings.filter_metric]


def verl_config(settings: TrainRlSettings, *, model: str, project: str) -> dict[str, Any]:
    """Return the Hydra config that says in verl's words what the settings say.

    Raises:
        UsageError: for a reward that verl's reward manager does not have.
    """
    limit = settings.sampling.max_tokens
    export = "${oc.env:DARTKIT_EXPORT}"
    return {
        "hydra": {"searchpath": ["pkg://verl.trainer.config"]},
        "defaults": ["ppo_trainer", "_self_"],
        "data": {
            "train_files": f"{export}/verl.parquet",
            "val_files": f"{export}/verl.parquet",
            "train_batch_size": settings.prompts_per_step,
            "gen_batch_size": settings.rollout.generation_prompts,
            "max_prompt_length": settings.rollout.max_prompt_tokens or MAX_PROMPT_TOKENS,
            "max_response_length": limit,
            "filter_overlong_prompts": settings.rollout.long_prompts == "drop",
            "truncation": "left" if settings.rollout.long_prompts == "left-truncate" else "error",
            "seed": settings.seed,
        },
        "actor_rollout_ref": _actor_rollout(settings, model),
        "algorithm": algorithm_block(settings, _filter_metric(settings)),
        "reward": {
            "custom_reward_function": {"path": f"{export}/{FOLDER}/{REWARD}", "name": "compute_score"},
            "reward_manager": {"name": "dapo"},
            "reward_kwargs": {
                "max_resp_len": limit,
                "overlong_buffer_cfg": _overlong(settings),
            },
        },
        "trainer": {
            "project_name": project,
            "experiment_name": settings.name,
            "logger": ["console"],
            "total_epochs": 1_000_000 if settings.steps else 1,
            "total_training_steps": settings.steps,
            "save_freq": settings.save_every_steps,
            "val_before_train": False,
            "test_freq": -1,
            "nnodes": 1,
            "n_gpus_per_node": 1,
        },
    }


def _actor_rollout(settings: TrainRlSettings, model: str) -> dict[str, Any]:
    sampling = settings.sampling
    longest = (settings.rollout.max_prompt_tokens or MAX_PROMPT_TOKENS) + sampling.max_tokens
    return {
        "model": {"path": model, "use_remove_padding": True},
        "actor": {
            "ppo_mini_batch_size": math.ceil(settings.prompts_per_step / settings.updates_per_step),
            "use_dynamic_bsz": True,
            "ppo_max_token_len_per_gpu": max(settings.tokens_per_micro_batch, longest),
            **actor_algorithm(settings),
            "optim": {
                "lr": settings.optimizer.learning_rate,
                "lr_warmup_steps": settings.optimizer.warmup_steps,
                "weight_decay": settings.optimizer.weight_decay,
                "betas": [settings.optimizer.beta1, settings.optimizer.beta2],
                "clip_grad": settings.optimizer.max_grad_norm,
            },
            "grad_clip": settings.optimizer.max_grad_norm,
        },
        "rollout": {
            "name": "vllm",
            "n": settings.group_size,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "top_k": sampling.top_k or -1,
            "tensor_model_parallel_size": 1,
            "calculate_log_probs": True,
            "log_prob_use_dynamic_bsz": True,
            "log_prob_max_token_len_per_gpu": max(settings.tokens_per_micro_batch, longest),
        },
    }


def _model_path(settings: TrainRlSettings, run: RunDir) -> str:
    """Return a folder's full path, or a hub name as it is; nothing is fetched."""
    name = settings.model.path
    if name == "tiny":
        from dartkit.tiny import checkpoint_path

        return str(checkpoint_path())
    folder = run.resolve(name)
    return str(folder.resolve()) if folder.is_dir() else name
