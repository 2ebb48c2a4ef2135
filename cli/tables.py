"""Tables drawn by rich; this module imports it and is itself imported only when something is drawn."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from .console import make_visible

if TYPE_CHECKING:
    from .console import TableLike

WIDTH_WITHOUT_TERMINAL = 100
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+( ?%)?|-?")


class PlainConsole(Console):
    """A console that leaves a reader who went away to the caller; rich itself would exit with status 1."""

    def on_broken_pipe(self) -> None:
        """Pass the broken pipe on."""
        raise BrokenPipeError


def make_console(stream: Any) -> Console:
    """Return a console on a stream; `COLUMNS` and `NO_COLOR` are respected, markup is never read."""
    width = shutil.get_terminal_size((WIDTH_WITHOUT_TERMINAL, 24)).columns
    return PlainConsole(file=stream, width=width, markup=False, emoji=False, highlight=False)


def draw_table(table: TableLike) -> RenderableType:
    """Return a table as rich draws it: every cell made visible and never read as markup, numbers to the right."""
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for index, heading in enumerate(table.columns):
        numeric = bool(table.rows) and all(_NUMBER.fullmatch(row[index]) for row in table.rows)
        grid.add_column(Text(make_visible(heading)), justify="right" if numeric else "left", overflow="fold")
    for row in table.rows:
        grid.add_row(*(Text(make_visible(cell)) for cell in row))
    parts: list[RenderableType] = [Text(make_visible(table.title), style="bold"), grid]
    if table.note:
        parts.append(Text(make_visible(table.note), style="dim"))
    return Group(*parts)
