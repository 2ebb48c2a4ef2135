"""Presets: the numbers of DART-Math's training scripts, and who wins over whom."""

from __future__ import annotations

import pytest

from dartkit.sft_presets import PRESETS
from dartkit.training_settings import TrainSftSettings


@pytest.mark.parametrize(
    ("name", "rate", "epochs"),
    [
        ("dart-math-mistral-7b", 1e-5, 3),
        ("dart-math-deepseekmath-7b", 5e-5, 3),
        ("dart-math-llama3-8b", 5e-5, 1),
        ("dart-math-llama3-70b", 2e-5, 1),
    ],
)
def test_dart_math_numbers(name: str, rate: float, epochs: int) -> None:
    """64 sequences of 4096 tokens are 262,144 tokens a step."""
    settings = TrainSftSettings.model_validate({"preset": name})
    assert (settings.optimizer.learning_rate, settings.epochs) == (rate, epochs)
    assert (settings.tokens_per_step, settings.max_length, settings.schedule) == (262_144, 4096, "cosine")
    assert (settings.optimizer.weight_decay, settings.optimizer.beta2, settings.seed) == (0.0, 0.999, 42)
    assert settings.memory.gradient_checkpointing


def test_what_is_given_wins_over_the_preset_and_leaves_the_rest() -> None:
    settings = TrainSftSettings.model_validate(
        {"preset": "dart-math-mistral-7b", "epochs": 1, "optimizer": {"learning_rate": 1e-3}}
    )
    assert (settings.epochs, settings.optimizer.learning_rate, settings.optimizer.beta2) == (1, 1e-3, 0.999)
    assert (
        TrainSftSettings.model_validate(settings.model_dump()) == settings
    )  # as a stored recipe is read back


def test_every_preset_is_a_name_that_the_settings_take() -> None:
    for name in PRESETS:
        assert TrainSftSettings.model_validate({"preset": name}).preset == name


@pytest.mark.parametrize(("steps", "warmup"), [(100, 3), (101, 4), (1, 1)])
def test_warmup_share_is_rounded_up(steps: int, warmup: int) -> None:
    """3 % of 100 steps are 3, of 101 steps 3.03."""
    settings = TrainSftSettings(warmup_share=0.03)
    assert settings.with_warmup(steps).optimizer.warmup_steps == warmup
    assert TrainSftSettings().with_warmup(steps).optimizer.warmup_steps == 0
