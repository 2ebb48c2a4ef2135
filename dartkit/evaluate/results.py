"""What an evaluation comes to: figures over all problems, by level and by subject, and one row for each problem.

`evals/<name>.json` holds all of it, with everything that `compare` has to know: which problems, which gold answers, which verifier, how
they were asked and drawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from statistics import fmean
from typing import Any

from dartkit.dart.drawing import Drawing
from dartkit.difficulty.estimate import is_same, judged_draws
from dartkit.difficulty.rates import NOT_JUDGED, JudgedDraw
from dartkit.evaluate.metrics import chance_figure, mean_figure, pass_chance, share_correct
from dartkit.evaluate.voting import count_votes, majority_chance
from dartkit.records import Problem, as_row
from dartkit.run import RunDir
from dartkit.settings import is_scripted
from dartkit.stage_settings import EvalSettings

Row = dict[str, Any]
"""One problem: `level`, `subject`, `answer_id`, `correct`, `draws`, and the chances `pass@k` and `maj@k`."""


def build_result(
    run: RunDir, settings: EvalSettings, drawing: Drawing, problems: Sequence[Problem]
) -> dict[str, Any]:
    """Return the result of finished draws, JSON-ready."""
    n, sizes = settings.samples_per_problem, settings.sizes()
    judged = judged_draws(run, drawing.verifier_id, sampler_id=drawing.sampler_id, below=n)
    draws = {item.problem_id: judged[item.problem_id] for item in problems}
    rows = _rows(settings, problems, draws, sizes)
    rates = {key: share_correct(value) for key, value in draws.items()}
    everything = [draw for value in draws.values() for draw in value]
    metrics = _metrics(list(rows.values()), n, sizes)
    return {
        "name": settings.name,
        "model": "scripted" if is_scripted(settings.engine) else settings.model.path,
        "sampler_id": drawing.sampler_id,
        "verifier_id": drawing.verifier_id,
        "verifier": settings.verifier.name,
        "sampler": as_row(run.samplers()[drawing.sampler_id]),
        "max_tokens": settings.sampling.max_tokens,
        "temperature": settings.sampling.temperature,
        "problems": len(problems),
        "samples_per_problem": n,
        "accuracy": mean_figure(list(rates.values())).as_list(),
        "pass_at_k": metrics.get(f"pass@{n}", metrics[f"avg@{n}"]),
        "maj_at_k": metrics.get(f"maj@{n}", metrics[f"avg@{n}"]),
        "metrics": metrics,
        **_shares(everything),
        "by_level": _group(problems, rates, lambda item: item.level or "-"),
        "by_domain": _group(problems, rates, lambda item: item.domain or "-"),
        "levels": _tables(problems, draws, rows, sizes, lambda item: item.level),
        "subjects": _tables(problems, draws, rows, sizes, lambda item: item.subject),
        "draws": drawing.counts.draws,
        "tokens": sum(draw.completion_tokens or 0 for draw in everything),
        "per_problem": rates,
        "rows": rows,
    }


def without_rows(result: dict[str, Any]) -> dict[str, Any]:
    """Return a result without what it holds of each problem."""
    return {key: value for key, value in result.items() if key not in ("per_problem", "rows")}


def _rows(
    settings: EvalSettings,
    problems: Sequence[Problem],
    draws: dict[str, list[JudgedDraw]],
    sizes: Sequence[int],
) -> dict[str, Row]:
    from dartkit.verify import load_verifier

    rows = {}
    with load_verifier(settings.verifier) as verifier:
        same = partial(is_same, verifier)
        for item in problems:
            found = draws[item.problem_id]
            correct = sum(draw.outcome == "correct" for draw in found)
            row: Row = {
                "level": item.level, "subject": item.subject, "answer_id": item.answer_id, "correct": correct, "draws": len(found),
            }  # fmt: skip
            row |= {f"pass@{k}": pass_chance(correct, len(found), k) for k in sizes}
            if sizes:
                votes = count_votes(found, same)
                row |= {f"maj@{k}": majority_chance(votes, k) for k in sizes}
            rows[item.problem_id] = row
    return rows


def row_value(row: Row, metric: str) -> float:
    """Return what one problem adds to a metric: `avg`, `pass@k` or `maj@k`; pass@k of any k its draws allow.

    Raises:
        KeyError: for maj@k of another k than those that were measured.
        ValueError: for pass@k of more draws than there are.
    """
    kind, _, size = metric.partition("@")
    if kind == "avg" or metric in ("pass@1", "maj@1"):
        return float(row["correct"] / row["draws"])
    if kind == "pass" and metric not in row:
        return pass_chance(row["correct"], row["draws"], int(size))
    return float(row[metric])


def _metrics(rows: Sequence[Row], n: int, sizes: Sequence[int]) -> dict[str, list[float]]:
    found = {f"avg@{n}": mean_figure([row_value(row, "avg") for row in rows]).as_list()}
    for kind in ("pass", "maj"):
        for k in sizes:
            found[f"{kind}@{k}"] = chance_figure([row_value(row, f"{kind}@{k}") for row in rows]).as_list()
    return found


def _shares(draws: Sequence[JudgedDraw]) -> dict[str, Any]:
    """Return how many draws were truncated, undecided or without an answer, and their mean length in tokens."""
    lengths = [draw.completion_tokens for draw in draws if draw.completion_tokens is not None]
    return {
        "truncated": sum(draw.outcome == "truncated" for draw in draws),
        "undecided": sum(draw.outcome in NOT_JUDGED for draw in draws),
        "no_answer": sum(draw.outcome == "no_answer" for draw in draws),
        "mean_tokens": round(fmean(lengths), 2) if lengths else None,
    }


def _tables(
    problems: Sequence[Problem],
    draws: dict[str, list[JudgedDraw]],
    rows: dict[str, Row],
    sizes: Sequence[int],
    key: Callable[[Problem], str | None],
) -> dict[str, dict[str, Any]]:
    """Return the figures of each level or subject; nothing where the data names none."""
    groups: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        groups[key(problem) or "-"].append(problem.problem_id)
    if set(groups) == {"-"}:
        return {}
    found = {}
    for name, ids in sorted(groups.items()):
        here = [draw for item in ids for draw in draws[item]]
        n = len(here) // len(ids)
        metrics = _metrics([rows[item] for item in ids], n, sizes[-1:])
        found[name] = {"problems": len(ids), "draws": len(here), "metrics": metrics, **_shares(here)}
    return found


def _group(
    problems: Sequence[Problem], rates: dict[str, float], key: Callable[[Problem], str]
) -> dict[str, list[float]]:
    groups: dict[str, list[float]] = defaultdict(list)
    for problem in problems:
        groups[key(problem)].append(rates[problem.problem_id])
    return {name: mean_figure(values).as_list() for name, values in sorted(groups.items())}
