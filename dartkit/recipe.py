"""A recipe: one YAML file that says a whole run, checked strictly and resolved completely.

Order of precedence: class defaults, then recipe files left to right, then `--set a.b=c`, then named flags. Blocks that several
steps share (`model`, `engine`, `sampling`, `prompt`, `verifier`, `budget`) may stand at the top; each step that has such a block
gets it, and its own keys win. All problems of a recipe are reported at once, each with file and line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, model_validator

from dartkit.errors import RecipeError
from dartkit.ids import content_id
from dartkit.recipe_errors import explain
from dartkit.settings import (
    Budget,
    EngineSettings,
    ModelSettings,
    PromptSettings,
    SamplingSettings,
    Settings,
    VerifierSettings,
)
from dartkit.stage_settings import STEP_CLASSES, StepSettings
from dartkit.yaml12 import Path as KeyPath
from dartkit.yaml12 import load_yaml

SHARED = ("model", "engine", "sampling", "prompt", "verifier", "budget")

NOT_STEP_IDENTITY: dict[str, str] = {
    "engine": "two engines that run one model at one setting draw from one distribution",
    "budget": "a limit says when to stop, not what to do",
    "verifier.timeout_seconds": "a slow machine must not change what a step is",
    "verifier.memory_mib": "a limit, not a rule",
    "verifier.workers": "speed only",
    "tokens_per_micro_batch": "memory only; the loss is the same under any split",
    "save_every_steps": "safety only",
    "checkpoint.keep_checkpoints": "safety only",
    "checkpoint.resume": "goes back within the same training",
    "track": "tells others, changes nothing",
}
"""Keys of a step that its fingerprint leaves out, with the reason."""

NOT_RUN_IDENTITY: dict[str, str] = {
    **NOT_STEP_IDENTITY,
    "sampling.max_tokens": "raising it redoes only the draws that ended by length",
    "max_draws_per_problem": "raising it goes on where the run gave up",
    "hopeless_pass_rate": "says when to give up, not what to draw",
}
"""Keys of a step that the fingerprint of a run directory leaves out, with the reason."""


class Recipe(Settings):
    """A named list of steps over one run directory."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")
    """Name of the run; its directory is `runs/NAME` unless `--run` says otherwise."""
    description: str = ""
    """One sentence for `dartkit recipes`."""
    seed: int = Field(0, ge=0)
    """Seed of the run; with it every draw of an engine that can seed draws is repeatable."""
    model: ModelSettings | None = None
    """Shared by all steps that have a model."""
    engine: EngineSettings | None = None
    """Shared by all steps that have an engine."""
    sampling: SamplingSettings | None = None
    """Shared by all steps that draw."""
    prompt: PromptSettings | None = None
    """Shared by all steps that ask or export."""
    verifier: VerifierSettings | None = None
    """Shared by all steps that check answers."""
    budget: Budget | None = None
    """Shared by all steps that spend."""
    steps: tuple[StepSettings, ...] = Field(min_length=1)
    """What to do, in order."""

    @model_validator(mode="before")
    @classmethod
    def _share_blocks(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("steps"), list):
            return data
        return {**data, "steps": [_with_shared(step, data) for step in data["steps"]]}

    def resolved(self) -> dict[str, Any]:
        """Return the recipe as JSON with every default filled in and the shared blocks moved into the steps."""
        full = self.model_dump(mode="json")
        return {key: value for key, value in full.items() if key not in SHARED}

    def fingerprint(self) -> str:
        """Identify what the run does: steps and seed without `NOT_RUN_IDENTITY`, name and description."""
        steps = [_without(step.model_dump(mode="json"), NOT_RUN_IDENTITY) for step in self.steps]
        return content_id("recipe", {"seed": self.seed, "steps": steps})


def step_fingerprint(step: Settings) -> str:
    """Identify what one step does, without `NOT_STEP_IDENTITY`."""
    return content_id("step", _without(step.model_dump(mode="json"), NOT_STEP_IDENTITY))


def _with_shared(step: Any, recipe: dict[str, Any]) -> Any:
    if not isinstance(step, dict) or step.get("stage") not in STEP_CLASSES:
        return step
    fields = STEP_CLASSES[step["stage"]].model_fields
    merged = dict(step)
    for block in SHARED:
        if block in fields and recipe.get(block) is not None:
            merged[block] = _merge(recipe[block], step[block]) if block in step else recipe[block]
    return merged


