"""The engine that draws rollouts from the policy as it is being trained.

The transformers engine runs in this process: in float32 it shares the trainer's own weights, in a faster type or beside adapters
it has a copy that is overwritten after every step. vLLM and replicas on Ray always have their own copy, and so has a vLLM
server, which is sent the weights. Every hand-over is checked (`dartkit.rl.weight_check`). Of several ranks each has a transformers
engine with a copy of its own; they hand over and check at the same time, since the trainer's weights and passes are everybody's.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from dartkit.engines.base import CachingEngine, DigestingEngine, InspectableEngine, SleepingEngine
from dartkit.errors import EnvironmentProblem, UsageError
from dartkit.rl.weight_check import FIX, WeightProbe, fingerprint, tolerance_for
from dartkit.settings import TransformersEngine as TransformersSettings
from dartkit.settings import is_scripted
from dartkit.training.adapters import adapted_layers, merge_adapters, merged_weights

if TYPE_CHECKING:
    from dartkit.engines.base import Engine
    from dartkit.models import ModelRef
    from dartkit.training.model import TrainableModel
    from dartkit.training.world import World
    from dartkit.training_settings import TrainRlSettings

DEFAULT_BATCH_SIZE = 64
PROBE_PROMPTS = 2


class PolicyEngine:
    """An engine together with the model whose weights it follows.

    Args:
        engine: With nothing in flight.
        trained: The model being trained.
        probe: Checks that weights arrive.
        dtype: In which the engine holds weights.
        may_sleep: Whether the engine is to free its memory while the trainer works.

    Raises:
        EnvironmentProblem: when the first weights do not arrive.
    """

    def __init__(
        self,
        engine: Engine,
        trained: TrainableModel,
        probe: WeightProbe,
        *,
        dtype: torch.dtype = torch.float32,
        may_sleep: bool = False,
    ) -> None:
        self.engine = engine
        self.probe_gap = 0.0
        """Mean difference of log-probabilities at the last hand-over."""
        self._model = trained.model
        self._probe = probe
        self._dtype = dtype
        self._sent: list[tuple[int, int]] | None = None
        self._digest: str | None = None
        self._sleeper = engine if may_sleep and isinstance(engine, SleepingEngine) else None
        self._asleep = False
        self.follow()

    @property
    def notice(self) -> str | None:
        """What a person should know about sleeping, if anything."""
        sleeper = self._sleeper
        if sleeper is None or sleeper.can_sleep:
            return None
        return f"the engine '{self.engine.name}' has no sleep mode without CUDA and keeps its memory"

    def rest(self) -> None:
        """Let the engine free its memory until it is resumed; call it with nothing in flight.

        A sleeping engine loses its weights, too, and is given them again. A cache alone comes back by itself.
        """
        if isinstance(self.engine, CachingEngine):
            self.engine.free_cache()
        if self._sleeper is not None and self._sleeper.can_sleep:
            self._sleeper.sleep()
            self._asleep = True

    def resume(self, *, changed: bool) -> None:
        """Make the engine ready to draw with the model's weights, which have `changed` or not since the last time."""
        if changed or self._asleep:
            self.follow()

    def follow(self) -> None:
        """Give the engine the model's present weights and check that they arrived.

        Also where both share them: the engine then forgets what it computed with the old ones.

        Raises:
            EnvironmentProblem: when they did not.
        """
        self.engine.load_weights(merged_weights(self._model))
        self._asleep = False
        if isinstance(self.engine, InspectableEngine):
            name = self.engine.find_difference(merged_weights(self._model))
            if name is not None:
                raise EnvironmentProblem(
                    f"the weight '{name}' of the engine '{self.engine.name}' is not the one that was handed over",
                    fix=FIX,
                )
        self._check_digest()
        self.probe_gap = self._probe.check(self.engine)

    def _check_digest(self) -> None:
        if not isinstance(self.engine, DigestingEngine):
            return
        digest = self.engine.weights_digest()
        if digest is None:
            return
        sent = fingerprint(merged_weights(self._model), self._dtype)
        if self._sent is not None and (sent != self._sent) != (digest != self._digest):
            raise EnvironmentProblem(
                f"the weights of the engine '{self.engine.name}' are the old ones: new ones were handed over, and its checksums"
                " are as before"
                if digest == self._digest
                else f"the weights of the engine '{self.engine.name}' changed, and the ones handed over had not",
                fix=FIX,
            )
        self._sent, self._digest = sent, digest

    def close(self) -> None:
        """Free the engine."""
        self.engine.close()


