"""The engine that draws rollouts from the policy as it is being trained.

The transformers engine runs in this process: in float32 it shares the trainer's own weights, in a faster type it has a copy
that is overwritten after every step. vLLM and replicas on Ray always have their own copy.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch

from dartkit.errors import UsageError
from dartkit.settings import is_scripted

if TYPE_CHECKING:
    from torch import Tensor

    from dartkit.engines.base import Engine
    from dartkit.models import ModelRef
    from dartkit.settings import EngineSettings
    from dartkit.training.model import TrainableModel

DEFAULT_BATCH_SIZE = 64


class PolicyEngine:
    """An engine together with the model whose weights it follows.

    Args:
        settings: Which engine; `auto` is the transformers engine.
        ref: The source model, for engines that load their own copy.
        trained: The model being trained.
        seed: For engines that cannot seed single draws.

    Raises:
        UsageError: for the scripted engine, which has no model to train, and for a server, which keeps its own.
        EnvironmentProblem: when the engine cannot start.
    """

    def __init__(
        self, settings: EngineSettings, ref: ModelRef, trained: TrainableModel, *, seed: int
    ) -> None:
        self._model = trained.model
        self.engine = _open(settings, ref, trained, seed)
        self.follow()

    def follow(self) -> None:
        """Give the engine the model's present weights.

        Also where both share them: the engine then forgets what it computed with the old ones.
        """
        self.engine.load_weights(distinct_weights(self._model))

    def close(self) -> None:
        """Free the engine."""
        self.engine.close()


def distinct_weights(model: torch.nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Yield every stored tensor of a model once, under its first name where it is tied."""
    seen: set[int] = set()
    for name, tensor in model.state_dict().items():
        if tensor.data_ptr() not in seen or tensor.numel() == 0:
            seen.add(tensor.data_ptr())
            yield name, tensor


def _open(settings: EngineSettings, ref: ModelRef, trained: TrainableModel, seed: int) -> Engine:
    if is_scripted(settings):
        raise UsageError(
            "the scripted engine has no model to train", fix="Set `engine.kind` to transformers or vllm."
        )
    if settings.kind == "http":
        raise UsageError(
            "a server cannot be given the weights of the model in training",
            fix="Set `engine.kind` to transformers or vllm.",
        )
    if settings.kind in ("vllm", "ray"):
        from dartkit.engines import open_engine

        return open_engine(settings, ref, seed=seed)
    from dartkit.engines.transformers_engine import TransformersEngine

    dtype = getattr(torch, ref.dtype)
    model = trained.model if dtype == torch.float32 else copy.deepcopy(trained.model).to(dtype)
    size = settings.batch_size if settings.kind == "transformers" else DEFAULT_BATCH_SIZE
    return TransformersEngine.from_model(model, trained.tokenizer, batch_size=size)
