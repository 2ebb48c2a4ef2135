"""`--for "200 updates"`: how long to train, as a person says it."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from dartkit.errors import UsageError

from .options import Flag, More

TrainFor = Annotated[
    str | None,
    typer.Option(
        "--for",
        metavar="LENGTH",
        help="Train for so long: '200 updates', '10000 prompts', '5M tokens', '2 hours' or '40 steps'. With --steps, whichever comes "
        "first; status 6 where it is not the steps.",
    ),
]
LIMITS = {
    "update": "max_updates",
    "prompt": "max_prompts",
    "draw": "max_draws",
    "token": "max_tokens",
    "hour": "max_hours",
}
MULTIPLES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*([kmb]?)\s+([a-z]+?)s?", re.IGNORECASE)


def apply_length(text: str | None, steps: int | None, more: More) -> tuple[list[Flag], More]:
    """Return the flags that a length means, and `more` without the default number of steps where the length has another unit.

    Args:
        text: What `--for` says, if anything.
        steps: What `--steps` says, if anything; both are limits then.
        more: `--set` and `--settings`; a `--set steps=N` there stands.

    Raises:
        UsageError: for what is no positive number and a known unit, and for part of an update, prompt, draw or token.
    """
    if text is None:
        return [Flag("--steps", "steps", steps)], more
    found = _LENGTH.fullmatch(text.strip())
    unit = found[3].lower() if found else ""
    value = float(found[1]) * MULTIPLES[found[2].lower()] if found else 0.0
    whole = unit != "hour"
    if (unit not in LIMITS and unit != "step") or value <= 0 or (whole and not value.is_integer()):
        raise UsageError(
            f"--for {text}: expected a number and steps, updates, prompts, draws, tokens or hours",
            fix="Example: --for '200 updates'",
        )
    number = int(value) if whole else value
    shown = f"--for '{text}'"
    if unit == "step":
        return [Flag(shown, "steps", number if steps is None else min(steps, int(number)))], more
    flags = [Flag(shown, f"budget.{LIMITS[unit]}", number), Flag("--steps", "steps", steps)]
    return flags, more.adding("steps=null") if steps is None else more
