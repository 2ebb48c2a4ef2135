"""docs/recipe.md: every block and key of a recipe with type, range, default and meaning, read from the settings classes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

INTRO = """# Recipe

A recipe is one YAML file (rules of YAML 1.2) with a name and a list of steps; each step is one stage. The blocks `model`, `engine`,
`sampling`, `prompt`, `verifier` and `budget` may stand once at the top: every step that has such a block gets it, and the step's own
keys win. Order of precedence: defaults, recipe files from left to right, `--set key=value`, named flags.

`--set` takes a key path and a YAML value: `--set seed=1`, `--set sampling.temperature=0.7`, `--set steps.synth.strategy.max_correct=8`
(all steps of that stage) or `--set steps.5.strategy.max_correct=8` (one step, counted from 0). For a single command the path starts at
the step: `dartkit synth RUN --set sampling.top_k=20`.

`dartkit recipes check FILE` reports every problem with its line; `dartkit recipes schema` prints the JSON Schema.
"""

_BOUNDS = (
    ("ge", "at least {}"),
    ("gt", "above {}"),
    ("le", "at most {}"),
    ("lt", "below {}"),
    ("min_length", "at least {} of them"),
)


def recipe_page() -> str:
    """Return the page without its header."""
    from dartkit.recipe import Recipe
    from dartkit.stage_settings import STEP_CLASSES

    parts = [INTRO, "## Top level\n", _section(Recipe), "## Stages\n"]
    blocks: dict[str, type[Any]] = {}
    for stage, kind in STEP_CLASSES.items():
        parts += [f"### `stage: {stage}`\n", _section(kind)]
    stages: set[type[Any]] = set(STEP_CLASSES.values())
    everything: list[type[Any]] = [Recipe, *STEP_CLASSES.values()]
    for owner in everything:
        _collect(owner, blocks, stages)
    parts.append("## Blocks\n")
    for block in blocks.values():
        parts += [f"### {block_title(block)}\n", _section(block)]
    return "\n".join(parts)


def block_title(kind: type[Any]) -> str:
    """Return the heading of a block: its class name in words, with its `kind` where it is one of several."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.__name__).lower().removesuffix(" settings")
    tag = kind.model_fields.get("kind")
    return f"{words} (`kind: {tag.default}`)" if tag is not None else words


def settings_in(annotation: Any) -> Iterator[type[Any]]:
    """Yield the settings classes that an annotation names, in order."""
    if isinstance(annotation, type) and hasattr(annotation, "model_fields"):
        yield annotation
        return
    arguments = get_args(annotation)
    for item in arguments[:1] if get_origin(annotation) is Annotated else arguments:
        if get_origin(annotation) is not Literal:
            yield from settings_in(item)


def _collect(kind: type[Any], blocks: dict[str, type[Any]], stages: set[type[Any]]) -> None:
    for spec in kind.model_fields.values():
        for inner in settings_in(spec.annotation):
            if inner not in stages and inner.__name__ not in blocks:
                blocks[inner.__name__] = inner
                _collect(inner, blocks, stages)


def _section(kind: type[Any]) -> str:
    lines = [
        " ".join((kind.__doc__ or "").split()),
        "",
        "| key | value | default | meaning |",
        "|---|---|---|---|",
    ]
    for name, spec in kind.model_fields.items():
        if name in ("stage", "kind") and get_origin(spec.annotation) is Literal:
            continue
        value = ", ".join([type_text(spec.annotation), *_bounds(spec)])
        meaning = _cell(spec.description or "")
        lines.append(f"| `{name}` | {_cell(value)} | {_cell(_default(spec))} | {meaning} |")
    if len(lines) == 4:
        lines = [*lines[:1], "", "No keys."]
    return "\n".join(lines) + "\n"


def type_text(annotation: Any) -> str:
    """Return a type in words: `number`, `list of text`, `a` or `b`, the block's name."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return type_text(arguments[0])
    if origin is Literal:
        return " or ".join(f"`{item}`" for item in arguments)
    if origin in (Union, UnionType):
        members = [type_text(item) for item in arguments if item is not type(None)]
        nothing = ["nothing"] if type(None) in arguments else []
        return " or ".join(dict.fromkeys([*members, *nothing]))
    if origin is tuple:
        return f"list of {type_text(arguments[0])}"
    if origin is dict:
        return f"mapping of {type_text(arguments[0])} to {type_text(arguments[1])}"
    names = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    if annotation in names:
        return names[annotation]
    if "stage" in annotation.model_fields:
        return "stage"
    return block_title(annotation)


def _bounds(spec: Any) -> Iterator[str]:
    for rule in spec.metadata:
        for name, text in _BOUNDS:
            value = getattr(rule, name, None)
            if value is not None:
                yield text.format(value)
        pattern = getattr(rule, "pattern", None)
        if pattern is not None:
            yield f"like `{pattern}`"


def _default(spec: Any) -> str:
    if spec.is_required():
        return "required"
    value = spec.default
    if value is None:
        return "nothing"
    if hasattr(value, "model_dump"):
        changed = value.model_dump(mode="json", exclude_unset=True)
        kind = getattr(value, "kind", None)
        return (
            ", ".join(
                [
                    *([f"`kind: {kind}`"] if kind else []),
                    *(f"`{key}: {item}`" for key, item in changed.items() if key != "kind"),
                ]
            )
            or "its defaults"
        )
    if isinstance(value, tuple):
        shown = [getattr(item, "kind", item) for item in value]
        return f"`[{', '.join(str(item) for item in shown)}]`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`" if value != "" else "empty"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
