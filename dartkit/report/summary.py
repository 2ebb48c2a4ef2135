"""The summary of a run: problems, draws, yield per level by strategy, accuracy with intervals, files, the next command.

Strategies of one run share draws: the draws of a problem are numbered, every strategy takes them in order of the number and stops
by its own rule (see `dart.progress`). What a strategy would have spent alone is therefore known exactly: the yield table shows it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dartkit.export.selection import Judgement, read_judgement
from dartkit.records import Problem, Target
from dartkit.report.plan_check import PlanCheck
from dartkit.run import RunDir
from dartkit.store.winners import count_values, find_rows, plain

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """A table for people: every cell is text already."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


Draws = dict[str, list[int]]
"""The correct draws of each problem by one sampler: their numbers, ascending."""


def summarize(run: RunDir) -> dict[str, Any]:
    """Return everything a person asks of a run, JSON-ready; recomputed from the tables."""
    problems = run.problems_by_id
    dropped = run.dropped("problem")
    judgement = read_judgement(run)
    columns = ("sample_id", "problem_id", "sampler_id", "draw_index", "phase", "completion_tokens")
    samples = run.columns("samples", columns)
    phases = count_values(samples["phase"])
    planned = PlanCheck(run)
    planned.add_all(samples)
    return {
        "run": run.name,
        "path": str(run.path),
        "problems": {
            "total": len(problems),
            "by_split": dict(Counter(item.source_split for item in problems.values())),
            "dropped": len(dropped),
        },
        "draws": {"by_phase": dict(phases), "total": phases.total(), "completion_tokens": _total(samples)},
        "verdicts": dict(judgement.counts()),
        "difficulty": _difficulty(run, problems),
        "strategies": _strategies(run.targets(), problems, samples, judgement),
        "plan": planned.compare(),
        "evals": _evals(run),
        "files": _files(run.path),
        "steps": {
            key: {"stage": entry["stage"], "seconds": entry["seconds"]} for key, entry in run.steps().items()
        },
        "next": _next_command(run),
    }


def _total(samples: pa.Table) -> int:
    import pyarrow.compute as pc

    return int(pc.sum(samples["completion_tokens"]).as_py() or 0)


def _correct_draws(samples: pa.Table, judgement: Judgement) -> Callable[[str | None], Draws]:
    """Return what gives the correct draws of a sampler; of the one that was drawn for most problems where it did not draw."""
    import pyarrow as pa
    import pyarrow.compute as pc

    drawn = samples.filter(pc.is_in(plain(samples["phase"]), pa.array(["probe", "synth"], pa.large_string())))
    pairs = drawn.group_by(["sampler_id", "problem_id"], use_threads=False).aggregate([])
    samplers = count_values(pairs["sampler_id"])
    main = max(samplers, key=lambda name: samplers[name], default=None)

    def find(sampler: str | None) -> Draws:
        name = sampler if sampler in samplers else main
        own = drawn.filter(pc.equal(plain(drawn["sampler_id"]), name or ""))
        correct = own.filter(pc.is_valid(find_rows(own["sample_id"], judgement.correct_ids())))
        found: Draws = defaultdict(list)
        for problem_id, index in zip(
            correct["problem_id"].to_pylist(), correct["draw_index"].to_pylist(), strict=True
        ):
            found[problem_id].append(index)
        return {problem_id: sorted(indices) for problem_id, indices in found.items()}

    return cache(find)


def _difficulty(run: RunDir, problems: dict[str, Problem]) -> dict[str, Any]:
    groups: dict[str, list[float]] = defaultdict(list)
    records = run.difficulty()
    for record in records:
        if record.pass_rate is not None:
            problem = problems.get(record.problem_id)
            groups[(problem.level if problem else None) or "-"].append(record.pass_rate)
    return {
        "problems": len(records),
        "by_level": {
            level: {
                "problems": len(rates),
                "mean_pass_rate": round(sum(rates) / len(rates), 4),
                "never_correct": sum(rate == 0 for rate in rates),
                "always_correct": sum(rate == 1 for rate in rates),
            }
            for level, rates in sorted(groups.items())
        },
    }


def _strategies(
    targets: Iterable[Target], problems: dict[str, Problem], samples: pa.Table, judgement: Judgement
) -> dict[str, dict[str, Any]]:
    draws = _correct_draws(samples, judgement)
    by_strategy: dict[str, list[Target]] = defaultdict(list)
    for target in targets:
        by_strategy[target.strategy].append(target)
    return {
        name: _strategy(group, problems, draws(group[0].sampler_id))
        for name, group in sorted(by_strategy.items())
    }


