"""The memory estimate on a model counted by hand, and its parameters against the weights of the bundled model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from transformers import AutoConfig, LlamaConfig, Qwen3Config

from dartkit.memory_settings import LoraSettings
from dartkit.tiny import checkpoint_path
from dartkit.training import head
from dartkit.training.forecast import forecast, rl_batch, sft_batch, training_load
from dartkit.training.memory import Load, ModelShape, estimate_memory, head_bytes, read_shape
from dartkit.training_settings import TrainRlSettings, TrainSftSettings

SHAPE = ModelShape(
    parameters=1000, matrices=900, block=300, layers=2, hidden=8, inner=16, heads_size=8, keys_size=4, normed=16,
    vocabulary=100, context=64,
)  # fmt: skip


def test_parameters_are_those_of_the_stored_weights() -> None:
    """Counted without storage; the safetensors file of the bundled model holds as many numbers, its tied head once."""
    from safetensors import safe_open

    with safe_open(str(checkpoint_path() / "model.safetensors"), framework="pt") as file:
        stored = sum(file.get_tensor(name).numel() for name in file.keys())  # noqa: SIM118  # not a mapping
    shape = read_shape(AutoConfig.from_pretrained(checkpoint_path()))
    assert shape.parameters == stored
    config = LlamaConfig(
        hidden_size=8, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1, vocab_size=100,
        max_position_embeddings=64, tie_word_embeddings=True,
    )  # fmt: skip
    # embeddings 800, the head's too; a layer: q 64, k and v 32 each, o 64, three matrices of 128, two norms of 8; a last norm of 8
    matrices = 64 + 64 + 64 + 384
    found = read_shape(config, LoraSettings(rank=2, target_modules=("q_proj", "down_proj")))
    assert found == ModelShape(
        parameters=800 + 2 * (matrices + 16) + 8, matrices=800 + 2 * matrices, block=matrices + 16, layers=2, hidden=8,
        inner=16, heads_size=8, keys_size=4, normed=16, vocabulary=100, context=64,
        adapters=2 * 2 * (8 + 8 + 16 + 8),
    )  # fmt: skip


def test_norms_of_queries_and_keys_are_counted() -> None:
    """Qwen 3: a layer scales 2 x 8 numbers in its norms, 4 x 4 of the queries and 2 x 4 of the keys."""
    config = Qwen3Config(
        hidden_size=8, intermediate_size=16, num_hidden_layers=1, num_attention_heads=4, num_key_value_heads=2, head_dim=4,
        vocab_size=100,
    )  # fmt: skip
    assert read_shape(config).normed == 16 + 16 + 8


def test_bytes_by_hand_in_float32() -> None:
    """1000 parameters, 10 tokens: a token keeps 8*16 + 4*(2*8 + 3*8 + 2*4 + 4*16) = 576 bytes a layer, 96 in the last norm.

    The head: one tile of 10 x 100 logits, three of them; beside two, twice its gradient of 800 numbers is less than that.
    """
    found = estimate_memory(SHAPE, Load(tokens=10, compute_bytes=4, draws=3, columns=64))
    static = {"weights": 4000, "gradients": 4000, "optimizer": 8000, "gathered": 0, "autocast": 0}
    assert {name: found[name] for name in static} == static
    assert found["activations"] == 10 * (2 * 576 + 96)
    assert found["passing"] == 10 * (64 + 3 * 16 * 4)
    assert found["head"] == 10 * 64 + 4 * 800 + 12_000
    assert found["allocator"] == round(0.7 * 10 * 2 * 576)
    assert (found["engine"], found["reference"]) == (0, 0)
    assert found["cache"] == 3 * 64 * 2 * 2 * 4 * 4
    assert found["decoding"] == 3 * 100 * 20
    assert found["update"] == 16_000 + 12_480 + 15_840 + 8064
    assert found["step"] == 16_000
    assert found["rollout"] == 12_000 + 12_288 + 6000
    assert found["peak"] == found["update"]


def test_settings_change_their_parts_by_hand() -> None:
    """One change at a time against the numbers of the test before."""
    plain = Load(tokens=10, compute_bytes=4)
    half = estimate_memory(SHAPE, replace(plain, compute_bytes=2, engine_bytes=2, engine_copy=True))
    assert (half["autocast"], half["engine"]) == (1800, 2000)
    assert half["activations"] == 10 * (2 * (128 + 2 * (40 + 24 + 8 + 64)) + 96)
    again = estimate_memory(SHAPE, replace(plain, recompute=True))
    assert (again["activations"], again["passing"]) == (10 * (2 * 32 + 96), 2560 + 5760)
    pair = estimate_memory(SHAPE, replace(plain, ranks=2, on_gpu=True))
    assert (pair["weights"], pair["gradients"], pair["optimizer"], pair["allocator"]) == (2000, 2000, 4000, 0)
    assert pair["gathered"] == 4 * (400 + 600) + 4 * (400 + 300)
    assert pair["step"] == 8000 + 2000
    adapted = estimate_memory(
        replace(SHAPE, adapters=50), replace(plain, compute_bytes=2, weight_bytes=2, adapter_rank=3)
    )
    assert (adapted["weights"], adapted["gradients"], adapted["optimizer"], adapted["autocast"]) == (
        2200,
        200,
        400,
        0,
    )
    assert adapted["activations"] == 10 * (2 * (64 + 2 * (40 + 24 + 8 + 64 + 21)) + 96)
    assert adapted["head"] == 640 + 12_000
    judged = estimate_memory(SHAPE, replace(plain, reference=True, entropy_grad=True))
    assert (judged["reference"], judged["head"]) == (4000, 15_840 + 12_000)
    awake, asleep = (
        estimate_memory(SHAPE, replace(plain, engine_copy=True, engine_sleeps=sleeps))
        for sleeps in (False, True)
    )
    assert awake["update"] - asleep["update"] == 4000
    assert awake["rollout"] == asleep["rollout"]


def test_several_tiles_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiles of 4 tokens: while the second is made, two of the first are there, and in bfloat16 its gradient: 16 or 18 x 400."""
    monkeypatch.setattr(head, "TILE_ELEMENTS", 450)
    load = Load(tokens=10, compute_bytes=4)
    shape = replace(SHAPE, adapters=1)
    assert head_bytes(shape, load) == 640 + 16 * 400
    assert head_bytes(shape, replace(load, compute_bytes=2)) == 640 + 18 * 400
    assert head_bytes(shape, replace(load, compute_bytes=2, fp32_head=True)) == 640 + 16 * 400
    assert head_bytes(shape, replace(load, tokens=5)) == 320 + 12 * 400  # the second has one token
    # beside two tiles of 400 one part of the head's gradient, 800 numbers, on top of the sum of all parts
    big = replace(SHAPE, hidden=100)
    assert head_bytes(big, load) == 8000 + 40_000 + 8 * 400 + 40_000


