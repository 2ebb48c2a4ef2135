"""How a person reads the results of `dartkit eval`."""

from __future__ import annotations

from typing import Any

from .console import TableLike, TextTable

Rows = list[tuple[str, ...]]


def eval_tables(counts: dict[str, Any]) -> list[TableLike]:
    """Return the result as a table: accuracy overall, by level and by domain, pass@k, maj@k and the gain."""
    k = counts["samples_per_problem"]
    figures = {
        name: figure for name, figure in counts.get("metrics", {}).items() if not name.startswith("avg")
    }
    if not figures and k > 1:
        figures = {f"pass@{k}": counts["pass_at_k"], f"maj@{k}": counts["maj_at_k"]}
    rows: Rows = [("accuracy", *_interval(counts["accuracy"]))]
    rows += [(name, *_interval(figure)) for name, figure in in_order(figures)]
    if "gain" in counts:
        rows.append((f"gain over {counts['compare_to']}", *_interval(counts["gain"])))
    for group in ("level", "domain"):
        found = counts[f"by_{group}"]
        rows += [(f"{group} {key}", *_interval(figure)) for key, figure in found.items() if len(found) > 1]
    note = f"{counts['problems']:,} problems, {k} draws each at temperature {counts['temperature']:g}; "
    note += f"{counts['truncated']:,} draws truncated, {counts['undecided']:,} undecided."
    columns = ("what", "value", "95 % interval")
    return [TextTable(f"{counts['name']} ({counts['model']})", columns, tuple(rows), note)]


def suite_tables(result: dict[str, Any]) -> list[TableLike]:
    """Return the figures of all tasks, then those of each by level and by subject."""
    rows: Rows = []
    for name, item in result["tasks"].items():
        rows += metric_rows(name, item, item["problems"] * item["samples_per_problem"])
    if "average" in result:
        rows.append((f"mean of {len(result['tasks'])}", "", "avg", _short(result["average"]), "", ""))
    note = "Per cent, with 95 % intervals over problems; mean tokens of a draw. " + " ".join(
        f"{name}: {item['problems']:,} of {item['expected_problems']:,} problems."
        for name, item in result["tasks"].items()
        if item["problems"] != item["expected_problems"]
    )
    tables: list[TableLike] = [TextTable(str(result["model"]), _columns("task"), tuple(rows), note)]
    for name, item in result["tasks"].items():
        for title, key in (("level", "levels"), ("subject", "subjects")):
            if len(item[key]) > 1:
                rows = [
                    row
                    for group, part in item[key].items()
                    for row in metric_rows(group, part, part["draws"])
                ]
                tables.append(TextTable(f"{name} by {title}", _columns(title), tuple(rows), ""))
    return tables


def _columns(first: str) -> tuple[str, ...]:
    return (first, "problems", "metric", "value", "cut / no answer / undecided", "tokens")


def metric_rows(name: str, item: dict[str, Any], draws: int) -> Rows:
    """Return a row for each metric of a task, level or subject; the shares of its draws stand in the first."""
    shares = " / ".join(f"{100 * item[key] / draws:.1f}" for key in ("truncated", "no_answer", "undecided"))
    length = "-" if item["mean_tokens"] is None else f"{item['mean_tokens']:,.0f}"
    rows: Rows = []
    for metric, figure in in_order(item["metrics"]):
        head, tail = (name, f"{item['problems']:,}"), (shares, length)
        rows.append((*(("", "") if rows else head), metric, _short(figure), *(("", "") if rows else tail)))
    return rows


def _short(figure: list[float]) -> str:
    value, low, high = (f"{100 * item:.1f}" for item in figure)
    return f"{value} [{low}, {high}]"


def in_order(metrics: dict[str, list[float]]) -> list[tuple[str, list[float]]]:
    """Return metrics in the order of a table: avg, pass@k, maj@k, each with k ascending; a file has them by name."""
    kinds = ("avg", "pass", "maj")

    def place(name: str) -> tuple[int, int]:
        kind, _, size = name.partition("@")
        return kinds.index(kind), int(size)

    return sorted(metrics.items(), key=lambda item: place(item[0]))


def _interval(figure: list[float]) -> tuple[str, str]:
    value, low, high = (f"{100 * item:.1f} %" for item in figure)
    return value, f"{low} to {high}"