def _merge(base: Any, over: Any) -> Any:
    """Lay `over` upon `base`; blocks of another `kind` and lists replace, other dictionaries merge key by key."""
    if (
        not isinstance(base, dict)
        or not isinstance(over, dict)
        or base.get("kind") != over.get("kind", base.get("kind"))
    ):
        return over
    merged = dict(base)
    for key, value in over.items():
        merged[key] = _merge(base[key], value) if key in base else value
    return merged


def _without(step: dict[str, Any], excluded: dict[str, str]) -> dict[str, Any]:
    result = {key: value for key, value in step.items() if key not in excluded}
    for dotted in excluded:
        block, _, key = dotted.partition(".")
        if key and isinstance(result.get(block), dict):
            result[block] = {name: value for name, value in result[block].items() if name != key}
    engine = step.get("engine")
    if isinstance(engine, dict) and engine.get("kind") == "http" and engine["model"] is not None:
        result["served_model"] = engine["model"]  # an engine says where to draw, this says from what
    return result


def load_recipe(paths: list[Path], overrides: list[str] | None = None) -> Recipe:
    """Read recipe files left to right, lay `a.b=c` overrides upon them, check and resolve.

    Raises:
        RecipeError: with every problem found, each with file:line (or the override) and the nearest valid name.
    """
    data: Any = {}
    marks: dict[KeyPath, str] = {}
    for path in paths:
        loaded, lines = load_yaml(_read_text(path), str(path))
        if not isinstance(loaded, dict):
            raise RecipeError(
                "a recipe is a mapping with `name` and `steps`",
                where=str(path),
                fix="See: dartkit recipes ls",
            )
        data = _merge(data, loaded)
        marks.update({key: f"{path}:{line}" for key, line in lines.items()})
    for text in overrides or []:
        key = apply_override(data, text)
        marks[key] = f"--set {text}"
    return check_recipe(data, marks)


def check_recipe(data: Any, marks: dict[KeyPath, str] | None = None) -> Recipe:
    """Validate a recipe given as plain data; `marks` says where each key path was written."""
    try:
        return Recipe.model_validate(data)
    except ValidationError as error:
        problems = explain(error, Recipe, marks or {})
        raise RecipeError(
            f"{len(problems)} problem{'s' if len(problems) > 1 else ''} in the recipe\n"
            + "\n".join(f"  {line}" for line in problems),
            fix="All keys: docs/recipe.md or `dartkit recipes schema`.",
        ) from error


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise RecipeError(f"no such recipe: {path}", fix="Bundled recipes: dartkit recipes ls") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(
            f"cannot read the recipe: {error}", where=str(path), fix="Check the path and that it is UTF-8."
        ) from error


def apply_override(data: dict[str, Any], text: str) -> KeyPath:
    """Apply one `a.b=c` to recipe data in place and return its key path.

    The value is YAML. Steps are addressed by number (`steps.2.strategy.max_correct=8`) or, all of a stage at once, by its name
    (`steps.synth.strategy.max_correct=8`).

    Raises:
        RecipeError: when the text has no `=`, or a step of that name does not exist.
    """
    dotted, equals, raw = text.partition("=")
    if not equals or not dotted.strip():
        raise RecipeError(
            f"--set {text}: expected key.path=value", fix="Example: --set sampling.temperature=0.7"
        )
    value, _ = load_yaml(raw, f"--set {text}")
    parts = dotted.strip().split(".")
    if parts[0] == "steps" and len(parts) > 2:
        return _override_steps(data, parts, value, text)
    _place(data, parts, value)
    return tuple(parts)


def _override_steps(data: dict[str, Any], parts: list[str], value: Any, text: str) -> KeyPath:
    steps = data.get("steps")
    if not isinstance(steps, list):
        raise RecipeError(
            f"--set {text}: the recipe has no list of steps", fix="Give a recipe file with `steps`."
        )
    chosen = [
        index
        for index, step in enumerate(steps)
        if isinstance(step, dict) and (parts[1] == str(index) or parts[1] == step.get("stage"))
    ]
    if not chosen:
        names = ", ".join(
            f"{index}={step.get('stage')}" for index, step in enumerate(steps) if isinstance(step, dict)
        )
        raise RecipeError(f"--set {text}: no step '{parts[1]}'", fix=f"Steps are: {names}")
    for index in chosen:
        _place(steps[index], parts[2:], value)
    return ("steps", chosen[0], *parts[2:])


def _place(data: dict[str, Any], parts: list[str], value: Any) -> None:
    for part in parts[:-1]:
        inner = data.get(part)
        data[part] = inner = dict(inner) if isinstance(inner, dict) else {}
        data = inner
    data[parts[-1]] = value


def recipe_schema() -> dict[str, Any]:
    """Return the JSON Schema of a recipe file."""
    return Recipe.model_json_schema()
