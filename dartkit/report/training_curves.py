"""Which curves a training's page shows, and how each is read off the metrics' rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dartkit.report.svg import Curve

Row = dict[str, Any]
Reading = Callable[[Row], Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its heading, one sentence on what to look for, and how to read its curves."""

    title: str
    note: str
    readings: tuple[tuple[str, Reading], ...]

    def curves(self, rows: Sequence[Row]) -> list[Curve]:
        """Return the curves; steps without a number are left out."""
        found = []
        for label, read in self.readings:
            values = [(row["step"], read(row)) for row in rows]
            points = [
                (float(step), float(value))
                for step, value in values
                if isinstance(value, int | float) and math.isfinite(value)
            ]
            found.append(Curve(label, points))
        return found


def _get(key: str) -> Reading:
    return lambda row: row.get(key)


def _judged(row: Row) -> int:
    return sum(row.get(f"groups_{fate}") or 0 for fate in ("kept", "all_right", "all_wrong", "out_of_band"))


def _share(key: str) -> Reading:
    return lambda row: row[key] / _judged(row) if key in row and _judged(row) else None


def _evaluated(measure: str) -> Reading:
    """Return the evaluation on the way; its name ends with the number of samples, of which a training has one."""
    prefix = f"eval/{measure}@"
    return lambda row: next((value for name, value in row.items() if name.startswith(prefix)), None)


RL_CHARTS = (
    Chart(
        "Held-out accuracy",
        "Evaluation on the way (fig. 1): mean over samples, any of k, majority of k.",
        tuple((measure, _evaluated(measure)) for measure in ("avg", "pass", "maj")),
    ),
    Chart(
        "Accuracy", "Share of right samples of the training's problems.", (("accuracy", _get("accuracy")),)
    ),
    Chart("Reward", "Mean reward of a sample (DAPO fig. 7b).", (("reward", _get("reward")),)),
    Chart("Response length", "Mean tokens of a response (fig. 7a).", (("mean", _get("response_length")),)),
    Chart("Entropy", "Nats a token (fig. 7c); a slow rise is good.", (("entropy", _get("entropy")),)),
    Chart("Mean token probability", "Of the trained tokens (fig. 7d).", (("p", _get("mean_probability")),)),
    Chart(
        "Up-clipped probability",
        "Mean probability of the tokens that the upper clip held back (fig. 3a).",
        (("p", _get("up_clipped_probability")),),
    ),
    Chart(
        "Groups",
        "Shares of the judged groups: kept, all right (fig. 3b), all wrong.",
        (
            ("kept", _share("groups_kept")),
            ("all right", _share("groups_all_right")),
            ("all wrong", _share("groups_all_wrong")),
        ),
    ),
    Chart("Gradient norm", "Before clipping, mean of the step's updates.", (("norm", _get("grad_norm")),)),
    Chart(
        "Loss",
        "Mean of the step's updates; says little in reinforcement learning.",
        (("loss", _get("loss")),),
    ),
    Chart(
        "Clipped tokens",
        "Share of the trained tokens that the clip kept from learning.",
        (("below", _get("clip_fraction_low")), ("above", _get("clip_fraction_high"))),
    ),
    Chart(
        "Sampler gap",
        "Mean distance of log-probabilities, sampler to trainer.",
        (("gap", _get("sampler_gap")),),
    ),
    Chart("Waste", "Share of the settled tokens that taught nothing.", (("waste", _get("waste")),)),
    Chart(
        "Seconds a step",
        "Drawing and learning.",
        (
            ("rollout", lambda row: (row.get("seconds") or {}).get("rollout")),
            ("update", lambda row: (row.get("seconds") or {}).get("update")),
        ),
    ),
)
SFT_CHARTS = (
    Chart("Loss", "Cross-entropy of a response token, nats.", (("loss", _get("loss")),)),
    Chart("Learning rate", "Of AdamW.", (("rate", _get("learning_rate")),)),
    Chart("Gradient norm", "Before clipping.", (("norm", _get("grad_norm")),)),
    Chart("Tokens a step", "Prompt and response.", (("tokens", _get("tokens")),)),
    Chart(
        "Seconds a step", "Wall clock.", (("update", lambda row: (row.get("seconds") or {}).get("update")),)
    ),
)
