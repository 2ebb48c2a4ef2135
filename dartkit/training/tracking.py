"""Hands every line of `metrics.jsonl` to trackers, as a listener of the stage's events that reads the file.

The file is what counts; a tracker is a copy for whoever likes its pages. A package that is missing stops the command before
anything is spent. A tracker that fails later is said once and left out: no page is worth a training.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dartkit.errors import DartkitError, boundary, missing_extra
from dartkit.events import Event, EventSink, Notice, StageProgress, StageStarted
from dartkit.training.record import read_metrics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dartkit.settings import Settings

ADAPTERS = {
    "tensorboard": "dartkit.training.track_tensorboard",
    "trackio": "dartkit.training.track_trackio",
    "wandb": "dartkit.training.track_wandb",
}


@dataclass(frozen=True, slots=True)
class Tracked:
    """What a tracker is told of a training: its folder, the names of project and run, and the settings."""

    folder: Path
    project: str
    name: str
    settings: dict[str, Any]


class Tracker(Protocol):
    """One adapter. It may raise anything."""

    def log(self, step: int, numbers: Mapping[str, float]) -> None:
        """Take the numbers of a step."""
        ...

    def close(self) -> None:
        """Write out what is left."""
        ...


def require_trackers(names: Sequence[str]) -> None:
    """Check that the packages are there, before anything is spent.

    Raises:
        EnvironmentProblem: when one is not installed.
    """
    for name in names:
        if find_spec(name) is None:
            raise missing_extra(name, "track")


@contextmanager
def tracking(
    names: Sequence[str], folder: Path, run_name: str, settings: Settings, events: EventSink
) -> Iterator[EventSink]:
    """Return the listener to use in place of `events`: it passes everything on, and each new line of metrics to the trackers.

    Args:
        names: Keys of `ADAPTERS`; none returns `events` itself.
        folder: The training's folder, with `metrics.jsonl`.
        run_name: Name of the run directory, the project there.
        settings: Told to the trackers.
        events: Who listens otherwise, and hears of a tracker that fails.

    """
    if not names:
        yield events
        return
    tracked = Tracked(folder, run_name, folder.name, settings.model_dump(mode="json"))
    sink = TrackingSink(dict.fromkeys(names, tracked), events)
    try:
        yield sink
    finally:
        sink.close()


class TrackingSink:
    """Passes events on and sends new metrics after each step.

    Args:
        wanted: The trackers to open when the stage has started.
        events: Who hears the events first.
    """

    def __init__(self, wanted: Mapping[str, Tracked], events: EventSink) -> None:
        self._wanted = wanted
        self._events = events
        self._open: dict[str, Tracker] = {}
        self._sent = 0

    def emit(self, event: Event) -> None:
        """Pass the event on; after a step also send its metrics."""
        self._events.emit(event)
        if isinstance(event, StageStarted):
            # What a resumed training made before was sent before; `done` counts steps in most stages, and step 0 is an evaluation.
            self._sent = (event.done if event.unit == "steps" else self._last_step()) or -1
            for name, tracked in self._wanted.items():
                self._try(name, event.stage, lambda name=name, tracked=tracked: self._begin(name, tracked))
        elif isinstance(event, StageProgress) and self._open:
            rows = [row for row in self._rows() if row["step"] > self._sent]
            for name in list(self._open):
                self._try(name, event.stage, lambda name=name: self._send(name, rows))
            self._sent = max([self._sent, *(row["step"] for row in rows)])

    def close(self) -> None:
        """Close the trackers that are still open."""
        for name in list(self._open):
            self._try(name, "track", self._open[name].close)
        self._open.clear()

    def _begin(self, name: str, tracked: Tracked) -> None:
        self._open[name] = import_module(ADAPTERS[name]).open_tracker(tracked)

    def _send(self, name: str, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            self._open[name].log(row["step"], flatten(row))

    def _try(self, name: str, stage: str, act: Any) -> None:
        try:
            with boundary(f"write to the tracker '{name}'"):
                act()
        except DartkitError as error:
            self._open.pop(name, None)
            self._events.emit(Notice(stage, f"{error.what}. The training goes on without it."))

    def _rows(self) -> list[dict[str, Any]]:
        path = next(iter(self._wanted.values())).folder / "metrics.jsonl"
        return read_metrics(path) if path.is_file() else []

    def _last_step(self) -> int:
        return max((row["step"] for row in self._rows()), default=0)


def flatten(row: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """Return the numbers of a row under the names of `metrics.jsonl`, nested ones joined by a slash; nulls are left out."""
    found: dict[str, float] = {}
    for key, value in row.items():
        if isinstance(value, Mapping):
            found.update(flatten(value, f"{prefix}{key}/"))
        elif isinstance(value, int | float) and key != "step":
            found[f"{prefix}{key}"] = float(value)
    return found
