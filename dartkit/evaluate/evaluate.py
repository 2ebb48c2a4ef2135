"""The `eval` stage: draw k completions of each held-out problem, judge them, and write `evals/<name>.json`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from dartkit.dart.drawing import Drawing, draw_samples, drawable_problems
from dartkit.dart.strategies import Quota
from dartkit.difficulty.estimate import judged_draws
from dartkit.difficulty.rates import NOT_JUDGED
from dartkit.engines.base import Engine
from dartkit.errors import BudgetReached, GateFailed, UsageError
from dartkit.evaluate.metrics import (
    Figure,
    majority_is_correct,
    mean_figure,
    paired_difference,
    share_correct,
)
from dartkit.events import EventSink
from dartkit.files import read_json, write_json
from dartkit.records import Problem
from dartkit.run import RunDir
from dartkit.settings import is_scripted
from dartkit.stage_settings import EvalSettings


def evaluate(run: RunDir, settings: EvalSettings, engine: Engine | None, events: EventSink) -> dict[str, Any]:
    """Measure a model on the held-out problems of a run.

    Raises:
        UsageError: when no problem is held out, or the eval to compare with does not exist.
        GateFailed: when accuracy or gain is below its gate; the result is written first.
        BudgetReached: when the budget ended it before every draw was made.
    """
    if engine is None:
        raise UsageError("eval needs an engine")
    problems = drawable_problems(run, settings.splits, events, "eval")
    if not problems:
        raise UsageError(
            f"no problems in split {'/'.join(settings.splits)}",
            where=str(run.path),
            fix="Load held-out problems first: dartkit load files RUN FILE --split test",
        )
    before = _other_eval(run, settings)
    k = settings.samples_per_problem
    drawing = draw_samples(
        run, settings, engine, events, phase="eval", quotas=lambda problem: Quota(draws=k), problems=problems
    )
    if drawing.counts.stopped:
        raise BudgetReached(
            f"eval stopped at {drawing.counts.stopped}",
            where=str(run.path),
            fix="Raise the budget and run the same command: it goes on from here.",
        )
    result = _result(run, settings, drawing, problems)
    if before is not None:
        result["gain"] = _gain(result, before, settings).as_list()
        result["compare_to"] = settings.compare_to
    write_json(run.path / "evals" / f"{settings.name}.json", result)
    _check_gates(settings, result)
    return {key: value for key, value in result.items() if key != "per_problem"}


def _result(run: RunDir, settings: EvalSettings, drawing: Drawing, problems: list[Problem]) -> dict[str, Any]:
    k = settings.samples_per_problem
    judged = judged_draws(run, drawing.verifier_id, sampler_id=drawing.sampler_id, below=k)
    draws = {item.problem_id: judged[item.problem_id] for item in problems}
    rates = {key: share_correct(value) for key, value in draws.items()}
    everything = [draw for value in draws.values() for draw in value]
    return {
        "name": settings.name,
        "model": "scripted" if is_scripted(settings.engine) else settings.model.path,
        "sampler_id": drawing.sampler_id,
        "verifier_id": drawing.verifier_id,
        "temperature": settings.sampling.temperature,
        "problems": len(problems),
        "samples_per_problem": k,
        "accuracy": mean_figure(list(rates.values())).as_list(),
        "pass_at_k": mean_figure([float(value > 0) for value in rates.values()]).as_list(),
        "maj_at_k": mean_figure([float(majority_is_correct(value)) for value in draws.values()]).as_list(),
        "truncated": sum(draw.outcome == "truncated" for draw in everything),
        "undecided": sum(draw.outcome in NOT_JUDGED for draw in everything),
        "by_level": _group(problems, rates, lambda item: item.level or "-"),
        "by_domain": _group(problems, rates, lambda item: item.domain or "-"),
        "draws": drawing.counts.draws,
        "tokens": sum(draw.completion_tokens or 0 for draw in everything),
        "per_problem": rates,
    }


def _group(
    problems: list[Problem], rates: dict[str, float], key: Callable[[Problem], str]
) -> dict[str, list[float]]:
    groups: dict[str, list[float]] = defaultdict(list)
    for problem in problems:
        groups[key(problem)].append(rates[problem.problem_id])
    return {name: mean_figure(values).as_list() for name, values in sorted(groups.items())}


def _other_eval(run: RunDir, settings: EvalSettings) -> dict[str, Any] | None:
    if settings.compare_to is None:
        return None
    path = run.path / "evals" / f"{settings.compare_to}.json"
    if not path.is_file():
        raise UsageError(
            f"there is no eval named '{settings.compare_to}' to compare with",
            where=str(run.path),
            fix=f"First: dartkit eval {run.path} --name {settings.compare_to}",
        )
    found: dict[str, Any] = read_json(path)
    return found


def _gain(after: dict[str, Any], before: dict[str, Any], settings: EvalSettings) -> Figure:
    shared = [key for key in after["per_problem"] if key in before["per_problem"]]
    if len(shared) < 2:
        raise UsageError(
            f"eval '{settings.compare_to}' shares {len(shared)} problems with this one; a difference needs two",
            fix="Evaluate both models on the same problems.",
        )
    return paired_difference(
        [after["per_problem"][key] for key in shared], [before["per_problem"][key] for key in shared]
    )


def _check_gates(settings: EvalSettings, result: dict[str, Any]) -> None:
    accuracy = result["accuracy"][0]
    if accuracy < settings.min_accuracy:
        raise GateFailed(f"accuracy {accuracy:.3f} is below the gate min_accuracy={settings.min_accuracy:g}")
    if settings.min_gain is not None and result["gain"][1] < settings.min_gain:
        value, low, high = result["gain"]
        raise GateFailed(
            f"gain over '{settings.compare_to}' is {value:+.3f} [{low:+.3f}, {high:+.3f}]; its lower bound is below the gate "
            f"min_gain={settings.min_gain:g}"
        )
