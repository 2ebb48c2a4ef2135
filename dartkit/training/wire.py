"""Values between the ranks of one training: JSON bytes, never pickles, since whoever reaches an open port could send one.

Numbers, texts, lists, tuples and mappings (as dictionaries) come back equal, and so do the dataclasses, named tuples and settings of dartkit. A
class is named by its import path, which the receiver looks up inside dartkit only; no other code can be named. Floats are
written in the shortest form that reads back as the same float, infinities and NaN included.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from enum import Enum
from importlib import import_module
from typing import Any

from pydantic import BaseModel

from dartkit.errors import EnvironmentProblem

_TUPLE, _CLASS = "(", "."
_PLAIN = {int, float, str, bool, type(None)}


def encode(value: Any) -> bytes:
    """Write a value as bytes.

    Raises:
        TypeError: for a value of another kind; a bug, since what ranks send each other is known.
    """
    return json.dumps(_plain(value), separators=(",", ":")).encode()


def decode(data: bytes) -> Any:
    """Read what `encode` wrote.

    Raises:
        EnvironmentProblem: when the bytes name what is no value class of dartkit, as where the ranks run two versions of it.
    """
    return _rebuild(json.loads(data))


def _plain(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, tuple) and not _is_named_tuple(type(value)):
        return {_TUPLE: _items(value)}
    if isinstance(value, list):
        return _items(value)
    if isinstance(value, Mapping):
        return {"": [[_plain(key), _plain(item)] for key, item in value.items()]}
    name = _import_path(type(value))
    if isinstance(value, BaseModel):
        return {_CLASS: name, "": value.model_dump(mode="json")}
    if isinstance(value, Enum):
        return {_CLASS: name, "": value.value}
    if is_dataclass(value):
        held = {field.name: _plain(getattr(value, field.name)) for field in fields(value) if field.init}
        return {_CLASS: name, "": held}
    if _is_named_tuple(type(value)):
        return {_CLASS: name, "": {key: _plain(item) for key, item in value._asdict().items()}}
    raise TypeError(f"{type(value).__name__} cannot be sent to another rank")


def _items(values: tuple[Any, ...] | list[Any]) -> list[Any]:
    # Token ids come by the million: a list of plain values goes through as it is.
    return list(values) if set(map(type, values)) <= _PLAIN else [_plain(item) for item in values]


def _import_path(kind: type[Any]) -> str:
    if not kind.__module__.startswith("dartkit.") or "." in kind.__qualname__:
        raise TypeError(f"{kind.__module__}.{kind.__qualname__} cannot be sent to another rank")
    return f"{kind.__module__}:{kind.__qualname__}"


def _rebuild(value: Any) -> Any:
    if isinstance(value, list):
        return value if set(map(type, value)) <= _PLAIN else [_rebuild(item) for item in value]
    if not isinstance(value, dict):
        return value
    if _TUPLE in value:
        return tuple(_rebuild(value[_TUPLE]))
    if _CLASS not in value:
        return {_rebuild(key): _rebuild(item) for key, item in value[""]}
    kind, held = _find_class(value[_CLASS]), value[""]
    if issubclass(kind, BaseModel):
        return kind.model_validate(held)
    if issubclass(kind, Enum):
        return kind(held)
    return kind(**{name: _rebuild(item) for name, item in held.items()})


def _find_class(path: str) -> type[Any]:
    module, _, name = path.partition(":")
    kind: Any = None
    if module.startswith("dartkit."):
        with suppress(ImportError):
            kind = getattr(import_module(module), name, None)
    if isinstance(kind, type) and (
        is_dataclass(kind) or issubclass(kind, BaseModel | Enum) or _is_named_tuple(kind)
    ):
        return kind
    raise EnvironmentProblem(
        f"another rank sent a value of the unknown kind {path!r}",
        fix="Install the same version of dartkit on every node.",
    )


def _is_named_tuple(kind: type[Any]) -> bool:
    return issubclass(kind, tuple) and hasattr(kind, "_fields")
