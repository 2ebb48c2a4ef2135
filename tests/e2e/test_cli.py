"""The program as a whole: streams, JSON, dry runs, resuming, interrupts, closed pipes."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.e2e.terminal import PROGRAM, dartkit, environment, make_run

SCRIPTED = ("--engine", "scripted")

RECIPE = """
name: small
engine: {kind: scripted, pass_rate: 0.5}
steps:
  - stage: load
    source: {kind: generated, levels: [1, 2], per_level: 2}
  - stage: estimate
    samples_per_problem: 4
  - stage: synth
    strategy: {kind: uniform, correct_per_problem: 2}
  - stage: export-sft
"""


def test_the_result_is_on_stdout_and_the_rest_on_stderr(tmp_path: Path) -> None:
    """Five levels with one problem each: stdout is one JSON object that says 5, stderr tells the story."""
    done = dartkit("load", "generated", "r", "--per-level", "1", "--json", cwd=tmp_path)
    assert done.status == 0
    assert done.value["stage"] == "load"
    assert done.value["counts"]["added"] == 5
    assert done.value["next"] == "dartkit validate r"
    assert "load: done in" in done.err
    assert "next: dartkit validate r" in done.err


def test_quiet_says_nothing_but_the_result(tmp_path: Path) -> None:
    done = dartkit("load", "generated", "r", "--per-level", "1", "--quiet", cwd=tmp_path)
    assert (done.status, done.err) == (0, "")
    assert re.search(r"^added +5$", done.out, re.MULTILINE)


def test_json_log_is_one_event_on_each_line(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    done = dartkit("estimate", run, *SCRIPTED, "--probe", "2", "--log-format", "json", cwd=tmp_path)
    events = [json.loads(line) for line in done.err.splitlines()]
    names = [item["event"] for item in events]
    assert names[0] == "StageStarted"
    assert names[-2:] == ["StageFinished", "Next"]
    assert events[-2]["counts"]["draws"] == 10  # 5 problems of 2 draws


@pytest.mark.parametrize(
    "arguments",
    [
        ("estimate", "r", "--engine", "vllm"),
        ("synth", "r", "--strategy", "uniform=3"),
        ("eval", "r"),
        ("train-sft", "r"),
        ("train-rl", "r", "--algo", "dapo"),
        ("run", "demo"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_dry_run_prints_settings_and_makes_nothing(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """The run directory does not even exist, so anything but printing would fail or leave a trace."""
    done = dartkit(*arguments, "--dry-run", cwd=tmp_path)
    assert done.status == 0, done.err
    assert {"run", "shard"} < set(done.value)
    assert list(tmp_path.iterdir()) == []


def test_flags_reach_the_settings(tmp_path: Path) -> None:
    """Named flags win over --set, --set over the file, the file over defaults; a batch size takes the engine's own name."""
    (tmp_path / "more.yaml").write_text("sampling: {temperature: 0.1, top_k: 7, min_p: 0.2}\n")
    done = dartkit(
        "synth", "r", "--dry-run", "--settings", "more.yaml", "--set", "sampling.temperature=0.2", "--set",
        "sampling.min_p=0.3", "--temperature", "0.4", "--engine", "vllm", "--batch-size", "9", "--strategy", "vanilla=3",
        "--budget-draws", "11", "--shard", "1/4", cwd=tmp_path,
    )  # fmt: skip
    settings = done.value["settings"]
    assert settings["sampling"] | {"temperature": 0.4, "top_k": 7, "min_p": 0.3} == settings["sampling"]
    assert settings["engine"]["max_num_seqs"] == 9
    assert settings["strategy"] == {"kind": "vanilla", "draws_per_problem": 3}
    assert settings["budget"]["max_draws"] == 11
    assert done.value["shard"] == [1, 4]


