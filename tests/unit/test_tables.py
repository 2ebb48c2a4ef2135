"""Append-only tables: durability, union, compaction, ranks, faults."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dartkit.errors import DataError, EnvironmentProblem
from dartkit.records import Verdict, as_row
from dartkit.tables import TABLES, Table, compact
from tests.conftest import make_problem, make_sample


def samples_table(folder: Path, rows_per_segment: int = 50_000) -> Table:
    return Table(folder / "samples", TABLES["samples"], rows_per_segment)


def test_a_record_is_on_disk_when_append_returns(tmp_path: Path) -> None:
    """The line is read back through the file system before the writer is closed."""
    table = samples_table(tmp_path)
    sample = make_sample(make_problem("a"), 0)
    table.append(sample)
    (segment,) = (tmp_path / "samples").glob("seg-*.jsonl")
    assert json.loads(segment.read_text()) == as_row(sample)


def test_close_compacts_into_parquet_with_equal_rows(tmp_path: Path) -> None:
    table = samples_table(tmp_path)
    samples = [make_sample(make_problem("a"), index) for index in range(5)]
    for sample in samples:
        table.append(sample)
    before = list(table.rows())
    table.close()
    assert [path.suffix for path in (tmp_path / "samples").iterdir()] == [".parquet"]
    assert list(table.rows()) == before == [as_row(sample) for sample in samples]


def test_segments_rotate(tmp_path: Path) -> None:
    """Seven rows at three a segment: two parts of three and one open segment of one."""
    table = samples_table(tmp_path, rows_per_segment=3)
    for index in range(7):
        table.append(make_sample(make_problem("a"), index))
    names = sorted(path.name.split("-")[0] for path in (tmp_path / "samples").iterdir())
    assert names == ["part", "part", "seg"]
    assert [row["draw_index"] for row in table.rows()] == list(range(7))


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_a_torn_last_line_is_passed_over(tmp_path: Path, cut: int) -> None:
    """Cutting any number of bytes off the last line leaves the rows before it, as a kill in the middle of a write does."""
    table = samples_table(tmp_path)
    for index in range(3):
        table.append(make_sample(make_problem("a"), index))
    (segment,) = (tmp_path / "samples").glob("seg-*.jsonl")
    segment.write_bytes(segment.read_bytes()[:-cut])
    assert [row["draw_index"] for row in samples_table(tmp_path).rows()] == [0, 1]
    compact(segment, TABLES["samples"])
    assert [row["draw_index"] for row in samples_table(tmp_path).rows()] == [0, 1]


def test_a_broken_line_in_the_middle_is_named(tmp_path: Path) -> None:
    table = samples_table(tmp_path)
    for index in range(3):
        table.append(make_sample(make_problem("a"), index))
    (segment,) = (tmp_path / "samples").glob("seg-*.jsonl")
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(lines[0] + b'{"sample_id": \n' + lines[2])
    with pytest.raises(DataError, match="line 2 is not JSON") as caught:
        list(samples_table(tmp_path).rows())
    assert caught.value.where.endswith(":2")


def test_rank_of_samples(tmp_path: Path) -> None:
    """By the rule of the table: stopped beats any length, a longer limit beats a shorter one, anything beats an error."""
    first = make_sample(make_problem("a"), 0)
    order = [
        replace(first, finish_reason="error", completion="e"),
        replace(first, finish_reason="length", max_tokens=8, completion="8"),
        replace(first, finish_reason="length", max_tokens=64, completion="64"),
        replace(first, finish_reason="length", max_tokens=16, completion="16"),
    ]
    table = samples_table(tmp_path)
    for sample in order:
        table.append(sample)
    assert [row["completion"] for row in table.rows()] == ["64"]
    table.append(replace(first, completion="stopped"))
    table.append(replace(first, completion="stopped again"))
    assert [row["completion"] for row in table.rows()] == ["stopped"]


def test_rank_of_verdicts(tmp_path: Path) -> None:
    """A verdict that could not be reached in time is outdated by a later one; a settled one is not."""
    table = Table(tmp_path, TABLES["verdicts"])
    table.append(Verdict("s", "a", "v", "timeout", "symbolic"))
    table.append(Verdict("s", "a", "v", "correct", "exact"))
    table.append(Verdict("s", "a", "v", "incorrect", "exact"))
    table.append(Verdict("s", "a", "other", "incorrect", "exact"))
    assert [(row["verifier_id"], row["outcome"]) for row in table.rows()] == [
        ("v", "correct"),
        ("other", "incorrect"),
    ]


def test_columns_can_be_chosen_in_both_forms(tmp_path: Path) -> None:
    table = samples_table(tmp_path)
    table.append(make_sample(make_problem("a"), 0))
    assert list(table.rows(["draw_index"])) == [{"draw_index": 0}]
    table.close()
    assert list(table.rows(["draw_index"])) == [{"draw_index": 0}]


def test_orphans_of_dead_writers_are_adopted_and_living_ones_left(tmp_path: Path) -> None:
    """A child writes and is killed; its segment becomes a part. A segment with this process's id stays."""
    code = (
        "import os, sys; from pathlib import Path\n"
        "from tests.unit.test_tables import samples_table, make_sample, make_problem\n"
        "samples_table(Path(sys.argv[1])).append(make_sample(make_problem('a'), 7)); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, cwd=Path(__file__).parents[2])
    table = samples_table(tmp_path)
    table.append(make_sample(make_problem("a"), 1))
    assert table.tidy() == 1
    assert {path.name.split("-")[0] for path in table.folder.iterdir()} == {"part", "seg"}
    assert sorted(row["draw_index"] for row in table.rows()) == [1, 7]


def _write_some(folder: str, start: int) -> None:
    table = samples_table(Path(folder), rows_per_segment=20)
    for index in range(start, start + 100):
        table.append(make_sample(make_problem("a"), index))
    table.close()


def test_two_processes_write_one_table(tmp_path: Path) -> None:
    """Overlapping ranges from two processes: the union holds each draw once, with rotation and compaction in between."""
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_some, args=(str(tmp_path), start)) for start in (0, 50)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    assert sorted(row["draw_index"] for row in samples_table(tmp_path).rows()) == list(range(150))


