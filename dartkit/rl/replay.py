"""Replay: compute a finished step's update again from its recorded tokens, and compare with what was recorded.

It begins at the newest kept checkpoint before that step (the source model, or the forked checkpoint, for the first steps) and
goes through the recorded tokens of the steps between, so that every recorded step can be replayed, without drawing anything.
Loss, gradient norm and the fingerprint of all weights must come out as recorded. On the same machine with the same number of
threads they are equal to the bit; elsewhere, and on GPUs with kernels that add in any order, a tolerance is needed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import DataError, UsageError, boundary
from dartkit.files import read_json
from dartkit.models import resolve_model
from dartkit.threads import wait_passively
from dartkit.training.record import read_metrics, require_same

if TYPE_CHECKING:
    from torch import nn

    from dartkit.rl.trainer import DapoTrainer
    from dartkit.run import RunDir
    from dartkit.training_settings import TrainRlSettings

COMPARED = ("learning_rate", "loss", "grad_norm", "parameters")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One number of one step, as recorded and as computed again."""

    step: int
    name: str
    recorded: Any
    computed: Any

    def agrees(self, tolerance: float) -> bool:
        """Say whether both are equal, or numbers with a relative difference of at most `tolerance`.

        With a tolerance above 0 the fingerprint of the weights says nothing, and always agrees.
        """
        if self.recorded == self.computed or (tolerance > 0 and isinstance(self.recorded, str)):
            return True
        if not isinstance(self.recorded, float) or not isinstance(self.computed, float):
            return False
        return math.isclose(self.recorded, self.computed, rel_tol=tolerance, abs_tol=0.0)


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found: where it began, and every comparison of every step it went through."""

    began_at: str
    comparisons: tuple[Comparison, ...]


def replay_step(run: RunDir, name: str, step: int) -> Replay:
    """Compute step `step` of the training `models/<name>` again.

    Raises:
        UsageError: when there is no such training or step.
        DataError: when the files that it needs are missing or changed, naming the steps that can be replayed.
    """
    folder = run.path / "models" / name
    settings, identity = _read_training(run, folder)
    recorded = {row["step"]: row for row in read_metrics(folder / "metrics.jsonl") if row["step"] > 0}
    if step not in recorded:
        raise UsageError(
            f"there is no finished step {step}", where=str(folder), fix=f"Finished steps: {_spans(recorded)}."
        )
    start = _newest_before(folder / "checkpoints", step)
    first = 1 if start is None else int(start.name.removeprefix("step-")) + 1
    missing = [number for number in range(first, step + 1) if not _rollouts(folder, number).is_file()]
    if missing:
        raise DataError(
            f"the rollouts of step {_spans(missing)} are not here, and no checkpoint after them is kept",
            where=str(folder / "rollouts"),
            fix=f"Steps that can be replayed: {_spans(_replayable(folder, recorded)) or 'none'}.",
        )
    wait_passively()
    trainer, model = _load(run, settings, identity, start)
    versions = {number: int(recorded[number]["policy_version"]) for number in range(first, step + 1)}
    cuts = {number: recorded[number].get("max_updates") for number in versions}
    rows = _recompute(trainer, model, settings, folder, versions, cuts)
    found = [
        Comparison(number, key, recorded[number].get(key), computed[key])
        for number, computed in rows
        for key in COMPARED
    ]
    return Replay(_began(start, settings), tuple(found))


def _read_training(run: RunDir, folder: Path) -> tuple[TrainRlSettings, dict[str, Any]]:
    """Return settings and identity as a finished training or its newest checkpoint tells them."""
    from dartkit.training.checkpoint import list_checkpoints, read_state
    from dartkit.training_settings import TrainRlSettings

    kept = list_checkpoints(folder / "checkpoints")
    if (folder / "train.json").is_file():
        identity = read_json(folder / "train.json")["identity"]
    elif kept:
        identity = read_state(kept[-1])["identity"]
    else:
        raise UsageError(
            "there is no training with a checkpoint here",
            where=str(folder),
            fix="Give `--name` a folder under models/.",
        )
    if identity["settings"].get("stage") != "train-rl":
        raise UsageError(
            "only trainings of train-rl can be replayed", where=str(folder), fix="Give another `--name`."
        )
    with boundary(
        f"read the settings of {folder}", kind=DataError, fix="Another version of dartkit wrote them."
    ):
        length = {"budget": identity["budget"]} if "budget" in identity else {}
        values = {**identity["settings"], **length, "name": folder.name}
        return TrainRlSettings.model_validate(values), identity


def _load(
    run: RunDir, settings: TrainRlSettings, identity: dict[str, Any], start: Path | None
) -> tuple[DapoTrainer, nn.Module]:
    """Return a trainer that stands where the training stood at `start`, and its model."""
    from dartkit.rl.reference import load_reference
    from dartkit.rl.trainer import DapoTrainer
    from dartkit.training.checkpoint import load_checkpoint
    from dartkit.training.model import load_for_training
    from dartkit.training.optimizer import build_optimizer

    if start is None and "forked from" in identity:
        raise DataError(
            "this training was forked from another one, and its checkpoint of step 0 is not kept",
            where=str(run.path / "models" / settings.name),
            fix="Replay a step after a kept checkpoint.",
        )
    ref = resolve_model(settings.model, run_path=run.path)
    require_same(
        {"source model": {"model": ref.name, "revision": ref.revision}},
        {"source model": identity["source model"]},
        Path(ref.path),
    )
    device = settings.engine.device if settings.engine.kind == "transformers" else "auto"
    trained = load_for_training(ref, device=device, memory=settings.memory)
    optimizer = build_optimizer(trained.model, settings.optimizer)
    trainer = DapoTrainer(trained, optimizer, settings, reference=load_reference(settings, ref, trained))
    if start is not None:
        trainer.restore(load_checkpoint(start, identity, trained.model, optimizer).state["trainer"])
    return trainer, trained.model


def _recompute(
    trainer: DapoTrainer,
    model: nn.Module,
    settings: TrainRlSettings,
    folder: Path,
    versions: Mapping[int, int],
    cuts: Mapping[int, int | None],
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Make the steps of `versions` again, each with the policy version that it began with and the updates that it might make."""
    from dartkit.rl.recorded import read_groups
    from dartkit.training.fingerprint import fingerprint_weights
    from dartkit.training.optimizer import learning_rate

    for step, version in versions.items():
        rate = learning_rate(step - 1, settings.steps or 0, settings.optimizer, "constant")
        groups = read_groups(_rollouts(folder, step))
        totals = trainer.train(groups, rate, step=step - 1, policy_version=version, max_updates=cuts[step])
        numbers = {"learning_rate": rate, **totals.numbers()}
        yield step, {**numbers, "parameters": fingerprint_weights(model)}


def _rollouts(folder: Path, step: int) -> Path:
    return folder / "rollouts" / f"step-{step:06d}.parquet"


def _newest_before(root: Path, step: int) -> Path | None:
    from dartkit.training.checkpoint import list_checkpoints, step_of

    earlier = [path for path in list_checkpoints(root) if step_of(path) < step]
    return earlier[-1] if earlier else None


def _replayable(folder: Path, recorded: dict[int, dict[str, Any]]) -> list[int]:
    found: list[int] = []
    for step in sorted(recorded):
        start = _newest_before(folder / "checkpoints", step)
        first = 1 if start is None else int(start.name.removeprefix("step-")) + 1
        if all(_rollouts(folder, number).is_file() for number in range(first, step + 1)):
            found.append(step)
    return found


def _spans(steps: Any) -> str:
    """Return numbers as `1-4, 7`."""
    spans: list[list[int]] = []
    for number in sorted(steps):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in spans)


def _began(start: Path | None, settings: TrainRlSettings) -> str:
    return f"model {settings.model.path}" if start is None else f"checkpoint {start.name}"
