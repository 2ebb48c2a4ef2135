"""The SFT export of the run in `counted_run`; every expected number is counted by hand from its docstring."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dartkit.errors import UsageError
from dartkit.events import MemorySink, Notice, SilentSink
from dartkit.export import correct_sample_ids, export_sft
from dartkit.ids import sample_id, sampler_id
from dartkit.records import Decision, Sampler, as_row
from dartkit.run import RunDir
from dartkit.settings import PromptSettings
from dartkit.stage_settings import ExportSftSettings
from dartkit.strategy_settings import Uniform, Vanilla
from tests.unit.export.counted_run import NEW, P1, P2, P3, P5, make_problem

MINE = sampler_id(as_row(Sampler("tiny", temperature=1.0)))


def read_lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def export(run: RunDir, **settings: Any) -> tuple[dict[str, Any], Path]:
    return export_sft(run, ExportSftSettings(**settings), None, SilentSink()), run.path / "exports" / "sft"


def completions(folder: Path) -> list[str]:
    return [row["messages"][-1]["content"] for row in read_lines(folder / "messages.jsonl")]


def test_messages_hold_correct_samples_in_phase_then_draw_order(run: RunDir) -> None:
    """Order: probe, given, synth; the repeated "so  4" and everything that is not right is left out."""
    counts, folder = export(run)
    rows = read_lines(folder / "messages.jsonl")
    assert completions(folder) == ["is 4", "maybe 4", "so 4", "is 9"]
    assert rows[0] == {
        "messages": [{"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "is 4"}],
        "problem_id": P1,
        "sample_id": sample_id(P1, MINE, 0),
        "level": "1",
        "source": "sums",
    }
    assert counts == {
        "rows": 4,
        "problems": 2,
        "uncovered": 1,
        "reference_rows": 0,
        "funnel": {
            "drawn for these problems": 10,
            "not correct: incorrect": -3,
            "not correct: truncated": -1,
            "without a verdict": -1,
            "repeated completion": -1,
            "exported": 4,
        },
    }


def test_facts_are_the_numbers_counted_by_hand(run: RunDir) -> None:
    """Tokens: 3 + 5 + 4 of the three drawn rows; the given row's length is not known. P1 has pass rate 0.5, P2 has 0."""
    _, folder = export(run)
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    content = facts["content"]
    assert facts["verifier_id"] == NEW
    assert content["rows_by_phase"] == {"given": 1, "probe": 1, "synth": 2}
    assert content["rows_by_level"] == {"1": 4}
    assert content["problems_by_level"] == {"1": 2}
    assert content["rows_by_license"] == {"MIT": 3, "unknown": 1}
    assert content["completion_tokens"] == {"rows": 3, "sum": 12}
    assert content["rows_per_problem"] == {"min": 1, "median": 2.0, "max": 3}
    assert content["rows_by_sampler"][MINE] == 3
    assert content["difficulty"]["mean_pass_rate"] == 0.25
    assert content["difficulty"]["pass_rate_bins"] == {
        "0": 1, "0 to 0.2": 0, "0.2 to 0.4": 0, "0.4 to 0.6": 1, "0.6 to 0.8": 0, "0.8 to 1": 0, "1": 0,
    }  # fmt: skip
    assert facts["funnel"]["problems"] == [
        {"step": "loaded", "rows": 4},
        {"step": "dropped by validate: no-answer", "rows": -1},
        {"step": "not covered: no correct sample", "rows": -1},
        {"step": "exported", "rows": 2},
    ]


def test_correct_means_the_newest_verifier(run: RunDir) -> None:
    """The older verifier found a wrong draw of P3 correct; it does not count."""
    assert len(correct_sample_ids(run)) == 6  # 4 of P1, 1 of P2, 1 of the test problem P5
    assert sample_id(P3, MINE, 0) not in correct_sample_ids(run)


def test_strategy_targets_cap_each_problem(run: RunDir) -> None:
    """Uniform targets 1, 2, 2: P1 keeps its first sample, P2 has only one."""
    counts, folder = export(run, strategy=Uniform(correct_per_problem=2))
    assert completions(folder) == ["is 4", "is 9"]
    assert counts["funnel"]["beyond the strategy's target"] == -2


def test_vanilla_takes_the_first_draws_of_each_sampler(run: RunDir) -> None:
    """Draws 0 and 1: of P1 one of each sampler is right; the right draw of P2 is its draw 2."""
    _, folder = export(run, strategy=Vanilla(draws_per_problem=2))
    assert completions(folder) == ["is 4", "maybe 4"]


