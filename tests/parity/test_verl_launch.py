"""`export rl --to verl` against the installed verl: its config loader takes the config, its reward loop calls our function."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dartkit.errors import UsageError
from dartkit.events import SilentSink
from dartkit.export import export_rl
from dartkit.export.verl_launch import reward_text, verl_config
from dartkit.run import RunDir
from dartkit.settings import VerifierSettings
from dartkit.stage_settings import ExportRlSettings
from dartkit.tiny import checkpoint_path
from dartkit.training_settings import TrainRlSettings
from tests.conftest import REQUIRE_ALL, make_problem

REASON = "verl 0.9.1 is not installed (see .ci/install: it goes in without its dependencies)"


@pytest.fixture(scope="module", autouse=True)
def verl() -> None:
    """Absent, the peer is skipped, or fails where everything is required."""
    if importlib.util.find_spec("verl") is None:
        if REQUIRE_ALL:
            pytest.fail(REASON)
        pytest.skip(REASON)


@pytest.fixture
def exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    RunDir.create(
        tmp_path / "sums",
        seed=1,
        recipe={"steps": [{"stage": "train-rl", "group_size": 6, "algo": {"overlong_buffer_tokens": 64}}]},
    )
    with RunDir(tmp_path / "sums") as run:
        run.append(make_problem("2+2?", "4"))
        export_rl(run, ExportRlSettings(formats=(), to="verl"), None, SilentSink())
    folder = tmp_path / "sums" / "exports" / "rl"
    monkeypatch.setenv("DARTKIT_EXPORT", str(folder))
    return folder


def load(folder: Path, *overrides: str) -> Any:
    """Compose the config as `python -m verl.trainer.main_ppo --config-path verl --config-name dapo` does."""
    from hydra import compose, initialize_config_dir

    with initialize_config_dir(str(folder / "verl"), version_base=None):
        return compose("dapo", overrides=list(overrides))


def test_verls_loader_accepts_the_config(exported: Path) -> None:
    """Verl's own `validate_config` and its dataclasses take it; numbers are those of the recipe's step and our defaults."""
    from verl.utils.config import omega_conf_to_dataclass, validate_config

    config = load(exported)
    validate_config(config, use_reference_policy=False, use_critic=False)
    actor = omega_conf_to_dataclass(config.actor_rollout_ref.actor)
    assert (actor.clip_ratio_low, actor.clip_ratio_high, actor.loss_agg_mode) == (0.2, 0.28, "token-mean")
    assert actor.ppo_mini_batch_size == 16  # 32 prompts in 2 updates
    assert config.actor_rollout_ref.rollout.n == 6
    algorithm = omega_conf_to_dataclass(config.algorithm)
    assert (algorithm.adv_estimator, algorithm.filter_groups.enable, algorithm.filter_groups.metric) == (
        "grpo",
        True,
        "acc",
    )
    assert config.data.train_files == f"{exported}/verl.parquet"
    assert Path(config.data.train_files).is_file()
    assert load(exported, "trainer.nnodes=2").trainer.nnodes == 2


def test_verls_reward_loop_pays_what_our_trainer_pays(exported: Path) -> None:
    """Through verl's reward manager, on token ids: 1 for right, -1 for wrong, and the soft punishment of DAPO eq. 13.

    The limit is 512 and the buffer 64: 480 tokens are 32 into it, half the punishment.
    """
    import asyncio

    import torch
    from transformers import AutoTokenizer
    from verl import DataProto
    from verl.trainer.ppo.reward import load_reward_manager

    tokenizer = AutoTokenizer.from_pretrained(checkpoint_path())

    async def score(text: str, length: int) -> dict[str, Any]:
        ids = tokenizer.encode(text, add_special_tokens=False)
        tokens = torch.tensor([[tokenizer.pad_token_id] * (length - len(ids)) + ids])
        data = DataProto.from_dict(
            tensors={"responses": tokens, "prompts": tokens[:, :1], "attention_mask": torch.ones(1, length + 1, dtype=torch.long)},
            non_tensors={
                "data_source": ["math_dapo"], "reward_model": [{"ground_truth": "4"}], "extra_info": [{"index": 0}],
            },
        )  # fmt: skip
        manager = load_reward_manager(load(exported), tokenizer)
        found: dict[str, Any] = await manager.run_single(data)
        return found

    async def all_three() -> list[dict[str, Any]]:
        return [
            await score(r"The answer is \boxed{4}.", 40),
            await score(r"The answer is \boxed{5}.", 40),
            await score(r"The answer is \boxed{4}.", 480),
        ]

    right, wrong, long = asyncio.run(all_three())
    assert float(right["reward_score"]) == 1.0
    assert right["reward_extra_info"]["acc"] == 1.0
    assert float(wrong["reward_score"]) == -1.0
    assert wrong["reward_extra_info"]["acc"] == 0.0
    assert float(long["reward_score"]) == pytest.approx(1.0 - 0.5)


def test_every_setting_reaches_verl(exported: Path) -> None:
    """A config with all values changed, composed by Hydra from text, says the same numbers."""
    import yaml

    settings = TrainRlSettings.model_validate(
        {
            "rollout": {"max_prompt_tokens": 100, "long_prompts": "left-truncate", "generation_prompts": 24}, "steps": 7, "prompts_per_step": 12, "updates_per_step": 3, "group_size": 5, "tokens_per_micro_batch": 9000,
            "sampling": {"max_tokens": 300, "temperature": 0.9, "top_p": 0.8, "top_k": 40},
            "algo": {"clip_low": 0.1, "clip_high": 0.3, "dynamic_sampling": False, "loss_aggregation": "seq-mean-token-mean", "passes_per_step": 2},
            "optimizer": {"learning_rate": 2e-6, "warmup_steps": 4, "weight_decay": 0.1, "beta2": 0.99},
        }
    )  # fmt: skip
    text = yaml.safe_dump(verl_config(settings, model="org/model", project="p"))
    (exported / "verl" / "dapo.yaml").write_text(text)
    config = load(exported)
    actor, rollout = config.actor_rollout_ref.actor, config.actor_rollout_ref.rollout
    assert (config.data.train_batch_size, actor.ppo_mini_batch_size, rollout.n) == (12, 4, 5)
    assert (actor.clip_ratio_low, actor.clip_ratio_high, actor.loss_agg_mode) == (
        0.1,
        0.3,
        "seq-mean-token-mean",
    )
    assert (rollout.temperature, rollout.top_p, rollout.top_k) == (0.9, 0.8, 40)
    assert (config.data.max_response_length, actor.ppo_max_token_len_per_gpu) == (300, 9000)
    assert (actor.optim.lr, actor.optim.lr_warmup_steps, actor.optim.weight_decay) == (2e-6, 4, 0.1)
    assert list(actor.optim.betas) == [0.9, 0.99]
    assert (config.algorithm.filter_groups.enable, config.trainer.total_training_steps) == (False, 7)
    assert config.actor_rollout_ref.model.path == "org/model"
    assert (config.data.max_prompt_length, config.data.truncation, config.data.gen_batch_size) == (
        100,
        "left",
        24,
    )
    assert config.data.filter_overlong_prompts is False
    assert actor.ppo_epochs == 2


def test_texts_of_the_run_cannot_leave_their_places(tmp_path: Path) -> None:
    """Names with quotes, braces and interpolations stay text: reward.py parses to one string, the script is a constant."""
    import ast

    hostile = VerifierSettings(name='x"); import os; os.abort(); ("${oc.env:HOME}{}')
    tree = ast.parse(reward_text(TrainRlSettings(verifier=hostile)))
    value, _ = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    assert isinstance(value, ast.Constant)
    assert isinstance(value.value, str)
    assert '"name": "x\\"); import os;' in value.value


def test_the_script_is_sound(exported: Path) -> None:
    """Bash reads it without a complaint."""
    done = subprocess.run(
        ["bash", "-n", str(exported / "verl" / "launch.sh")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_launch_goes_where_it_is_not_asked_for(exported: Path) -> None:
    with RunDir(exported.parents[1]) as run:
        export_rl(run, ExportRlSettings(formats=()), None, SilentSink())
    assert not (exported / "verl").exists()
    assert not (exported / "verl.parquet").exists()


def test_what_verl_has_no_word_for_is_refused_and_not_replaced() -> None:
    """Accuracy and the sum have names there."""
    for ours, theirs in (("accuracy", "acc"), ("reward", "reward")):
        config = verl_config(TrainRlSettings(filter_metric=ours), model="m", project="p")
        assert config["algorithm"]["filter_groups"]["metric"] == theirs
    late = TrainRlSettings.model_validate({"warmup_unit": "updates", "optimizer": {"warmup_steps": 3}})
    with pytest.raises(UsageError, match="cannot say warmup_unit=updates"):
        verl_config(late, model="m", project="p")
    with pytest.raises(UsageError, match="cannot say filter_metric 'verifier'"):
        verl_config(TrainRlSettings(filter_metric="verifier"), model="m", project="p")


def test_what_verl_cannot_pay_is_refused_by_name() -> None:
    """A cosine reward has no place in verl's manager; one that only measures is left out."""
    cosine: dict[str, Any] = {
        "rewards": [{"kind": "verifier", "incorrect": 0.0}, {"kind": "cosine", "name": "length"}]
    }
    with pytest.raises(UsageError, match="no length"):
        verl_config(TrainRlSettings.model_validate(cosine), model="m", project="p")
    cosine["rewards"][1]["weight"] = 0.0
    settings = TrainRlSettings.model_validate(cosine)
    assert (
        verl_config(settings, model="m", project="p")["reward"]["reward_kwargs"]["overlong_buffer_cfg"][
            "enable"
        ]
        is False
    )
    assert '"incorrect": 0.0' in reward_text(settings)


