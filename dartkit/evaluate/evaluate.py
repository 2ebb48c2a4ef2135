"""The `eval` stage: draw k completions of each held-out problem, judge them, and write `evals/<name>.json`."""

from __future__ import annotations

from typing import Any

from dartkit.dart.drawing import draw_samples, drawable_problems
from dartkit.dart.strategies import Quota
from dartkit.engines.base import Engine
from dartkit.errors import BudgetReached, GateFailed, UsageError
from dartkit.evaluate.metrics import Figure, paired_difference
from dartkit.evaluate.results import build_result, without_rows
from dartkit.events import EventSink
from dartkit.files import read_json, write_json
from dartkit.run import RunDir
from dartkit.stage_settings import EvalSettings


def evaluate(run: RunDir, settings: EvalSettings, engine: Engine | None, events: EventSink) -> dict[str, Any]:
    """Measure a model on the held-out problems of a run.

    Raises:
        UsageError: when no problem is held out, a k is above the number of draws, or the eval to compare with does not exist.
        GateFailed: when accuracy or gain is below its gate; the result is written first.
        BudgetReached: when the budget ended it before every draw was made.
    """
    if engine is None:
        raise UsageError("eval needs an engine")
    try:
        settings.sizes()
    except ValueError as error:
        raise UsageError(str(error), fix="Add --samples N, or leave --k out.") from error
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
    result = build_result(run, settings, drawing, problems)
    if before is not None:
        result["gain"] = _gain(result, before, settings).as_list()
        result["compare_to"] = settings.compare_to
    write_json(run.path / "evals" / f"{settings.name}.json", result)
    _check_gates(settings, result)
    return without_rows(result)


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
