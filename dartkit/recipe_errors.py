"""From a validation error to lines a person can act on: where, which key, what is wrong, the nearest valid name."""

from __future__ import annotations

import difflib
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dartkit.yaml12 import Path


def explain(error: ValidationError, root: type[BaseModel], marks: dict[Path, str]) -> list[str]:
    """Return one line for each distinct problem.

    Args:
        error: What pydantic found.
        root: The class that was validated, to look up valid names.
        marks: Where each key path was written, for example `recipe.yaml:12`.
    """
    lines: dict[str, None] = {}
    for item in error.errors(include_url=False):
        if item["type"] == "too_short" and item["input"]:
            continue  # pydantic's echo of steps that were refused one by one
        path, owner = _walk(item["loc"], root)
        tag = (str(item["ctx"]["discriminator"]).strip("'"),) if item["type"] == "union_tag_invalid" else ()
        place = _find_mark((*path, *tag), marks)
        if item["type"] == "not_shown":
            place = place.partition("=")[0]  # a value behind `--set key=` may be a secret in the wrong place
        dotted = ".".join(str(part) for part in path) or "recipe"
        lines[f"{place}{': ' if place else ''}{_message(item, dotted, owner)}"] = None
    shared = {line.split(": ", 1)[-1] for line in lines if "steps." not in line}
    return [line for line in lines if not _repeats_shared(line, shared)]


def _repeats_shared(line: str, shared: set[str]) -> bool:
    """Say whether a step's problem is only the echo of a shared block's problem."""
    message = line.split(": ", 1)[-1]
    return message.startswith("steps.") and message.split(".", 2)[-1] in shared


def _find_mark(path: Path, marks: dict[Path, str]) -> str:
    """Return where a key was written: its own place, the shared block's place, or that of the nearest parent."""
    candidates = [path]
    if len(path) > 2 and path[0] == "steps":
        candidates.append(path[2:])
    for candidate in candidates:
        if candidate in marks:
            return marks[candidate]
    for size in range(len(path) - 1, -1, -1):
        if path[:size] in marks:
            return marks[path[:size]]
    return ""


def _message(item: ErrorDetails, dotted: str, owner: Any) -> str:
    kind = item["type"]
    context = item.get("ctx", {})
    if kind == "extra_forbidden":
        name = dotted.rsplit(".", 1)[-1]
        return f"{dotted}: unknown key{_nearest(name, _field_names(owner))}"
    if kind == "missing":
        return f"{dotted}: missing"
    if kind == "union_tag_invalid":
        tags = [tag.strip("' ") for tag in str(context["expected_tags"]).split(",")]
        field = str(context["discriminator"]).strip("'")
        return f"{dotted}.{field}: unknown {field} '{context['tag']}'{_nearest(str(context['tag']), tags)}"
    if kind == "union_tag_not_found":
        field = str(context["discriminator"]).strip("'")
        return f"{dotted}.{field}: missing; say which {field}"
    if kind == "not_shown":
        return f"{dotted}: {item['msg']}"
    value = repr(item["input"])
    shown = value if len(value) <= 60 else value[:57] + "..."
    return f"{dotted}: {item['msg'][:1].lower()}{item['msg'][1:]} (got {shown})"


def _nearest(name: str, valid: list[str]) -> str:
    close = difflib.get_close_matches(name, valid, n=1, cutoff=0.5)
    if close:
        return f"; did you mean '{close[0]}'? Valid: {', '.join(sorted(valid))}"
    return f"; valid: {', '.join(sorted(valid))}" if valid else ""


def _field_names(owner: Any) -> list[str]:
    return list(owner.model_fields) if isinstance(owner, type) and issubclass(owner, BaseModel) else []


def _walk(loc: tuple[int | str, ...], root: type[BaseModel]) -> tuple[Path, Any]:
    """Follow an error's location; drop the union tags pydantic puts in it; return the key path and the last class met."""
    path: list[str | int] = []
    current: Any = root
    owner: Any = root
    for part in loc:
        chosen = _by_tag(current, part)
        if chosen is not None:
            current = owner = chosen
            continue
        path.append(part)
        if isinstance(current, type) and issubclass(current, BaseModel):
            owner = current
            spec = current.model_fields.get(str(part))
            current = _plain(spec.annotation) if spec else None
        elif get_origin(current) is tuple:
            current = _plain(get_args(current)[0])
        if isinstance(current, type) and issubclass(current, BaseModel):
            owner = current
    return tuple(path), owner


def _plain(annotation: Any) -> Any:
    """Strip `Annotated` and `| None`."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    members = [item for item in get_args(annotation) if item is not type(None)]
    if _is_union(annotation) and len(members) == 1:
        return _plain(members[0])
    return annotation


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) is Union or type(annotation).__name__ == "UnionType"


def _by_tag(current: Any, part: str | int) -> type[BaseModel] | None:
    """Return the member of a union whose `stage` or `kind` is `part`."""
    if not _is_union(current):
        return None
    members = [_plain(item) for item in get_args(current)]
    flat = [inner for item in members for inner in (get_args(item) if _is_union(item) else (item,))]
    for member in (_plain(item) for item in flat):
        if isinstance(member, type) and issubclass(member, BaseModel):
            for name in ("stage", "kind"):
                spec = member.model_fields.get(name)
                if spec and get_origin(spec.annotation) is Literal and part in get_args(spec.annotation):
                    return member
    return None
