"""The stage `train-sft`: cross-entropy on the response tokens of exported conversations.

One optimizer step minimises L = -(1/N) * sum over its rows and their response tokens of log p(token | before), where N counts
the response tokens of the whole step; however the step is cut into micro-batches, each token weighs 1/N.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import BudgetReached
from dartkit.events import EventSink, Notice, StageProgress, StageStarted
from dartkit.files import write_json_lines
from dartkit.models import resolve_model
from dartkit.sft.limits import SftLimits
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
from dartkit.training.world import open_world

if TYPE_CHECKING:
    from dartkit.run import RunDir
    from dartkit.sft.data import SftData
    from dartkit.training.batching import TokenRow
    from dartkit.training.model import TrainableModel
    from dartkit.training.sharded import ShardedTraining, Whole
    from dartkit.training.world import World
    from dartkit.training_settings import TrainSftSettings

STAGE = "train-sft"


def train_sft(run: RunDir, settings: TrainSftSettings, engine: None, events: EventSink) -> dict[str, Any]:
    """Fine-tune, resuming from the newest checkpoint, and write the model to `models/<name>`.

    A finished training is not repeated: its counts are returned. One that its budget ends before its last step leaves its model
    too, and goes on from there with a larger budget.

    Raises:
        BudgetReached: when the budget ends it before its last step.
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

    def look_around() -> tuple[dict[str, Any], dict[str, Any] | None]:
        identity = training_identity(
            settings, model=ref.name, revision=ref.revision, data=data_path, run_seed=run.seed,
            forked_from=describe_fork(fork, folder),
        )  # fmt: skip
        if resume is not None:
            go_back(folder, resume, identity)
        counts = finished_counts(folder, identity)
        if counts is None:
            remove_leftovers(folder)
        return identity, counts

    wait_passively()
    with open_world() as world:
        identity, counts = world.on_main(look_around)
        if counts is None:
            from dartkit.sft.data import read_sft_data
            from dartkit.training.model import load_for_training

            device = "auto" if world.size == 1 else "cpu"
            trained = load_for_training(ref, device=device, memory=settings.memory)
            if world.is_main:
                _notice_tokenizer(trained, events)
            data = read_sft_data(data_path, trained, settings.max_length)
            tracks = settings.track if world.is_main else ()
            with tracking(tracks, folder, run.name, settings, events) as listener:
                counts, stop = _train(trained, data, settings, identity, folder, fork, listener, world)
            if stop is not None:
                raise BudgetReached(
                    f"train-sft stopped after {stop}; the model so far is in {folder}",
                    fix="Run the same command with a larger budget; it goes on from there.",
                )
    finished: dict[str, Any] = counts
    return finished


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
    world: World,
) -> tuple[dict[str, Any], str | None]:
    """Return the counts, and the limit that ended the training before its last step, if one did."""
    from dartkit.sft.data import plan_steps
    from dartkit.training.beginning import restore_beginning
    from dartkit.training.model import export_model
    from dartkit.training.optimizer import build_optimizer
    from dartkit.training.random_state import seed_streams
    from dartkit.training.sharded import ShardedTraining

    lengths = [row.length for row in data.rows]
    steps = plan_steps(
        lengths, epochs=settings.epochs, tokens_per_step=settings.tokens_per_step, seed=settings.seed
    )
    settings = settings.with_warmup(len(steps))
    seed_streams(settings.seed)
    training = ShardedTraining(trained, world, lambda model: build_optimizer(model, settings.optimizer))
    restored = training.restore(
        lambda model, optimizer: restore_beginning(folder / "checkpoints", identity, fork, model, optimizer)
    )
    done = 0 if restored is None else int(restored.state["step"])
    events.emit(StageStarted(STAGE, "steps", total=len(steps), done=done))
    stop = _Steps(training, data, steps, settings, folder, identity).run(done, events)

    def finish(whole: Whole) -> dict[str, Any]:
        rows = read_metrics(folder / "metrics.jsonl")
        counts = {
            "rows": len(data.rows), "rows_too_long": data.too_long, "epochs": settings.epochs, "steps": len(rows),
            "tokens": sum(row["tokens"] for row in rows),
            "response_tokens": sum(row["response_tokens"] for row in rows),
            "first_loss": rows[0]["loss"], "last_loss": rows[-1]["loss"],
        }  # fmt: skip
        export_model(whole.trained, folder)
        if stop is None:
            write_finished(folder, identity, settings, counts)
        return counts

    counts: dict[str, Any] = world.broadcast(training.use_whole(finish))
    return counts, stop


