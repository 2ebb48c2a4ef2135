"""From flags to the checked settings of one stage, through the same check as recipes, so that messages are the same.

Order of precedence: class defaults, then `--settings FILE`, then `--set key=value`, then named flags.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dartkit.errors import RecipeError, UsageError

from .options import Flag, More

if TYPE_CHECKING:
    from pathlib import Path

BATCH_KEY = {"transformers": "batch_size", "vllm": "max_num_seqs", "http": "capacity", "scripted": "capacity"}
"""What the draws in flight are called in each engine's settings."""

Marks = dict[tuple[str | int, ...], str]


def build_step(stage: str, flags: Iterable[Flag], more: More) -> Any:
    """Return the settings of a stage (a member of `StepSettings`); only what the user gave is set.

    Raises:
        RecipeError: with every problem found, each with the flag, `--set` or file line it comes from.
        UsageError: when `--batch-size` is given for an engine that chooses it by itself, or replicas for one that has none.
    """
    from dartkit.recipe import apply_override, check_recipe

    data, marks = _read_file(more.settings)
    for text in more.set or []:
        marks[("steps", 0, *apply_override(data, text))] = f"--set {text}"
    for flag in flags:
        if flag.value is not None:
            _apply(data, flag, marks)
    _check_replicas(data, marks)
    _name_batch_size(data, marks)
    try:
        recipe = check_recipe({"name": "command", "steps": [{**data, "stage": stage}]}, marks)
    except RecipeError as error:
        what = error.what.replace("steps.0.", "").replace("in the recipe", f"in the settings of {stage}", 1)
        fix = f"All keys: docs/recipe.md. All flags: dartkit {stage.replace('export-', 'export ')} --help"
        raise RecipeError(what, fix=fix) from error
    return recipe.steps[0]


def _read_file(path: Path | None) -> tuple[dict[str, Any], Marks]:
    if path is None:
        return {}, {}
    from dartkit.yaml12 import load_yaml

    try:
        loaded, lines = load_yaml(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"cannot read the settings: {error}", where=str(path), fix="Check the path and that it is UTF-8."
        ) from error
    if not isinstance(loaded, dict):
        raise UsageError(
            "a settings file is a mapping of the step's keys", where=str(path), fix="See docs/recipe.md."
        )
    return loaded, {("steps", 0, *key): f"{path}:{line}" for key, line in lines.items()}


def _apply(data: dict[str, Any], flag: Flag, marks: Marks) -> None:
    """Place one flag; a new `kind` replaces a block of another kind, whose keys would not fit."""
    parts = flag.path.split(".")
    inner = data
    for depth, part in enumerate(parts[:-1], start=2):
        held = inner.get(part)
        block = dict(held) if isinstance(held, dict) else {}
        if depth == len(parts) and parts[-1] == "kind" and block.get("kind", flag.value) != flag.value:
            block = {}
        inner[part] = inner = block
    inner[parts[-1]] = flag.value
    shown = flag.name if " " in flag.name else f"{flag.name} {flag.value}"
    marks[("steps", 0, *parts)] = shown
    if parts[-1] == "kind":  # an unknown kind is reported for the block that it chooses
        marks[("steps", 0, *parts[:-1])] = shown


def _check_replicas(data: dict[str, Any], marks: Marks) -> None:
    """Refuse the flags of replicas where no Ray engine is chosen, before the settings call the keys unknown.

    Raises:
        UsageError: naming the flag.
    """
    for path in (("replicas",), ("replica", "kind")):
        shown = marks.get(("steps", 0, "engine", *path), "")
        if shown.startswith("--replica") and data["engine"].get("kind") != "ray":
            raise UsageError(f"{shown}: only the engine 'ray' has replicas", fix="Add --engine ray.")


def _name_batch_size(data: dict[str, Any], marks: Marks) -> None:
    """Give `--batch-size` the name that the chosen engine has for it."""
    shown = marks.get(("steps", 0, "engine", "batch_size"), "")
    if not shown.startswith("--batch-size"):
        return
    engine = data["engine"]
    path: tuple[str | int, ...] = ("steps", 0, "engine")
    size = engine.pop("batch_size")
    if engine.get("kind") == "ray":  # it is a replica that has a batch
        engine["replica"] = engine = dict(engine.get("replica") or {})
        path = (*path, "replica")
    kind = engine.get("kind", "auto")
    key = BATCH_KEY.get(kind)
    if key is None:
        raise UsageError(
            f"{shown}: the engine '{kind}' chooses it by itself",
            fix=f"Name the engine: {'--replica-engine' if 'replica' in path else '--engine'} {' or '.join(BATCH_KEY)}",
        )
    engine[key] = size
    marks[(*path, key)] = shown