def _strategy(group: list[Target], problems: dict[str, Problem], draws: Draws) -> dict[str, Any]:
    levels: dict[str, Counter[str]] = defaultdict(Counter)
    statuses: Counter[str] = Counter()
    for target in group:
        problem = problems.get(target.problem_id)
        kept = bisect_left(draws.get(target.problem_id, []), target.n_draws)
        statuses[target.status] += 1
        cell = levels[(problem.level if problem else None) or "-"]
        cell.update(problems=1, draws=target.n_draws, correct=kept, covered=int(kept > 0))
    total: Counter[str] = Counter()
    for cell in levels.values():
        total.update(cell)
    return {
        "total": dict(total),
        "by_level": {key: dict(levels[key]) for key in sorted(levels)},
        "statuses": dict(statuses),
    }


def _evals(run: RunDir) -> list[dict[str, Any]]:
    from dartkit.files import read_json

    order = [entry["settings"].get("name") for entry in run.steps().values() if entry["stage"] == "eval"]
    found = []
    for name in dict.fromkeys(order):
        path = run.path / "evals" / f"{name}.json"
        if path.is_file():
            found.append(
                {key: value for key, value in read_json(path).items() if key not in ("per_problem", "rows")}
            )
    return found


def _files(path: Path) -> list[dict[str, Any]]:
    """Return every export file and, as one row each, the model folders."""
    found = [
        {"path": str(item.relative_to(path)), "bytes": item.stat().st_size}
        for item in sorted((path / "exports").rglob("*"))
        if item.is_file() and not item.name.startswith(".")
    ]
    for folder in sorted((path / "models").glob("*")):
        files = [item for item in folder.glob("*") if item.is_file() and not item.name.startswith(".")]
        if files:
            total = sum(item.stat().st_size for item in files)
            found.append({"path": f"{folder.relative_to(path)}/", "bytes": total})
    return found


def _next_command(run: RunDir) -> str:
    stages = {entry["stage"] for entry in run.steps().values()}
    recipe_total = len((run.info.get("recipe") or {}).get("steps", []))
    if recipe_total > len(run.steps()):
        return f"dartkit run RECIPE --run {run.path}"
    for stage, command in (
        ("load", "load files {} FILE"), ("validate", "validate {}"), ("estimate", "estimate {}"), ("synth", "synth {}"),
        ("export-sft", "export sft {}"), ("export-rl", "export rl {}"), ("train-rl", "train-rl {}"), ("eval", "eval {}"),
    ):  # fmt: skip
        if stage not in stages and not (stage == "load" and "load-samples" in stages):
            return "dartkit " + command.format(run.path)
    return f"dartkit show {run.path} ID"


def summary_tables(summary: dict[str, Any]) -> list[SummaryTable]:
    """Return the tables that `dartkit run` and `dartkit status` print."""
    tables = [_overview(summary)]
    if summary["difficulty"]["by_level"]:
        tables.append(_difficulty_table(summary["difficulty"]["by_level"]))
    if summary["strategies"]:
        tables.append(_yield_table(summary["strategies"]))
    if summary["plan"]:
        tables.append(_plan_table(summary["plan"]))
    if summary["evals"]:
        tables.append(_eval_table(summary["evals"]))
    if summary["files"]:
        rows = tuple((item["path"], _size(item["bytes"])) for item in summary["files"])
        tables.append(SummaryTable("Files", ("file", "size"), rows, f"below {summary['path']}"))
    return tables


def _overview(summary: dict[str, Any]) -> SummaryTable:
    problems, draws = summary["problems"], summary["draws"]
    rows = [
        (
            "problems",
            f"{problems['total']:,} ({_pairs(problems['by_split'])}; {problems['dropped']} dropped)",
        ),
        ("draws", f"{draws['total']:,} ({_pairs(draws['by_phase'])})"),
        ("completion tokens", f"{draws['completion_tokens']:,}"),
        ("verdicts", _pairs(summary["verdicts"]) or "none"),
    ]
    return SummaryTable(f"Run {summary['run']}", ("what", "how many"), tuple(rows))


