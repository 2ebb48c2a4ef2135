"""Files that grow and become whole: cut at every byte and gone on, other work, compression, full and missing places."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from dartkit.errors import EnvironmentProblem
from dartkit.verify.batch.lines import encode_row
from dartkit.verify.batch.part_file import PartFile

ROWS = [{"id": n, "outcome": "correct"} for n in range(6)]
WHOLE = b"".join(map(encode_row, ROWS))


def write_all(path: Path, fingerprint: str | None = "same") -> int:
    """Write what is missing of `ROWS`, and return how many rows were there."""
    with PartFile(path, fingerprint) as part:
        kept = list(part.keep_complete_rows())
        assert kept == ROWS[: len(kept)]
        for row in ROWS[len(kept) :]:
            part.write(encode_row(row))
        part.finish()
    return len(kept)


def leave_part(path: Path, content: bytes, fingerprint: str | None = "same") -> None:
    """Leave what a kill leaves after `content` was written."""
    with PartFile(path, fingerprint) as part:
        part.write(content)


def names(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir())


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "new/deep/out.jsonl"])
def test_nothing_but_the_file_is_left(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert write_all(path) == 0
    content = path.read_bytes()
    assert (gzip.decompress(content) if name.endswith(".gz") else content) == WHOLE
    assert names(path.parent) == [path.name]


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz"])
def test_cut_at_any_byte(tmp_path: Path, name: str) -> None:
    """For every length of the part: the complete rows are kept, and the file ends up the same to the byte."""
    write_all(tmp_path / name)
    expected = (tmp_path / name).read_bytes()
    for length in range(len(WHOLE) + 1):
        path = tmp_path / str(length) / name
        path.parent.mkdir()
        leave_part(path, WHOLE[:length])
        assert write_all(path) == WHOLE[:length].count(b"\n")
        assert path.read_bytes() == expected
        assert names(path.parent) == [name]


@pytest.mark.parametrize(
    "ends", [b"\xff\n", b"null\n", b'{"id": 1}\n', b'{"outcome": "corr\n', b"\x00" * 100]
)
def test_rows_behind_a_damaged_one_are_written_again(tmp_path: Path, ends: bytes) -> None:
    path = tmp_path / "o"
    two = b"".join(map(encode_row, ROWS[:2]))
    leave_part(path, two + ends + WHOLE)
    assert write_all(path) == 2
    assert path.read_bytes() == WHOLE


def test_other_work_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "o"
    leave_part(path, WHOLE[:40], "other")
    assert write_all(path, "this") == 0
    leave_part(path, WHOLE[:40], "this")
    assert write_all(path, None) == 0
    leave_part(path, WHOLE[:40], None)
    assert write_all(path, "this") == 0
    assert path.read_bytes() == WHOLE


@pytest.mark.parametrize("note", ["", "{", "[]", '{"fingerprint": "sa', '"same"', "\x00"])
def test_a_note_that_was_cut_is_no_note(tmp_path: Path, note: str) -> None:
    path = tmp_path / "o"
    leave_part(path, WHOLE[:40])
    (tmp_path / "o.part.json").write_text(note)
    assert write_all(path) == 0
    assert path.read_bytes() == WHOLE


def test_a_kill_between_the_note_and_the_part(tmp_path: Path) -> None:
    path = tmp_path / "o"
    leave_part(path, b"")
    (tmp_path / "o.part").unlink()
    assert write_all(path) == 0
    assert path.read_bytes() == WHOLE


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "o"
    path.write_text("old")
    leave_part(path, WHOLE[:40])
    assert path.read_text() == "old"
    assert names(tmp_path) == ["o", "o.part", "o.part.json"]
    write_all(path)
    assert path.read_bytes() == WHOLE


def test_what_was_flushed_is_in_the_file(tmp_path: Path) -> None:
    with PartFile(tmp_path / "o", "same") as part:
        part.write(WHOLE)
        part.flush()
        assert (tmp_path / "o.part").read_bytes() == WHOLE


def test_places_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentProblem) as stopped:
        PartFile(tmp_path / "file" / "o", "same")
    assert str(tmp_path / "file" / "o") in stopped.value.paragraph()
    assert "o.part" in stopped.value.fix


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_full_disk_is_named(tmp_path: Path) -> None:
    """The part is a link to the device that is always full."""
    path = tmp_path / "o"
    leave_part(path, b"")
    (tmp_path / "o.part").unlink()
    (tmp_path / "o.part").symlink_to("/dev/full")
    with PartFile(path, "same") as part:
        part.write(WHOLE)
        with pytest.raises(EnvironmentProblem, match="No space left"):
            part.flush()
    assert not path.exists()


def test_the_note_is_json(tmp_path: Path) -> None:
    leave_part(tmp_path / "o", b"", "abc")
    assert json.loads((tmp_path / "o.part.json").read_text()) == {"fingerprint": "abc"}
