"""YAML read by the rules of version 1.2, with the line of every value.

PyYAML follows version 1.1, where `1e-6` is a string, `no` is False and `010` is 8. This loader knows only the 1.2 core types,
refuses duplicate keys and custom tags, and bounds size and aliases, because a recipe may come from a stranger.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from dartkit.errors import RecipeError

Path = tuple[str | int, ...]
MAX_BYTES = 1 << 20
MAX_VALUES = 100_000
_TAG = "tag:yaml.org,2002:"
_ALLOWED_TAGS = frozenset({"map", "seq", "str", "int", "float", "bool", "null"})


class _CoreLoader(yaml.SafeLoader):
    """SafeLoader with the implicit types of the YAML 1.2 core schema only."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  (PyYAML reads the class attribute)


_CORE = (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
)
for _name, _pattern, _first in _CORE:
    _CoreLoader.add_implicit_resolver(
        f"{_TAG}{_name}",
        re.compile(f"^(?:{_pattern})$"),
        list(_first) + ([""] if _name == "null" else []),
    )


def load_yaml(text: str, name: str) -> tuple[Any, dict[Path, int]]:
    """Return the value of one YAML document and the 1-based line of every path in it.

    Raises:
        RecipeError: for text that is not YAML, too large, or holds duplicate keys or tags; `where` is file:line.
    """
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise RecipeError(
            f"larger than {MAX_BYTES} bytes", where=name, fix="A recipe is a few kilobytes; check the path."
        )
    try:
        node = yaml.compose(text, Loader=_CoreLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RecipeError(
            f"not valid YAML: {error.problem}", where=f"{name}:{line}", fix="Correct that line."
        ) from error
    except yaml.YAMLError as error:
        raise RecipeError(f"not valid YAML: {error}", where=name, fix="Save it as UTF-8 text.") from error
    except RecursionError as error:
        raise RecipeError(
            "nested too deeply", where=name, fix="A recipe needs no more than ten levels."
        ) from error
    reader = _Reader(name)
    return (reader.build(node, ()) if node is not None else None), reader.lines


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path, int] = {}
        self._count = 0

    def build(self, node: yaml.Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        self._count += 1
        if self._count > MAX_VALUES or len(path) > 50:
            raise RecipeError(
                "too many values", where=f"{self.name}:{line}", fix="Remove the nested aliases."
            )
        if node.tag.removeprefix(_TAG) not in _ALLOWED_TAGS:
            raise RecipeError(
                f"tag {node.tag} is not allowed", where=f"{self.name}:{line}", fix="Write a plain value."
            )
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, line)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise RecipeError(
                    "a key must be plain text", where=f"{self.name}:{line}", fix="Correct that line."
                )
            key = str(key_node.value)
            if key in result:
                raise RecipeError(
                    f"key '{key}' stands twice", where=f"{self.name}:{line}", fix="Keep one of them."
                )
            self.lines[(*path, key)] = line
            result[key] = self.build(value_node, (*path, key))
        return result

    def _scalar(self, node: yaml.Node, line: int) -> Any:
        kind = node.tag.removeprefix(_TAG)
        text = str(node.value)
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind == "int":
            if len(text) > 40:
                raise RecipeError(
                    "a number of more than 40 digits", where=f"{self.name}:{line}", fix="Write a smaller one."
                )
            return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
        if kind == "float":
            return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        return text
