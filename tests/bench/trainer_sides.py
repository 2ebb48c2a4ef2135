"""One side of the trainers' comparison, in a process of its own: `python -m tests.bench.trainer_sides SIDE CASE`.

SIDE is `dartkit` or `trl`; CASE is a JSON file (see `trainers.py`). Printed is one JSON object: seconds of each step, the peak of
the memory (`meter.py`) during them, and how far that is above the memory just before the first.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.meter import Meter

LEARNING_RATE = 1e-6


def dartkit_update(case: dict[str, Any]) -> None:
    """Time `DapoTrainer.train` on the given completions."""
    from dartkit.models import resolve_model
    from dartkit.rl.data import RlProblem
    from dartkit.rl.samples import RolloutGroup, RolloutSample
    from dartkit.rl.trainer import DapoTrainer
    from dartkit.settings import ModelSettings
    from dartkit.training.model import load_for_training
    from dartkit.training.optimizer import build_optimizer
    from dartkit.training_settings import OptimizerSettings, TrainRlSettings

    settings = TrainRlSettings(
        updates_per_step=1,
        tokens_per_micro_batch=case["tokens_per_micro_batch"],
        optimizer=OptimizerSettings(learning_rate=LEARNING_RATE),
    )
    trained = load_for_training(
        resolve_model(ModelSettings(path=case["model"], dtype=case["dtype"])), device=case["device"]
    )
    trainer = DapoTrainer(trained, build_optimizer(trained.model, settings.optimizer), settings)
    groups = [
        RolloutGroup(
            number,
            RlProblem(str(number), "", ""),
            tuple(
                RolloutSample(
                    index, tuple(group["prompt"]), tuple(tokens), "", "stop", "correct" if right else "incorrect",
                    reward=1.0 if right else -1.0,
                )
                for index, (tokens, right) in enumerate(zip(group["completions"], group["right"], strict=True))
            ),
        )
        for number, group in enumerate(case["groups"])
    ]  # fmt: skip
    meter, seconds = Meter(case["device"]), []
    meter.begin()
    for _ in range(case["steps"]):
        began = meter.now()
        trainer.train(groups, LEARNING_RATE)
        seconds.append(meter.now() - began)
    meter.report(seconds)


def dartkit_step(case: dict[str, Any]) -> None:
    """Time whole steps of the stage: rollout, verifier, update."""
    from dartkit.algorithm_settings import DapoSettings
    from dartkit.events import StageProgress
    from dartkit.rl.train import train_rl
    from dartkit.run import RunDir
    from dartkit.settings import ModelSettings, SamplingSettings
    from dartkit.training_settings import OptimizerSettings, TrainRlSettings

    class Clock:
        def __init__(self) -> None:
            self.times: list[float] = []

        def emit(self, event: object) -> None:
            if not self.times:
                meter.begin()
            if isinstance(event, StageProgress) or not self.times:
                self.times.append(meter.now())

    meter = Meter(case["device"])

    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "problems.jsonl"
        data.write_text("".join(json.dumps(row) + "\n" for row in case["problems"]))
        groups = len(case["problems"])
        settings = TrainRlSettings(
            data=str(data),
            model=ModelSettings(path=case["model"], dtype=case["dtype"]),
            engine=case["engine"],
            rewards=case["rewards"],
            algo=DapoSettings(dynamic_sampling=False),
            steps=case["steps"],
            prompts_per_step=groups,
            group_size=case["group_size"],
            updates_per_step=1,
            tokens_per_micro_batch=case["tokens_per_micro_batch"],
            sampling=SamplingSettings(max_tokens=case["max_tokens"]),
            optimizer=OptimizerSettings(learning_rate=LEARNING_RATE),
            save_every_steps=case["steps"],
        )
        clock = Clock()
        RunDir.create(Path(folder) / "run")
        counts = train_rl(RunDir(Path(folder) / "run"), settings, None, clock)
        if counts["updates"] < case["steps"]:  # equal rewards teach nothing: such a step would be too cheap
            raise RuntimeError(f"{counts['updates']} updates in {case['steps']} steps")
        meter.report([late - early for early, late in zip(clock.times, clock.times[1:], strict=False)][:-1])


def trl(case: dict[str, Any]) -> None:
    """Time optimizer steps of TRL's trainer, with completions given (`groups`) or drawn (`problems`)."""
    import torch
    from datasets import Dataset
    from transformers import AutoTokenizer, TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    from dartkit.models import resolve_model
    from dartkit.settings import ModelSettings

    model = resolve_model(ModelSettings(path=case["model"])).path
    given = "groups" in case
    groups = case["groups"] if given else case["problems"]
    group_size = len(groups[0]["completions"]) if given else case["group_size"]
    tokenizer = AutoTokenizer.from_pretrained(model, padding_side="left")
    batch = _trl_batch(case, tokenizer.pad_token_id) if given else {}

    class Given(GRPOTrainer):  # type: ignore[misc,unused-ignore]
        def _generate_and_score_completions(self, inputs: Any) -> Any:
            if not given:
                return super()._generate_and_score_completions(inputs)
            return {name: tensor.to(self.accelerator.device, copy=True) for name, tensor in batch.items()}

    class Clock(TrainerCallback):  # type: ignore[misc,unused-ignore]
        began, seconds = 0.0, []

        def on_step_begin(self, *_: Any, **__: Any) -> None:
            self.began = meter.now()

        def on_step_end(self, *_: Any, **__: Any) -> None:
            self.seconds.append(meter.now() - self.began)

    meter, clock = Meter(case["device"]), Clock()
    with tempfile.TemporaryDirectory() as folder:
        config = GRPOConfig(
            output_dir=folder, loss_type="dapo", epsilon=0.2, epsilon_high=0.28, beta=0.0, num_generations=group_size,
            per_device_train_batch_size=8, gradient_accumulation_steps=len(groups) * group_size // 8,
            max_steps=case["steps"], learning_rate=LEARNING_RATE, max_completion_length=case["max_tokens"],
            temperature=1.0, top_k=0, bf16=case["dtype"] == "bfloat16", use_cpu=case["device"] == "cpu", gradient_checkpointing=False, report_to=[],
            save_strategy="no", logging_strategy="no", disable_tqdm=True, model_init_kwargs={"dtype": torch.float32},
            weight_decay=0.0, adam_beta2=0.95, max_grad_norm=1.0, lr_scheduler_type="constant", shuffle_dataset=False,
            **_vllm(case),
        )  # fmt: skip
        texts = [""] * len(groups) if given else [row["problem"] for row in groups]
        trainer = Given(
            model=model,
            args=config,
            processing_class=tokenizer,
            train_dataset=Dataset.from_list(
                [{"prompt": [{"role": "user", "content": text}]} for text in texts]
            ),
            reward_funcs=lambda completions, **_: [float(index % 2) for index, _ in enumerate(completions)],
            callbacks=[clock],
        )
        meter.begin()
        trainer.train()
        meter.report(clock.seconds)


