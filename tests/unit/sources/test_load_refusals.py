"""What `load` refuses: every refusal names file and row and what to do, and leaves the run as it was."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.errors import DartkitError, DataError
from dartkit.events import SilentSink
from dartkit.run import RunDir
from dartkit.sources import load
from dartkit.sources.formats import read_rows
from dartkit.sources.rows import shorten
from dartkit.stage_settings import LoadSettings

GOOD = b'{"problem": "1+1?", "answer": "2"}\n'


def load_file(run: RunDir, path: Path | str, **fields: Any) -> dict[str, Any]:
    source = {"kind": "files", "paths": [str(path)], "fields": fields}
    return load(run, LoadSettings.model_validate({"source": source}), None, SilentSink())


def refusal(run: RunDir, path: Path, **fields: Any) -> DataError:
    """Load, expect a data error (exit status 5) that says what to do, and check that nothing was stored."""
    with pytest.raises(DataError) as caught:
        load_file(run, path, **fields)
    assert caught.value.status == 5
    assert caught.value.fix
    assert run.problems() == []
    return caught.value


@pytest.mark.parametrize(
    ("lines", "row", "what"),
    [
        (GOOD * 4 + b'{"problem": "x", \n', 5, "broken JSON"),
        (GOOD + b"[1, 2]\n", 2, "must be a JSON object, not list"),
        (GOOD + b'{"problem": "x"}\n', 2, "no column 'answer' for the field 'answer'"),
        (GOOD + b'{"problem": "  ", "answer": "1"}\n', 2, "field 'text' (column 'problem') is empty"),
        (GOOD + b'{"problem": null, "answer": "1"}\n', 2, "is empty"),
        (GOOD + b'{"problem": ["x"], "answer": "1"}\n', 2, "must be text, not list: ['x']"),
        (GOOD + b'{"problem": 12, "answer": "1"}\n', 2, "must be text, not int: 12"),
        (GOOD + b'{"problem": "x", "answer": ["1", "2"]}\n', 2, "field 'answer' (column 'answer') must be"),
        (GOOD + b'{"problem": "x", "answer": {"a": 1}}\n', 2, "not dict"),
        (GOOD + b'{"problem": "x", "answer": Infinity}\n', 2, "finite number"),
        (GOOD + b'{"problem": "\xff", "answer": 1}\n', 2, "not UTF-8"),
        (GOOD + b'{"problem": "x", "answer": ' + b"9" * 5000 + b"}\n", 2, "number that is too long"),
        (GOOD + b'{"problem": "x", "answer": ' + b"[" * 100_000 + b"\n", 2, "too deep"),
        (GOOD + b'{"problem": "x' + b" " * (16 * 2**20) + b'", "answer": 1}\n', 2, "longer than 16 MiB"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_bad_lines(run: RunDir, tmp_path: Path, lines: bytes, row: int, what: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(lines)
    error = refusal(run, path)
    assert what in error.what
    assert error.where == f"{path}:{row}"


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.jsonl", b"", "no rows"),
        ("a.jsonl", b"\n\n", "no rows"),
        ("a.json", b"[]", "no rows"),
        ("a.json", b'[{"problem": 1},\n\n oops]', "broken JSON"),
        ("a.csv", b"problem,answer\n", "no rows"),
        ("a.csv", b"problem,answer\nx,1,2\n", "row has 3 cells, the header has 2"),
        ("a.csv", b"problem,problem\nx,1\n", "names a column twice: problem"),
        ("a.csv", b'problem,answer\n"x,1\n', "broken CSV"),
        ("a.parquet", b"PAR1 not really", "cannot read the Parquet file"),
        ("a.txt", GOOD, "unknown file format '.txt'"),
        ("a", GOOD, "unknown file format '(no suffix)'"),
        ("a.jsonl.gz", GOOD, "cannot read this file"),
        ("a.jsonl.gz", gzip.compress(GOOD * 9)[:-9], "cannot read this file"),
        ("a.jsonl.zst", pa.compress(GOOD * 9, "zstd", asbytes=True)[:-4], "cannot read this file"),
        ("a.jsonl.zst", GOOD, "cannot read this file"),
    ],
)
def test_bad_files(run: RunDir, tmp_path: Path, name: str, data: bytes, what: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    error = refusal(run, path)
    assert what in error.what
    assert str(path) in f"{error.where} {error.what}"


def test_missing_files_patterns_and_folders(run: RunDir, tmp_path: Path) -> None:
    assert "no such file" in refusal(run, tmp_path / "none.jsonl").what
    assert "no file matches" in refusal(run, tmp_path / "*.jsonl").what
    assert "a folder" in refusal(run, tmp_path).what
    assert "not a valid pattern" in refusal(run, tmp_path / "a**b").what


def test_a_later_bad_file_loses_nothing_and_adds_nothing(run: RunDir, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(GOOD)
    (tmp_path / "b.jsonl").write_bytes(b"{\n")
    refusal(run, tmp_path / "*.jsonl")


def test_missing_column_names_the_nearest_and_how_to_map_it(run: RunDir, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"question": "x", "problems": "y", "answer": 1}\n')
    error = refusal(run, path)
    assert error.what == (
        "no column 'problem' for the field 'text' (nearest: problems); columns: question, problems, answer"
    )
    assert error.fix == "Map the column: fields.text: problems"


def test_missing_columns_of_parquet_name_all_columns(run: RunDir, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"question": ["x"], "gold": ["1"]}), tmp_path / "a.parquet")
    assert "columns: question, gold" in refusal(run, tmp_path / "a.parquet").what


def test_a_mapped_column_that_no_row_has_is_refused(run: RunDir, tmp_path: Path) -> None:
    """A row may lack it, as long as another has it."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(GOOD + b'{"problem": "x", "answer": 1, "level": 2}\n')
    assert (
        "no column 'levle' for the field 'level' (nearest: level)" in refusal(run, path, level="levle").what
    )
    assert load_file(run, path, level="level")["added"] == 2


