"""TensorBoard: event files below `<training>/tensorboard`, for `tensorboard --logdir RUN/models`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from torch.utils.tensorboard import SummaryWriter

if TYPE_CHECKING:
    from dartkit.training.tracking import Tracked


class TensorboardTracker:
    """One scalar for each metric."""

    def __init__(self, tracked: Tracked) -> None:
        self._writer = SummaryWriter(str(tracked.folder / "tensorboard"))

    def log(self, step: int, numbers: Mapping[str, float]) -> None:
        """Write the step's scalars."""
        for name, value in numbers.items():
            self._writer.add_scalar(name, value, step)
        self._writer.flush()

    def close(self) -> None:
        """Close the event file."""
        self._writer.close()


def open_tracker(tracked: Tracked) -> TensorboardTracker:
    """Open a writer."""
    return TensorboardTracker(tracked)
