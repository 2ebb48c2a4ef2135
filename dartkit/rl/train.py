"""The stage `train-rl`: rollouts with dynamic sampling, group advantages, the DAPO loss, checkpoints.

One step (DAPO algorithm 1): draw groups until the batch is full, score them, update the policy in a few mini-batches, hand
the new weights to the engine. A step whose groups are all useless updates nothing, is logged, and the run goes on.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import UsageError
from dartkit.events import EventSink, Notice, StageProgress, StageStarted
from dartkit.models import resolve_model
from dartkit.threads import wait_passively
from dartkit.training.record import (
    MetricsLog,
    finished_counts,
    read_metrics,
    training_identity,
    write_finished,
)

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from dartkit.models import ModelRef
    from dartkit.rl.data import RlData
    from dartkit.rl.loop import RlLoop
    from dartkit.run import RunDir
    from dartkit.training.model import TrainableModel
    from dartkit.training_settings import TrainRlSettings

STAGE = "train-rl"


def train_rl(run: RunDir, settings: TrainRlSettings, engine: None, events: EventSink) -> dict[str, Any]:
    """Train with verifiable rewards, resuming from the newest checkpoint, and write the model to `models/<name>`.

    A finished training is not repeated: its counts are returned.

    Raises:
        UsageError: when `models/<name>` holds a training with other settings, source model or data; for temperature 0,
            at which all samples of a group are equal.
        DataError: when the data cannot be used.
        EnvironmentProblem: when model or engine cannot be loaded, or the disk is full.
    """
    if settings.sampling.temperature == 0.0:
        raise UsageError(
            "train-rl cannot learn at sampling.temperature 0: all samples of a group would be equal",
            fix="Set `sampling.temperature` to 1.0.",
        )
    folder, data_path = run.path / "models" / settings.name, run.resolve(settings.data)
    ref = resolve_model(settings.model, run_path=run.path)
    identity = training_identity(
        settings, model=ref.name, revision=ref.revision, data=data_path, run_seed=run.seed
    )
    counts = finished_counts(folder, identity)
    if counts is None:
        wait_passively()
        from dartkit.training.model import export_model, load_for_training

        device = settings.engine.device if settings.engine.kind == "transformers" else "auto"
        trained = load_for_training(ref, device=device)
        data = _read_data(data_path, settings, ref, trained, events)
        counts = _train(run, settings, ref, trained, data, identity, events)
        export_model(trained, folder)
        write_finished(folder, identity, settings, counts)
    return counts


def _read_data(
    path: Path, settings: TrainRlSettings, ref: ModelRef, trained: TrainableModel, events: EventSink
) -> RlData:
    from dartkit.rl.data import read_rl_data
    from dartkit.rl.prompting import RecipePromptWriter

    data = read_rl_data(path, RecipePromptWriter(settings.prompt, ref, trained.tokenizer))
    if data.repeated:
        events.emit(
            Notice(
                STAGE,
                f"{data.repeated} rows repeat an earlier problem and were passed over"
                f" ({data.conflicting} of them with another answer)",
            )
        )
    return data


def _train(
    run: RunDir,
    settings: TrainRlSettings,
    ref: ModelRef,
    trained: TrainableModel,
    data: RlData,
    identity: dict[str, Any],
    events: EventSink,
) -> dict[str, Any]:
    from dartkit.rl.loop import RlLoop
    from dartkit.rl.policy_engine import PolicyEngine
    from dartkit.training.checkpoint import load_checkpoint
    from dartkit.training.optimizer import build_optimizer
    from dartkit.verify import load_verifier

    folder = run.path / "models" / settings.name
    optimizer = build_optimizer(trained.model, settings.optimizer)
    reference = _load_reference(settings, ref, trained)
    state = load_checkpoint(folder / "checkpoints", identity, trained.model, optimizer)
    verifier = load_verifier(settings.verifier)
    try:
        policy = PolicyEngine(settings.engine, ref, trained, seed=run.seed)
        try:
            loop = RlLoop(
                trained, optimizer, policy, verifier, data.problems, settings, run_seed=run.seed, state=state,
                reference=reference,
            )  # fmt: skip
            if not policy.engine.seeds_draws:
                events.emit(
                    Notice(STAGE, f"the engine '{policy.engine.name}' cannot seed draws: no exact repeat")
                )
            _run_steps(loop, settings, folder, identity, events)
        finally:
            policy.close()
    finally:
        verifier.close()
    return _count(read_metrics(folder / "metrics.jsonl"), len(data.problems))


def _load_reference(
    settings: TrainRlSettings, ref: ModelRef, trained: TrainableModel
) -> PreTrainedModel | None:
    """Load a second, frozen copy of the start model where the algorithm measures the divergence from it."""
    from dartkit.training.model import load_for_training

    if settings.algo.kl_coefficient == 0.0:
        return None
    return load_for_training(ref, device=trained.device.type).model.eval().requires_grad_(False)


def _run_steps(
    loop: RlLoop, settings: TrainRlSettings, folder: Path, identity: dict[str, Any], events: EventSink
) -> None:
    log = MetricsLog(folder / "metrics.jsonl", loop.done)
    events.emit(StageStarted(STAGE, "steps", total=settings.steps, done=loop.done))
    while loop.done < settings.steps:
        row = loop.step(folder / "samples")
        log.append(row)
        if loop.done % settings.save_every_steps == 0 or loop.done == settings.steps:
            loop.save(folder / "checkpoints", identity)
        numbers = {
            name: row[name]
            for name in ("accuracy", "reward", "response_length", "entropy", "groups_kept")
            if row[name] is not None
        }
        events.emit(StageProgress(STAGE, loop.done, settings.steps, numbers))


def _count(rows: list[dict[str, Any]], problems: int) -> dict[str, Any]:
    sums = (
        "updates", "generated_tokens", "trained_tokens", "groups_generated", "groups_kept", "groups_all_right",
        "groups_all_wrong", "groups_surplus", "groups_failed",
    )  # fmt: skip
    return {
        "problems": problems,
        "steps": len(rows),
        **{name: sum(row[name] for row in rows) for name in sums},
        "first_accuracy": rows[0]["accuracy"],
        "last_accuracy": rows[-1]["accuracy"],
    }
