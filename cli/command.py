"""The decorator of every command: spreads option groups, adds the output options, and reports what goes wrong.

A body receives a `Terminal` and its own options; it returns nothing and never exits by itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, NamedTuple, get_type_hints

from .console import Terminal
from .errors import guard
from .options import Output

Body = Callable[..., None]


class _Spread(NamedTuple):
    """How the parameters of a body lie on the command line: plain ones, and groups with the names of their fields."""

    parameters: list[inspect.Parameter]
    groups: dict[str, tuple[Any, tuple[str, ...]]]


def command(*examples: str) -> Callable[[Body], Body]:
    """Turn a body into a function that typer can register.

    Args:
        examples: Command lines that end the help; a test runs every one of them.
    """

    def decorate(body: Body) -> Body:
        spread = _spread(body)

        def run_command(**values: Any) -> None:
            arguments = {name: _gather(kind, names, values) for name, (kind, names) in spread.groups.items()}
            terminal = Terminal(arguments.pop("output"))
            guard(terminal, body, {**values, **arguments})

        run_command.__name__ = body.__name__
        run_command.__doc__ = body.__doc__
        run_command.__module__ = body.__module__
        run_command.__annotations__ = {item.name: item.annotation for item in spread.parameters}
        run_command.__signature__ = inspect.Signature(spread.parameters)  # type: ignore[attr-defined]  # inspect reads it
        run_command.examples = examples  # type: ignore[attr-defined]  # read by example_block
        return run_command

    return decorate


def example_block(registered: Body) -> str:
    r"""Return the `Example:` paragraph of a command's help; `\b` keeps its line breaks."""
    lines: tuple[str, ...] = registered.examples  # type: ignore[attr-defined]  # set by command
    return "\n".join(["\b", "Example:", *(f"  {line}" for line in lines)])


def _gather(kind: type[Any], names: tuple[str, ...], values: dict[str, Any]) -> Any:
    return kind(**{name: values.pop(name) for name in names})


def _spread(body: Body) -> _Spread:
    hints = get_type_hints(body, include_extras=True)
    own = list(inspect.signature(body).parameters.values())[1:]  # the first is the terminal
    parameters: list[inspect.Parameter] = []
    groups: dict[str, tuple[Any, tuple[str, ...]]] = {}
    for item in own:
        kind = hints[item.name]
        if is_dataclass(kind) and isinstance(kind, type):
            groups[item.name] = (kind, tuple(spec.name for spec in fields(kind)))
        else:
            parameters.append(_keyword(item.name, kind, item.default))
    groups["output"] = (Output, tuple(spec.name for spec in fields(Output)))
    for kind, _ in groups.values():  # after the command's own, so that the help opens with what is special
        parameters += _fields_of(kind)
    return _Spread(parameters, groups)


@cache  # every command has the same groups, and resolving their hints is most of what the help waits for
def _fields_of(kind: Any) -> list[inspect.Parameter]:
    hints = get_type_hints(kind, include_extras=True)
    return [_keyword(spec.name, hints[spec.name], spec.default) for spec in fields(kind)]


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
