"""The stage `train-sft`: cross-entropy on the response tokens of exported conversations.

One optimizer step minimises L = -(1/N) * sum over its rows and their response tokens of log p(token | before), where N counts
the response tokens of the whole step; however the step is cut into micro-batches, each token weighs 1/N.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.events import EventSink, Notice, StageProgress, StageStarted
from dartkit.files import write_json_lines
from dartkit.models import resolve_model
from dartkit.termination import interrupts_held
from dartkit.threads import wait_passively
from dartkit.training.record import (
    MetricsLog,
    finished_counts,
    read_metrics,
    remove_leftovers,
    training_identity,
    write_finished,
)
from dartkit.training.tracking import require_trackers, tracking

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
        DataError: when the data or a checkpoint cannot be used.
        EnvironmentProblem: when the model cannot be loaded or written, or a tracker is not installed.
        GateFailed: when a loss or a gradient is not finite.
    """
    from dartkit.training.beginning import describe_fork, go_back

    require_trackers(settings.track)
    folder, data_path = run.path / "models" / settings.name, run.resolve(settings.data)
    fork, resume = (
        None if text is None else run.resolve(text)
        for text in (settings.checkpoint.fork, settings.checkpoint.resume)
    )
    ref = resolve_model(settings.model, run_path=run.path)
    identity = training_identity(
        settings, model=ref.name, revision=ref.revision, data=data_path, run_seed=run.seed,
        forked_from=describe_fork(fork, folder),
    )  # fmt: skip
    if resume is not None:
        go_back(folder, resume, identity)
    counts = finished_counts(folder, identity)
    if counts is None:
        remove_leftovers(folder)
        wait_passively()
        from dartkit.sft.data import read_sft_data
        from dartkit.training.model import export_model, load_for_training

        trained = load_for_training(ref, memory=settings.memory)
        _notice_tokenizer(trained, events)
        data = read_sft_data(data_path, trained, settings.max_length)
        with tracking(settings.track, folder, run.name, settings, events) as listener:
            counts = _train(trained, data, settings, identity, folder, fork, listener)
        export_model(trained, folder)
        write_finished(folder, identity, settings, counts)
    return counts


def _notice_tokenizer(trained: TrainableModel, events: EventSink) -> None:
    if not trained.tokenizer.chat_template:
        events.emit(
            Notice(STAGE, "the tokenizer has no chat template: a prompt is the plain text of its messages")
        )
    if not trained.end_ids:
        events.emit(Notice(STAGE, "the tokenizer has no end token: the model does not learn where to stop"))


def _train(
    trained: TrainableModel,
    data: SftData,
    settings: TrainSftSettings,
    identity: dict[str, Any],
    folder: Path,
    fork: Path | None,
    events: EventSink,
) -> dict[str, Any]:
    from dartkit.sft.data import plan_steps
    from dartkit.training.beginning import restore_beginning
    from dartkit.training.optimizer import build_optimizer
    from dartkit.training.random_state import seed_streams

    lengths = [row.length for row in data.rows]
    steps = plan_steps(
        lengths, epochs=settings.epochs, tokens_per_step=settings.tokens_per_step, seed=settings.seed
    )
    settings = settings.with_warmup(len(steps))
    seed_streams(settings.seed)
    optimizer = build_optimizer(trained.model, settings.optimizer)
    restored = restore_beginning(folder / "checkpoints", identity, fork, trained.model, optimizer)
    done = 0 if restored is None else int(restored.state["step"])
    events.emit(StageStarted(STAGE, "steps", total=len(steps), done=done))
    _Steps(trained, optimizer, data, steps, settings, folder, identity).run(done, events)
    losses = [row["loss"] for row in read_metrics(folder / "metrics.jsonl")]
    return {
        "rows": len(data.rows), "rows_too_long": data.too_long, "epochs": settings.epochs, "steps": len(steps),
        "tokens": sum(lengths) * settings.epochs, "response_tokens": data.response_tokens * settings.epochs,
        "first_loss": losses[0], "last_loss": losses[-1],
    }  # fmt: skip


