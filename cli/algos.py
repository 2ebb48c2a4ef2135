"""`dartkit algos`: the algorithms of `train-rl`, and how its two DAPO presets, or any two, differ."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dartkit.errors import UsageError

from .command import command
from .console import Terminal, TextTable


@command("dartkit algos", "dartkit algos dapo-verl grpo")
def list_algorithms(
    terminal: Terminal,
    first: Annotated[str, typer.Argument(metavar="PRESET", help="A preset.")] = "dapo-paper",
    second: Annotated[str, typer.Argument(metavar="PRESET", help="What to compare it with.")] = "dapo-verl",
) -> None:
    """List the algorithms of train-rl, and the settings in which two presets differ."""
    from dartkit.algorithm_presets import NOTES, PRESETS

    for name in (first, second):
        if name not in PRESETS:
            raise UsageError(f"no preset '{name}'", fix=f"There are: {', '.join(PRESETS)}")
    listed = _algorithms()
    both = {first, second} == {"dapo-paper", "dapo-verl"}
    differences = [
        {"setting": key, first: mine, second: theirs, "note": NOTES.get(key, "") if both else ""}
        for key, mine, theirs in _differences(first, second)
    ]
    columns = ("algo", "loss of a token", "advantage", "aggregation", "clip", "source")
    tables = [
        TextTable(
            "Algorithms", columns, tuple(tuple(str(item[name]) for name in columns) for item in listed)
        ),
        TextTable(
            f"Where {first} and {second} differ",
            ("setting", first, second, "why") if both else ("setting", first, second),
            tuple(
                (
                    str(item["setting"]),
                    _text(item[first]),
                    _text(item[second]),
                    *([str(item["note"])] if both else []),
                )
                for item in differences
            ),
            f"Use one: dartkit train-rl RUN --preset {first}",
        ),
    ]
    terminal.result({"algorithms": listed, "presets": list(PRESETS), "differences": differences}, tables)


def _algorithms() -> list[dict[str, Any]]:
    from dartkit.algorithm_settings import ALGORITHMS

    return [
        {
            "algo": kind.model_fields["kind"].default,
            "loss of a token": kind.formula,
            "advantage": kind.model_fields["advantage"].default,
            "aggregation": kind.model_fields["loss_aggregation"].default,
            "clip": _clip(kind.model_fields),
            "source": kind.source,
        }
        for kind in ALGORITHMS
    ]


def _clip(fields: Any) -> str:
    gated = "tau_positive" in fields  # SAPO has a gate in place of a clip
    return "none" if gated else f"{fields['clip_low'].default:g}, {fields['clip_high'].default:g}"


def _differences(first: str, second: str) -> list[tuple[str, Any, Any]]:
    """Return key and both values of every setting that two presets resolve to differently."""
    from dartkit.algorithm_presets import flatten
    from dartkit.training_settings import TrainRlSettings

    ours, theirs = (
        dict(flatten(TrainRlSettings.model_validate({"preset": name}).model_dump(mode="json")))
        for name in (first, second)
    )
    keys = [key for key in dict.fromkeys([*ours, *theirs]) if key != "preset"]
    return [(key, ours.get(key), theirs.get(key)) for key in keys if ours.get(key) != theirs.get(key)]


def _text(value: Any) -> str:
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
