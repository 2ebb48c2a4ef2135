"""The reference model of a divergence term: a second, frozen copy of the model that training starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from dartkit.models import ModelRef
    from dartkit.training.model import TrainableModel
    from dartkit.training_settings import TrainRlSettings


def load_reference(
    settings: TrainRlSettings, ref: ModelRef, trained: TrainableModel
) -> PreTrainedModel | None:
    """Load the reference where the algorithm measures the divergence from it, else return None.

    Raises:
        EnvironmentProblem: when the model cannot be loaded a second time.
    """
    from dartkit.memory_settings import MemorySettings
    from dartkit.training.model import load_for_training

    if settings.algo.kl_coefficient == 0.0:
        return None
    memory = MemorySettings(fp32_head=settings.memory.fp32_head)
    return (
        load_for_training(ref, device=trained.device.type, memory=memory).model.eval().requires_grad_(False)
    )
