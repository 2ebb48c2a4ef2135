"""Plan against fact on three problems, with every number worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dartkit.difficulty.rates import JudgedDraw, rate_problem
from dartkit.files import write_json
from dartkit.records import Target, TargetStatus
from dartkit.report.plan_check import PlanCheck
from dartkit.report.summary import summarize, summary_tables
from dartkit.run import RunDir
from tests.conftest import make_problem, make_run, make_sample

PROBLEMS = [make_problem(text) for text in ("a", "b", "c")]


def target(problem: int, n_draws: int, have: int, status: TargetStatus, left: float = 0.0) -> Target:
    return Target(PROBLEMS[problem].problem_id, "uniform", 2, 20, have, n_draws, left, None, status)


def write_plan(run: RunDir, unmeasured: Any, **figures: Any) -> None:
    item = {
        "strategy": "uniform", "pays_probe": False, "settings": {"kind": "uniform", "correct_per_problem": 2}, "hours": None, "draws": [8, 5, 11],
        "tokens": [80, 50, 110], "correct": [5, 4, 6], "covered": [3, 2, 3], "met": [2, 1, 3], "hopeless": [0, 0, 0],
        "exhausted": [1, 0, 2], **figures,
    }  # fmt: skip
    write_json(run.path / "plan.json", {"strategies": [item], "unmeasured": unmeasured})


def finish_synth(run: RunDir, seconds: float, number: int = 2) -> None:
    settings = {"strategy": {"kind": "uniform", "correct_per_problem": number}}
    entry = {
        "stage": "synth",
        "settings": settings,
        "seconds": seconds,
        "counts": {},
        "finished_at": "2026-01-01",
    }
    run.finish_step("synth-uniform", entry)


@pytest.fixture
def run(tmp_path: Path) -> RunDir:
    """Probes of 2; then a has draws to number 5, b to 2, c to 7. Ten tokens a draw, one draw of c has 30.

    Targets end after 5, 1 and 6 draws: beyond the probe 3 + 0 + 4 = 7 draws; one draw of c (number 6) and none of b is beyond all.
    """
    run = make_run(tmp_path, PROBLEMS)
    for problem, count in zip(PROBLEMS, (5, 2, 7), strict=True):
        for index in range(count):
            sample = replace(make_sample(problem, index), phase="probe" if index < 2 else "synth")
            run.append(replace(sample, completion_tokens=30) if (problem.text, index) == ("c", 3) else sample)
    drawn = [JudgedDraw("correct", "1", 10), JudgedDraw("incorrect", "2", 10)]
    run.write_difficulty([rate_problem(item.problem_id, "s" * 32, "v", drawn) for item in PROBLEMS])
    return run


def figures(run: RunDir) -> dict[str, Any]:
    (item,) = summarize(run)["plan"]["strategies"]
    return {**item["figures"], "state": item["state"], "same_settings": item["same_settings"]}


def test_a_finished_strategy_by_hand(run: RunDir) -> None:
    """7 draws and 3 * 10 + (10 + 30 + 10 + 10) = 90 tokens, both inside; 3 correct samples were under the planned 4."""
    run.write_targets([target(0, 5, 2, "met"), target(1, 1, 1, "met"), target(2, 6, 0, "exhausted")])
    write_plan(run, [], hours=[0.5, 0.4, 0.6])
    finish_synth(run, 900.0)
    found = figures(run)
    assert found["state"] == "done"
    assert found["same_settings"] is True
    assert (found["draws"]["fact"], found["draws"]["inside"]) == (7, True)
    assert (found["tokens"]["fact"], found["tokens"]["inside"]) == (90, True)
    assert (found["correct"]["fact"], found["correct"]["inside"]) == (3, False)
    assert (found["covered"]["fact"], found["met"]["fact"], found["exhausted"]["fact"]) == (2, 2, 1)
    assert (found["hours"]["fact"], found["hours"]["inside"]) == (0.25, False)
    assert summarize(run)["plan"]["draws_beyond"] == 1


def test_an_unfinished_strategy_is_projected(run: RunDir) -> None:
    """C is open and expected to take 6.5 more: 7 + 6.5 = 13.5 -> 14 draws, over the planned 11; tokens 90 + 6.5 * 90 / 7 = 173.57."""
    run.write_targets([target(0, 5, 2, "met"), target(1, 1, 1, "met"), target(2, 6, 0, "open", 6.5)])
    write_plan(run, [])
    found = figures(run)
    assert found["state"] == "unfinished"
    assert found["same_settings"] is None
    assert (found["draws"]["fact"], found["draws"]["projected"], found["draws"]["inside"]) == (7, 14, False)
    assert found["tokens"]["projected"] == 174
    assert found["correct"]["inside"] is None


def test_probes_the_plan_did_not_know_are_part_of_the_fact(run: RunDir) -> None:
    """Planned before any draw: 5 + 1 + 6 = 12 draws, with a needed probe of two 5 + 2 + 6 = 13; with c unmeasured 3 + 0 + 6 = 9."""
    run.write_targets([target(0, 5, 2, "met"), target(1, 1, 1, "met"), target(2, 6, 0, "exhausted")])
    write_plan(run, "all")
    assert figures(run)["draws"]["fact"] == 12
    write_plan(run, "all", pays_probe=True)
    assert figures(run)["draws"]["fact"] == 13
    write_plan(run, [PROBLEMS[2].problem_id])
    assert figures(run)["draws"]["fact"] == 9


def test_other_numbers_than_planned_are_said(run: RunDir) -> None:
    run.write_targets([target(0, 5, 2, "met")])
    write_plan(run, [])
    finish_synth(run, 1.0, number=9)
    summary = summarize(run)
    assert summary["plan"]["strategies"][0]["same_settings"] is False
    (table,) = [table for table in summary_tables(summary) if table.title == "Plan against fact"]
    assert "other numbers than planned: uniform" in table.note
    assert ("uniform", "done", "draws", "8 (5 to 11)", "3", "", "no") in table.rows


def test_nothing_drawn_and_nothing_planned(run: RunDir) -> None:
    assert PlanCheck(run).compare() == {}
    assert summarize(run)["plan"] == {}
    write_plan(run, [])
    found = figures(run)
    assert (found["state"], found["draws"]["fact"], found["draws"]["inside"]) == ("not drawn", None, None)
