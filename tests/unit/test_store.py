"""The files below a table: names and dead writers, clocks, merging, reading while files go away, failed writes."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from dartkit.errors import DataError, EnvironmentProblem
from dartkit.records import Sample, Verdict, as_row
from dartkit.store import merge, names, reading
from dartkit.store.merge import merge_small_parts
from dartkit.store.names import Writer, order_of, part_of, writer_is_dead
from dartkit.store.parts import read_part_batches
from dartkit.tables import TABLES, Table, compact
from tests.conftest import make_problem, make_sample

PROBLEM = make_problem("a")


def samples_table(folder: Path, rows_per_segment: int = 50_000) -> Table:
    return Table(folder / "samples", TABLES["samples"], rows_per_segment)


def write(folder: Path, indices: range, *, rows_per_segment: int = 50_000, completion: str = "c") -> None:
    table = samples_table(folder, rows_per_segment)
    for index in indices:
        table.append(make_sample(PROBLEM, index, completion))
    table.close()


def drawn(folder: Path) -> list[int]:
    return [row["draw_index"] for row in samples_table(folder).rows()]


# --- names ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("clock", [lambda: 5, iter(range(1000, 0, -1)).__next__, lambda: -7])
def test_names_do_not_need_a_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Callable[[], int]
) -> None:
    """A clock that stands, runs backward or lies before 1970: twenty writers of five segments make a hundred parts."""
    monkeypatch.setattr("time.time_ns", clock)
    for number in range(20):
        write(tmp_path, range(number * 5, number * 5 + 5), rows_per_segment=1)
    assert len(list((tmp_path / "samples").glob("part-*"))) == 100
    assert sorted(drawn(tmp_path)) == list(range(100))


def test_a_segment_keeps_its_place_when_it_becomes_a_part() -> None:
    """Twelve segments of one writer sort by number, not as text, and before those of a later writer."""
    first, second = Writer(1, "ab" * 4), Writer(2, "00" * 4)
    paths = [Path(first.segment_name(n)) for n in range(12)] + [Path(second.segment_name(0))]
    shuffled = random.Random(1).sample([part_of(paths[0]), *paths[1:5], *map(part_of, paths[5:])], 13)
    assert [order_of(path)[:5] for path in sorted(shuffled, key=order_of)] == [
        order_of(path)[:5] for path in paths
    ]


def test_a_process_id_that_was_given_to_another_program_is_a_dead_writer(tmp_path: Path) -> None:
    """The same name with this process's own id is alive; with its id and another start it is dead."""
    name = Writer.new().segment_name(0)
    machine, pid, start = names.this_process()
    assert not writer_is_dead(Path(name))
    assert writer_is_dead(Path(name.replace(f"-{machine}-{start}-", f"-{machine}-{start - 1}-")))
    assert f"-{pid}-" in name


def test_another_machine_with_the_same_name_is_left_alone() -> None:
    """Process id 1 of a container that shares our host name, and of another boot: nothing is known, so nothing is adopted."""
    name = re.sub(r"-[0-9a-f]{8}-(\d+)-([0-9a-f]{8})\.", r"-00000000-\1-\2.", Writer.new().segment_name(0))
    assert not writer_is_dead(Path(name))


