"""Weights & Biases. Without a key it writes offline below `<training>/wandb`; `wandb sync` uploads that later.

`WANDB_MODE`, `WANDB_PROJECT` and the other variables of wandb win over what is set here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import wandb

if TYPE_CHECKING:
    from dartkit.training.tracking import Tracked


class WandbTracker:
    """One run; a resumed training opens it again under its id."""

    def __init__(self, tracked: Tracked) -> None:
        self._run: Any = wandb.init(
            project=os.environ.get("WANDB_PROJECT", tracked.project),
            name=f"{tracked.project}-{tracked.name}",
            dir=str(tracked.folder),
            config=tracked.settings,
            mode=_mode(),
            settings=wandb.Settings(console="off", silent=True),
        )

    def log(self, step: int, numbers: Mapping[str, float]) -> None:
        """Log the step's numbers."""
        self._run.log(dict(numbers), step=step)

    def close(self) -> None:
        """Finish the run."""
        self._run.finish()


def _mode() -> Any:
    """Return what the user set; else online where there is a key, which wandb would otherwise ask the terminal for."""
    if os.environ.get("WANDB_MODE"):
        return None
    return None if os.environ.get("WANDB_API_KEY") or wandb.api.api_key else "offline"


def open_tracker(tracked: Tracked) -> WandbTracker:
    """Begin a run."""
    return WandbTracker(tracked)
