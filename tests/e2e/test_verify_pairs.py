"""`dartkit verify pairs` as a program: streams, files, kills, broken lines, exit statuses.

Outcomes are known by hand: n/2 is 2n/4 and never (n+1)/2.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.terminal import PROGRAM, Done, dartkit, environment

KILLS = 4


def line(n: int) -> str:
    """Return a line of input: every third pair differs, every 50th line is broken, ids repeat."""
    if n % 50 == 49:
        return '{"id": 7, "prediction": '
    return json.dumps(
        {
            "id": n % 9,
            "prediction": f"\\frac{{{n}}}{{2}}",
            "reference": f"{n + 1}/2" if n % 3 == 0 else f"{2 * n}/4",
        }
    )


def outcome(n: int) -> str:
    return "error" if n % 50 == 49 else "incorrect" if n % 3 == 0 else "correct"


def write_input(path: Path, count: int) -> None:
    path.write_text("".join(line(n) + "\n" for n in range(count)), encoding="utf-8")


def rows(text: str | bytes) -> list[dict[str, Any]]:
    return [json.loads(item) for item in text.splitlines()]


def piped(text: str | bytes, *arguments: str, cwd: Path) -> Done:
    """Run `dartkit verify pairs` with this on stdin."""
    data = text.encode() if isinstance(text, str) else text
    done = subprocess.run(
        [PROGRAM, "verify", "pairs", *arguments],
        input=data, cwd=cwd, env=environment(), capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize("workers", ["1", "2"])
def test_file_to_file(tmp_path: Path, workers: str) -> None:
    """One row for each line in order, a summary on stdout, one paragraph on stderr, status 5."""
    write_input(tmp_path / "in.jsonl", 300)
    done = dartkit(
        "verify",
        "pairs",
        "--in",
        "in.jsonl",
        "--out",
        "out.jsonl",
        "--workers",
        workers,
        "--json",
        cwd=tmp_path,
    )
    assert done.status == 5
    found = rows((tmp_path / "out.jsonl").read_bytes())
    assert [row["outcome"] for row in found] == [outcome(n) for n in range(300)]
    assert [row["id"] for row in found] == [None if n % 50 == 49 else n % 9 for n in range(300)]
    assert done.value["outcomes"] == {"correct": 196, "error": 6, "incorrect": 98}
    assert done.value["broken"] == 6
    problem = (
        "in.jsonl: 6 of 300 lines cannot be read; the first: line 50: not JSON: Expecting value (column 25)"
    )
    assert problem in done.err
    assert done.err.rstrip().endswith("--allow-broken.")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_allow_broken_and_table(tmp_path: Path) -> None:
    write_input(tmp_path / "in.jsonl", 60)
    done = dartkit(
        "verify", "pairs", "--in", "in.jsonl", "--out", "out.jsonl", "--allow-broken", cwd=tmp_path
    )
    assert done.status == 0
    assert [item.split() for item in done.out.splitlines()[3:]] == [
        ["lines", "60"], ["correct", "39"], ["error", "1"], ["incorrect", "20"],
    ]  # fmt: skip
    assert "verify pairs: 60 pairs" in done.err


def test_a_pipe_is_the_default(tmp_path: Path) -> None:
    done = piped(line(1) + "\n" + line(3), cwd=tmp_path)
    assert done.status == 0, done.err
    assert [row["equal"] for row in rows(done.out)] == [True, False]
    assert list(rows(done.out)[0]) == ["id", "outcome", "equal", "method", "rule", "seconds"]
    assert piped("", cwd=tmp_path) == Done(0, "", "")


def test_bytes_of_all_sorts(tmp_path: Path) -> None:
    """Each of these lines has its row: what is not UTF-8, not JSON, not an object, too long, empty, or fine."""
    lines = [
        b"\xff\xfe", b"", b"[]", b"\x00", b'{"prediction": "\\ud800", "reference": "\\ud800"}', b"x" * 10_000_001,
        b'{"prediction": "5\\u202e", "reference": "5", "id": "\\u001b[31m"}', b'{"prediction": 5, "reference": "5"}', line(1).encode(),
    ]  # fmt: skip
    done = piped(b"\r\n".join(lines), "--workers", "1", cwd=tmp_path)
    assert done.status == 5
    assert done.out.isascii()
    assert [row["rule"] == "broken-line" for row in rows(done.out)] == [True] * 4 + [
        False,
        True,
        False,
        True,
        False,
    ]
    assert rows(done.out)[4]["outcome"] == "correct"
    assert "\x1b" not in done.out + done.err
    assert "7 of" not in done.err
    assert "6 of 9 lines" in done.err


def test_explained_rows(tmp_path: Path) -> None:
    text = json.dumps({"prediction": "so it is \\boxed{3}", "reference": "3"})
    [row] = rows(piped(text, "--explain", cwd=tmp_path).out)
    assert {"tier", "prediction_form", "reference_form", "flags", "detail"} < set(row)
    assert (row["id"], row["outcome"], row["extracted"]) == (None, "correct", "3")
    assert row["rule"].startswith("boxed:")


def test_compressed_by_name(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress((line(1) + "\n" + line(2) + "\n").encode()))
    done = dartkit("verify", "pairs", "--in", "in.jsonl.gz", "--out", "out.jsonl.gz", "--quiet", cwd=tmp_path)
    assert done.status == 0, done.err
    assert len(rows(gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()))) == 2


@pytest.mark.parametrize(
    ("arguments", "status", "parts"),
    [
        (("--in", "no.jsonl", "--out", "o"), 5, ("no.jsonl: no such file",)),
        (("--undecided-as", "true"), 2, ("--undecided-as true: expected null or false",)),
        (("--workers", "0"), 2, ("--workers 0: expected 1 or more",)),
        (("--percent", "odd"), 2, ("--percent odd: expected loose or strict",)),
        (("--order", "none"), 2, ("--order none: expected auto or ordered or unordered",)),
        (("--tolerance", "1"), 2, ("--tolerance 1.0: expected a number from 0 to below 1",)),
        (("--stream", "--out", "o"), 2, ("--stream works from stdin to stdout",)),
        (("--stream", "--workers", "2"), 2, ("--stream works from stdin to stdout",)),
        (("--json",), 2, ("--json prints a summary to stdout", "--out")),
        (("--in", "a", "--out", "./a"), 2, ("this is the file to read",)),
    ],
)  # fmt: skip
def test_refused(arguments: tuple[str, ...], status: int, parts: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "a").write_text(line(1))
    done = dartkit("verify", "pairs", *arguments, cwd=tmp_path)
    assert done.status == status, done.err
    assert all(part in done.err for part in parts), done.err
    assert "Traceback" not in done.err
    assert (tmp_path / "a").read_text() == line(1)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a"]


def test_undecided_as_false(tmp_path: Path) -> None:
    """An empty reference can be compared with nothing; a broken line stays null."""
    text = json.dumps({"prediction": "5", "reference": ""}) + "\nbroken"
    for value, equal in (("null", None), ("false", False)):
        found = rows(piped(text, "--undecided-as", value, cwd=tmp_path).out)
        assert [(row["outcome"], row["equal"]) for row in found] == [("undecided", equal), ("error", None)]


def test_policy_reaches_the_workers(tmp_path: Path) -> None:
    """0.28 is 28 % for both rules, 28 only for the loose one."""
    text = "\n".join(json.dumps({"prediction": "28\\%", "reference": gold}) for gold in ("0.28", "28"))
    for rule, equal in (("loose", [True, True]), ("strict", [True, False])):
        found = rows(piped(text, "--percent", rule, "--workers", "2", cwd=tmp_path).out)
        assert [row["equal"] for row in found] == equal


class Talk:
    """A running `dartkit verify pairs --stream`, spoken to line by line."""

    def __init__(self, folder: Path, **changes: str) -> None:
        self.process = subprocess.Popen(
            [PROGRAM, "verify", "pairs", "--stream"], cwd=folder, env=environment(**changes), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip

    def ask(self, text: str) -> dict[str, Any]:
        """Send a line and read its answer; the test's time limit ends what would wait for more."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


