"""Is B really better than A? Both were asked the same problems, so that each problem gives a difference.

    difference   mean over problems of B - A, with its BCa bootstrap interval over problems (`bootstrap`)
    p value      two-sided paired permutation test (`sign_flip`); beside it McNemar's exact test where each made one draw
    verdict      p < 0.05, corrected by Holm's method for the number of tasks (of levels, within a task); p decides, not the interval
    could show   2.8 s / sqrt(n) with the standard deviation s of the differences: a true difference of this size would be shown in
                 four of five such comparisons (power 80 %, 2.8 = 1.96 + 0.84). Under six problems nothing can be: p >= 2/2^5

Over several tasks the figure is the plain mean over tasks, as in DART-Math's average. A problem that is in two of them keeps one
sign in both, because its draws are the same.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import NormalDist, fmean, stdev
from typing import Any

from dartkit.difficulty.intervals import wilson_interval
from dartkit.errors import UsageError
from dartkit.evaluate.bootstrap import bootstrap_interval
from dartkit.evaluate.results import row_value
from dartkit.evaluate.sign_flip import holm, mcnemar_exact, sign_flip_test
from dartkit.evaluate.stored import Result, find_differences

ALPHA = 0.05
FEWEST = 6
POWER = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.8)
LARGEST_STEP = 100_000
NONE_SHOWN = "no difference shown"


def compare_results(
    first: Mapping[str, Result], second: Mapping[str, Result], *, metric: str = "avg", force: bool = False
) -> dict[str, Any]:
    """Compare two models on the tasks that both were measured on.

    Args:
        first: Results of A by task.
        second: Results of B by task.
        metric: `avg`, `pass@k` or `maj@k`.
        force: Compare also where problems, verifiers or prompts differ, on the problems that both have.

    Returns:
        JSON-ready: `metric`, `tasks` (a comparison each), `overall` (with several tasks), `only_one` (tasks left out).

    Raises:
        UsageError: when nothing is shared, the metric was not measured, or the two measure different things and `force` is off.
    """
    pairs = _pairs(first, second)
    _check_metric(metric)
    tasks = {name: _compare_task(name, a, b, metric, force) for name, (a, b) in pairs.items()}
    _judge(list(tasks.values()))
    result: dict[str, Any] = {"metric": metric, "alpha": ALPHA, "tasks": tasks}
    result["only_one"] = [] if len(first) == len(second) == 1 else sorted(first.keys() ^ second.keys())
    if len(pairs) > 1:
        result["overall"] = _overall(pairs, metric)
    return result


def _pairs(first: Mapping[str, Result], second: Mapping[str, Result]) -> dict[str, tuple[Result, Result]]:
    if len(first) == len(second) == 1:
        [(name, a)], [b] = first.items(), second.values()
        return {name: (a, b)}
    shared = {name: (first[name], second[name]) for name in first if name in second}
    if not shared:
        raise UsageError(
            f"A and B share no task: {', '.join(first)} and {', '.join(second)}",
            fix="Evaluate both models on the same tasks.",
        )
    return shared


def _check_metric(metric: str) -> None:
    kind, at, size = metric.partition("@")
    if metric != "avg" and (kind not in ("pass", "maj") or not at or not size.isdecimal() or size == "0"):
        raise UsageError(
            f"there is no metric '{metric}'", fix="Metrics: avg, pass@K, maj@K, for example pass@4."
        )


def _compare_task(name: str, a: Result, b: Result, metric: str, force: bool) -> dict[str, Any]:
    differences = find_differences(a, b)
    blocking = [item.what for item in differences if item.blocks]
    if blocking and not force:
        raise UsageError(
            f"A and B measure different things: {'; '.join(blocking)}",
            where=name,
            fix="Evaluate both in the same way, or compare the problems that both have with --allow-differences.",
        )
    shared = [key for key in a["rows"] if key in b["rows"]]
    if len(shared) < 2:
        raise UsageError(f"A and B share {len(shared)} problems; a difference needs two", where=name)
    levels: dict[str, list[str]] = defaultdict(list)
    for key in shared:
        levels[a["rows"][key]["level"] or "-"].append(key)
    found = _compare_rows(a, b, shared, metric, name)
    by_level = {level: _compare_rows(a, b, keys, metric, name) for level, keys in sorted(levels.items())}
    _judge(list(by_level.values()))
    return {
        **found,
        "models": [a["model"], b["model"]],
        "levels": by_level if len(by_level) > 1 else {},
        "differs": [item.what for item in differences],
    }


def _compare_rows(a: Result, b: Result, keys: Sequence[str], metric: str, name: str) -> dict[str, Any]:
    before, after = (_values(result, keys, metric, name) for result in (a, b))
    gains = [new - old for old, new in zip(before, after, strict=True)]
    test = sign_flip_test(gains, step=_step(a, b, metric))
    low, high = gain_interval(gains)
    found: dict[str, Any] = {
        "problems": len(keys),
        "a": round(fmean(before), 4),
        "b": round(fmean(after), 4),
        "difference": [round(value, 4) for value in (fmean(gains), low, high)],
        "p_value": test.p_value,
        "test": test.way,
        "could_show": could_show(gains),
    }
    if metric == "avg" and a["samples_per_problem"] == b["samples_per_problem"] == 1:
        only_a, only_b = sum(gain < 0 for gain in gains), sum(gain > 0 for gain in gains)
        found["mcnemar"] = {"only_a": only_a, "only_b": only_b, "p_value": mcnemar_exact(only_a, only_b)}
    return found


def _values(result: Result, keys: Sequence[str], metric: str, name: str) -> list[float]:
    try:
        return [row_value(result["rows"][key], metric) for key in keys]
    except (KeyError, ValueError):
        held = ", ".join(key for key in next(iter(result["rows"].values())) if "@" in key) or "avg only"
        raise UsageError(
            f"{metric} was not measured with {result['samples_per_problem']} draws of each problem (there is: {held})",
            where=f"{name}, {result['model']}",
            fix="Run the eval again with --samples and --k; draws that are there are not made again.",
        ) from None


def _step(a: Result, b: Result, metric: str) -> float | None:
    """Return what all differences are whole multiples of, if that is known and not too fine."""
    draws = (a["samples_per_problem"], b["samples_per_problem"])
    kind, _, size = metric.partition("@")
    if kind == "maj" and size != "1":
        return None
    step = math.lcm(*(math.comb(n, int(size or 1)) for n in draws))
    return 1 / step if step <= LARGEST_STEP else None


def gain_interval(gains: Sequence[float]) -> tuple[float, float]:
    """Return the bootstrap interval of the mean gain. Where all are equal, one gain in the Wilson bound of 0 in n may be another."""
    if max(gains) - min(gains) > 1e-12:
        return bootstrap_interval([gains])
    width = wilson_interval(0, len(gains))[1]
    return max(-1.0, gains[0] - width), min(1.0, gains[0] + width)


def could_show(gains: Sequence[float]) -> float | None:
    """Return the true difference that would be shown with a chance of 80 %; None where nothing could be, or nothing is known."""
    spread = stdev(gains) if len(gains) > 1 else 0.0
    return round(POWER * spread / math.sqrt(len(gains)), 4) if len(gains) >= FEWEST and spread > 0 else None


def _judge(comparisons: Sequence[dict[str, Any]]) -> None:
    """Add the corrected p value and the verdict to comparisons that are read together."""
    for found, p_value in zip(comparisons, holm([item["p_value"] for item in comparisons]), strict=True):
        found["p_corrected"] = p_value
        found["verdict"] = _verdict(found["difference"][0], p_value)


def _verdict(gain: float, p_value: float) -> str:
    if p_value >= ALPHA:
        return NONE_SHOWN
    return "B is better" if gain > 0 else "B is worse"


def _overall(pairs: Mapping[str, tuple[Result, Result]], metric: str) -> dict[str, Any]:
    gains: list[list[float]] = []
    weighted: dict[str, float] = defaultdict(float)
    means: list[tuple[float, float]] = []
    for name, (a, b) in pairs.items():
        keys = [key for key in a["rows"] if key in b["rows"]]
        before, after = (_values(result, keys, metric, name) for result in (a, b))
        means.append((fmean(before), fmean(after)))
        gains.append([new - old for old, new in zip(before, after, strict=True)])
        for key, gain in zip(keys, gains[-1], strict=True):
            weighted[key] += gain / (len(pairs) * len(keys))
    test = sign_flip_test(list(weighted.values()))
    gain = fmean(fmean(task) for task in gains)
    low, high = bootstrap_interval(gains) if any(len(set(task)) > 1 for task in gains) else (gain, gain)
    return {
        "tasks": len(pairs),
        "a": round(fmean(item[0] for item in means), 4),
        "b": round(fmean(item[1] for item in means), 4),
        "difference": [round(value, 4) for value in (gain, low, high)],
        "p_value": test.p_value,
        "test": test.way,
        "verdict": _verdict(gain, test.p_value),
    }