def open_policy(
    settings: TrainRlSettings,
    ref: ModelRef,
    trained: TrainableModel,
    prompts: Sequence[str],
    *,
    run_seed: int,
    run_path: Path,
    world: World,
) -> PolicyEngine:
    """Open the engine that the settings ask for and give it the model's weights.

    Args:
        settings: `engine` says which (`auto` is the transformers engine), `rollout` how weights travel.
        ref: The source model, for engines that load their own copy.
        trained: The model being trained.
        prompts: Of the data; the first few are the probe.
        run_seed: For the probe, and for engines that cannot seed single draws.
        run_path: Where weight files for a server go unless the settings say otherwise.
        world: The ranks; each opens an engine of its own.

    Raises:
        UsageError: for the scripted engine, which has no model to train, and for servers that weights cannot be sent to.
        EnvironmentProblem: when the engine cannot start or the weights do not arrive.
    """
    dtype = getattr(torch, ref.dtype)
    if world.size > 1:
        engine = _open_own(settings, ref, world)
    else:
        engine = _open(settings, ref, trained, run_seed, run_path)
    probe = WeightProbe(
        trained,
        prompts[:PROBE_PROMPTS],
        temperature=settings.sampling.temperature,
        tolerance=settings.rollout.probe_tolerance or tolerance_for(dtype),
        seed=run_seed,
    )
    try:
        return PolicyEngine(engine, trained, probe, dtype=dtype, may_sleep=settings.rollout.sleep)
    except BaseException:
        engine.close()
        raise


def _open(
    settings: TrainRlSettings, ref: ModelRef, trained: TrainableModel, seed: int, run_path: Path
) -> Engine:
    engine, rollout = settings.engine, settings.rollout
    if is_scripted(engine):
        raise UsageError(
            "the scripted engine has no model to train", fix="Set `engine.kind` to transformers or vllm."
        )
    if engine.kind == "http":
        from dartkit.engines.http.weights import open_trainable_server

        folder = Path(rollout.server_folder) if rollout.server_folder else run_path / "models" / settings.name
        return open_trainable_server(engine, rollout, ref, folder / "server-weights")
    if engine.kind in ("vllm", "ray"):
        from dartkit.engines import open_engine

        return open_engine(engine, ref, seed=seed, sleeps=rollout.sleep)
    from dartkit.engines.transformers_engine import TransformersEngine

    dtype = getattr(torch, ref.dtype)
    shared = dtype == torch.float32 and not adapted_layers(trained.model)
    model = trained.model if shared else copy.deepcopy(trained.model)
    merge_adapters(model)
    model = model.to(dtype)
    size = engine.batch_size if engine.kind == "transformers" else DEFAULT_BATCH_SIZE
    return TransformersEngine.from_model(model, trained.tokenizer, batch_size=size)


def _open_own(settings: TrainRlSettings, ref: ModelRef, world: World) -> Engine:
    """Open an engine with a copy of the whole model, for one of several ranks."""
    engine = settings.engine
    if engine.kind not in ("auto", "transformers"):
        raise UsageError(
            f"the engine '{engine.kind}' cannot draw for a training on several ranks",
            fix="Set `engine.kind` to transformers, with which every rank draws, or train on one.",
        )
    from dartkit.engines.transformers_engine import TransformersEngine

    size = engine.batch_size if engine.kind == "transformers" else DEFAULT_BATCH_SIZE
    on_gpu = world.device is not None and world.device.type == "cuda"
    own = TransformersSettings(batch_size=size, device="cuda" if on_gpu else "cpu")
    return TransformersEngine.load(own, ref)
