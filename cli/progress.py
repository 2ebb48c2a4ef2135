"""Listeners for a running stage: lines for logs, JSON for machines; the live display for a terminal is in `live`.

Without a terminal there is one line when a stage starts, one at least every 30 seconds (also while nothing happens, so that a
person sees that it lives), and one at the end.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from dartkit.events import (
    Event,
    EventSink,
    Notice,
    SilentSink,
    StageFinished,
    StageProgress,
    StageStarted,
    event_to_dict,
)

from .console import format_value, is_live, make_visible

if TYPE_CHECKING:
    from .console import Terminal

LINE_SECONDS = 30.0
_LABELS = {
    "draws_per_s": "{:.1f} draws/s",
    "tokens_per_s": "{:,.0f} tokens/s",
    "yield": "yield {:.1%}",
    "in_flight": "{:.0f} in flight",
    "learning_rate": "learning rate {:.2e}",
}


def open_progress(terminal: Terminal) -> AbstractContextManager[EventSink]:
    """Choose the listener: none, JSON lines, a live display or plain lines."""
    if not terminal.is_first or (terminal.quiet and not terminal.json_log):
        return nullcontext(SilentSink())
    if terminal.json_log:
        return nullcontext(JsonSink())
    if is_live(sys.stderr):
        from .live import open_live

        return open_live()
    return open_lines()


class JsonSink:
    """Writes every event as one JSON line to stderr."""

    def emit(self, event: Event) -> None:
        """Write the event."""
        write_line(json.dumps({"time": round(time.time(), 3), **event_to_dict(event)}, default=str))


class StageClock:
    """Knows how long a stage runs, how far it is, and so when it should end."""

    def __init__(self, started: StageStarted) -> None:
        self.stage, self.unit = started.stage, started.unit
        self.total, self.done, self._before = started.total, started.done, started.done
        self.numbers: Mapping[str, int | float] = {}
        self._began = time.monotonic()

    def advance(self, event: StageProgress) -> None:
        """Take note of progress."""
        self.done, self.numbers = event.done, event.numbers
        self.total = event.total if event.total is not None else self.total

    @property
    def seconds(self) -> float:
        """Seconds since the stage began."""
        return time.monotonic() - self._began

    def seconds_left(self) -> float | None:
        """Return the seconds to the end at the pace so far; None while nothing was done or the end is not known."""
        new = self.done - self._before
        if self.total is not None and self.done >= self.total:
            return 0.0
        if new <= 0 or self.total is None:
            return None
        return self.seconds / new * max(0, self.total - self.done)

    def line(self) -> str:
        """Return the state of the stage in one line."""
        of = "" if self.total is None else f"/{self.total:,}"
        left = self.seconds_left()
        parts = [f"{self.done:,}{of} {self.unit}", *number_texts(self.numbers)]
        if left is not None and self.done != self.total:
            parts.append(f"about {format_seconds(left)} left")
        return f"{self.stage}: {', '.join(parts)}"


class LineSink:
    """Writes lines to stderr; a thread writes one when nobody else did for `seconds`."""

    def __init__(self, seconds: float = LINE_SECONDS) -> None:
        self._interval = seconds
        self._clock: StageClock | None = None
        self._last_finished = ""
        self._written = 0.0
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._keep_writing, name="progress-lines", daemon=True)
        self._thread.start()

    def emit(self, event: Event) -> None:
        """Write a line if the event calls for one."""
        with self._lock:
            self._take(event)

    def close(self) -> None:
        """Stop the thread."""
        self._closed.set()
        self._thread.join()

    def _take(self, event: Event) -> None:
        if isinstance(event, StageStarted):
            self._clock, self._last_finished = StageClock(event), ""
            self._write(start_line(event))
        elif isinstance(event, StageProgress) and self._clock is not None:
            self._clock.advance(event)
            if time.monotonic() - self._written >= self._interval:
                self._write(self._clock.line())
        elif isinstance(event, StageFinished):
            repeated = (
                self._clock is None and self._last_finished == event.stage
            )  # a stage may say it and its runner too
            self._clock, self._last_finished = None, event.stage
            if not repeated or event.skipped:
                self._write(finish_line(event))
        elif isinstance(event, Notice):
            self._write(f"{event.stage}: note: {event.message}")

    def _keep_writing(self) -> None:
        while not self._closed.wait(self._interval / 4):
            with self._lock:
                if self._clock is not None and time.monotonic() - self._written >= self._interval:
                    self._write(self._clock.line())

    def _write(self, text: str) -> None:
        self._written = time.monotonic()
        write_line(make_visible(text))


@contextmanager
def open_lines(seconds: float = LINE_SECONDS) -> Iterator[EventSink]:
    """Open a `LineSink` and close its thread at the end."""
    sink = LineSink(seconds)
    try:
        yield sink
    finally:
        sink.close()


def write_line(text: str) -> None:
    """Write one line to stderr. A sink must not raise, and a stderr that went away must not stop a stage."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        return


def start_line(event: StageStarted) -> str:
    """Return the line that opens a stage."""
    total = "" if event.total is None else f"{event.total:,} "
    parts = [f"{total}{event.unit}"]
    if event.done:
        parts.append(f"{event.done:,} done before")
    if event.note:
        parts.append(event.note)
    return f"{event.stage}: {', '.join(parts)}"


def finish_line(event: StageFinished) -> str:
    """Return the line that closes a stage."""
    counts = ", ".join(
        f"{key.replace('_', ' ')} {format_value(value)}"
        for key, value in event.counts.items()
        if isinstance(value, int | float)
    )
    how = "was done before" if event.skipped else f"done in {format_seconds(event.seconds)}"
    return f"{event.stage}: {how}{': ' if counts else ''}{counts}"


def number_texts(numbers: Mapping[str, Any]) -> list[str]:
    """Return the numbers worth watching as short phrases."""
    return [
        _LABELS[key].format(value) if key in _LABELS else f"{key.replace('_', ' ')} {format_value(value)}"
        for key, value in numbers.items()
    ]


def format_seconds(seconds: float) -> str:
    """Return a duration as a person says it: 0.4 s, 42 s, 3 min 05 s, 2 h 10 min."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