@pytest.mark.parametrize(
    ("algo", "expected"),
    [
        ({"kind": "dapo"}, ("grpo", True, "vanilla", "token-mean")),
        ({"kind": "dr-grpo"}, ("grpo", False, "vanilla", "seq-mean-token-sum-norm")),
        ({"kind": "gspo"}, ("grpo", True, "gspo", "seq-mean-token-mean")),
        ({"kind": "cispo"}, ("grpo", True, "cispo", "token-mean")),
        ({"kind": "sapo"}, ("grpo", True, "sapo", "seq-mean-token-mean")),
        ({"kind": "reinforce++"}, ("reinforce_plus_plus", False, "vanilla", "token-mean")),
        ({"kind": "rloo"}, ("rloo", False, "vanilla", "seq-mean-token-sum")),
        ({"kind": "grpo", "kl_coefficient": 0.1}, ("grpo", True, "vanilla", "seq-mean-token-mean")),
    ],
)
def test_every_algorithm_is_one_that_verl_registers(
    exported: Path, algo: dict[str, Any], expected: tuple[str, bool, str, str]
) -> None:
    """Estimator and loss are looked up in verl's own registries; its dataclasses take the block."""
    import yaml
    from verl.trainer.ppo.core_algos import get_adv_estimator_fn, get_policy_loss_fn
    from verl.utils.config import omega_conf_to_dataclass

    settings = TrainRlSettings.model_validate({"algo": algo})
    (exported / "verl" / "dapo.yaml").write_text(
        yaml.safe_dump(verl_config(settings, model="m", project="p"))
    )
    config = load(exported)
    actor, algorithm = (
        omega_conf_to_dataclass(part) for part in (config.actor_rollout_ref.actor, config.algorithm)
    )
    found = (
        algorithm.adv_estimator, algorithm.norm_adv_by_std_in_grpo, actor.policy_loss.loss_mode, actor.loss_agg_mode,
    )  # fmt: skip
    assert found == expected
    assert callable(get_adv_estimator_fn(expected[0]))
    assert callable(get_policy_loss_fn(expected[2]))
    assert actor.use_kl_loss == ("kl_coefficient" in algo)
    assert actor.loss_scale_factor == (512 if algo["kind"] == "dr-grpo" else None)


@pytest.mark.parametrize(
    ("algo", "name"),
    [
        ({"loss_aggregation": "prompt-mean"}, "prompt-mean"),
        ({"advantage": "batch-std"}, "batch-std"),
        ({"overlong_filtering": True}, "overlong_filtering"),
        ({"old_logprobs": "sampler"}, "old_logprobs"),
    ],
)
def test_an_algorithm_that_verl_cannot_say_is_refused(algo: dict[str, Any], name: str) -> None:
    with pytest.raises(UsageError, match=name):
        verl_config(TrainRlSettings.model_validate({"algo": algo}), model="m", project="p")