def test_earlier_names_are_read_and_adopted(tmp_path: Path) -> None:
    """A segment and a part with the names of version 0.1, of a process id that is free."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    host = re.sub(r"[^\w.]", "_", os.uname().nodename)
    old = f"seg-{1:016x}-{host}-{child.pid}-0.jsonl"
    write(tmp_path, range(2))
    (new,) = (tmp_path / "samples").glob("part-*")
    new.rename(new.with_name(f"part-{0:016x}-{host}-{child.pid}-0.parquet"))
    table = samples_table(tmp_path)
    table.append(make_sample(PROBLEM, 2))
    (segment,) = table.folder.glob("seg-*")
    segment.rename(segment.with_name(old))
    assert drawn(tmp_path) == [0, 1, 2]
    assert samples_table(tmp_path).tidy() == 1
    assert drawn(tmp_path) == [0, 1, 2]


def test_left_over_temporary_files_are_removed_only_from_the_dead(tmp_path: Path) -> None:
    write(tmp_path, range(1))
    (part,) = (tmp_path / "samples").glob("part-*")
    mine = names.temporary_for(part)
    machine, pid, start = names.this_process()
    theirs = part.with_name(f".{part.name}.{machine}-{pid}-{start + 1}-00000000.tmp")
    elsewhere = part.with_name(f".{part.name}.00000000-{pid}-{start + 1}-00000000.tmp")
    for path in (mine, theirs, elsewhere):
        path.write_bytes(b"half")
    samples_table(tmp_path).tidy()
    assert [path.exists() for path in (mine, theirs, elsewhere)] == [True, False, True]


# --- merging -------------------------------------------------------------------------------------------------------------


def test_many_small_parts_become_one_and_nothing_changes(tmp_path: Path) -> None:
    """Forty parts that hold ten draws four times each, of equal rank: before and after, the first of each is read."""
    for number in range(40):
        write(tmp_path, range(number % 10, number % 10 + 1), completion=str(number))
    before = list(samples_table(tmp_path).rows())
    assert [row["completion"] for row in before] == [str(number) for number in range(10)]
    assert merge_small_parts(tmp_path / "samples", TABLES["samples"]) == 40
    assert len(list((tmp_path / "samples").iterdir())) == 1
    assert list(samples_table(tmp_path).rows()) == before


def test_a_segment_between_parts_keeps_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts are merged on both sides of an open segment, never across it, so that its row still comes before later ones."""
    monkeypatch.setattr(merge, "MERGE_AT", 2)
    write(tmp_path, range(2), rows_per_segment=1, completion="early")
    living = samples_table(tmp_path)
    living.append(make_sample(PROBLEM, 9, "living"))
    write(tmp_path, range(9, 11), rows_per_segment=1, completion="late")
    assert merge_small_parts(tmp_path / "samples", TABLES["samples"]) == 4
    assert [(row["draw_index"], row["completion"]) for row in living.rows()] == [
        (0, "early"), (1, "early"), (9, "living"), (10, "late"),
    ]  # fmt: skip


def test_a_merge_that_loses_its_sources_leaves_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process merges the same parts while this one reads them: one of the two merged parts stays, with all rows."""
    write(tmp_path, range(40), rows_per_segment=1)
    folder, spec = tmp_path / "samples", TABLES["samples"]
    original = read_part_batches
    raced: list[int] = []

    def race(path: Path, schema: pa.Schema) -> Iterator[pa.Table]:
        if not raced:
            raced.append(0)
            raced[0] = merge_small_parts(folder, spec)
        return original(path, schema)

    monkeypatch.setattr(merge, "read_part_batches", race)
    assert merge_small_parts(folder, spec) == 0
    assert raced == [40]
    assert sorted(drawn(tmp_path)) == list(range(40))
    assert len(list(folder.iterdir())) == 1


def test_parts_of_a_newer_version_are_not_merged(tmp_path: Path) -> None:
    """A column that this version does not know would be lost."""
    import pyarrow.parquet as pq

    write(tmp_path, range(40), rows_per_segment=1)
    first = min((tmp_path / "samples").iterdir())
    pq.write_table(pq.read_table(first).append_column("mood", pa.array(["good"])), first)
    assert merge_small_parts(tmp_path / "samples", TABLES["samples"]) == 0
    assert sorted(drawn(tmp_path)) == list(range(40))


# --- reading while others write ------------------------------------------------------------------------------------------


def test_a_reader_goes_on_when_files_are_compacted_and_merged_under_it(tmp_path: Path) -> None:
    """After the first row everything is compacted and merged; every draw is still read once, and in order."""
    write(tmp_path, range(40), rows_per_segment=1)
    living = samples_table(tmp_path)
    for index in range(40, 45):
        living.append(make_sample(PROBLEM, index))
    rows = samples_table(tmp_path).rows(["draw_index"])
    seen = [next(rows)["draw_index"] for _ in range(3)]
    living.close()
    assert merge_small_parts(living.folder, TABLES["samples"]) == 41
    seen += [row["draw_index"] for row in rows]
    assert seen == list(range(45))


def test_a_listing_that_misses_a_moving_file_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worst listing a folder may give while a part is made: neither the segment, gone by then, nor the part, not yet there."""
    write(tmp_path, range(3))
    folder = tmp_path / "samples"
    listings: list[list[Path]] = [[], list(folder.iterdir()), list(folder.iterdir())]
    monkeypatch.setattr(Path, "iterdir", lambda self: iter(listings.pop(0)))
    assert [source.path.suffix for source in reading.list_sources(folder)] == [".parquet"]