class _Steps:
    """Makes the steps that are missing; an interrupt waits for the end of the step, which is then saved."""

    def __init__(
        self,
        training: ShardedTraining,
        data: SftData,
        steps: Sequence[Sequence[int]],
        settings: TrainSftSettings,
        folder: Path,
        identity: dict[str, Any],
    ) -> None:
        self._training = training
        self._world = training.world
        self._data = data
        self._steps = steps
        self._settings = settings
        self._folder = folder
        self._root = folder / "checkpoints"
        self._identity = identity

    def run(self, done: int, events: EventSink) -> str | None:
        """Go on after `done` steps to the last one, or to the end of the budget; return the limit that ended it before, if one did.

        Raises:
            KeyboardInterrupt: after SIGTERM or Ctrl-C, once the finished steps are saved.
            GateFailed: when a loss or a gradient is not finite.
        """
        from dartkit.training.checkpoint import list_checkpoints

        metrics = MetricsLog(self._folder / "metrics.jsonl", done, writes=self._world.is_main)
        timing = MetricsLog(self._folder / "timing.jsonl", done, writes=self._world.is_main)
        total, every = len(self._steps), self._settings.save_every_steps
        if self._settings.checkpoint.fork is not None and not self._world.on_main(
            lambda: bool(list_checkpoints(self._root))
        ):
            self._save(0)  # from here on the other training's checkpoint is not needed any more
        self._training.trained.model.train()
        saved = finished = done
        limits = SftLimits(self._settings.budget, metrics.rows())
        stop: str | None = None
        try:
            while finished < total and (stop := self._next_stop(limits, finished)) is None:
                with interrupts_held():
                    began = time.monotonic()
                    row = self._step(finished)
                    metrics.append(row)
                    limits.count(row)
                    timing.append({"step": row["step"], "seconds": {"update": time.monotonic() - began}})
                    finished += 1
                    if finished % every == 0 or finished == total:
                        self._save(finished)
                        saved = finished
                numbers = {"loss": row["loss"], "learning_rate": row["learning_rate"]}
                events.emit(StageProgress(STAGE, finished, total, numbers))
        except KeyboardInterrupt:
            # Several ranks are interrupted at several places and can no longer meet to save.
            if finished > saved and self._world.size == 1:
                with interrupts_held():
                    self._save(finished)
            raise
        if stop is not None and finished > saved:
            self._save(finished)
        return stop

    def _next_stop(self, limits: SftLimits, step: int) -> str | None:
        """Return what forbids the next step, by the first rank's clock."""
        tokens = sum(self._data.rows[index].length for index in self._steps[step])
        stop: str | None = self._world.on_main(lambda: limits.stop(tokens))
        return stop

    def _save(self, step: int) -> None:
        from dartkit.training.checkpoint import collect_contents, save_checkpoint

        self._training.use_whole(
            lambda whole: save_checkpoint(
                self._root,
                step,
                collect_contents(whole.trained.model, whole.optimizer),
                {"identity": self._identity},
                model=whole.trained.model,
                tokenizer=whole.trained.tokenizer,
                keep=self._settings.checkpoint.keep_checkpoints,
            )
        )

    def _step(self, step: int) -> dict[str, Any]:
        from dartkit.training.fingerprint import fingerprint_weights
        from dartkit.training.optimizer import apply_update, learning_rate

        settings, trained = self._settings, self._training.trained
        rows = [self._data.rows[index] for index in self._steps[step]]
        rate = learning_rate(step, len(self._steps), settings.optimizer, settings.schedule)
        self._world.seed_step(settings.seed, step)
        loss = accumulate_loss(trained, rows, settings.tokens_per_micro_batch, self._world)
        result = apply_update(
            trained.model,
            self._training.optimizer,
            learning_rate=rate,
            max_grad_norm=settings.optimizer.max_grad_norm,
        )
        self._require_finite(step, loss, result.grad_norm)
        return {
            "step": step + 1, "loss": loss, "learning_rate": rate, "grad_norm": result.grad_norm,
            "applied": result.applied, "rows": len(rows), "tokens": sum(row.length for row in rows),
            "response_tokens": sum(row.learnt_tokens for row in rows), "parameters": fingerprint_weights(trained.model),
        }  # fmt: skip

    def _require_finite(self, step: int, loss: float, grad_norm: float) -> None:
        from dartkit.training.checkpoint import list_checkpoints
        from dartkit.training.divergence import diverged, first_not_finite

        if first_not_finite([loss], [grad_norm]) is None:
            return
        dump = self._folder / "failed" / f"step-{step + 1:06d}.jsonl"
        rows = [(index, self._data.rows[index]) for index in self._steps[step]]
        dumped = (
            {"row": index + 1, "prompt_ids": list(row.prompt_ids), "response_ids": list(row.response_ids)}
            for index, row in rows
        )
        if self._world.is_main:
            write_json_lines(dump, dumped)
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


def accumulate_loss(
    trained: TrainableModel, rows: Sequence[TokenRow], token_budget: int, world: World | None = None
) -> float:
    """Add the gradient of the mean response-token loss of `rows` to the model and return that loss.

    The result does not depend on `token_budget` and on the number of ranks that share the work, except for rounding: every
    token is divided by the count of all rows. Every rank is given all rows.
    """
    import torch

    from dartkit.training.batching import collate, split_rows
    from dartkit.training.logprobs import score_tokens
    from dartkit.training.parallel import run_idle_pass, share_out, shortest_row
    from dartkit.training.world import World

    world = world or World()
    total = sum(row.learnt_tokens for row in rows)
    value, layout = 0.0, trained.layout_for(rows)
    lengths = [row.length for row in rows]
    for indices in share_out(split_rows(rows, token_budget, layout), lengths, world.size)[world.rank]:
        chosen = [rows[index] for index in indices] or [shortest_row(rows)]
        batch = collate(chosen, device=trained.device, layout=layout)
        scores = score_tokens(trained.model, batch, dtype=trained.compute_dtype)
        if not indices:
            run_idle_pass(scores.logprobs_N)
            continue
        loss = -scores.logprobs_N.sum() / total
        torch.autograd.backward(loss)
        value += float(loss.detach())
    return world.sum_over_ranks({"loss": value})["loss"]
