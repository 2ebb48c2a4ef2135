"""Finding one row by the first characters of its id, and everything that points at it."""

from __future__ import annotations

from pathlib import Path

import pytest
from dartkit.cli.row_life import find_id, gather_life
from dartkit.cli.show import life_tables

from dartkit.errors import UsageError
from dartkit.files import write_json_lines
from dartkit.ids import answer_id
from dartkit.records import Decision, Problem, Sample, Verdict
from dartkit.run import RunDir

P1, P2, S1, S2 = "aa" * 16, "ab" * 16, "ac" * 16, "bd" * 16


def _sample(key: str, problem: str, index: int) -> Sample:
    return Sample(
        key,
        problem,
        "m",
        index,
        "probe",
        f"completion {index}\nline \x1b[2J",
        "stop",
        "scripted",
        "2026-01-01",
    )


@pytest.fixture
def run(tmp_path: Path) -> RunDir:
    """Two problems, two draws of the first, one verdict, one decision, one exported row."""
    RunDir.create(tmp_path / "r")
    opened = RunDir(tmp_path / "r")
    for number, key in enumerate((P1, P2), 1):
        opened.append(
            Problem(key, f"question {number}", "hand", "train", number, "7", answer_id("7"), "integer")
        )
    opened.append(_sample(S1, P1, 0))
    opened.append(_sample(S2, P1, 1))
    opened.append(Verdict(S1, answer_id("7"), "v", "correct", "exact", extracted="7"))
    opened.write_decisions("dedup", [Decision("sample", S2, "dedup", "same-text", "drop")])
    rows = [{"problem_id": P2, "sample_id": "x"}, {"problem_id": P1, "sample_id": S1}]
    write_json_lines(opened.path / "exports" / "sft" / "messages.jsonl", rows)
    return opened


@pytest.mark.parametrize(
    ("prefix", "found"), [("aa", ("problem", P1)), ("ac", ("sample", S1)), ("b", ("sample", S2))]
)
def test_find_id(prefix: str, found: tuple[str, str], run: RunDir) -> None:
    assert find_id(run, prefix) == found


def test_no_match_and_several(run: RunDir) -> None:
    with pytest.raises(UsageError, match="no problem or sample has an id that starts with 'ff'"):
        find_id(run, "ff")
    with pytest.raises(UsageError, match=f"3 ids start with 'a': problem {P1}, problem {P2}, sample {S1}"):
        find_id(run, "a")


def test_life_of_a_problem(run: RunDir) -> None:
    life = gather_life(run, "problem", P1)
    assert life["problem"]["text"] == "question 1"
    assert [item["sample_id"] for item in life["samples"]] == [S1, S2]
    assert [len(item["verdicts"]) for item in life["samples"]] == [1, 0]
    assert [item["rule"] for item in life["decisions"]] == ["same-text"]
    assert life["exports"] == [{"file": "exports/sft/messages.jsonl", "row": 2}]


def test_life_of_a_sample_holds_only_that_draw(run: RunDir) -> None:
    life = gather_life(run, "sample", S2)
    assert [item["sample_id"] for item in life["samples"]] == [S2]
    assert life["problem"]["problem_id"] == P1
    assert life["exports"] == []
    titles = [table.title for table in life_tables(life, limit=400, draws=12)]
    assert titles == ["Problem", "Draws", "Completion", "Decisions"]


def test_long_texts_and_many_draws_are_cut_with_a_note(run: RunDir) -> None:
    tables = life_tables(gather_life(run, "problem", P1), limit=5, draws=1)
    problem, draws = tables[0], next(table for table in tables if table.title == "Draws")
    assert ("text", "quest … (5 characters more; --full)") in problem.rows
    assert len(draws.rows) == 1
    assert draws.note == "1 more draws; --full"
