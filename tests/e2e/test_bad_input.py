"""What a person gets wrong: each mistake ends with its exit status and a message that names place, thing and next step."""

from __future__ import annotations

import json
import os
import resource
import shutil
from pathlib import Path

import pytest

from dartkit.engines import cuda_available
from dartkit.tiny import checkpoint_path
from tests.e2e.terminal import Done, dartkit, make_run

SCRIPTED = ("--engine", "scripted")
GOOD = {"problem": "What is 1+1?", "answer": "2"}


def load(folder: Path, text: str, *more: str) -> Done:
    """Load a file with this content."""
    (folder / "p.jsonl").write_text(text, encoding="utf-8")
    return dartkit("load", "files", "r", "p.jsonl", *more, cwd=folder)


def lines(*rows: object) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


def assert_refused(done: Done, status: int, *parts: str) -> None:
    """The status fits, stderr holds every part and no traceback, stdout is empty."""
    assert done.status == status, done.err
    for part in parts:
        assert part in done.err
    assert "Traceback" not in done.err
    assert done.out == ""
    assert len(done.err.rstrip().splitlines()[-1]) > 10  # the last line says what to do


def test_missing_file(tmp_path: Path) -> None:
    assert_refused(dartkit("load", "files", "r", "no.jsonl", cwd=tmp_path), 5, "no.jsonl: no such file")


def test_broken_json(tmp_path: Path) -> None:
    rows = [{"problem": f"What is {n}+1?", "answer": str(n + 1)} for n in range(4)]
    assert_refused(load(tmp_path, lines(*rows, '{"problem": "x", ')), 5, "p.jsonl:5")


def test_missing_field(tmp_path: Path) -> None:
    done = load(tmp_path, lines(GOOD, {"question": "What is 2+2?", "answer": "4"}))
    assert_refused(done, 5, "p.jsonl:2", "no column 'problem'", "question")


def test_one_question_with_two_answers(tmp_path: Path) -> None:
    done = load(tmp_path, lines(GOOD, {**GOOD, "answer": "3"}))
    assert_refused(done, 5, "p.jsonl:2", "two gold answers: '3' here, '2' in p.jsonl:1")


def test_empty_file(tmp_path: Path) -> None:
    assert_refused(load(tmp_path, ""), 5, "p.jsonl: this file has no rows")


def test_value_of_a_wrong_type(tmp_path: Path) -> None:
    done = load(tmp_path, lines(GOOD, {"problem": ["a", "b"], "answer": "1"}))
    assert_refused(done, 5, "p.jsonl:2", "field 'text'", "must be text, not list")


def test_unknown_key_in_a_recipe(tmp_path: Path) -> None:
    recipe = "name: x\nsteps:\n  - stage: load\n    source: {kind: generated}\n  - stage: estimate\n    sampels_per_problem: 3\n"
    (tmp_path / "x.yaml").write_text(recipe)
    expected = "x.yaml:6: steps.1.sampels_per_problem: unknown key; did you mean 'samples_per_problem'?"
    assert_refused(dartkit("run", "x.yaml", cwd=tmp_path), 2, expected)
    assert_refused(dartkit("recipes", "check", "x.yaml", cwd=tmp_path), 2, expected)


def test_unknown_recipe(tmp_path: Path) -> None:
    assert_refused(dartkit("run", "smok", cwd=tmp_path), 2, "did you mean 'smoke'?", "dartkit recipes ls")


def test_unknown_strategy(tmp_path: Path) -> None:
    done = dartkit("synth", "r", "--strategy", "prop2dif", cwd=tmp_path)
    assert_refused(done, 2, "--strategy prop2dif", "unknown kind 'prop2dif'", "did you mean 'prop2diff'?")


def test_settings_out_of_range_are_all_reported(tmp_path: Path) -> None:
    done = dartkit("synth", "r", "--temperature", "9", "--set", "sampling.topk=3", cwd=tmp_path)
    assert_refused(done, 2, "2 problems", "--temperature 9.0: sampling.temperature", "did you mean 'top_k'?")


def test_unknown_option_and_command(tmp_path: Path) -> None:
    assert_refused(
        dartkit("synth", "r", "--temprature", "1", cwd=tmp_path),
        2,
        "No such option: --temprature",
        "--temperature",
    )
    assert_refused(dartkit("synht", cwd=tmp_path), 2, "Did you mean 'synth'?")
    done = dartkit("synht", "--json", cwd=tmp_path)
    assert done.value["error"]["status"] == done.status == 2


def test_no_run_directory(tmp_path: Path) -> None:
    assert_refused(
        dartkit("validate", "nowhere", cwd=tmp_path),
        2,
        "nowhere is not a run directory",
        "dartkit load files",
    )


