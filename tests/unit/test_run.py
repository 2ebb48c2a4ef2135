"""The run directory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dartkit.errors import DataError, UsageError
from dartkit.events import Notice
from dartkit.ids import in_shard
from dartkit.records import Decision, Difficulty, Sampler, Target, from_row, schema_of
from dartkit.records import Problem as ProblemRecord
from dartkit.run import RunDir
from tests.conftest import make_problem, make_run


def test_create_keeps_the_first_identity(tmp_path: Path) -> None:
    RunDir.create(tmp_path / "r", seed=3)
    RunDir.create(tmp_path / "r", seed=4)
    assert RunDir(tmp_path / "r").seed == 3


def test_a_folder_without_run_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a run directory"):
        RunDir(tmp_path)


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    RunDir.create(tmp_path)
    info = json.loads((tmp_path / "run.json").read_text())
    (tmp_path / "run.json").write_text(json.dumps({**info, "format": 99}))
    with pytest.raises(DataError, match="format 99"):
        RunDir(tmp_path)


def test_shards_see_all_problems_once(tmp_path: Path) -> None:
    """Three shards of twenty problems: disjoint, and together all."""
    make_run(tmp_path, [make_problem(f"p{i}") for i in range(20)]).close()
    parts = [{item.problem_id for item in RunDir(tmp_path, shard=(i, 3)).problems()} for i in range(3)]
    assert sum(len(part) for part in parts) == 20 == len(set.union(*parts))


def a_target(problem: str, strategy: str = "uniform", draws: int = 1) -> Target:
    return Target(problem, strategy, 1, 2, 1, draws, 0.0, None, "met")


def targets_of(run: RunDir) -> dict[tuple[str, str], int]:
    found = run.targets()
    assert len({(item.problem_id, item.strategy) for item in found}) == len(found)
    return {(item.problem_id, item.strategy): item.n_draws for item in found}


def test_sharded_tables_are_read_as_one(tmp_path: Path) -> None:
    """Two shards, then the whole, then three shards, each with another number of draws: of each problem the newest is read."""
    make_run(tmp_path, [make_problem(f"p{i}") for i in range(12)]).close()
    ids = [item.problem_id for item in RunDir(tmp_path).problems()]
    for draws, count in enumerate((2, 1, 3)):
        for index in range(count):
            run = RunDir(tmp_path, shard=(index, count))
            run.write_targets([a_target(item.problem_id, draws=draws) for item in run.problems()])
            before = draws - 1 if index < count - 1 else draws
            owned = {item for item in ids if any(in_shard(item, i, count) for i in range(index + 1))}
            expected = {(item, "uniform"): draws if item in owned else before for item in ids}
            if draws or index == count - 1:
                assert targets_of(RunDir(tmp_path)) == expected
                assert targets_of(run) == expected


def test_shards_of_one_strategy_leave_another_whole(tmp_path: Path) -> None:
    """Uniform was drawn whole, vanilla in two shards, then uniform again whole with more draws: both are there, the newest of each."""
    make_run(tmp_path, [make_problem(f"p{i}") for i in range(6)]).close()
    ids = [item.problem_id for item in RunDir(tmp_path).problems()]
    RunDir(tmp_path).write_targets([a_target(item, draws=1) for item in ids])
    for index in range(2):
        run = RunDir(tmp_path, shard=(index, 2))
        run.write_targets([a_target(item.problem_id, "vanilla", 5) for item in run.problems()])
    RunDir(tmp_path).write_targets([a_target(item, draws=2) for item in ids])
    assert targets_of(RunDir(tmp_path)) == {
        (item, name): n for item in ids for name, n in (("uniform", 2), ("vanilla", 5))
    }


def test_targets_of_another_strategy_stay(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    run.write_targets([Target("p", "uniform", 1, 2, 1, 1, 0.0, None, "met")])
    run.write_targets([Target("p", "vanilla", 0, 2, 1, 2, 0.0, None, "met")])
    run.write_targets([Target("p", "vanilla", 0, 4, 1, 4, 0.0, None, "met")])
    assert sorted((item.strategy, item.max_draws) for item in run.targets()) == [
        ("uniform", 2),
        ("vanilla", 4),
    ]


def test_records_round_trip_through_parquet(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    record = Difficulty("p", "s", "v", 8, 2, 1, 2 / 7, 5 / 7, 0.1, 0.6, 0, 12.5, "7", 0.5, False)
    run.write_difficulty([record])
    assert run.difficulty() == [record]


def test_samplers_are_stored_by_content(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    first = run.save_sampler(Sampler(model="m", temperature=1.0, stop=("a", "b")))
    assert run.save_sampler(Sampler(model="m", temperature=1.0, stop=("a", "b"))) == first
    assert run.save_sampler(Sampler(model="m", temperature=0.9)) != first
    assert run.samplers()[first].stop == ("a", "b")


def test_dropped_items_are_named_with_the_first_decision(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    run.write_decisions(
        "a", [Decision("problem", "p1", "a", "rule-1", "drop"), Decision("problem", "p2", "a", "x", "flag")]
    )
    run.write_decisions(
        "b", [Decision("problem", "p1", "b", "rule-2", "drop"), Decision("sample", "p3", "b", "x", "drop")]
    )
    assert {key: item.rule for key, item in run.dropped("problem").items()} == {"p1": "rule-1"}


def test_paths_of_settings(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    assert run.resolve("run:models/sft") == tmp_path / "models" / "sft"
    assert run.resolve("some/file") == Path("some/file")


def test_events_are_appended_as_lines(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    run.emit(Notice("load", "one"))
    run.emit(Notice("load", "two\nlines"))
    lines = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert [(line["event"], line["message"]) for line in lines] == [
        ("Notice", "one"),
        ("Notice", "two\nlines"),
    ]


def test_steps_make_the_manifest(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    run.finish_step("01-b", {"stage": "b", "finished_at": "2026-01-02"})
    run.finish_step("00-a", {"stage": "a", "finished_at": "2026-01-01"})
    assert list(run.steps()) == ["00-a", "01-b"]
    assert set(json.loads((tmp_path / "manifest.json").read_text())["steps"]) == {"00-a", "01-b"}
    assert run.step_done("02-c") is None


def test_schema_says_what_may_be_missing() -> None:
    """Nullable exactly where the record's annotation admits None; answer_kind 'tuple' is text, not a tuple."""
    schema = schema_of(ProblemRecord)
    assert not schema.field("text").nullable
    assert schema.field("answer").nullable
    assert from_row(ProblemRecord, {**_row(), "answer_kind": "tuple", "unknown": 1}).answer_kind == "tuple"


def _row() -> dict[str, object]:
    return {"problem_id": "p", "text": "t", "source": "s", "source_split": "train", "source_row": 1}
