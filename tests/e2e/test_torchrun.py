"""Two ranks under torchrun (gloo, CPU) against one process: the same numbers, the same files, and one end for all.

Numbers from before the first update are compared to 1e-6 of their size: the ranks add the same terms in another order, and float32
rounds at 1.2e-7. Later ones get 1e-5, because AdamW's first updates move every weight by about the learning rate in the direction of its
gradient's sign, also where that gradient is little more than rounding. What is counted (lengths, accuracies, the ledger of groups)
must be equal. In float64, loss, gradients and the weights after one update are compared to 1e-12.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from dartkit.events import SilentSink
from dartkit.run import RunDir
from tests.e2e.parallel_case import RL, make_run, run_both

BIN = Path(sys.executable).parent
CLOSE, CLOSE_LATER, ROUNDING = 1e-6, 1e-5, 2e-5
DRAWN_ALIKE = (
    "response_length",
    "response_length_max",
    "accuracy",
    "reward",
    "truncated",
    "trained_tokens",
    "generated_tokens",
)
STATUS_OF_TORCHRUN = 1


def torchrun(*words: str, patience: float = 100) -> subprocess.CompletedProcess[str]:
    """Start two ranks and wait for their end."""
    command = [str(BIN / "torchrun"), "--standalone", "--nproc-per-node", "2", *words]
    variables = {**os.environ, "OMP_NUM_THREADS": "1", "PATH": f"{BIN}:{os.environ['PATH']}"}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=patience, env=variables, check=False
    )


def case(what: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return torchrun("-m", "tests.e2e.parallel_case", what, str(folder))


def metrics(run: RunDir, name: str) -> list[dict[str, Any]]:
    """Return the steps' numbers without the fingerprint of the weights, which follows their last bit."""
    lines = (run.path / "models" / name / "metrics.jsonl").read_text().splitlines()
    return [{key: value for key, value in json.loads(line).items() if key != "parameters"} for line in lines]


def killed_before_the_end(whole: RunDir, path: Path) -> RunDir:
    """Return a run as a kill before the last step would have left `whole`: without its last checkpoint and without `train.json`."""
    run = make_run(path)
    for name in ("sft", "rl"):
        source, folder = whole.path / "models" / name, path / "models" / name
        kept = sorted((source / "checkpoints").glob("step-*"))[-2]
        shutil.copytree(kept, folder / "checkpoints" / kept.name)
        shutil.copy(source / "metrics.jsonl", folder / "metrics.jsonl")
    return run