def test_a_compaction_killed_before_the_segment_is_removed_is_harmless(tmp_path: Path) -> None:
    """Part and segment both exist, as after a kill between rename and unlink: every row is still read once."""
    table = samples_table(tmp_path)
    for index in range(3):
        table.append(make_sample(make_problem("a"), index))
    (segment,) = (tmp_path / "samples").glob("seg-*.jsonl")
    copy = segment.read_bytes()
    table.close()
    segment.write_bytes(copy)
    assert [row["draw_index"] for row in samples_table(tmp_path).rows()] == [0, 1, 2]


def test_a_full_disk_is_named_and_loses_nothing(tmp_path: Path) -> None:
    """A file size limit of 4 KB makes the write fail with EFBIG in the middle of a line."""
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from dartkit.errors import EnvironmentProblem\n"
        "from tests.unit.test_tables import samples_table, make_sample, make_problem\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); table = samples_table(Path(sys.argv[1])); n = 0\n"
        "try:\n"
        "    for n in range(1000): table.append(make_sample(make_problem('a'), n))\n"
        "except EnvironmentProblem as error: print(n, 'no space left' in error.what)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    written, named = done.stdout.split()
    assert named == "True"
    assert [row["draw_index"] for row in samples_table(tmp_path).rows()] == list(range(int(written)))


def test_a_place_that_is_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "samples").write_text("a file in the way")
    with pytest.raises(EnvironmentProblem):
        samples_table(tmp_path).append(make_sample(make_problem("a"), 0))


def test_hostile_text_survives(tmp_path: Path) -> None:
    """Newlines, NUL, markup and a lone surrogate: the row stays one line; the surrogate, which no file can hold, becomes '?'."""
    table = samples_table(tmp_path)
    table.append(make_sample(make_problem("a"), 0, 'a\n"b"\x00[red]\u2028'))
    table.append(make_sample(make_problem("a"), 1, "\ud800"))
    table.close()
    assert [row["completion"] for row in table.rows()] == ['a\n"b"\x00[red]\u2028', "?"]
    assert [path.name[:5] for path in (tmp_path / "samples").iterdir()] == ["part-"]
