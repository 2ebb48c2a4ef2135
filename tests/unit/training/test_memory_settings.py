"""One step of each memory setting; what it must give is known from the plain step or from the formula."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import ValidationError
from transformers import AutoModelForCausalLM

from dartkit.errors import UsageError
from dartkit.memory_settings import LoraSettings, MemorySettings
from dartkit.models import ModelRef, resolve_model
from dartkit.rl.policy_engine import open_policy
from dartkit.settings import ModelSettings, SamplingSettings, TransformersEngine
from dartkit.sft.train import accumulate_loss
from dartkit.training.adapters import adapted_layers, add_adapters, merge_adapters, merged_weights
from dartkit.training.batching import TokenRow
from dartkit.training.model import TrainableModel, export_model, load_for_training
from dartkit.training.optimizer import apply_update, build_optimizer
from dartkit.training.recompute import compile_layers, recompute_layers
from dartkit.training.world import World
from dartkit.training_settings import OptimizerSettings, TrainRlSettings

ROWS = [TokenRow((1, 5, 9), (20, 21, 22, 2)), TokenRow((1, 30), (7, 2)), TokenRow((1, 5, 9), (8, 2))]


@pytest.fixture
def tiny() -> ModelRef:
    return resolve_model(ModelSettings(path="tiny", dtype="float32"))


def step(trained: TrainableModel) -> float:
    optimizer = build_optimizer(trained.model, OptimizerSettings(learning_rate=1e-3))
    loss = accumulate_loss(trained, ROWS, 64)
    assert apply_update(trained.model, optimizer, learning_rate=1e-3, max_grad_norm=1.0).applied
    return loss


def values(trained: TrainableModel) -> list[torch.Tensor]:
    return [weight.detach().clone() for weight in trained.model.parameters()]


def test_recomputed_layers_make_the_same_step_in_evaluation_mode(tiny: ModelRef) -> None:
    """The same numbers are made twice, and each layer's forward runs twice: once forward and once in the backward pass."""
    plain, saving = (
        load_for_training(tiny),
        load_for_training(tiny, memory=MemorySettings(gradient_checkpointing=True)),
    )
    calls: list[int] = []
    saving.model.model.layers[0].mlp.register_forward_pre_hook(lambda *_: calls.append(1))
    for trained in (plain, saving):
        trained.model.eval()
    assert step(saving) == step(plain)
    assert len(calls) == 2
    for ours, theirs in zip(values(saving), values(plain), strict=True):
        assert torch.equal(ours, theirs)
    assert not any(
        module.training for module in saving.model.modules()
    )  # sampling must find the cache switched on


def test_model_without_layers_to_recompute_is_refused() -> None:
    class Plain(torch.nn.Module):
        supports_gradient_checkpointing = False

    with pytest.raises(UsageError, match="Plain cannot compute its layers again"):
        recompute_layers(Plain())


def test_compiled_layers_make_the_same_step(tiny: ModelRef) -> None:
    """Compiled to the graph itself (aot_eager: no machine code, which would take a minute), shapes left open."""
    plain, compiled = load_for_training(tiny), load_for_training(tiny)
    compile_layers(compiled.model, backend="aot_eager")
    assert step(compiled) == pytest.approx(step(plain), rel=1e-5)
    for ours, theirs in zip(values(compiled), values(plain), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-4)


def test_bfloat16_step_is_near_the_float32_step_and_a_float32_head_nearer(tiny: ModelRef) -> None:
    """bfloat16 keeps 8 bits: the loss agrees to about a hundredth; weights stay float32."""
    half = ModelRef(tiny.name, tiny.path, tiny.revision, "bfloat16", tiny.chat_template_hash)
    exact = step(load_for_training(tiny))
    for memory in (MemorySettings(), MemorySettings(fp32_head=True)):
        trained = load_for_training(half, memory=memory)
        assert step(trained) == pytest.approx(exact, rel=0.02)
        assert all(weight.dtype == torch.float32 for weight in trained.model.parameters())


def lora(**changes: Any) -> MemorySettings:
    return MemorySettings(lora=LoraSettings(rank=2, alpha=6.0), **changes)


@pytest.mark.parametrize("weights", ["float32", "bfloat16"])
def test_lora_trains_only_the_adapters_and_merges_by_the_formula(
    tiny: ModelRef, tmp_path: Path, weights: Any
) -> None:
    """Merged must be W + (6 / 2) B A, worked out here from the three matrices; the export has the source's names only."""
    trained = load_for_training(tiny, memory=lora(weights=weights))
    before = {name: tensor.clone() for name, tensor in trained.model.state_dict().items()}
    step(trained)
    after = trained.model.state_dict()
    changed = {name for name, tensor in after.items() if not torch.equal(tensor, before[name])}
    assert changed
    assert all(".lora_B." in name for name in changed)  # B starts at 0, so the first gradient of A is 0
    name = "model.layers.0.self_attn.q_proj"
    low, high = after[f"{name}.lora_A.default.weight"], after[f"{name}.lora_B.default.weight"]
    expected = (before[f"{name}.base_layer.weight"].float() + 3.0 * (high @ low)).to(getattr(torch, weights))
    merged = dict(merged_weights(trained.model))
    torch.testing.assert_close(merged[f"{name}.weight"], expected, rtol=1e-5, atol=1e-7)
    export_model(trained, tmp_path)
    exported = AutoModelForCausalLM.from_pretrained(tmp_path, dtype=torch.float32).state_dict()
    assert set(merged) <= set(exported)
    stored = expected.to(trained.stored_dtype).float()
    torch.testing.assert_close(exported[f"{name}.weight"], stored, rtol=1e-2, atol=1e-6)


def test_rollout_engine_gets_merged_weights_and_leaves_the_adapters_alone(
    tiny: ModelRef, tmp_path: Path
) -> None:
    """What the engine's copy holds after `follow` is what merging a fresh model by hand would give."""
    trained = load_for_training(tiny, memory=lora())
    settings = TrainRlSettings(
        engine=TransformersEngine(batch_size=2), sampling=SamplingSettings(max_tokens=8)
    )
    policy = open_policy(settings, tiny, trained, ["1+1?"], run_seed=0, run_path=tmp_path, world=World())
    step(trained)
    policy.follow()
    engine_model = policy.engine._model  # type: ignore[attr-defined]
    assert engine_model is not trained.model
    assert adapted_layers(trained.model)
    assert not adapted_layers(engine_model)
    expected = dict(merged_weights(trained.model))
    merge_adapters(trained.model)
    for name, tensor in trained.model.state_dict().items():
        torch.testing.assert_close(engine_model.state_dict()[name], tensor, rtol=0, atol=0)
    assert set(expected) <= set(engine_model.state_dict())


def test_tied_weights_are_handed_over_once(trained: TrainableModel) -> None:
    """The bundled kind ties its output to its input embedding: one tensor fewer than names."""
    names = [name for name, _ in merged_weights(trained.model)]
    assert len(names) == len(trained.model.state_dict()) - 1
    assert "lm_head.weight" not in names
    assert names == [name for name, _ in trained.model.named_parameters()]


def test_unknown_layer_names_and_trained_bfloat16_weights_are_refused(trained: TrainableModel) -> None:
    with pytest.raises(UsageError, match="names no layer"):
        add_adapters(trained.model, LoraSettings(target_modules=("nothing",)))
    with pytest.raises(ValidationError, match="needs lora"):
        MemorySettings(weights="bfloat16")