def test_strategy_without_targets_says_what_to_run(run: RunDir) -> None:
    with pytest.raises(UsageError, match="no targets of the strategy 'prop2diff'") as caught:
        export(run, strategy={"kind": "prop2diff"})
    assert "plan or synth" in caught.value.fix


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"distinct": False}, ["is 4", "maybe 4", "so 4", "so  4", "is 9"]),
        ({"phases": ("synth",)}, ["so 4", "is 9"]),
        ({"splits": ("test",)}, ["is 4"]),
        ({"include_reference": True}, ["is 4", "maybe 4", "so 4", "Two and two make 4.", "is 9"]),
    ],
)
def test_filters(run: RunDir, settings: dict[str, Any], expected: list[str]) -> None:
    _, folder = export(run, **settings)
    assert completions(folder) == expected


def test_test_split_stays_out_unless_asked_for(run: RunDir) -> None:
    _, folder = export(run)
    assert P5 not in {row["problem_id"] for row in read_lines(folder / "messages.jsonl")}


def test_verl_and_trl_shapes(run: RunDir) -> None:
    """Schemas written out here, not taken from the code."""
    counts, folder = export(run, formats=("messages", "verl", "trl"))
    table = pq.read_table(folder / "verl.parquet")
    assert table.schema.field("messages").type == pa.list_(
        pa.struct([("role", pa.string()), ("content", pa.string())])
    )
    assert table.column("messages").to_pylist()[3] == [
        {"role": "user", "content": "3*3?"},
        {"role": "assistant", "content": "is 9"},
    ]
    first = read_lines(folder / "trl.jsonl")[0]
    assert first["prompt"] == [{"role": "user", "content": "2+2?"}]
    assert first["completion"] == [{"role": "assistant", "content": "is 4"}]
    assert table.num_rows == len(read_lines(folder / "trl.jsonl")) == counts["rows"]


def test_shapes_no_longer_asked_for_are_removed(run: RunDir) -> None:
    export(run, formats=("messages", "verl"))
    _, folder = export(run, formats=("trl",))
    assert sorted(path.name for path in folder.iterdir()) == ["facts.json", "trl.jsonl"]


def test_second_call_writes_the_same_bytes(run: RunDir) -> None:
    first, folder = export(run, formats=("messages", "verl", "trl"))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    second, _ = export(run, formats=("messages", "verl", "trl"))
    assert first == second
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_shard_of_this_process_does_not_shrink_the_export(run: RunDir) -> None:
    run.close()
    with RunDir(run.path, shard=(0, 50)) as sharded:
        assert export(sharded)[0]["rows"] == 4


def test_system_prompt_and_template_go_into_the_messages(run: RunDir, tmp_path: Path) -> None:
    template = tmp_path / "ask.txt"
    template.write_text("Q: {problem}\n", encoding="utf-8")
    _, folder = export(run, prompt=PromptSettings(template=str(template), system="Be brief."))
    assert read_lines(folder / "messages.jsonl")[3]["messages"][:2] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Q: 3*3?"},
    ]


def test_nothing_correct_is_written_and_said_plainly(tmp_path: Path) -> None:
    RunDir.create(tmp_path / "weak")
    sink = MemorySink()
    with RunDir(tmp_path / "weak") as run:
        run.append(make_problem("1+1?", "2"))
        counts = export_sft(run, ExportSftSettings(formats=("messages", "verl")), None, sink)
    folder = tmp_path / "weak" / "exports" / "sft"
    assert (counts["rows"], counts["uncovered"]) == (0, 1)
    assert (folder / "messages.jsonl").read_bytes() == b""
    assert pq.read_table(folder / "verl.parquet").num_rows == 0
    assert any(isinstance(event, Notice) and "the export is empty" in event.message for event in sink.events)


def test_dropped_samples_are_left_out_by_rule(run: RunDir) -> None:
    run.write_decisions("dedup", [Decision("sample", sample_id(P2, MINE, 2), "dedup", "near-copy", "drop")])
    counts, folder = export(run)
    assert completions(folder) == ["is 4", "maybe 4", "so 4"]
    assert counts["funnel"]["dropped by dedup: near-copy"] == -1
    assert P2 not in {row["problem_id"] for row in read_lines(folder / "messages.jsonl")}


@pytest.mark.parametrize("name", ["../sft", "a/b", "", ".hidden"])
def test_export_names_are_plain_folder_names(run: RunDir, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        export(run, name=name)


def test_unknown_split_names_the_splits_there_are(run: RunDir) -> None:
    with pytest.raises(UsageError, match="splits: test, train"):
        export(run, splits=("dev",))
