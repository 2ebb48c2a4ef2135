"""The stage `train-sft`: cross-entropy on the response tokens of exported conversations.

One optimizer step minimises L = -(1/N) * sum over its rows and their response tokens of log p(token | before), where N counts
the response tokens of the whole step; however the step is cut into micro-batches, each token weighs 1/N.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.events import EventSink, StageProgress, StageStarted
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
    import torch

    from dartkit.run import RunDir
    from dartkit.sft.data import SftData
    from dartkit.training.batching import TokenRow
    from dartkit.training.model import TrainableModel
    from dartkit.training_settings import TrainSftSettings

STAGE = "train-sft"


def train_sft(run: RunDir, settings: TrainSftSettings, engine: None, events: EventSink) -> dict[str, Any]:
    """Fine-tune, resuming from the newest checkpoint, and write the model to `models/<name>`.

    A finished training is not repeated: its counts are returned.

    Raises:
        UsageError: when `models/<name>` holds a training with other settings, source model or data.
        DataError: when the data cannot be used.
        EnvironmentProblem: when the model cannot be loaded or written.
    """
    folder, data_path = run.path / "models" / settings.name, run.resolve(settings.data)
    ref = resolve_model(settings.model, run_path=run.path)
    identity = training_identity(
        settings, model=ref.name, revision=ref.revision, data=data_path, run_seed=run.seed
    )
    counts = finished_counts(folder, identity)
    if counts is None:
        wait_passively()
        from dartkit.sft.data import read_sft_data
        from dartkit.training.model import export_model, load_for_training

        trained = load_for_training(ref)
        data = read_sft_data(data_path, trained, settings.max_length)
        counts = _train(trained, data, settings, identity, folder, events)
        export_model(trained, folder)
        write_finished(folder, identity, settings, counts)
    return counts


def _train(
    trained: TrainableModel,
    data: SftData,
    settings: TrainSftSettings,
    identity: dict[str, Any],
    folder: Path,
    events: EventSink,
) -> dict[str, Any]:
    import torch

    from dartkit.sft.data import plan_steps
    from dartkit.training.checkpoint import load_checkpoint, save_checkpoint
    from dartkit.training.optimizer import build_optimizer

    lengths = [row.length for row in data.rows]
    steps = plan_steps(
        lengths, epochs=settings.epochs, tokens_per_step=settings.tokens_per_step, seed=settings.seed
    )
    torch.manual_seed(settings.seed)
    optimizer = build_optimizer(trained.model, settings.optimizer)
    state = load_checkpoint(folder / "checkpoints", identity, trained.model, optimizer)
    done = 0 if state is None else int(state["step"])
    log = MetricsLog(folder / "metrics.jsonl", done)
    events.emit(StageStarted(STAGE, "steps", total=len(steps), done=done))
    trained.model.train()
    for step in range(done, len(steps)):
        row = _step(
            trained, optimizer, [data.rows[index] for index in steps[step]], settings, step, len(steps)
        )
        log.append(row)
        finished = step + 1
        if finished % settings.save_every_steps == 0 or finished == len(steps):
            save_checkpoint(
                folder / "checkpoints", finished, trained.model, optimizer, {"identity": identity}
            )
        numbers = {"loss": row["loss"], "learning_rate": row["learning_rate"]}
        events.emit(StageProgress(STAGE, finished, len(steps), numbers))
    losses = [row["loss"] for row in read_metrics(folder / "metrics.jsonl")]
    return {
        "rows": len(data.rows), "rows_too_long": data.too_long, "epochs": settings.epochs, "steps": len(steps),
        "tokens": sum(lengths) * settings.epochs, "response_tokens": data.response_tokens * settings.epochs,
        "first_loss": losses[0], "last_loss": losses[-1],
    }  # fmt: skip


def _step(
    trained: TrainableModel,
    optimizer: torch.optim.Optimizer,
    rows: Sequence[TokenRow],
    settings: TrainSftSettings,
    step: int,
    total_steps: int,
) -> dict[str, Any]:
    from dartkit.training.optimizer import apply_update, learning_rate

    began = time.monotonic()
    rate = learning_rate(step, total_steps, settings.optimizer, settings.schedule)
    loss = accumulate_loss(trained, rows, settings.tokens_per_micro_batch)
    result = apply_update(
        trained.model, optimizer, learning_rate=rate, max_grad_norm=settings.optimizer.max_grad_norm
    )
    return {
        "step": step + 1, "loss": loss, "learning_rate": rate, "grad_norm": result.grad_norm,
        "applied": result.applied, "rows": len(rows), "tokens": sum(row.length for row in rows),
        "response_tokens": sum(len(row.response_ids) for row in rows), "seconds": time.monotonic() - began,
    }  # fmt: skip


def accumulate_loss(trained: TrainableModel, rows: Sequence[TokenRow], token_budget: int) -> float:
    """Add the gradient of the mean response-token loss of `rows` to the model and return that loss.

    The result does not depend on `token_budget`, except for rounding: every token is divided by the count of all rows.
    """
    import torch

    from dartkit.training.batching import collate, split_rows
    from dartkit.training.logprobs import score_tokens

    total = sum(len(row.response_ids) for row in rows)
    value = 0.0
    for indices in split_rows(rows, token_budget):
        batch = collate([rows[index] for index in indices], pad_id=trained.pad_id, device=trained.device)
        scores = score_tokens(trained.model, batch, dtype=trained.compute_dtype)
        loss = -scores.logprobs_N.sum() / total
        torch.autograd.backward(loss)
        value += float(loss.detach())
    return value
