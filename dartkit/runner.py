"""Runs stages: one by itself, or all steps of a recipe in order, skipping what is done.

A step is skipped when the run's `steps/` say that the same step (by `step_fingerprint`) finished and no earlier step did anything
in this call. Engines are opened when a step first needs one and kept while the next step asks for the same.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.errors import RecipeError
from dartkit.events import EventSink, SilentSink, StageFinished, TeeSink
from dartkit.ids import content_id
from dartkit.ranks import is_first_rank, require_parallel
from dartkit.recipe import Recipe, step_fingerprint
from dartkit.records import now_iso
from dartkit.run import RunDir
from dartkit.settings import EngineSettings, ModelSettings, Settings, is_scripted
from dartkit.stages import STAGES, Counts

if TYPE_CHECKING:
    from dartkit.engines.base import Engine


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step of a recipe: its key in the manifest, its counts, and whether it had been done before."""

    key: str
    stage: str
    counts: Counts
    seconds: float
    skipped: bool


class EngineShelf:
    """Keeps the last engine open, because the next step usually wants the same one."""

    def __init__(self) -> None:
        self._key: str | None = None
        self._engine: Engine | None = None

    def take(self, run: RunDir, engine: EngineSettings, model: ModelSettings) -> Engine:
        """Return an engine for these settings, opening it if the shelf holds another."""
        from dartkit.engines import open_engine
        from dartkit.models import model_for, name_on_server

        scripted = is_scripted(engine)
        engine = name_on_server(engine, model)
        ref = model_for(engine, model, run_path=run.path)
        key = content_id(
            "engine", [engine.model_dump(mode="json"), [ref.path, ref.revision, ref.dtype] if ref else None]
        )
        if scripted or key != self._key or self._engine is None:
            self.close()
            problems = run.problems_by_id.values() if scripted else ()
            self._engine = open_engine(engine, ref, problems=problems, seed=run.seed)
            self._key = key
        return self._engine

    def close(self) -> None:
        """Free the engine."""
        if self._engine is not None:
            self._engine.close()
        self._engine = self._key = None


def run_stage(
    run: RunDir,
    settings: Settings,
    events: EventSink,
    *,
    key: str | None = None,
    shelf: EngineShelf | None = None,
) -> Counts:
    """Run one stage on an open run directory and record it as a finished step.

    Args:
        run: The run directory.
        settings: Settings of a stage (a member of `StepSettings`).
        events: Who hears of progress; `events.jsonl` of the run hears too.
        key: Name of the step in the manifest; None makes one of stage and name.
        shelf: Engines shared with other steps; None opens and closes one.
    """
    stage = STAGES[settings.stage]  # type: ignore[attr-defined]  # every step class has it; mypy sees only the base
    require_parallel(stage.name)
    function = stage.load()
    sink: EventSink = TeeSink(events, run) if is_first_rank() else SilentSink()
    own_shelf = shelf or EngineShelf()
    started = time.monotonic()
    try:
        engine = _engine_for(run, settings, own_shelf) if stage.engine else None
        counts = function(run, settings, engine, sink)
    finally:
        if shelf is None:
            own_shelf.close()
    seconds = time.monotonic() - started
    if not is_first_rank():  # what all ranks did together is recorded once
        return counts
    entry = {
        "stage": stage.name, "fingerprint": step_fingerprint(settings), "settings": settings.model_dump(mode="json"),
        "counts": counts, "seconds": round(seconds, 3), "finished_at": now_iso(),
    }  # fmt: skip
    run.finish_step(_shard_key(key or step_key(settings), run.shard), entry)
    sink.emit(StageFinished(stage.name, counts, seconds))
    return counts


def _engine_for(run: RunDir, settings: Any, shelf: EngineShelf) -> Engine | None:
    if getattr(settings, "phase", "probe") == "given":
        return None
    if settings.stage == "verify":
        judge = settings.judge
        return None if judge is None else shelf.take(run, judge.engine, judge.model)
    return shelf.take(run, settings.engine, settings.model)


def step_key(settings: Any, index: int | None = None) -> str:
    """Return the manifest key of a step: its number in the recipe, its stage, and what tells two of one stage apart."""
    name = getattr(settings, "name", None)
    from dartkit.dart.strategies import strategy_name

    strategy = getattr(settings, "strategy", None)
    label = name or (strategy_name(strategy) if strategy is not None and settings.stage == "synth" else None)
    parts = (
        ([f"{index:02d}"] if index is not None else []) + [settings.stage] + ([str(label)] if label else [])
    )
    return "-".join(parts)


def _shard_key(key: str, shard: tuple[int, int]) -> str:
    return key if shard[1] == 1 else f"{key}.{shard[0]}-of-{shard[1]}"


def open_run(recipe: Recipe, path: Path, *, shard: tuple[int, int] = (0, 1)) -> RunDir:
    """Create or open the run directory of a recipe.

    Raises:
        RecipeError: when the directory belongs to another recipe, naming what differs.
    """
    RunDir.create(path, seed=recipe.seed, recipe=recipe.resolved(), fingerprint=recipe.fingerprint())
    run = RunDir(path, shard=shard)
    if run.info["fingerprint"] != recipe.fingerprint():
        raise RecipeError(
            "this run directory belongs to another recipe: "
            + _first_differences(run.info.get("recipe"), recipe.resolved()),
            where=str(path),
            fix="Use another directory (--run PATH), or the recipe it was made with (run.json).",
        )
    return run


def _first_differences(old: Any, new: Any, limit: int = 3) -> str:
    if not isinstance(old, dict):
        return "it was made by single commands"
    found: list[str] = []
    _compare(old, new, "", found)
    relevant = [item for item in found if not item.startswith(("name", "description"))]
    return "; ".join(relevant[:limit]) + (
        f"; and {len(relevant) - limit} more" if len(relevant) > limit else ""
    )


def _compare(old: Any, new: Any, path: str, found: list[str]) -> None:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            _compare(old.get(key), new.get(key), f"{path}.{key}" if path else key, found)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (left, right) in enumerate(zip(old, new, strict=True)):
            _compare(left, right, f"{path}.{index}", found)
    elif old != new:
        shown = "other steps" if isinstance(old, list | dict) else f"was {old!r}, is {new!r}"
        found.append(f"{path} {shown}")


def run_recipe(recipe: Recipe, run: RunDir, events: EventSink) -> list[StepResult]:
    """Run every step of a recipe in order; steps that are done are skipped.

    Raises:
        DartkitError: from the first step that stops; what was done stays, the same call goes on.
    """
    results: list[StepResult] = []
    shelf = EngineShelf()
    fresh = False
    try:
        for index, settings in enumerate(recipe.steps):
            key = step_key(settings, index)
            done = run.step_done(_shard_key(key, run.shard))
            if not fresh and done is not None and done["fingerprint"] == step_fingerprint(settings):
                result = StepResult(key, settings.stage, done["counts"], done["seconds"], skipped=True)
                events.emit(StageFinished(settings.stage, done["counts"], done["seconds"], skipped=True))
            else:
                fresh = True
                started = time.monotonic()
                counts = run_stage(run, settings, events, key=key, shelf=shelf)
                result = StepResult(key, settings.stage, counts, time.monotonic() - started, skipped=False)
            results.append(result)
    finally:
        shelf.close()
    return results
