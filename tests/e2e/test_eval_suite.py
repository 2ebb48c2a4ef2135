"""`dartkit eval MODEL --tasks` and `dartkit eval compare` as a person types them, on small files and the scripted engine."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from dartkit.cli.app import app
from typer.testing import CliRunner

from dartkit.run import RunDir
from tests.e2e.terminal import PROGRAM, Done, environment

SLOW = ("--set", "engine.seconds_per_draw=0.05", "--set", "engine.capacity=4")
COMMON = ("--engine", "scripted", "--samples", "4", "--temperature", "1", "--max-tokens", "80", "--json")
TASKS = (
    "--tasks",
    "gsm8k,mmlu-pro",
    "--task-file",
    "gsm8k=gsm8k.jsonl",
    "--task-file",
    "mmlu-pro=mmlu.jsonl",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 24 word problems of two levels and 12 questions with ten options."""
    here = tmp_path_factory.mktemp("eval")
    words = [
        {"question": f"What is {n} plus 2?", "answer": f"Add.\n#### {n + 2}", "level": 1 + n % 2}
        for n in range(24)
    ]
    choices = [
        {
            "question": f"Which is {n}?",
            "options": [str(n + i) for i in range(10)],
            "answer": "A",
            "category": "law",
        }
        for n in range(12)
    ]
    for name, rows in (("gsm8k.jsonl", words), ("mmlu.jsonl", choices)):
        (here / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return here


def dartkit(*line: str, cwd: Path) -> Done:
    """Run a command in this process, in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(cwd)
        done = CliRunner().invoke(app, list(line), prog_name="dartkit")
    return Done(done.exit_code, done.stdout, done.stderr)


def results(root: Path) -> dict[str, Any]:
    """What the tasks came to; `draws` is what one call made, all else must not depend on how often it was stopped."""
    found = {path.parent.parent.name: json.loads(path.read_text()) for path in root.glob("*/evals/avg4.json")}
    for item in found.values():
        item.pop("draws")
    return found


def test_killed_and_continued_equals_uninterrupted(folder: Path) -> None:
    """Three SIGKILLs at random moments, then the same line to its end: the result files equal those of a run without any."""
    line = [PROGRAM, "eval", "tiny", *TASKS, *COMMON, *SLOW, "--run", "killed"]
    rng = random.Random(4)
    stopped = 0
    for _ in range(3):
        held = count_rows(folder / "killed")
        process = subprocess.Popen(
            line,
            cwd=folder,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        while process.poll() is None and count_rows(folder / "killed") < held + 4:
            time.sleep(0.01)
        time.sleep(rng.uniform(0.0, 0.3))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            stopped += 1
        process.wait()
    assert stopped >= 2
    done = dartkit(*line[1:], cwd=folder)
    assert done.status == 0, done.err
    whole = dartkit("eval", "tiny", *TASKS, *COMMON, "--run", "whole", cwd=folder)
    assert whole.status == 0, whole.err
    assert results(folder / "killed") == results(folder / "whole")
    assert results(folder / "whole").keys() == {"gsm8k", "mmlu-pro"}
    assert done.value["average"] == whole.value["average"]


def count_rows(root: Path) -> int:
    """Draws on disk, whole lines of open segments."""
    return sum(path.read_bytes().count(b"\n") for path in root.glob("*/samples/seg-*.jsonl"))


def test_figures_follow_from_the_draws(folder: Path) -> None:
    """avg@4 is the share of correct verdicts in the run's own table; more draws go on from these."""
    first = dartkit("eval", "tiny", *TASKS, *COMMON, "--run", "more", cwd=folder)
    task = first.value["tasks"]["gsm8k"]
    verdicts = [item.outcome for item in RunDir(folder / "more" / "gsm8k").verdicts()]
    assert len(verdicts) == 24 * 4
    assert task["metrics"]["avg@4"][0] == round(verdicts.count("correct") / 96, 4)
    assert set(task["metrics"]) == {"avg@4", "pass@2", "pass@4", "maj@2", "maj@4"}
    assert (task["problems"], task["expected_problems"]) == (24, 1319)
    assert list(task["levels"]) == ["1", "2"]
    assert task["levels"]["1"]["problems"] == 12
    assert 0 < task["truncated"] < 96
    assert "24 of 1,319" in dartkit("eval", "tiny", *TASKS, *COMMON[:-1], "--run", "more", cwd=folder).out
    again = dartkit("eval", "tiny", *TASKS, *COMMON, "--samples", "6", "--run", "more", cwd=folder)
    assert again.value["tasks"]["gsm8k"]["draws"] == 24 * 2
    assert (folder / "more" / "gsm8k" / "evals" / "avg6.json").is_file()


def test_compare_sees_a_real_difference_and_no_other(folder: Path) -> None:
    for root, rate, seed in (("weak", "0.3", "0"), ("strong", "0.8", "0"), ("twin", "0.8", "1")):
        made = dartkit(
            "eval",
            "tiny",
            *TASKS,
            *COMMON,
            "--set",
            f"engine.pass_rate={rate}",
            "--run-seed",
            seed,
            "--run",
            root,
            cwd=folder,
        )
        assert made.status == 0, made.err
    real = dartkit("eval", "compare", "weak", "strong", "--json", cwd=folder).value
    assert [task["verdict"] for task in real["tasks"].values()] == ["B is better", "B is better"]
    assert real["overall"]["verdict"] == "B is better"
    assert real["tasks"]["gsm8k"]["test"] == "exact"
    none = dartkit("eval", "compare", "strong", "twin", "--json", cwd=folder).value
    assert [task["verdict"] for task in none["tasks"].values()] == ["no difference shown"] * 2
    shown = dartkit("eval", "compare", "strong/gsm8k", "twin/gsm8k:avg4", "--metric", "pass@2", cwd=folder)
    assert shown.status == 0
    assert "no difference" in shown.out
    assert "pass@2: A = scripted, B = scripted" in shown.out


def test_compare_refuses_other_problems(folder: Path) -> None:
    """The first ten problems against all 24: refused with the reason, done on the ten when told to."""
    file = ("--task-file", "gsm8k=gsm8k.jsonl")
    for root, more in (("ten", ("--limit", "10")), ("all", ())):
        assert dartkit("eval", "tiny", *file, *COMMON, *more, "--run", root, cwd=folder).status == 0
    refused = dartkit("eval", "compare", "ten", "all", cwd=folder)
    assert refused.status == 2
    assert "problems: 0 only in A, 14 only in B" in refused.err
    told = dartkit("eval", "compare", "ten", "all", "--allow-differences", "--json", cwd=folder)
    assert told.value["tasks"]["gsm8k"]["problems"] == 10


def test_dry_run_counts_and_spends_nothing(folder: Path) -> None:
    """24 problems x 4 draws x 80 tokens from the file; AIME is stated: 30 problems x 32 draws x 20,480 tokens."""
    line = (
        "eval",
        "tiny",
        "--tasks",
        "aime-24",
        "--task-file",
        "gsm8k=gsm8k.jsonl",
        "--run",
        "dry",
        "--dry-run",
    )
    done = dartkit(*line, "--json", cwd=folder)
    [aime, words] = done.value["tasks"]
    assert (aime["problems"], aime["counted"], aime["draws"]) == (30, False, 960)
    assert aime["max_completion_tokens"] == 960 * 20480
    assert (words["problems"], words["counted"], words["draws"], words["max_completion_tokens"]) == (
        24,
        True,
        24,
        24 * 2048,
    )
    assert not (folder / "dry").exists()
    assert "960" in dartkit(*line, cwd=folder).out


@pytest.mark.parametrize(
    ("line", "status", "message"),
    [
        (("--tasks", "gsm9k"), 2, "Did you mean gsm8k?"),
        (("--tasks", "gsm8k", "--task-file", "gsm8k=nowhere.jsonl"), 5, "no such file"),
        (("--tasks", "deepmind-math"), 2, "--task-file deepmind-math=PATH"),
        (("--tasks", "math-500", "--run", "offline"), 4, "cannot load the data set HuggingFaceH4/MATH-500"),
        (("--task-file", "gsm8k=gsm8k.jsonl", "--samples", "3"), 2, "would all be alike"),
        (("--task-file", "gsm8k=gsm8k.jsonl", "--k", "3"), 2, "k=3 of pass@k"),
        (("--task-file", "gsm8k=gsm8k.jsonl", "--compare-to", "x"), 2, "dartkit eval compare"),
        (("--limit", "3"), 2, "--limit goes with --tasks"),
        (("--task-file", "gsm8k=gsm8k.jsonl", "--run", "stop", "--budget-draws", "5"), 6, "budget.max_draws=5"),
    ],
)  # fmt: skip
def test_stops(folder: Path, line: tuple[str, ...], status: int, message: str) -> None:
    done = dartkit("eval", "tiny", *line, "--engine", "scripted", cwd=folder)
    assert done.status == status, done.err
    assert message in " ".join(done.err.split())


def test_a_folder_keeps_its_model_and_its_problems(folder: Path) -> None:
    file = ("--task-file", "gsm8k=gsm8k.jsonl", "--run", "kept", "--engine", "scripted")
    assert dartkit("eval", "tiny", *file, cwd=folder).status == 0
    other = dartkit("eval", "org/other", *file, cwd=folder)
    assert (other.status, "holds the evaluation of the model 'tiny'" in other.err) == (2, True)
    (folder / "new.jsonl").write_text('{"question": "1?", "answer": "1"}\n')
    changed = dartkit("eval", "tiny", "--task-file", "gsm8k=new.jsonl", *file[2:], cwd=folder)
    assert (changed.status, "holds other problems" in changed.err) == (2, True)
