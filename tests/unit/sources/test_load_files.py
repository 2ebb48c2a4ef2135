"""`load` on files that the tests write; expected records are spelled out by hand."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dartkit.events import MemorySink, Notice, SilentSink
from dartkit.ids import answer_id, problem_id
from dartkit.records import Problem
from dartkit.run import RunDir
from dartkit.sources import load
from dartkit.stage_settings import LoadSettings

ROWS = [
    {"problem": "2+2?", "answer": "4"},
    {"problem": "3*3?", "answer": 9},
    {"problem": "Half?", "answer": 0.5},
]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


def load_files(run: RunDir, *paths: Path | str, **source: Any) -> dict[str, Any]:
    settings = LoadSettings.model_validate(
        {"source": {"kind": "files", "paths": [str(path) for path in paths], **source}}
    )
    return load(run, settings, None, SilentSink())


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def stored(run: RunDir) -> list[tuple[str, str | None]]:
    return [(problem.text, problem.answer) for problem in run.problems()]


def test_a_row_becomes_a_problem_with_its_origin(run: RunDir, tmp_path: Path) -> None:
    """The revision is the first 16 hex characters of the SHA-256 of the file, the row its line, from 1."""
    line = {
        "q": "Solve  it.",
        "a": True,
        "meta": {"unit": "m", "tags": ["x"]},
        "lvl": 3,
        "sol": "Easy.",
        "lic": "MIT",
    }
    data = b"\n" + json.dumps(line).encode() + b"\n"
    path = write(tmp_path / "sums.v1.jsonl", data)
    fields = {
        "text": "q", "answer": "a", "level": "lvl", "subject": "meta.unit", "reference_solution": "sol", "license": "lic",
    }  # fmt: skip
    load_files(run, path, fields=fields, split="test")
    assert run.problems() == [
        Problem(
            problem_id=problem_id("Solve it."),
            text="Solve  it.",
            source="sums.v1",
            source_split="test",
            source_row=2,
            answer="True",
            answer_id=answer_id("True"),
            answer_kind="boolean",
            reference_solution="Easy.",
            subject="m",
            level="3",
            source_revision=hashlib.sha256(data).hexdigest()[:16],
            license="MIT",
        )
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", LINES),
        ("a.ndjson", LINES.replace(b"\n", b"\r\n\r\n")),
        ("a.jsonl", b"\xef\xbb\xbf" + LINES.rstrip(b"\n")),
        ("a.json", LINES),
        ("a.json", json.dumps(ROWS, indent=2).encode()),
        ("a.jsonl.gz", gzip.compress(LINES[:20]) + gzip.compress(LINES[20:])),
        ("a.json.zst", pa.compress(json.dumps(ROWS).encode(), "zstd", asbytes=True)),
        (
            "A.JSONL.ZST",
            pa.compress(LINES[:20], "zstd", asbytes=True) + pa.compress(LINES[20:], "zstd", asbytes=True),
        ),
        ("a.csv", b"problem,answer\n2+2?,4\n\n3*3?,9\nHalf?,0.5\n"),
        ("a.csv.gz", gzip.compress(b"id,answer,problem\n1,4,2+2?\n2,9,3*3?\n3,0.5,Half?\n")),
    ],
)
def test_formats_give_the_same_problems(run: RunDir, tmp_path: Path, name: str, data: bytes) -> None:
    counts = load_files(run, write(tmp_path / name, data))
    assert stored(run) == [("2+2?", "4"), ("3*3?", "9"), ("Half?", "0.5")]
    assert (counts["rows"], counts["added"]) == (3, 3)


def test_parquet_with_nested_columns(run: RunDir, tmp_path: Path) -> None:
    """An integer column with a null is read as floats by many writers: 4.0 is the answer 4, NaN is no answer."""
    table = pa.table(
        {
            "problem": ["a?", "b?"],
            "answer": [4.0, float("nan")],
            "meta": [{"unit": "m"}, None],
            "big": [b"x", b"y"],
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    counts = load_files(run, tmp_path / "t.parquet", fields={"subject": "meta.unit"})
    assert [(p.answer, p.subject, p.source_row) for p in run.problems()] == [("4", "m", 1), (None, None, 2)]
    assert counts["without_answer"] == 1


def test_csv_cells_with_line_breaks_and_blank_lines_in_quotes(run: RunDir, tmp_path: Path) -> None:
    load_files(run, write(tmp_path / "a.csv", b'problem,answer\r\n"one,\n\n""two""",1\r\n'))
    assert stored(run) == [('one,\n\n"two"', "1")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  7 ", "7"),
        (7, "7"),
        (7.0, "7"),
        (0.25, "0.25"),
        (1e300, "1e+300"),
        (False, "False"),
        (["7"], "7"),
        ("", None),
        (None, None),
        (12345678901234567890, "12345678901234567890"),
    ],
)
def test_answers_become_text(run: RunDir, tmp_path: Path, value: Any, expected: str | None) -> None:
    load_files(run, write(tmp_path / "a.jsonl", json.dumps({"problem": "?", "answer": value}).encode()))
    assert stored(run) == [("?", expected)]


