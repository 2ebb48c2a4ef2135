"""A loss or gradient that is not a finite number ends a training: nothing that comes after it would mean anything."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from dartkit.errors import GateFailed

SHOWN = 8


def first_not_finite(losses: Sequence[float], grad_norms: Sequence[float]) -> int | None:
    """Return the number of the first update, from 0, with a loss or gradient norm that is not finite; None for none."""
    for number, values in enumerate(zip(losses, grad_norms, strict=True)):
        if not all(math.isfinite(value) for value in values):
            return number
    return None


def diverged(
    *,
    step: int,
    mini_batch: str,
    loss: float,
    grad_norm: float,
    names: Sequence[str],
    dump: Path,
    last_good: Path | None,
) -> GateFailed:
    """Return the stop that says which batch it was and what to do.

    Args:
        step: Number of the step, from 1.
        mini_batch: Which part of the step, for example `2 of 4`.
        loss: Its loss.
        grad_norm: Norm of its gradient.
        names: What was in it: problem ids, or rows of the data.
        dump: File that holds its tokens.
        last_good: The newest checkpoint, None where there is none.
    """
    shown = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    kept = f"the last good checkpoint is {last_good}" if last_good else "no checkpoint had been saved yet"
    again = f" --fork {last_good}" if last_good else ""
    return GateFailed(
        f"step {step}, mini-batch {mini_batch}: loss {loss:g}, gradient norm {grad_norm:g}; in it: {shown}; {kept}",
        where=str(dump),
        fix=f"Look at that batch. Then begin anew with a lower `optimizer.learning_rate` under another `name`{again}.",
    )