def test_a_load_is_the_largest_that_the_settings_allow() -> None:
    settings = TrainRlSettings.model_validate({"sampling": {"max_tokens": 100}, "tokens_per_micro_batch": 64})
    load = training_load(settings, replace(SHAPE, context=140), "float32")
    assert load.tokens == 140  # 150, but the model's window is 140
    assert load.columns == 192  # 64, 96 rounded up to 128, 192
    assert (load.draws, load.engine_copy, load.compute_bytes, load.reference) == (64, False, 4, False)
    half = training_load(settings, SHAPE, "bfloat16")
    assert (half.engine_copy, half.engine_bytes) == (True, 2)
    assert training_load(settings, SHAPE, "float32", ranks=2).engine_copy
    assert training_load(TrainSftSettings(), SHAPE, "bfloat16").draws == 0
    long = TrainSftSettings(tokens_per_micro_batch=64, max_length=100)
    assert training_load(long, replace(SHAPE, context=80), "float32").tokens == 80


def test_a_load_follows_memory_algorithm_and_engine() -> None:
    settings = TrainRlSettings.model_validate(
        {
            "algo": {"kind": "dapo", "kl_coefficient": 0.1, "entropy_coefficient": 0.1},
            "memory": {"lora": {"rank": 3}, "weights": "bfloat16", "gradient_checkpointing": True, "fp32_head": True},
            "engine": {"kind": "vllm"},
        }
    )  # fmt: skip
    load = training_load(settings, SHAPE, "bfloat16", on_gpu=True)
    assert (load.weight_bytes, load.adapter_rank, load.recompute, load.fp32_head) == (2, 3, True, True)
    assert (load.reference, load.entropy_grad, load.engine_sleeps, load.on_gpu) == (True, True, True, True)
    assert not training_load(settings, SHAPE, "bfloat16").engine_sleeps  # without CUDA it cannot
    far = TrainRlSettings.model_validate(
        {"engine": {"kind": "http", "base_url": "http://localhost:1/v1", "model": "m"}}
    )
    assert (
        training_load(far, SHAPE, "bfloat16").draws,
        training_load(far, SHAPE, "bfloat16").engine_copy,
    ) == (0, False)


def test_a_dry_run_on_several_ranks_speaks_of_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four ranks: a quarter of the weights, both ways of training; the environment is what torchrun sets."""
    one = [forecast(kind(), tmp_path)["memory_mib"] for kind in (TrainRlSettings, TrainSftSettings)]
    for name, value in {
        "RANK": "0",
        "WORLD_SIZE": "4",
        "LOCAL_RANK": "0",
        "MASTER_ADDR": "a",
        "MASTER_PORT": "1",
    }.items():
        monkeypatch.setenv(name, value)
    four = [forecast(kind(), tmp_path)["memory_mib"] for kind in (TrainRlSettings, TrainSftSettings)]
    for whole, part in zip(one, four, strict=True):
        assert (whole["ranks"], part["ranks"]) == (1, 4)
        assert part["optimizer"] == pytest.approx(whole["optimizer"] / 4, abs=0.1)
        assert part["gathered"] > 0.0 == whole["gathered"]


def test_batch_arithmetic_by_hand() -> None:
    """6 prompts of 4 samples: 24 samples, 3 updates of 8; 4 responses of 100 tokens fit a micro-batch of 450."""
    settings = TrainRlSettings.model_validate(
        {
            "steps": 10, "prompts_per_step": 6, "group_size": 4, "updates_per_step": 3, "tokens_per_micro_batch": 450,
            "sampling": {"max_tokens": 100}, "algo": {"max_generation_rounds": 5},
        }
    )  # fmt: skip
    found = rl_batch(settings, 20)
    assert (found["samples_per_step"], found["updates_per_step"], found["samples_per_update"]) == (24, 3, 8.0)
    assert (found["most_micro_batches_per_update"], found["most_groups_generated_per_step"]) == (2, 30)
    assert (found["updates"], found["epochs_at_least"], found["most_response_tokens_per_step"]) == (
        30,
        3.0,
        2400,
    )
    assert rl_batch(settings, None)["epochs_at_least"] is None
    sft = sft_batch(TrainSftSettings(tokens_per_step=1000, tokens_per_micro_batch=300, epochs=2), 7)
    assert (sft["micro_batches_per_step_at_least"], sft["most_steps"]) == (4, 14)
