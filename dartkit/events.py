"""Progress as values: what a running stage says, and to whom.

The library never prints. A stage receives an `EventSink` and hands it small frozen records; the terminal, a log file or a
test decides what to do with them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

Number = int | float


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A stage begins. `total` counts `unit`s (None where it cannot be known); `done` of them exist from before."""

    stage: str
    unit: str
    total: int | None = None
    done: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class StageProgress:
    """A stage moved on: `done` units so far, and the numbers worth watching (met, open, yield, tokens...)."""

    stage: str
    done: int
    total: int | None = None
    numbers: dict[str, Number] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StageFinished:
    """A stage ended; `counts` is what it returned, `skipped` says that nothing was left to do."""

    stage: str
    counts: dict[str, Any]
    seconds: float
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know that is not an error, for example rows that were passed over and why."""

    stage: str
    message: str


Event = StageStarted | StageProgress | StageFinished | Notice


class EventSink(Protocol):
    """Whoever listens."""

    def emit(self, event: Event) -> None:
        """Take one event. Must not raise."""


class SilentSink:
    """Drops every event; the default for library use."""

    def emit(self, event: Event) -> None:
        """Drop the event."""


class MemorySink:
    """Keeps every event, for tests and for callers that want to look afterwards."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        """Keep the event."""
        self.events.append(event)


class TeeSink:
    """Hands every event to several sinks in turn."""

    def __init__(self, *sinks: EventSink) -> None:
        self._sinks = sinks

    def emit(self, event: Event) -> None:
        """Pass the event on."""
        for sink in self._sinks:
            sink.emit(event)


def event_to_dict(event: Event) -> dict[str, Any]:
    """Return the event as a JSON-ready dictionary with its type under `event`."""
    return {"event": type(event).__name__, **asdict(event)}
