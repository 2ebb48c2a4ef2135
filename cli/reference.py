"""Writes docs/commands.md and docs/recipe.md from the program itself, so that they cannot be wrong.

python -m dartkit.cli.reference            write both files below ./docs
python -m dartkit.cli.reference --check    exit 1 if they differ from what would be written
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from typer.main import get_command

from .app import app
from .options import Output
from .recipe_reference import recipe_page

HEADER = "<!-- Written by `python -m dartkit.cli.reference`; change the code, not this file. -->\n"
COMMON = frozenset(Output.__dataclass_fields__)


class CommandEntry(NamedTuple):
    """One command as typer knows it: its full name and the command object."""

    name: str
    node: Any


def walk_commands(node: Any = None, name: str = "dartkit") -> Iterator[CommandEntry]:
    """Yield every command and group, the root first, in the order of the help; a group with a default command as that."""
    node = get_command(app) if node is None else node
    yield CommandEntry(name, getattr(node, "default_command", node))
    if hasattr(node, "commands"):
        for child in node.list_commands(None):
            yield from walk_commands(node.commands[child], f"{name} {child}")


def examples_of(node: Any) -> list[str]:
    """Return the command lines of the `Example:` block that ends a command's help."""
    lines = (node.epilog or "").split("\n")
    return [line.strip() for line in lines[lines.index("Example:") + 1 :]] if "Example:" in lines else []


def commands_page() -> str:
    """Return docs/commands.md."""
    parts = [HEADER, "# Commands\n", _intro()]
    for entry in walk_commands():
        if hasattr(entry.node, "commands"):
            if " " in entry.name:
                parts.append(f"## `{entry.name}`\n\n{_text(entry.node.help)}\n")
            continue
        level = "###" if entry.name.count(" ") > 1 else "##"
        parts.append(f"{level} `{entry.name}`\n\n{_text(entry.node.help)}\n")
        parts.append(_usage(entry))
        parts += [table for kind in ("argument", "option") if (table := _parameter_table(entry.node, kind))]
        examples = "\n".join(examples_of(entry.node))
        parts.append(f"```console\n{examples}\n```\n")
    return "\n".join(parts)


def _intro() -> str:
    root = get_command(app)
    anything = next(entry.node for entry in walk_commands() if entry.name == "dartkit run")
    rows = [_row(item) for item in anything.params if item.name in COMMON]
    return f"""{_text(root.help)}

The result goes to stdout, everything else to stderr. Exit status: 0 done, 1 bug, 2 usage or recipe, 3 a quality gate failed,
4 environment, 5 data, 6 stopped by budget (resumable), 130 interrupted (resumable). `NO_COLOR`, `COLUMNS` and `CI` are respected.

Every command has these options:

| option | value | what it does |
|---|---|---|
{chr(10).join(rows)}
"""


def _usage(entry: CommandEntry) -> str:
    arguments = [item for item in entry.node.params if item.param_type_name == "argument"]
    names = [f"{item.metavar}{'...' if item.nargs == -1 else ''}" for item in arguments]
    shown = [name if item.required else f"[{name}]" for name, item in zip(names, arguments, strict=True)]
    return f"```console\n{' '.join([entry.name, *shown])} [OPTIONS]\n```\n"


def _parameter_table(node: Any, kind: str) -> str:
    items = [item for item in node.params if item.param_type_name == kind and item.name not in COMMON]
    items = [item for item in items if item.name != "help"]
    if not items:
        return ""
    head = (
        "| option | value | what it does |\n|---|---|---|"
        if kind == "option"
        else "| argument | | what it is |\n|---|---|---|"
    )
    return "\n".join([head, *(_row(item) for item in items), ""])


def _row(item: Any) -> str:
    if item.param_type_name == "argument":
        return f"| `{item.metavar}` | {'required' if item.required else 'optional'} | {_cell(item.help)} |"
    value = "" if item.is_flag else f"`{_cell(item.metavar or '')}`"
    return f"| {', '.join(f'`{name}`' for name in item.opts)} | {value} | {_cell(item.help)} |"


def _cell(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


def _text(text: str | None) -> str:
    return "\n\n".join(" ".join(part.split()) for part in (text or "").split("\n\n"))


def pages() -> dict[str, str]:
    """Return every generated page by its file name below docs/."""
    return {"commands.md": commands_page(), "recipe.md": HEADER + "\n" + recipe_page()}


def main(arguments: list[str], folder: Path = Path("docs")) -> int:
    """Write or check the pages below `folder`; return the exit status."""
    check = "--check" in arguments
    stale = []
    for name, text in pages().items():
        path = folder / name
        if check and (not path.is_file() or path.read_text(encoding="utf-8") != text):
            stale.append(str(path))
        if not check:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if stale:
        sys.stderr.write(
            f"Out of date: {', '.join(stale)}\n  Write them again: python -m dartkit.cli.reference\n"
        )
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