class _Steps:
    """Makes the steps that are missing; an interrupt waits for the end of the step, which is then saved."""

    def __init__(
        self,
        trained: TrainableModel,
        optimizer: torch.optim.Optimizer,
        data: SftData,
        steps: Sequence[Sequence[int]],
        settings: TrainSftSettings,
        folder: Path,
        identity: dict[str, Any],
    ) -> None:
        self._trained = trained
        self._optimizer = optimizer
        self._data = data
        self._steps = steps
        self._settings = settings
        self._folder = folder
        self._root = folder / "checkpoints"
        self._identity = identity

    def run(self, done: int, events: EventSink) -> None:
        """Go on after `done` steps to the last one.

        Raises:
            KeyboardInterrupt: after SIGTERM or Ctrl-C, once the finished steps are saved.
            GateFailed: when a loss or a gradient is not finite.
        """
        from dartkit.training.checkpoint import list_checkpoints

        metrics = MetricsLog(self._folder / "metrics.jsonl", done)
        timing = MetricsLog(self._folder / "timing.jsonl", done)
        total, every = len(self._steps), self._settings.save_every_steps
        if self._settings.checkpoint.fork is not None and not list_checkpoints(self._root):
            self._save(0)  # from here on the other training's checkpoint is not needed any more
        self._trained.model.train()
        saved = finished = done
        try:
            while finished < total:
                with interrupts_held():
                    began = time.monotonic()
                    row = self._step(finished)
                    metrics.append(row)
                    timing.append({"step": row["step"], "seconds": {"update": time.monotonic() - began}})
                    finished += 1
                    if finished % every == 0 or finished == total:
                        self._save(finished)
                        saved = finished
                numbers = {"loss": row["loss"], "learning_rate": row["learning_rate"]}
                events.emit(StageProgress(STAGE, finished, total, numbers))
        except KeyboardInterrupt:
            if finished > saved:
                with interrupts_held():
                    self._save(finished)
            raise

    def _save(self, step: int) -> None:
        from dartkit.training.checkpoint import collect_contents, save_checkpoint

        save_checkpoint(
            self._root,
            step,
            collect_contents(self._trained.model, self._optimizer),
            {"identity": self._identity},
            model=self._trained.model,
            tokenizer=self._trained.tokenizer,
            keep=self._settings.checkpoint.keep_checkpoints,
        )

    def _step(self, step: int) -> dict[str, Any]:
        from dartkit.training.fingerprint import fingerprint_weights
        from dartkit.training.optimizer import apply_update, learning_rate

        settings, model = self._settings, self._trained.model
        rows = [self._data.rows[index] for index in self._steps[step]]
        rate = learning_rate(step, len(self._steps), settings.optimizer, settings.schedule)
        loss = accumulate_loss(self._trained, rows, settings.tokens_per_micro_batch)
        result = apply_update(
            model, self._optimizer, learning_rate=rate, max_grad_norm=settings.optimizer.max_grad_norm
        )
        self._require_finite(step, loss, result.grad_norm)
        return {
            "step": step + 1, "loss": loss, "learning_rate": rate, "grad_norm": result.grad_norm,
            "applied": result.applied, "rows": len(rows), "tokens": sum(row.length for row in rows),
            "response_tokens": sum(row.learnt_tokens for row in rows), "parameters": fingerprint_weights(model),
        }  # fmt: skip

    def _require_finite(self, step: int, loss: float, grad_norm: float) -> None:
        from dartkit.training.checkpoint import list_checkpoints
        from dartkit.training.divergence import diverged, first_not_finite

        if first_not_finite([loss], [grad_norm]) is None:
            return
        dump = self._folder / "failed" / f"step-{step + 1:06d}.jsonl"
        rows = [(index, self._data.rows[index]) for index in self._steps[step]]
        write_json_lines(
            dump,
            (
                {"row": index + 1, "prompt_ids": list(row.prompt_ids), "response_ids": list(row.response_ids)}
                for index, row in rows
            ),
        )
        kept = list_checkpoints(self._root)
        raise diverged(
            step=step + 1,
            mini_batch="1 of 1",
            loss=loss,
            grad_norm=grad_norm,
            names=[f"row {index + 1}" for index, _ in rows],
            dump=dump,
            last_good=kept[-1] if kept else None,
        )


def accumulate_loss(trained: TrainableModel, rows: Sequence[TokenRow], token_budget: int) -> float:
    """Add the gradient of the mean response-token loss of `rows` to the model and return that loss.

    The result does not depend on `token_budget`, except for rounding: every token is divided by the count of all rows.
    """
    import torch

    from dartkit.training.batching import collate, split_rows
    from dartkit.training.logprobs import score_tokens

    total = sum(row.learnt_tokens for row in rows)
    value, layout = 0.0, trained.layout_for(rows)
    for indices in split_rows(rows, token_budget, layout):
        batch = collate(
            [rows[index] for index in indices], pad_id=trained.pad_id, device=trained.device, layout=layout
        )
        scores = score_tokens(trained.model, batch, dtype=trained.compute_dtype)
        loss = -scores.logprobs_N.sum() / total
        torch.autograd.backward(loss)
        value += float(loss.detach())
    return value