def test_no_difficulty_for_a_strategy_that_needs_it(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    done = dartkit("synth", run, "--strategy", "prop2diff", *SCRIPTED, cwd=tmp_path)
    assert_refused(done, 2, "needs measured difficulty", "dartkit estimate r")


def test_no_model(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    done = dartkit("estimate", run, "--model", "./no/such/model", cwd=tmp_path)
    assert_refused(done, 4, "model not found: './no/such/model'")


def test_model_without_chat_template(tmp_path: Path) -> None:
    """A copy of the bundled checkpoint without its template; the message names the setting for base models."""
    run = make_run(tmp_path)
    folder = tmp_path / "base-model"
    shutil.copytree(checkpoint_path(), folder, ignore=shutil.ignore_patterns("chat_template*"))
    config = json.loads((folder / "tokenizer_config.json").read_text())
    config.pop("chat_template", None)
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    done = dartkit("estimate", run, "--model", "./base-model", "--probe", "1", cwd=tmp_path)
    assert_refused(done, 4, "chat template", "prompt.chat")


@pytest.mark.skipif(cuda_available(), reason="this machine has the GPU whose absence is tested")
@pytest.mark.parametrize(
    "arguments",
    [
        ("--engine", "vllm", "--set", "engine.require_gpu=true"),
        ("--engine", "transformers", "--set", "engine.device=cuda"),
    ],
    ids=["vllm", "transformers"],
)
def test_no_gpu(arguments: tuple[str, ...], tmp_path: Path) -> None:
    run = make_run(tmp_path)
    done = dartkit("estimate", run, "--probe", "1", *arguments, cwd=tmp_path)
    assert done.status == 4, done.err
    assert "GPU" in done.err
    assert "Traceback" not in done.err


def test_read_only_directory(tmp_path: Path) -> None:
    """Root may write anywhere; setpriv takes that right away from the command, as it is for everyone else."""
    without_right = "-dac_override,-dac_read_search"
    prefix = ("setpriv", f"--bounding-set={without_right}", f"--inh-caps={without_right}")
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o755)
    locked.chmod(0o555)
    done = dartkit(
        "load",
        "generated",
        "locked/r",
        "--per-level",
        "1",
        cwd=tmp_path,
        prefix=prefix if os.geteuid() == 0 else (),
    )
    locked.chmod(0o755)
    assert_refused(done, 4, "locked/r", "cannot write here", "Choose a run directory")
    assert list(locked.iterdir()) == []


def limit_files() -> None:
    """Let this process write files of at most 20 kB (Python ignores the signal, writes then fail with EFBIG)."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))


def test_full_disk_loses_nothing(tmp_path: Path) -> None:
    """20 kB hold some of 80 draws; the second call keeps each of them and makes only the missing ones."""
    run = make_run(tmp_path)
    line = ("synth", run, *SCRIPTED, "--strategy", "vanilla=16", "--json")
    full = dartkit(*line, cwd=tmp_path, before=limit_files)
    assert full.status == 4
    assert full.value["error"]["kind"] == "EnvironmentProblem"
    assert "no space left to write" in full.err
    assert "run the same command" in full.err
    kept = dartkit("status", run, "--json", cwd=tmp_path).value["draws"]["total"]
    assert 0 < kept < 80
    again = dartkit(*line, cwd=tmp_path)
    assert again.status == 0, again.err
    assert again.value["counts"]["draws"] == 80 - kept
    assert dartkit("status", run, "--json", cwd=tmp_path).value["draws"]["total"] == 80


def test_run_directory_of_another_recipe(tmp_path: Path) -> None:
    recipe = "name: x\nseed: {}\nsteps:\n  - stage: load\n    source: {{kind: generated, per_level: 1}}\n"
    for name, seed in (("a.yaml", 0), ("b.yaml", 1)):
        (tmp_path / name).write_text(recipe.format(seed))
    assert dartkit("run", "a.yaml", cwd=tmp_path).status == 0
    done = dartkit("run", "b.yaml", cwd=tmp_path)
    assert_refused(done, 2, "runs/x", "belongs to another recipe: seed was 0, is 1", "--run PATH")


def test_another_seed_for_a_run_directory_that_exists(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    done = dartkit("load", "generated", run, "--run-seed", "5", cwd=tmp_path)
    assert_refused(done, 2, "has seed 0, not 5")


def test_gate(tmp_path: Path) -> None:
    """Nothing is ever right at pass rate 0, so accuracy 0 is below any gate; the data stays."""
    assert dartkit("load", "generated", "r", "--per-level", "1", "--split", "test", cwd=tmp_path).status == 0
    done = dartkit(
        "eval", "r", *SCRIPTED, "--set", "engine.pass_rate=0", "--min-accuracy", "0.5", cwd=tmp_path
    )
    assert_refused(done, 3, "accuracy 0.000 is below the gate min_accuracy=0.5", "The data is kept.")
