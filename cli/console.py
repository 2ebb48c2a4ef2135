"""What a command says and where: the result on stdout, everything else on stderr, hostile text made visible.

A result is a table for people or, with `--json`, one JSON object. Rich is imported only when a table is drawn.
"""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from dartkit.ranks import is_first_rank

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from dartkit.events import EventSink

    from .options import Output


class TableLike(Protocol):
    """A table of text cells: our own `TextTable` or a summary's."""

    @property
    def title(self) -> str:
        """Heading."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """Headings of the columns."""
        ...

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Cells."""
        ...

    @property
    def note(self) -> str:
        """Sentence below the table, or nothing."""
        ...


class TextTable(NamedTuple):
    """A table of text cells."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


class Terminal:
    """The two streams of a command and how it was asked to use them; of several ranks only the first uses them."""

    def __init__(self, output: Output) -> None:
        self.is_first = is_first_rank()
        self.json = output.json
        self.quiet = output.quiet or not self.is_first
        self.debug = output.debug
        self.json_log = output.log_format == "json"
        self.log_format = output.log_format

    def result(self, value: Mapping[str, Any], tables: Iterable[TableLike]) -> None:
        """Print the result: `value` as JSON, or the tables for people."""
        if not self.is_first:
            return
        if self.json:
            self.print_json(value)
            return
        from .tables import draw_table, make_console

        console = make_console(sys.stdout)
        for number, table in enumerate(tables):
            if number:
                console.print()
            console.print(draw_table(table))

    def print_json(self, value: Any) -> None:
        """Print one JSON value to stdout; every character beyond ASCII is escaped, so nothing can steer a terminal."""
        if self.is_first:
            sys.stdout.write(json.dumps(value, indent=2, default=str) + "\n")

    def say(self, text: str, *, event: str = "Message") -> None:
        """Tell the person something on stderr, unless they want quiet."""
        if not self.quiet:
            self.complain(text, event=event)

    def complain(self, text: str, *, event: str = "Error") -> None:
        """Write to stderr even where quiet is wanted; a closed stderr is passed over."""
        line = json.dumps({"event": event, "text": text}) if self.json_log else make_visible(text)
        with suppress(BrokenPipeError):
            print(line, file=sys.stderr, flush=True)

    def progress(self) -> AbstractContextManager[EventSink]:
        """Return the listener for a stage's events that suits this terminal."""
        from .progress import open_progress

        return open_progress(self)


def make_visible(text: str, *, keep: str = "\n\t") -> str:
    """Return text in which control, direction and other invisible characters are written as escapes.

    Terminals obey escape sequences (ESC, C1) and reorder text at direction marks, so neither may reach them from a data file
    or a model.
    """
    if text.isprintable():
        return text
    return "".join(char if char in keep or _is_visible(char) else _escape(char) for char in text)


def _is_visible(char: str) -> bool:
    return char.isprintable() or unicodedata.category(char) == "Zs"


def _escape(char: str) -> str:
    return ascii(char)[1:-1]


def shorten(text: str, limit: int) -> str:
    """Return the first `limit` characters, with a note of how many are left out."""
    return text if len(text) <= limit else f"{text[:limit]} … ({len(text) - limit:,} characters more; --full)"


def is_live(stream: Any) -> bool:
    """Say whether a display that redraws itself makes sense: a terminal, and neither CI nor a dumb one."""
    return (
        bool(stream.isatty()) and not os.environ.get("CI") and os.environ.get("TERM", "") not in ("dumb", "")
    )


def count_rows(counts: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Return nested counts as rows of a two-column table, keys joined by a colon."""
    rows: list[tuple[str, str]] = []
    for key, value in counts.items():
        name = f"{prefix}{key.replace('_', ' ')}"
        if isinstance(value, Mapping):
            rows += count_rows(value, f"{name}: ")
        else:
            rows.append((name, format_value(value)))
    return rows


def format_value(value: Any) -> str:
    """Return a count as a person reads it: thousands separated, four significant digits, `-` for nothing."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(format_value(item) for item in value)
    return str(value)
