"""Whole files: order and number of rows, resumption, fingerprints, compressed and damaged input, and the tally.

Outcomes are known by hand; what an interrupted job must give is what the uninterrupted one gave.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from dartkit.errors import DataError
from dartkit.events import MemorySink, SilentSink, StageFinished, StageProgress, StageStarted
from dartkit.verify import Limits, Policy
from dartkit.verify.batch.job import Job, Tally, judge_file, judge_lines
from dartkit.verify.batch.lines import RowStyle, read_lines
from dartkit.verify.batch.source import read_file, scan_content

HERE = Job(workers=1)


def content(count: int) -> bytes:
    """Return lines of which every 7th is broken, every third other is wrong, and ids repeat."""
    lines = []
    for n in range(count):
        good = {"id": n % 5, "prediction": f"{n}/2", "reference": f"{n + n % 3 % 2}/2"}
        lines.append('{"id": ' if n % 7 == 6 else json.dumps(good))
    return "".join(line + "\n" for line in lines).encode()


def outcomes(count: int) -> list[str]:
    """Return the outcomes: n/2 is (n + k)/2 for k = 0 only."""
    return ["error" if n % 7 == 6 else "incorrect" if n % 3 == 1 else "correct" for n in range(count)]


def rows(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def without_seconds(data: bytes) -> list[dict[str, Any]]:
    return [{**row, "seconds": 0} for row in rows(data)]


@pytest.mark.parametrize("workers", [1, 2])
def test_one_row_for_each_line(tmp_path: Path, workers: int) -> None:
    (tmp_path / "in").write_bytes(content(300))
    tally = judge_file(tmp_path / "in", tmp_path / "out", Job(workers=workers), SilentSink())
    found = rows((tmp_path / "out").read_bytes())
    assert [row["outcome"] for row in found] == outcomes(300)
    assert [row["id"] for row in found] == [None if n % 7 == 6 else n % 5 for n in range(300)]
    assert tally.as_dict() == {
        "lines": 300,
        "outcomes": {name: outcomes(300).count(name) for name in ("correct", "error", "incorrect")},
        "broken": 42,
        "first_broken": "line 7: not JSON: Expecting value (column 8)",
    }


@pytest.mark.parametrize("done", [0, 1, 64, 150, 299, 300])
@pytest.mark.parametrize("torn", [b"", b'{"id": 3, "outc'])
def test_goes_on_where_it_was_cut(tmp_path: Path, done: int, torn: bytes) -> None:
    """The rows of the part are kept as they are (their seconds show it), the tally counts them, the rest is made."""
    (tmp_path / "in").write_bytes(content(300))
    whole = judge_file(tmp_path / "in", tmp_path / "whole", HERE, SilentSink())
    marked = [
        json.dumps({**row, "seconds": 99.0}).encode() for row in rows((tmp_path / "whole").read_bytes())
    ]
    (tmp_path / "out.part").write_bytes(b"".join(line + b"\n" for line in marked[:done]) + torn)
    fingerprint = HERE.fingerprint(scan_content(tmp_path / "in").digest)
    (tmp_path / "out.part.json").write_text(json.dumps({"fingerprint": fingerprint}))
    events = MemorySink()
    tally = judge_file(tmp_path / "in", tmp_path / "out", HERE, events)
    found = (tmp_path / "out").read_bytes()
    assert without_seconds(found) == without_seconds((tmp_path / "whole").read_bytes())
    assert [row["seconds"] == 99.0 for row in rows(found)] == [n < done for n in range(300)]
    assert tally == whole
    started = events.events[0]
    assert isinstance(started, StageStarted)
    assert (started.total, started.done) == (300, done)


def test_fingerprint_follows_what_changes_rows() -> None:
    """Input, policy, limits and style do; the number of workers does not."""
    jobs = [
        Job(), Job(policy=Policy(units="strict")), Job(limits=Limits(timeout_seconds=9.0)), Job(style=RowStyle(explain=True)),
        Job(style=RowStyle(undecided_as="false")),
    ]  # fmt: skip
    assert len({job.fingerprint("d") for job in jobs} | {Job().fingerprint("e")}) == 6
    assert Job(workers=1).fingerprint("d") == Job(workers=7).fingerprint("d")


def test_other_input_under_the_same_name_begins_anew(tmp_path: Path) -> None:
    for count in (100, 50):
        (tmp_path / "in").write_bytes(content(count))
        (tmp_path / "out.part").write_bytes(b'{"outcome": "correct", "rule": "r"}\n' * 10)
        judge_file(tmp_path / "in", tmp_path / "out", HERE, SilentSink())
        assert [row["outcome"] for row in rows((tmp_path / "out").read_bytes())] == outcomes(count)


def test_a_stream_cannot_be_resumed_and_leaves_no_note(tmp_path: Path) -> None:
    (tmp_path / "out.part").write_bytes(b'{"outcome": "correct", "rule": "r"}\n' * 10)
    judge_file(io.BytesIO(content(20)), tmp_path / "out", HERE, SilentSink())
    assert [row["outcome"] for row in rows((tmp_path / "out").read_bytes())] == outcomes(20)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["out"]


def test_compressed_in_and_out(tmp_path: Path) -> None:
    """The same rows as plain; the total is not known before the end."""
    (tmp_path / "in").write_bytes(content(50))
    (tmp_path / "in.gz").write_bytes(gzip.compress(content(50)))
    judge_file(tmp_path / "in", tmp_path / "out", HERE, SilentSink())
    events = MemorySink()
    judge_file(tmp_path / "in.gz", tmp_path / "out.gz", HERE, events)
    packed = (tmp_path / "out.gz").read_bytes()
    assert without_seconds(gzip.decompress(packed)) == without_seconds((tmp_path / "out").read_bytes())
    [started] = [event for event in events.events if isinstance(event, StageStarted)]
    assert started.total is None


@pytest.mark.parametrize(
    "damaged",
    [
        b"not gzip at all\n",
        gzip.compress(content(900))[:-200],
        gzip.compress(content(900))[:-8] + b"\x00" * 8,
    ],
    ids=["plain", "cut", "wrong sum"],
)
def test_damaged_gzip_is_an_error_of_the_data(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "in.gz").write_bytes(damaged)
    with pytest.raises(DataError, match="damaged gzip file") as stopped:
        judge_file(tmp_path / "in.gz", tmp_path / "out", HERE, SilentSink())
    assert stopped.value.where == str(tmp_path / "in.gz")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("name", "message"), [("missing", "no such file"), (".", "cannot read this file")])
def test_unreadable_input(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        judge_file(tmp_path / name, tmp_path / "out", HERE, SilentSink())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("data", "lines"), [(b"", 0), (b"a", 1), (b"a\n", 1), (b"a\nb", 2), (b"\n\n", 2), (b"x" * 3_000_000, 1)]
)
def test_scan_counts_and_hashes(tmp_path: Path, data: bytes, lines: int) -> None:
    (tmp_path / "in").write_bytes(data)
    assert scan_content(tmp_path / "in") == (hashlib.sha256(data).hexdigest(), lines)
    assert len(list(read_file(tmp_path / "in"))) == lines


def test_empty_input_gives_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"")
    assert judge_file(tmp_path / "in", tmp_path / "out", HERE, SilentSink()).lines == 0
    assert (tmp_path / "out").read_bytes() == b""


def test_events_tell_the_way(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(content(30))
    events = MemorySink()
    judge_file(tmp_path / "in", tmp_path / "out", HERE, events)
    started, *_, finished = events.events
    assert isinstance(started, StageStarted)
    assert (started.unit, started.total, started.done) == ("pairs", 30, 0)
    assert isinstance(finished, StageFinished)
    assert sum(finished.counts.values()) == 30


class Slow:
    """A sink that notes how much was flushed after each line."""

    def __init__(self) -> None:
        self.written = 0
        self.flushed: list[int] = []

    def write(self, line: bytes) -> None:
        self.written += 1

    def flush(self) -> None:
        self.flushed.append(self.written)


def test_without_delay_each_row_is_flushed() -> None:
    sink = Slow()
    events = MemorySink()
    judge_lines(read_lines(io.BytesIO(content(4))), sink, HERE, Tally(), events, flush_seconds=0.0)
    assert sink.flushed == [1, 2, 3, 4, 4]
    assert [event.done for event in events.events if isinstance(event, StageProgress)] == [1, 2, 3, 4]