def test_files_that_never_stay_end_in_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, range(1))

    def gone(*_: object) -> pa.Table:
        raise FileNotFoundError(2, "gone")

    monkeypatch.setattr(reading, "read_part", gone)
    monkeypatch.setattr(reading, "RETRY_SECONDS", 0.0)
    with pytest.raises(DataError, match="faster than they can be read"):
        samples_table(tmp_path).columns(["draw_index"])


# --- failed writes -------------------------------------------------------------------------------------------------------


class _HalfAndFull:
    """A file that takes half a line and then has no space."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.calls = 0

    def write(self, data: memoryview) -> int:
        self.calls += 1
        if self.calls > 1:
            raise OSError(28, "No space left on device")
        return int(self.file.write(data[: len(data) // 2]))

    def close(self) -> None:
        self.file.close()


def test_half_a_line_is_never_continued(tmp_path: Path) -> None:
    """The disk fills in the middle of the second row; when there is space again the same writer goes on, in another segment."""
    table = samples_table(tmp_path)
    table.append(make_sample(PROBLEM, 0))
    table._file = _HalfAndFull(table._file)  # type: ignore[assignment]  # stands in for a full disk
    with pytest.raises(EnvironmentProblem, match="no space left") as caught:
        table.append(make_sample(PROBLEM, 1))
    assert ".jsonl" in caught.value.where
    for index in (1, 2):
        table.append(make_sample(PROBLEM, index))
    assert drawn(tmp_path) == [0, 1, 2]
    table.close()
    assert [path.suffix for path in table.folder.iterdir()] == [".parquet"] * 2
    assert drawn(tmp_path) == [0, 1, 2]


def test_a_full_disk_at_compaction_keeps_the_segment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = samples_table(tmp_path)
    table.append(make_sample(PROBLEM, 0))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("dartkit.store.parts.os.fsync", full)
        with pytest.raises(EnvironmentProblem, match="no space left"):
            table.close()
    assert [path.suffix for path in table.folder.iterdir()] == [".jsonl"]
    table.close()
    assert [path.suffix for path in table.folder.iterdir()] == [".parquet"]
    assert drawn(tmp_path) == [0]


def test_long_completions_make_short_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A segment ends at 128 MiB as well as at 50,000 rows; here at 100 kB, which three completions of 40 kB pass."""
    monkeypatch.setattr("dartkit.tables.BYTES_PER_SEGMENT", 100_000)
    table = samples_table(tmp_path)
    for index in range(7):
        table.append(make_sample(PROBLEM, index, "x" * 40_000))
    assert sorted(path.suffix for path in table.folder.iterdir()) == [".jsonl", ".parquet", ".parquet"]


def test_blocks_join_lines_that_they_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 64 bytes, shorter than any line."""
    monkeypatch.setattr("dartkit.store.segments.BLOCK_BYTES", 64)
    table = samples_table(tmp_path)
    expected = [make_sample(PROBLEM, index, "é" * index) for index in range(5)]
    for sample in expected:
        table.append(sample)
    assert list(table.rows()) == [as_row(sample) for sample in expected]


def test_columns_of_earlier_versions_are_filled_with_nulls(tmp_path: Path) -> None:
    """A part and a segment without the column `seconds`."""
    import pyarrow.parquet as pq

    table = Table(tmp_path, TABLES["verdicts"])
    table.append(Verdict("s", "a", "v", "correct", "exact", seconds=1.0))
    table.close()
    (part,) = tmp_path.glob("part-*")
    pq.write_table(pq.read_table(part).drop_columns(["seconds"]), part)
    table.append(Verdict("t", "a", "v", "correct", "exact", seconds=1.0))
    (segment,) = tmp_path.glob("seg-*")
    segment.write_text(segment.read_text().replace(', "seconds": 1.0', ""))
    assert [row["seconds"] for row in table.rows()] == [None, None]
    compact(segment, TABLES["verdicts"])
    assert [row["sample_id"] for row in table.rows()] == ["s", "t"]


def test_a_sample_is_a_row_of_its_table() -> None:
    """What is written in columns is what `as_row` says: every column of a spec is a field of its record."""
    fields = set(Sample.__dataclass_fields__)
    assert {*TABLES["samples"].key, *TABLES["samples"].rank_columns, *TABLES["samples"].repeated} <= fields