def _vllm(case: dict[str, Any]) -> dict[str, Any]:
    """Return what TRL needs to draw with vLLM in its own process, where the case asks for that."""
    if case.get("engine", {}).get("kind") != "vllm":
        return {}
    memory = case["engine"]["gpu_memory_utilization"]
    return {"use_vllm": True, "vllm_mode": "colocate", "vllm_gpu_memory_utilization": memory}


def _trl_batch(case: dict[str, Any], pad: int) -> dict[str, Any]:
    """Lay the given rows out as TRL does after generation: prompts padded on the left, completions on the right."""
    import torch

    from dartkit.rl.advantages import group_advantages

    prompts, completions, advantages = [], [], []
    for group in case["groups"]:
        prompts += [group["prompt"]] * len(group["completions"])
        completions += group["completions"]
        advantages += group_advantages([1.0 if right else -1.0 for right in group["right"]])
    left, right = max(map(len, prompts)), max(map(len, completions))
    return {
        "prompt_ids": torch.tensor([[pad] * (left - len(ids)) + ids for ids in prompts]),
        "prompt_mask": torch.tensor([[0] * (left - len(ids)) + [1] * len(ids) for ids in prompts]),
        "completion_ids": torch.tensor([ids + [pad] * (right - len(ids)) for ids in completions]),
        "completion_mask": torch.tensor([[1] * len(ids) + [0] * (right - len(ids)) for ids in completions]),
        "advantages": torch.tensor(advantages),
        "num_items_in_batch": torch.tensor(sum(map(len, completions))),
    }


def main(side: str, path: str) -> None:
    """Run one side on one case."""
    case = json.loads(Path(path).read_text())
    if side == "trl":
        trl(case)
    elif "groups" in case:
        dartkit_update(case)
    else:
        dartkit_step(case)


if __name__ == "__main__":
    main(*sys.argv[1:3])
