"""The steps of a training in order, with what is written between them: metrics, times, evaluations, checkpoints.

What may be interrupted: drawing. The update of a step, its line of metrics and its checkpoint belong together and let an
interrupt wait; it is then raised, and on the way out the finished steps are saved, so that SIGTERM loses only draws.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.events import EventSink
from dartkit.files import write_json
from dartkit.rl.limits import StepRoom, TrainingLimits
from dartkit.termination import interrupts_held
from dartkit.training.checkpoint import BEST, list_checkpoints, step_of
from dartkit.training.record import MetricsLog

if TYPE_CHECKING:
    from dartkit.rl.evaluation import TrainEvaluation
    from dartkit.rl.loop import RlLoop
    from dartkit.training.world import World
    from dartkit.training_settings import TrainRlSettings

STAGE = "train-rl"
SHOWN = ("accuracy", "reward", "response_length", "entropy", "groups_kept")


class RlSteps:
    """Makes the steps that are missing and keeps the training's files.

    Args:
        loop: Stands after the steps that are done.
        settings: The stage's settings.
        evaluation: What to measure on the way, None for nothing.
        folder: The training's folder.
        identity: Stored in every checkpoint.
        events: Hears of every step.
        world: The ranks; all run the steps, the first one reads and writes files and says what is due.
    """

    def __init__(
        self,
        loop: RlLoop,
        settings: TrainRlSettings,
        evaluation: TrainEvaluation | None,
        folder: Path,
        identity: dict[str, Any],
        events: EventSink,
        world: World,
    ) -> None:
        self._world = world
        self._loop = loop
        self._settings = settings
        self._evaluation = evaluation
        self._folder = folder
        self._root = folder / "checkpoints"
        self._identity = identity
        self._events = events
        self._metrics = MetricsLog(folder / "metrics.jsonl", loop.done, writes=world.is_main)
        self._timing = MetricsLog(folder / "timing.jsonl", loop.done, writes=world.is_main)
        rows = world.on_main(lambda: [row for row in self._metrics.rows() if row["step"] > 0])
        self._limits = TrainingLimits(settings, rows)

    def run(self) -> str | None:
        """Go on to the last step, or to the end of the budget; return what kept the training from being complete, if anything.

        A step that the budget may cut short begins with a checkpoint, and none is made after one that it cut.

        Raises:
            KeyboardInterrupt: after SIGTERM or Ctrl-C, once the finished steps are saved.
            DartkitError: whatever stops a step.
        """
        loop, limits = self._loop, self._limits
        self._events.emit(limits.started(STAGE))
        try:
            if self._settings.checkpoint.fork is not None and not self._world.on_main(self._has_checkpoints):
                self._save()  # from here on the other training's checkpoint is not needed any more
            self._evaluate()
            while (room := self._world.on_main(self._next_room)) is not None:
                if room.is_short and loop.done:
                    self._save()
                rollout = loop.collect(room.groups)
                with interrupts_held():
                    row = loop.update(rollout, self._folder, room.updates)
                    self._metrics.append(row)
                    self._timing.append(loop.timing())
                    limits.count(row, room)
                    if loop.done % self._settings.save_every_steps == 0 or self._is_over():
                        self._save()
                row |= self._evaluate()
                numbers = {name: row[name] for name in (*SHOWN, self._best_by) if row.get(name) is not None}
                self._events.emit(limits.progress(STAGE, numbers))
        except KeyboardInterrupt:
            with interrupts_held():
                # Several ranks are interrupted at several places and can no longer meet to save.
                if loop.done and self._world.size == 1:
                    self._save()
            raise
        stop: str | None = self._world.on_main(limits.stop)
        return stop

    @property
    def _best_by(self) -> str:
        return "" if self._evaluation is None else self._evaluation.best_by

    def _has_checkpoints(self) -> bool:
        return bool(list_checkpoints(self._root))

    def _is_saved(self) -> bool:
        return self._loop.done in map(step_of, list_checkpoints(self._root))

    def _save(self) -> None:
        """Save the finished steps, unless that is done or one of them was cut short."""
        if self._world.on_main(lambda: not self._limits.cut and not self._is_saved()):
            self._loop.save(self._root, self._identity)

    def _is_over(self) -> bool:
        return bool(self._world.on_main(self._limits.over))  # by the first rank's clock

    def _next_room(self) -> StepRoom | None:
        return None if self._limits.over() else self._limits.room()

    def _evaluate(self) -> dict[str, Any]:
        """Measure the policy if that is due and was not done before a restart; a policy better than all before is saved."""
        done, every = self._loop.done, self._settings.eval.every_steps
        if self._evaluation is None or (done % every and not self._is_over()):
            return {}
        held = self._world.on_main(
            lambda: [row for row in self._metrics.rows() if row["step"] == done and self._best_by in row]
        )
        numbers: dict[str, Any] = held[0] if held else self._measure(self._evaluation)
        with interrupts_held():
            if self._world.on_main(self._note_best):
                self._save()
        return numbers

    def _note_best(self) -> bool:
        """Write down the best policy so far, and say whether it is this one."""
        measured = [row for row in self._metrics.rows() if self._best_by in row]
        best = max(measured, key=lambda row: row[self._best_by])  # the first of equals
        self._root.mkdir(parents=True, exist_ok=True)
        note = {"step": best["step"], "metric": self._best_by, "value": best[self._best_by]}
        write_json(self._root / BEST, note)
        done = self._loop.done
        return bool(done and best["step"] == done)

    def _measure(self, evaluation: TrainEvaluation) -> dict[str, Any]:
        numbers = self._loop.evaluate(evaluation)
        self._metrics.extend(self._loop.done, numbers)
        self._timing.append(self._loop.timing())
        return numbers