def assert_same_numbers(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> None:
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        close = (
            CLOSE if other["step"] == 1 and "ratio_max" not in other else CLOSE_LATER
        )  # RL: two updates a step
        for key, value in other.items():
            if isinstance(value, float):
                # The gap between sampler and trainer is itself rounding here, some units of 1.2e-7 in a log-probability of up to 16.
                least = ROUNDING if key.startswith("sampler_gap") else CLOSE
                assert mine[key] == pytest.approx(value, rel=close, abs=least), key
            else:
                assert mine[key] == value, key


def assert_same_weights(ours: RunDir, theirs: RunDir, name: str) -> None:
    """Checkpoints have one layout whatever the number of ranks: the same names, shapes and types, and numbers close together."""
    (mine,) = sorted((ours.path / "models" / name / "checkpoints").glob("step-*"))[-1:]
    (other,) = sorted((theirs.path / "models" / name / "checkpoints").glob("step-*"))[-1:]
    assert mine.name == other.name
    for file in sorted(other.glob("*.safetensors")):
        a, b = load_file(mine / file.name), load_file(file)
        assert {key: (value.shape, value.dtype) for key, value in a.items()} == {
            key: (value.shape, value.dtype) for key, value in b.items()
        }
        if file.name == "model.safetensors":
            assert all(torch.allclose(a[key], b[key], rtol=0, atol=1e-6) for key in b)


@pytest.fixture(scope="module")
def one_rank(tmp_path_factory: pytest.TempPathFactory) -> RunDir:
    run = make_run(tmp_path_factory.mktemp("one") / "run")
    run_both(run, SilentSink())
    return run


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """One start of torchrun for several tests: gradients, both trainings, and one that breaks on the second rank."""
    folder = tmp_path_factory.mktemp("two")
    make_run(folder / "run")
    make_run(folder / "broken")
    return folder, case("all", folder)


@pytest.fixture(scope="module")
def two_ranks(ended: tuple[Path, subprocess.CompletedProcess[str]]) -> RunDir:
    folder, done = ended
    assert (folder / "run" / "models" / "rl" / "train.json").is_file(), done.stderr
    return RunDir(folder / "run")


@pytest.mark.parametrize("layout", ["padded", "packed"])
def test_loss_gradients_norm_and_update_are_those_of_one_process(two_ranks: RunDir, layout: str) -> None:
    """Float64, an idle pass, uneven slices, a clipped update: what differs is the order of sums."""
    facts = json.loads((two_ranks.path.parent / "gradients.json").read_text())[layout]
    assert facts.pop("clipped") > 0.1  # otherwise the clipping would not have been tested
    assert max(facts.values()) < 1e-12, facts


@pytest.mark.parametrize("name", ["sft", "lora", "rl"])
def test_two_ranks_give_the_numbers_of_one(one_rank: RunDir, two_ranks: RunDir, name: str) -> None:
    ours, theirs = metrics(two_ranks, name), metrics(one_rank, name)
    assert len(theirs) == {"sft": 3, "lora": 3, "rl": 2}[name]
    assert_same_numbers(ours, theirs)
    assert_same_weights(two_ranks, one_rank, name)


def test_two_ranks_draw_and_judge_the_same_samples(one_rank: RunDir, two_ranks: RunDir) -> None:
    """Every sample of both steps, letter by letter, and some of them moved the weights."""
    for step in (1, 2):
        ours, theirs = (
            run.path / "models" / "rl" / "samples" / f"step-{step:06d}.jsonl" for run in (two_ranks, one_rank)
        )
        assert ours.read_bytes() == theirs.read_bytes()
    for mine, other in zip(metrics(two_ranks, "rl"), metrics(one_rank, "rl"), strict=True):
        assert {key: mine[key] for key in DRAWN_ALIKE} == {key: other[key] for key in DRAWN_ALIKE}
        assert other["updates"] > 0


def test_a_run_begun_on_two_ranks_goes_on_on_one(one_rank: RunDir, two_ranks: RunDir, tmp_path: Path) -> None:
    run = killed_before_the_end(two_ranks, tmp_path / "run")
    run_both(run, SilentSink())
    for name in ("sft", "rl"):
        assert_same_numbers(metrics(run, name), metrics(one_rank, name))
        assert_same_weights(run, one_rank, name)


def test_a_run_begun_on_one_rank_goes_on_on_two_by_the_command_line(one_rank: RunDir, tmp_path: Path) -> None:
    """The documented command; only the first rank prints and records, and the files are there once."""
    run = killed_before_the_end(one_rank, tmp_path / "run")
    settings = tmp_path / "rl.json"
    settings.write_text(json.dumps(RL))
    done = torchrun(
        "--no-python", "dartkit", "train-rl", str(run.path), "--settings", str(settings), "--json"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["counts"]["steps"] == 2
    assert done.stderr.count("next: dartkit eval") == 1
    assert_same_numbers(metrics(run, "rl"), metrics(one_rank, "rl"))
    assert_same_weights(run, one_rank, "rl")
    events = [json.loads(line) for line in (run.path / "events.jsonl").read_text().splitlines()]
    assert sum(event.get("event") == "StageFinished" for event in events) == 1


def test_a_failure_on_one_rank_is_told_by_the_first_with_its_status(
    ended: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    """Data errors end with status 5; torchrun itself always ends with 1."""
    folder, done = ended
    assert done.returncode == STATUS_OF_TORCHRUN
    assert (folder / "rank-1.txt").read_text() == "5 data.jsonl:9: row 9 is broken\n  Mend it."
    told = "5 data.jsonl:9: rank 1 of 2 stopped: row 9 is broken\n  Mend it."
    assert (folder / "rank-0.txt").read_text() == told
    assert not (folder / "broken" / "models" / "sft" / "train.json").exists()


def test_a_rank_that_is_killed_ends_the_run(tmp_path: Path) -> None:
    make_run(tmp_path / "run")
    done = case("killed", tmp_path)
    assert done.returncode == STATUS_OF_TORCHRUN
    assert "Signal 9" in done.stderr
    assert not (tmp_path / "run" / "models" / "sft" / "train.json").exists()
