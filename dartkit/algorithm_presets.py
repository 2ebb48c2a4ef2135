"""Presets of `train-rl`: the settings of a paper or a published script by one name, under whatever else a recipe says.

`dapo-paper` is what the paper writes (section 4.1, equations 8 to 13, table 1), `dapo-verl` what its authors' published script
runs, where it differs; what neither states is left at dartkit's default. Every algorithm's name is a preset too, with nothing but
that algorithm's own defaults. Both DAPO presets are made for a 32B model on many GPUs: a small run keeps the algorithm and sets
its own sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from dartkit.algorithm_settings import ALGORITHMS

PresetName = Literal[
    "dapo-paper", "dapo-verl", "dapo", "grpo", "dr-grpo", "gspo", "cispo", "sapo", "reinforce++", "rloo"
]

_SIZES: dict[str, Any] = {
    "prompts_per_step": 512,
    "group_size": 16,
    "updates_per_step": 16,
    "sampling": {"temperature": 1.0, "top_p": 1.0, "max_tokens": 20480},
}
_TECHNIQUES: dict[str, Any] = {
    "kind": "dapo",
    "clip_low": 0.2,
    "clip_high": 0.28,
    "dynamic_sampling": True,
    "overlong_buffer_tokens": 4096,
}

PRESETS: dict[str, dict[str, Any]] = {
    "dapo-paper": {
        **_SIZES,
        "algo": {
            **_TECHNIQUES,
            "loss_aggregation": "prompt-mean",
            "advantage_epsilon": 0.0,
            "overlong_filtering": True,
        },
        "optimizer": {"learning_rate": 1e-6, "warmup_steps": 20},
    },
    "dapo-verl": {
        **_SIZES,
        "algo": {
            **_TECHNIQUES,
            "loss_aggregation": "token-mean",
            "advantage_epsilon": 1e-6,
            "dual_clip": 10.0,
            "overlong_filtering": False,
            "max_generation_rounds": 30,
        },
        "optimizer": {"learning_rate": 1e-6, "warmup_steps": 10, "weight_decay": 0.1, "max_grad_norm": 1.0},
    },
    **{
        kind.model_fields["kind"].default: {"algo": {"kind": kind.model_fields["kind"].default}}
        for kind in ALGORITHMS
    },
}

NOTES = {
    "algo.loss_aggregation": "eq. 8 averages within each prompt; the script over the mini-batch",
    "algo.advantage_epsilon": "the paper adds nothing to the deviation",
    "algo.dual_clip": "not in the paper",
    "algo.overlong_filtering": "in the paper's table 1; the script has none, and its best run went without",
    "algo.max_generation_rounds": "the paper keeps sampling; the script stops after 10 batches of 3 * 512 prompts",
    "optimizer.warmup_steps": "rollout steps; the script's warm-up starts at 0, dartkit's first rate is above 0",
    "optimizer.weight_decay": "not stated in the paper",
}
"""Why the two DAPO presets differ; keys not named here are equal."""


def apply_preset(data: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a step's own keys upon its preset's; an unknown preset is left for the check of the settings to name.

    An `algo` that does not say which is DAPO.
    """
    name = data.get("preset")
    laid = _lay(PRESETS[name], data) if isinstance(name, str) and name in PRESETS else dict(data)
    algo = laid.get("algo")
    if isinstance(algo, Mapping) and "kind" not in algo:
        laid["algo"] = {"kind": "dapo", **algo}
    return laid


def flatten(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted keys and values of nested settings."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _lay(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Merge key by key; a block of another `kind` replaces the preset's."""
    merged = dict(base)
    for key, value in over.items():
        if hasattr(value, "model_dump"):
            value = value.model_dump(exclude_unset=True)
        held = merged.get(key)
        merged[key] = value
        if isinstance(held, Mapping) and isinstance(value, Mapping):
            same_kind = value.get("kind", held.get("kind")) == held.get("kind")
            merged[key] = _lay(held, value) if same_kind else value
    return merged
