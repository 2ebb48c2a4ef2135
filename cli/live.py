"""The display for a terminal: one table of the running stage that redraws itself, and a line that stays when it ends."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from dartkit.events import Event, EventSink, Notice, StageFinished, StageProgress, StageStarted

from .console import make_visible
from .progress import StageClock, finish_line, format_seconds, number_texts
from .tables import make_console

REFRESH_PER_SECOND = 4


class LiveSink:
    """Shows the running stage; lines for notices and finished stages scroll above it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._clock: StageClock | None = None
        self._last_finished = ""

    def emit(self, event: Event) -> None:
        """Redraw, or leave a line."""
        if isinstance(event, StageStarted):
            self._clock, self._last_finished = StageClock(event), ""
        elif isinstance(event, StageProgress) and self._clock is not None:
            self._clock.advance(event)
        elif isinstance(event, StageFinished):
            repeated = self._clock is None and self._last_finished == event.stage
            self._clock, self._last_finished = None, event.stage
            if repeated and not event.skipped:
                return
            self._console.print(Text(make_visible(finish_line(event))))
        elif isinstance(event, Notice):
            self._console.print(Text(make_visible(f"{event.stage}: note: {event.message}")))

    def __rich__(self) -> RenderableType:
        """Return the display of this moment; rich asks at every refresh, so the clock runs while no event comes."""
        return "" if self._clock is None else draw_stage(self._clock)


def draw_stage(clock: StageClock) -> RenderableType:
    """Return the state of a stage: a row with bar and times, and a row with the numbers worth watching."""
    left = clock.seconds_left()
    of = "" if clock.total is None else f"/{clock.total:,}"
    table = Table.grid(padding=(0, 2))
    table.add_row(
        Text(clock.stage, style="bold"),
        ProgressBar(total=clock.total, completed=clock.done, width=24, pulse=clock.total is None),
        Text(f"{clock.done:,}{of} {make_visible(clock.unit)}"),
        Text(f"{format_seconds(clock.seconds)} gone, {'?' if left is None else format_seconds(left)} left"),
    )
    return Group(table, Text(", ".join(number_texts(clock.numbers)), style="dim"))


@contextmanager
def open_live() -> Iterator[EventSink]:
    """Open the display on stderr; it is removed at the end, the lines stay."""
    console = make_console(sys.stderr)
    live = Live(console=console, refresh_per_second=REFRESH_PER_SECOND, transient=True)
    with live:
        sink = LiveSink(console)
        live.update(sink)
        yield sink