def _difficulty_table(levels: dict[str, Any]) -> SummaryTable:
    rows = tuple(
        (
            level,
            str(cell["problems"]),
            f"{cell['mean_pass_rate']:.1%}",
            str(cell["never_correct"]),
            str(cell["always_correct"]),
        )
        for level, cell in levels.items()
    )
    return SummaryTable(
        "Difficulty",
        ("level", "problems", "mean pass rate", "never correct", "always correct"),
        rows,
    )


def _yield_table(strategies: dict[str, Any]) -> SummaryTable:
    levels = sorted({level for item in strategies.values() for level in item["by_level"]})
    columns = ["level"]
    for name in strategies:
        columns += [f"{name}: draws", "correct", "covered"]
    rows = []
    for level in [*levels, "all"]:
        row = [level]
        for item in strategies.values():
            cell = item["total"] if level == "all" else item["by_level"].get(level, {})
            share = f"{cell.get('covered', 0)}/{cell.get('problems', 0)}"
            row += [f"{cell.get('draws', 0):,}", f"{cell.get('correct', 0):,}", share]
        rows.append(tuple(row))
    hopeless = "; ".join(
        f"{name}: {_pairs(item['statuses'])}"
        for name, item in strategies.items()
        if set(item["statuses"]) - {"met"}
    )
    note = "Each strategy alone: draws in order of their number until its own rule stops."
    return SummaryTable("Yield per level", tuple(columns), tuple(rows), f"{note} {hopeless}".strip())


def _plan_table(plan: dict[str, Any]) -> SummaryTable:
    drawn = [item for item in plan["strategies"] if item["state"] != "not drawn"]
    rows = []
    for item in drawn:
        for name, figure in item["figures"].items():
            middle, low, high = (f"{value:,.6g}" for value in figure["planned"])
            fact, projected = (
                "" if figure[key] is None else f"{figure[key]:,}" for key in ("fact", "projected")
            )
            inside = {True: "yes", False: "no", None: ""}[figure["inside"]]
            planned = f"{middle} ({low} to {high})"
            rows.append((item["strategy"], item["state"], name, planned, fact, projected, inside))
    note = (
        f"Planned: mean and 90 % range, from the last `dartkit plan`. {plan['draws_beyond']:,} draws were in flight when no "
        "strategy wanted them any more."
    )
    for text, names in (
        ("Not drawn yet", [item["strategy"] for item in plan["strategies"] if item not in drawn]),
        (
            "Drawn with other numbers than planned",
            [item["strategy"] for item in drawn if item["same_settings"] is False],
        ),
    ):
        note += f" {text}: {', '.join(names)}." if names else ""
    columns = ("strategy", "state", "figure", "planned", "fact", "projected", "inside")
    return SummaryTable("Plan against fact", columns, tuple(rows), note)


def _eval_table(evals: list[dict[str, Any]]) -> SummaryTable:
    levels = sorted({level for item in evals for level in item["by_level"]})
    others = {item["compare_to"] for item in evals if "gain" in item}
    rows = []
    for item in evals:
        gain = _interval(item["gain"], signed=True) if "gain" in item else ""
        if gain and len(others) > 1:
            gain += f" over {item['compare_to']}"
        cells = [_percent(item["by_level"].get(level)) for level in levels]
        rows.append((item["name"], _interval(item["accuracy"]), gain, *cells))
    first = evals[0]
    note = (
        f"Per cent correct of {first['problems']} held-out problems, avg@{first['samples_per_problem']} at temperature "
        f"{first['temperature']:g}, with 95 % intervals over problems; gains are paired. L1, L2, ...: levels."
    )
    gain_title = f"gain over {others.pop()}" if len(others) == 1 else "gain"
    columns = ("model", "accuracy", gain_title, *(f"L{level}" for level in levels))
    return SummaryTable("Held-out accuracy", columns, tuple(rows), note)


def _interval(figure: list[float], *, signed: bool = False) -> str:
    value, low, high = (100 * item for item in figure)
    return f"{value:+.1f} [{low:+.1f}, {high:+.1f}]" if signed else f"{value:.1f} [{low:.1f}, {high:.1f}]"


def _percent(figure: list[float] | None) -> str:
    return "" if figure is None else f"{100 * figure[0]:.1f}"


def _pairs(counts: dict[str, int]) -> str:
    return ", ".join(f"{value:,} {key}" for key, value in counts.items())


def _size(count: int) -> str:
    return (
        f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB" if count >= 1e3 else f"{count} B"
    )
