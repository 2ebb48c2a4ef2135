"""Published hyper-parameters for supervised fine-tuning, by name.

DART-Math (arXiv 2407.13690): 64 packed sequences of 4096 tokens a step, cosine after a warm-up over 3 % of the steps, no weight
decay, AdamW with the betas 0.9 and 0.999 of transformers' trainer, recomputed layers, seed 42; the learning rate and the number
of passes differ by model.
"""

from __future__ import annotations

from typing import Any, Literal

SftPresetName = Literal[
    "none", "dart-math-mistral-7b", "dart-math-deepseekmath-7b", "dart-math-llama3-8b", "dart-math-llama3-70b"
]
SEQUENCES, SEQUENCE_TOKENS = 64, 4096


def _dart_math(learning_rate: float, epochs: int) -> dict[str, Any]:
    return {
        "epochs": epochs,
        "tokens_per_step": SEQUENCES * SEQUENCE_TOKENS,
        "max_length": SEQUENCE_TOKENS,
        "schedule": "cosine",
        "warmup_share": 0.03,
        "optimizer": {"learning_rate": learning_rate, "weight_decay": 0.0, "beta1": 0.9, "beta2": 0.999},
        "memory": {"gradient_checkpointing": True},
        "seed": 42,
    }


PRESETS: dict[str, dict[str, Any]] = {
    "dart-math-mistral-7b": _dart_math(1e-5, 3),
    "dart-math-deepseekmath-7b": _dart_math(5e-5, 3),
    "dart-math-llama3-8b": _dart_math(5e-5, 1),
    "dart-math-llama3-70b": _dart_math(2e-5, 1),
}


def fill_preset(values: Any) -> Any:
    """Put the values of the preset that `values` names under those that it gives; anything else passes unchanged."""
    if not isinstance(values, dict):
        return values
    return _under(PRESETS.get(str(values.get("preset")), {}), values)


def _under(defaults: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    merged = {**defaults, **given}
    for key, value in defaults.items():
        if isinstance(value, dict) and isinstance(given.get(key), dict):
            merged[key] = _under(value, given[key])
    return merged
