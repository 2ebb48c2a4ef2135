"""Benchmarks read from files in the shapes of their published copies; expected problems are spelled out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dartkit.errors import DataError, EnvironmentProblem, UsageError
from dartkit.events import MemorySink, Notice
from dartkit.records import Problem
from dartkit.run import RunDir
from dartkit.settings import TaskSource
from dartkit.sources import load
from dartkit.sources.benchmarks import read_task
from dartkit.sources.rows import Cleaner
from dartkit.sources.tasks import STEM, TASKS, expand_names, find_task
from dartkit.stage_settings import LoadSettings
from dartkit.verify import answer_kind


def read(tmp_path: Path, task: str, rows: list[dict[str, Any]], **source: Any) -> list[Problem]:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found, _ = read_task(TaskSource(task=task, path=str(path), **source), Cleaner())
    return [problem for problem, _ in found]


@pytest.mark.parametrize(
    ("task", "row", "answer", "level", "subject"),
    [
        ("gsm8k", {"question": "q", "answer": "3 - 1 = <<3-1=2>>2\n#### 1,002"}, "1,002", None, None),
        (
            "math",
            {"problem": "q", "level": "Level 5", "type": "Algebra", "solution": "So \\boxed{\\frac{1}{2}}."},
            "\\frac{1}{2}", "5", "Algebra",
        ),
        ("math-500", {"problem": "q", "answer": "7", "level": 3, "subject": "Geometry", "solution": "\\boxed{8}"}, "7", "3", "Geometry"),
        (
            "olympiad-bench",
            {"question": "q", "final_answer": ["$2$", "$-2$"], "subfield": "Algebra", "difficulty": "Competition"},
            "$2$, $-2$", "Competition", "Algebra",
        ),
        ("theorem-qa", {"Question": "q", "Answer": "True", "Picture": None}, "True", None, None),
        ("aime-24", {"Problem": "q", "Answer": 204, "Solution": "s"}, "204", None, None),
        ("amc-23", {"question": "q", "answer": 27.0}, "27", None, None),
    ],
)  # fmt: skip
def test_published_shapes(
    tmp_path: Path, task: str, row: dict[str, Any], answer: str, level: str | None, subject: str | None
) -> None:
    [problem] = read(tmp_path, task, [row])
    assert (problem.text, problem.answer, problem.level, problem.subject) == ("q", answer, level, subject)
    assert (problem.source, problem.source_split, problem.license) == (task, "test", TASKS[task].license)
    assert problem.answer_kind == answer_kind(answer)


def test_options_stand_in_the_text_and_the_answer_is_a_letter(tmp_path: Path) -> None:
    """MMLU numbers the options from 0, MMLU-Pro has letters; the third option is C in both."""
    options = ["red", "green", "blue", "none"]
    rows: list[dict[str, Any]] = [
        {"question": "Colour?", "choices": options, "answer": 2, "subject": "astronomy"},
        {"question": "Hue?", "meta": {"choices": options}, "answer": "c", "subject": "machine_learning"},
        {"question": "Law?", "choices": options, "answer": 0, "subject": "international_law"},
    ]
    first, second = read(tmp_path, "mmlu-stem", rows)
    assert first.text == "Colour?\n\nA. red\nB. green\nC. blue\nD. none"
    assert (first.answer, first.answer_kind, second.answer) == ("C", "choice", "C")
    assert len(STEM) == 18


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"question": "q", "answer": 0}, "no column 'choices'"),
        ({"question": "q", "options": "A or B", "answer": 0}, "a list of 2 to 26 options"),
        ({"question": "q", "options": ["a", "b"], "answer": 2}, "a letter or a number of one of 2 options"),
        ({"question": "q", "options": ["a", ["b"]], "answer": 1}, "a list of texts"),
        ({"question": " ", "options": ["a", "b"], "answer": 1}, "is empty"),
    ],
)
def test_rows_that_state_no_choice_are_refused(tmp_path: Path, row: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(tmp_path, "mmlu-pro", [row])


def test_a_row_without_any_gold_answer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no gold answer"):
        read(tmp_path, "math", [{"problem": "q", "solution": "no box"}])


def test_pictures_are_left_out(tmp_path: Path) -> None:
    rows = [
        {"Question": "a", "Answer": "1", "Picture": "b64"},
        {"Question": "b", "Answer": "2", "Picture": ""},
    ]
    assert [problem.text for problem in read(tmp_path, "theorem-qa", rows)] == ["b"]
    with pytest.raises(DataError, match="no problem of TheoremQA"):
        read(tmp_path, "theorem-qa", rows[:1])


def test_a_question_with_two_gold_answers_is_left_out_whole(run: RunDir, tmp_path: Path) -> None:
    """CollegeMath has such questions, whose instruction was lost: neither answer may count."""
    rows = [
        {"question": text, "answer": answer}
        for text, answer in (("a", "1"), ("b", "2"), ("a", "3"), ("b", "2"))
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    events = MemorySink()
    settings = LoadSettings.model_validate(
        {"source": {"kind": "task", "task": "college-math", "path": str(path)}}
    )
    counts = load(run, settings, None, events)
    assert (counts["rows"], counts["added"], counts["duplicates"], counts["conflicting"]) == (2, 1, 1, 2)
    assert [problem.text for problem in run.problems(["test"])] == ["b"]
    assert any(
        isinstance(item, Notice) and "two different gold answers" in item.message for item in events.events
    )


def test_limit_takes_the_first_problems(tmp_path: Path) -> None:
    rows = [{"question": str(n), "answer": n} for n in range(5)]
    assert [problem.text for problem in read(tmp_path, "gsm8k", rows, limit=2)] == ["0", "1"]


def test_names_and_files_that_do_not_exist() -> None:
    with pytest.raises(UsageError, match="no task named 'gsm8'") as stop:
        find_task("gsm8")
    assert "Did you mean gsm8k?" in stop.value.fix
    with pytest.raises(DataError, match="no such file"):
        read_task(TaskSource(task="gsm8k", path="nowhere.jsonl"), Cleaner())
    with pytest.raises(UsageError, match="no copy of DeepMind-Mathematics"):
        read_task(TaskSource(task="deepmind-math"), Cleaner())


def test_without_a_network_the_hub_is_an_environment_problem() -> None:
    """`HF_HUB_OFFLINE` is set for all tests: the data set is neither here nor to be had (exit status 4)."""
    pytest.importorskip("datasets")
    with pytest.raises(EnvironmentProblem, match="cannot load the data set HuggingFaceH4/MATH-500"):
        read_task(TaskSource(task="math-500"), Cleaner())


def test_tables_are_consistent() -> None:
    """Six tasks of the paper with its sizes (nbs/03_data.ipynb; TheoremQA without the 53 pictures of 800), and AIME at 32 draws, T = 1, top_p 0.7."""
    sizes = [find_task(name).problems for name in expand_names(["dart-six"])]
    assert sizes == [5000, 1319, 2818, 1000, 675, 800 - 53]
    for name in ("aime-24", "aime-25"):
        defaults = TASKS[name].defaults()
        assert (
            defaults["samples_per_problem"],
            defaults["sampling"]["temperature"],
            defaults["sampling"]["top_p"],
        ) == (32, 1.0, 0.7)
    assert all(name == task.name for name, task in TASKS.items())


def test_real_files(data_dir: Path) -> None:
    """Row counts of the README of the data; MMLU has 9 repeated questions, CollegeMath 7 questions with two answers."""
    for task, file, expected in (
        ("gsm8k", "gsm8k/test.jsonl.gz", 647), ("aime-24", "contest/aime2024.jsonl", 30), ("amc-23", "contest/amc2023.jsonl", 40),
        ("theorem-qa", "theoremqa/test.jsonl.gz", 362), ("mmlu-stem", "mmlu_stem/test.jsonl.gz", 1535),
        ("college-math", "college_math/test.jsonl.gz", 710 - 7), ("olympiad-bench", "olympiadbench/test.jsonl.gz", 321),
    ):  # fmt: skip
        found, _ = read_task(TaskSource(task=task, path=str(data_dir / file)), Cleaner())
        assert len({problem.problem_id for problem, _ in found}) == expected, task
