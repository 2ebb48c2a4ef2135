"""The memory estimate on a model counted by hand, and its parameters against the weights of the bundled model."""

from __future__ import annotations

from transformers import AutoConfig, LlamaConfig

from dartkit.tiny import checkpoint_path
from dartkit.training.forecast import rl_batch, sft_batch, training_load
from dartkit.training.memory import Load, ModelShape, estimate_memory, read_shape
from dartkit.training_settings import TrainRlSettings, TrainSftSettings

SHAPE = ModelShape(
    parameters=1000, layers=2, hidden=8, inner=16, kv_heads=1, head_size=4, vocabulary=100, context=64
)


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
    # embeddings 800; a layer: q 64, k and v 32 each, o 64, three matrices of 128, two norms of 8; a last norm of 8
    assert read_shape(config) == ModelShape(800 + 2 * (64 + 64 + 64 + 384 + 16) + 8, 2, 8, 16, 1, 4, 100, 64)


def test_bytes_by_hand_in_float32() -> None:
    """1000 parameters, 10 tokens: a token keeps 1.5*(16*8 + (7*8 + 4*16)*4) = 912 bytes a layer, and its logits 100*(4 + 8)."""
    found = estimate_memory(SHAPE, Load(tokens=10, row_tokens=5, compute_bytes=4, draws=3))
    assert (found["weights"], found["gradients"], found["optimizer"], found["autocast"]) == (
        4000,
        4000,
        8000,
        0,
    )
    assert found["activations"] == 2 * 10 * 912
    assert found["logits"] == 10 * 100 * 12
    assert found["engine"] == 0
    assert found["cache"] == 3 * 5 * 2 * 2 * 1 * 4 * 4
    assert found["update"] == 16_000 + 18_240 + 12_000
    assert found["rollout"] == 12_000 + 960
    assert found["peak"] == found["update"]


def test_bfloat16_halves_activations_and_adds_copies() -> None:
    found = estimate_memory(SHAPE, Load(tokens=10, row_tokens=5, compute_bytes=2, draws=3, engine_copy=True))
    assert (found["autocast"], found["engine"], found["cache"]) == (2000, 2000, 480)
    assert found["activations"] == 2 * 10 * 1.5 * (128 + (56 + 64) * 2)


def test_a_load_is_the_largest_that_the_settings_allow() -> None:
    settings = TrainRlSettings.model_validate({"sampling": {"max_tokens": 100}, "tokens_per_micro_batch": 64})
    load = training_load(settings, SHAPE, "float32")
    assert (load.row_tokens, load.tokens) == (64, 64)  # 150, but the model's window is 64
    assert (load.draws, load.engine_copy, load.compute_bytes) == (64, False, 4)
    assert training_load(settings, SHAPE, "bfloat16").engine_copy
    assert training_load(TrainSftSettings(), SHAPE, "bfloat16").draws == 0


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