def test_two_answers_to_one_question_name_both_rows(run: RunDir, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        GOOD + b'{"problem": "1 + 1", "answer": "2"}\n' + b'{"problem": " 1+1?", "answer": "3"}\n'
    )
    error = refusal(run, path)
    assert error.where == f"{path}:3"
    assert f"'3' here, '2' in {path}:1" in error.what


def test_another_answer_than_the_run_has(run: RunDir, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(GOOD)
    load_file(run, tmp_path / "a.jsonl")
    (tmp_path / "b.jsonl").write_bytes(
        b'{"problem": "new", "answer": 1}\n{"problem": "1+1?", "answer": "3"}\n'
    )
    with pytest.raises(DataError, match=r"'3' here, '2' in the run \(source a, row 1\)"):
        load_file(run, tmp_path / "b.jsonl")
    assert len(run.problems()) == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("x" * 81, "x" * 77 + "..."),
        ("x" * 80, "x" * 80),
        ("a\nb\x1b[31m\u202e", "a\\nb\\x1b[31m\\u202e"),
        ([1], "[1]"),
    ],
)
def test_values_are_shown_short_and_printable(value: Any, expected: str) -> None:
    assert shorten(value) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["problem", "answer", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(values=st.lists(JSON, max_size=4), tail=st.binary(max_size=6))
def test_any_json_lines_load_or_are_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, values: list[Any], tail: bytes
) -> None:
    """No foreign exception ever gets out; what is loaded is loaded again without effect."""
    folder = tmp_path_factory.mktemp("any")
    (folder / "a.jsonl").write_bytes(b"".join(json.dumps(value).encode() + b"\n" for value in values) + tail)
    RunDir.create(folder / "run")
    with RunDir(folder / "run") as run:
        refused, first = None, {"added": 0, "duplicates": 0, "rows": 0}
        try:
            first = load_file(run, folder / "a.jsonl")
        except DartkitError as error:
            refused = error
        rows = len(values) + bool(tail.strip())
        assert (refused is not None and bool(refused.fix)) or first["rows"] == rows
        assert first["added"] + first["duplicates"] == first["rows"]
        assert len(run.problems()) == first["added"]
        assert refused is not None or load_file(run, folder / "a.jsonl")["added"] == 0


@settings(max_examples=150, deadline=None)
@given(
    data=st.binary(max_size=60),
    suffix=st.sampled_from([".jsonl", ".json", ".csv", ".parquet", ".csv.gz", ".json.zst"]),
)
def test_any_bytes_read_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str
) -> None:
    path = tmp_path_factory.mktemp("bytes") / f"a{suffix}"
    path.write_bytes(data)
    numbers, where = [1], str(path)
    try:
        numbers = [row.number for row in read_rows(path, ["problem"])]
    except DartkitError as error:
        where = f"{error.where} {error.what}"
    assert str(path) in where
    assert numbers == sorted(set(numbers))