@pytest.mark.timeout(60)
def test_stream_answers_before_the_next_line_is_sent(tmp_path: Path) -> None:
    """Also after broken lines, which end nothing; at the end the status says that there were some."""
    talk = Talk(tmp_path)
    for n in range(60):
        assert talk.ask(line(n))["outcome"] == outcome(n)
    assert talk.ask("")["rule"] == "broken-line"
    assert talk.ask(line(1))["equal"] is True
    rest, errors = talk.process.communicate(timeout=20)
    assert rest == ""
    assert talk.process.returncode == 5
    assert "2 of 62 lines cannot be read; the first: line 50:" in errors


@pytest.mark.timeout(60)
def test_stream_whose_reader_goes_away_ends(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.ask(line(1))
    assert talk.process.stdin is not None
    assert talk.process.stdout is not None
    talk.process.stdout.close()
    talk.process.stdin.write((line(1) + "\n") * 3)
    talk.process.stdin.close()
    assert talk.process.wait(20) == 0
    assert talk.process.stderr is not None
    assert "Traceback" not in talk.process.stderr.read()


def marked(mark: str) -> list[int]:
    """Return the running processes whose environment holds the mark."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdecimal() and mark.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def kill_once(arguments: list[str], folder: Path, part: Path, delay: float, mark: str) -> bool:
    """Start a command, and kill -9 it some seconds after it wrote something; return whether it was still at work."""
    before = part.stat().st_size if part.exists() else 0
    process = subprocess.Popen(
        arguments, cwd=folder, env=environment(DARTKIT_TEST_MARK=mark), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    while process.poll() is None and (not part.exists() or part.stat().st_size <= before):
        time.sleep(0.01)
    time.sleep(delay)
    process.kill()
    return process.wait() == -signal.SIGKILL and part.exists()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")
@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz"])
def test_kill_at_any_time_and_the_same_command(tmp_path: Path, name: str) -> None:
    """Killed four times at work, then finished: the rows of an uninterrupted run, no process and no other file left."""
    write_input(tmp_path / "in.jsonl", 8_000)
    command = [PROGRAM, "verify", "pairs", "--in", "in.jsonl", "--out", name, "--allow-broken", "--quiet"]
    subprocess.run([*command[:6], "whole", *command[7:]], cwd=tmp_path, check=True, capture_output=True)
    assert [row["outcome"] for row in rows((tmp_path / "whole").read_bytes())] == [
        outcome(n) for n in range(8_000)
    ]
    rng = random.Random(5)
    mark = uuid.uuid4().hex
    part = tmp_path / f"{name}.part"
    kept = [0]
    for _ in range(KILLS):
        if not kill_once(command, tmp_path, part, rng.uniform(0.0, 0.15), mark):
            break
        kept.append(part.read_bytes().count(b"\n"))
    assert len(kept) > 1
    assert kept == sorted(kept), "what was finished is kept"
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    content = (tmp_path / name).read_bytes()
    content = gzip.decompress(content) if name.endswith(".gz") else content
    assert _timeless(content) == _timeless((tmp_path / "whole").read_bytes())
    assert sorted(item.name for item in tmp_path.iterdir()) == sorted(["in.jsonl", name, "whole"])
    until = time.monotonic() + 10
    while marked(mark) and time.monotonic() < until:
        time.sleep(0.1)
    assert marked(mark) == [], "workers of killed commands are still there"


def _timeless(content: bytes) -> list[bytes]:
    """Return the bytes of each row up to its seconds, and after them."""
    cut = []
    for row in content.splitlines():
        before, _, after = row.partition(b'"seconds": ')
        cut.append(before + after.lstrip(b"0123456789.e-"))
    return cut


def test_interrupt_says_how_to_go_on(tmp_path: Path) -> None:
    """As Ctrl-C does: status 130, and the part is kept."""
    write_input(tmp_path / "in.jsonl", 30_000)
    process = subprocess.Popen(
        [PROGRAM, "verify", "pairs", "--in", "in.jsonl", "--out", "out.jsonl"], cwd=tmp_path, env=environment(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    part = tmp_path / "out.jsonl.part"
    until = time.monotonic() + 30
    while time.monotonic() < until and not (part.exists() and part.stat().st_size):
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Go on with the same line: dartkit verify pairs --in in.jsonl --out out.jsonl" in errors
    assert "Traceback" not in errors
    assert part.read_bytes().count(b"\n") > 0