def test_a_recipe_runs_and_a_second_call_does_nothing(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(RECIPE)
    first = dartkit("run", "small.yaml", "--json", cwd=tmp_path)
    assert first.status == 0, first.err
    assert [item["skipped"] for item in first.value["this_call"]] == [False] * 4
    assert "export-sft: done in" in first.err
    second = dartkit("run", "small.yaml", "--json", cwd=tmp_path)
    assert [item["skipped"] for item in second.value["this_call"]] == [True] * 4
    assert second.value["draws"] == first.value["draws"]
    people = dartkit("status", "runs/small", cwd=tmp_path)
    assert "Run small" in people.out
    assert "Difficulty" in people.out


def test_a_budget_stops_with_6_and_a_larger_one_goes_on(tmp_path: Path) -> None:
    """5 problems of 8 draws are 40; a budget of 10 stops there, and raising it draws only the other 30."""
    run = make_run(tmp_path)
    line = ("synth", run, *SCRIPTED, "--strategy", "vanilla=8", "--json")
    stopped = dartkit(*line, "--budget-draws", "10", cwd=tmp_path)
    assert stopped.status == 6
    assert stopped.value["error"]["kind"] == "BudgetReached"
    assert stopped.err.count("Stopped:") == 1
    finished = dartkit(*line, "--budget-draws", "100", cwd=tmp_path)
    assert finished.status == 0
    assert finished.value["counts"]["draws"] == 30


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_with_130_and_says_how_to_go_on(number: signal.Signals, tmp_path: Path) -> None:
    run = make_run(tmp_path)
    line = [PROGRAM, "synth", str(run), *SCRIPTED, "--strategy", "vanilla=100000", "--max-draws", "100000"]
    line += ["--set", "engine.seconds_per_draw=0.01"]
    with subprocess.Popen(
        line,
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_interrupts,
    ) as process:
        _wait_for_draws(tmp_path / run)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "dartkit synth r --engine scripted --strategy vanilla=100000" in err.splitlines()[-1]
    assert "Traceback" not in err
    status = dartkit("status", run, "--json", cwd=tmp_path)
    assert status.value["draws"]["total"] > 0


def _heed_interrupts() -> None:
    """Undo an inherited ignored SIGINT: background jobs of a shell, as in some CI systems, start with it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _wait_for_draws(run: Path) -> None:
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size for path in (run / "samples").glob("seg-*")):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("arguments", ["status r", "recipes schema", "--help", "status r --json"])
def test_a_closed_pipe_is_quiet(arguments: str, tmp_path: Path) -> None:
    """The reader is gone before the program writes: no traceback, no complaint."""
    make_run(tmp_path)
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [PROGRAM, *arguments.split()],
        cwd=tmp_path,
        env=environment(),
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (
        done.stderr.decode()
        .replace("next: dartkit estimate r\n", "")
        .replace("next: dartkit validate r\n", "")
        == ""
    )
    assert done.returncode in (0, 1)  # 1 is what typer itself returns for --help


def test_a_terminal_gets_a_live_display_and_ci_does_not(tmp_path: Path) -> None:
    """The live display hides the cursor with ESC [?25l; plain lines hold no escape sequence."""
    run = make_run(tmp_path)
    assert b"\x1b[?25l" in _stderr_on_terminal(tmp_path, run, TERM="xterm", CI="")
    assert b"\x1b" not in _stderr_on_terminal(tmp_path, run, TERM="xterm", CI="true")


def _stderr_on_terminal(folder: Path, run: Path, **changes: str) -> bytes:
    ours, theirs = pty.openpty()
    line = [PROGRAM, "estimate", str(run), *SCRIPTED, "--probe", "2"]
    done = subprocess.run(
        line, cwd=folder, env=environment(**changes), stdout=subprocess.PIPE, stderr=theirs, check=False
    )
    os.close(theirs)
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout
    written = b""
    try:
        while piece := os.read(ours, 65536):
            written += piece
    except OSError:  # Linux reports the end of a pseudo-terminal as an error
        pass
    os.close(ours)
    return written


def test_show_tells_a_rows_life_and_disarms_hostile_text(tmp_path: Path) -> None:
    """The question holds an escape sequence that clears the screen, a direction override and rich markup."""
    question = "What is 1+1? \x1b[2J \u202e [bold red]x[/bold red] " + "long " * 200
    (tmp_path / "p.jsonl").write_text(json.dumps({"problem": question, "answer": "2"}) + "\n")
    assert dartkit("load", "files", "r", "p.jsonl", cwd=tmp_path).status == 0
    assert dartkit("estimate", "r", *SCRIPTED, "--probe", "2", cwd=tmp_path).status == 0
    shown = dartkit("show", "r", "", cwd=tmp_path)
    assert shown.status == 2  # one problem and two samples match the empty prefix
    problem_id = re.search(r"problem ([0-9a-f]{32})", shown.err)
    assert problem_id is not None
    people = dartkit("show", "r", problem_id[1][:10], cwd=tmp_path, COLUMNS="400")
    assert "\x1b" not in people.out
    assert "\u202e" not in people.out
    assert r"\x1b[2J \u202e [bold red]x[/bold red]" in people.out
    assert "characters more; --full" in people.out
    full = dartkit("show", "r", problem_id[1], "--full", cwd=tmp_path, COLUMNS="4000")
    assert full.out.count("long ") + full.out.count("long\n") >= 199
    value = dartkit("show", "r", problem_id[1], "--json", cwd=tmp_path).value
    assert value["problem"]["answer"] == "2"
    assert len(value["samples"]) == 2
    assert all(len(item["verdicts"]) == 1 for item in value["samples"])


def test_doctor_and_version(tmp_path: Path) -> None:
    value = dartkit("doctor", "--json", cwd=tmp_path).value
    assert value["machine"]["cores"] >= 1
    assert {item["name"] for item in value["engines"]} == {
        "scripted",
        "http",
        "transformers",
        "vllm",
        "ray",
    }
    assert value["packages"]["core"]["typer"].startswith("0.")
    assert dartkit("--version", cwd=tmp_path).out.split()[0] == "dartkit"


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    plain = dartkit("status", "nowhere", cwd=tmp_path)
    debug = dartkit("status", "nowhere", "--debug", cwd=tmp_path)
    assert (plain.status, debug.status) == (2, 2)
    assert "Traceback" not in plain.err
    assert "Traceback" in debug.err
