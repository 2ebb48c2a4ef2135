"""How options are spread over the command line, and the tables of commands that draw their own."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from dartkit.cli.command import command
from dartkit.cli.console import Terminal
from dartkit.cli.eval_tables import eval_tables
from dartkit.cli.options import Limits, More, Output, RunPath
from dartkit.cli.plan import plan_tables

SEEN: list[dict[str, Any]] = []


@command("dartkit example r")
def example(terminal: Terminal, run: RunPath, limits: Limits, more: More, number: int = 3) -> None:
    """Note what came in."""
    SEEN.append({"json": terminal.json, "run": run, "limits": limits, "more": more, "number": number})


def test_groups_are_spread_and_gathered_again() -> None:
    """Own parameters come first, then the groups in order, then the output options."""
    names = list(inspect.signature(example).parameters)
    groups = ["budget_draws", "budget_tokens", "budget_hours", "set", "settings"]
    output = ["json", "quiet", "debug", "log_format"]
    assert names == ["run", "number", *groups, *output]
    values: dict[str, Any] = dict.fromkeys(groups) | dict.fromkeys(output, False) | {"log_format": "text"}
    example(**{**values, "run": Path("r"), "number": 4, "budget_draws": 5, "json": True})
    expected = {"json": True, "run": Path("r"), "limits": Limits(budget_draws=5), "more": More(), "number": 4}
    assert SEEN.pop() == expected


def test_more_puts_an_implied_setting_before_the_users() -> None:
    assert More(set=["a=1"]).adding("b=2").set == ["b=2", "a=1"]
    assert Output().log_format == "text"


def test_eval_table_shows_figures_with_intervals() -> None:
    """0.5 [0.25, 0.75] reads 50.0 % and 25.0 % to 75.0 %; a single domain says nothing and is left out."""
    half = [0.5, 0.25, 0.75]
    counts = {
        "name": "base", "model": "tiny", "problems": 4, "samples_per_problem": 2, "temperature": 1.0, "accuracy": half,
        "pass_at_k": [1.0, 0.9, 1.0], "maj_at_k": half, "gain": [-0.1, -0.2, 0.0], "compare_to": "old",
        "by_level": {"1": half, "2": half}, "by_domain": {"math": half}, "truncated": 1, "undecided": 0,
    }  # fmt: skip
    [table] = eval_tables(counts)
    assert [row[0] for row in table.rows] == [
        "accuracy",
        "pass@2",
        "maj@2",
        "gain over old",
        "level 1",
        "level 2",
    ]
    assert table.rows[0][1:] == ("50.0 %", "25.0 % to 75.0 %")
    assert table.rows[3][1:] == ("-10.0 %", "-20.0 % to 0.0 %")
    assert "1 draws truncated, 0 undecided" in table.note


def test_plan_tables_show_expected_value_and_range() -> None:
    cell = {
        "problems": 2,
        "draws": [1500, 1000, 2000],
        "tokens": [3, 2, 4],
        "correct": [7, 6, 8],
        "covered": [2, 1, 2],
        "met": [1, 0, 2],
        "hopeless": [1, 0, 2],
        "exhausted": [0, 0, 0],
    }
    item = {
        "strategy": "uniform",
        **cell,
        "hours": None,
        "gpu_hours": None,
        "money": [12.5, 10.0, 15.25],
        "by_level": {"1": cell},
        "by_bin": {"0": cell},
    }
    cost, end, by_level, by_bin = plan_tables({"problems": 2, "measured": 1, "strategies": [item]})
    assert cost.rows == (("uniform", "1,500 (1,000 to 2,000)", "3 (2 to 4)", "-", "-", "12.5 (10 to 15.25)"),)
    assert cost.note.startswith("1 of 2 problems are measured")
    assert end.rows == (("uniform", "7 (6 to 8)", "2 (1 to 2)", "1 (0 to 2)", "1 (0 to 2)", "0 (0 to 0)"),)
    assert by_level.rows == (("1", "2", "1,500 (1,000 to 2,000)", "3 (2 to 4)", "7 (6 to 8)", "1 (0 to 2)"),)
    assert (by_bin.columns[0], by_bin.rows[0][0]) == ("pass rate", "0")
