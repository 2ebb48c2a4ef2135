"""Trackio: a local database that `trackio show` draws; the variables of trackio (`TRACKIO_DIR`, ...) hold.

It talks on stdout, which belongs to a command's result, so it is led to stderr.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

import trackio

if TYPE_CHECKING:
    from dartkit.training.tracking import Tracked


class TrackioTracker:
    """One run, opened again by its name where a training is resumed."""

    def __init__(self, tracked: Tracked) -> None:
        with redirect_stdout(sys.stderr):
            trackio.init(
                project=tracked.project,
                name=tracked.name,
                config=tracked.settings,
                resume="allow",
                embed=False,
                auto_log_cpu=False,
                auto_log_gpu=False,
            )

    def log(self, step: int, numbers: Mapping[str, float]) -> None:
        """Log the step's numbers."""
        with redirect_stdout(sys.stderr):
            trackio.log(dict(numbers), step=step)

    def close(self) -> None:
        """Finish the run; waits until its numbers are in the database."""
        with redirect_stdout(sys.stderr):
            trackio.finish()


def open_tracker(tracked: Tracked) -> TrackioTracker:
    """Begin a run."""
    return TrackioTracker(tracked)
