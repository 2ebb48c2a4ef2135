"""The training stages with the card of what they trained: the same call, and a README beside the model when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dartkit.errors import BudgetReached
from dartkit.ranks import is_first_rank
from dartkit.report.model_card import write_model_card

if TYPE_CHECKING:
    from collections.abc import Callable

    from dartkit.events import EventSink
    from dartkit.run import RunDir


def train_sft(run: RunDir, settings: Any, engine: None, events: EventSink) -> dict[str, Any]:
    """Fine-tune (`dartkit.sft.train`), then write the card of the model."""
    from dartkit.sft import train

    return _with_card(train.train_sft, run, settings, events)


def train_rl(run: RunDir, settings: Any, engine: None, events: EventSink) -> dict[str, Any]:
    """Train with verifiable rewards (`dartkit.rl.train`), then write the card of the model, also where a budget ended it."""
    from dartkit.rl import train

    return _with_card(train.train_rl, run, settings, events)


def _with_card(
    train: Callable[..., dict[str, Any]], run: RunDir, settings: Any, events: EventSink
) -> dict[str, Any]:
    folder = run.path / "models" / settings.name
    try:
        counts = train(run, settings, None, events)
    except BudgetReached:
        if is_first_rank():
            write_model_card(folder)
        raise
    if is_first_rank():
        write_model_card(folder)
    return counts