def test_loading_again_adds_nothing(run: RunDir, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", LINES)
    load_files(run, path)
    run.close()
    before = list(run.rows("problems"))
    counts = load_files(run, path)
    assert (counts["added"], counts["already_loaded"]) == (0, 3)
    assert list(run.rows("problems")) == before


def test_duplicates_are_counted_and_the_first_stays(run: RunDir, tmp_path: Path) -> None:
    """Spacing is no difference: ids are made of normalised text."""
    first = write(tmp_path / "a.jsonl", LINES)
    second = write(
        tmp_path / "b.jsonl", b'{"problem": "2+2?  ", "answer": " 4"}\n{"problem": "2+2?", "answer": null}\n'
    )
    counts = load_files(run, first, second)
    assert (counts["rows"], counts["added"], counts["duplicates"]) == (5, 3, 2)
    assert run.problems()[0].source == "a"


def test_overlap_of_splits_is_told_and_the_first_split_stays(run: RunDir, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", LINES)
    load_files(run, path, split="test")
    sink = MemorySink()
    source = {"kind": "files", "paths": [str(path)], "split": "train"}
    counts = load(run, LoadSettings.model_validate({"source": source}), None, sink)
    assert counts["in_other_split"] == 3
    assert {problem.source_split for problem in run.problems()} == {"test"}
    assert any(isinstance(event, Notice) and "overlap" in event.message for event in sink.events)


def test_globs_are_sorted_and_files_taken_once(run: RunDir, tmp_path: Path) -> None:
    for name in ("b", "a", ".hidden"):
        write(tmp_path / f"{name}.jsonl", json.dumps({"problem": name, "answer": 1}).encode())
    load_files(run, tmp_path / "*.jsonl", tmp_path / "a.jsonl")
    assert [text for text, _ in stored(run)] == ["a", "b"]


def test_limit_name_and_license_of_the_source(run: RunDir, tmp_path: Path) -> None:
    """The rows beyond the limit are not read, so the broken line after them does not matter."""
    path = write(tmp_path / "a.jsonl", LINES + b"broken")
    load_files(run, path, limit=3, name="mine", license="CC0")
    assert {(problem.source, problem.license) for problem in run.problems()} == {("mine", "CC0")}
    assert len(run.problems()) == 3


def test_run_paths_are_inside_the_run(run: RunDir) -> None:
    write(run.path / "in.jsonl", LINES)
    assert load_files(run, "run:in.jsonl")["added"] == 3


def test_surrogates_and_nul_are_replaced_and_counted(run: RunDir, tmp_path: Path) -> None:
    """U+D800 alone is not text; NUL is not storable in many tools."""
    path = write(tmp_path / "a.jsonl", b'{"problem": "a\\ud800b\\u0000c", "answer": "1"}\n')
    assert load_files(run, path)["cleaned_values"] == 1
    assert stored(run) == [("a�bc", "1")]


def test_column_names_may_hold_dots(run: RunDir, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", b'{"a.b": "plain", "a": {"b": "nested", "c": 5}}\n')
    load_files(run, path, fields={"text": "a.b", "answer": "a.c"})
    assert stored(run) == [("plain", "5")]


def test_problems_of_other_shards_are_known(run: RunDir, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", LINES)
    load_files(run, path)
    run.close()
    with RunDir(run.path, shard=(3, 7)) as other:
        assert load_files(other, path)["already_loaded"] == 3
