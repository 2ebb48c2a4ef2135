"""Shared fixtures: real data, run directories, and problems made by hand."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before torch is imported; see docs/engines.md
os.environ.setdefault("GOMP_SPINCOUNT", "20000")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gc
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from dartkit import ids
from dartkit.records import Problem, Sample, now_iso
from dartkit.run import RunDir

# What an example takes says something of the machine and nothing of the code.
settings.register_profile("untimed", parent=settings.default, deadline=None)
settings.load_profile("untimed")
REQUIRE_ALL = os.environ.get("DARTKIT_REQUIRE_ALL") == "1"


def pytest_collection_finish() -> None:
    """Take what imports and the collection left out of the garbage collector's sight: a full collection of it lasts a second."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def little_for_the_collector() -> Iterator[None]:
    """Free what a module's tests left and put what lives on out of the collector's sight, so that collections stay short."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def signals_as_found() -> Iterator[None]:
    """Commands that tests run in this process change what SIGINT and SIGTERM do: the next test finds them as they were."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real data sets (`DARTKIT_DATA`); absent, the test is skipped, or fails where everything is required."""
    path = Path(
        os.environ.get("DARTKIT_DATA", Path(__file__).parents[1] / ".." / "shared" / "data")
    ).resolve()
    if not (path / "MANIFEST.json").is_file():
        if REQUIRE_ALL:
            pytest.fail("DARTKIT_DATA does not point to the real data sets, and this run requires them")
        pytest.skip("needs the real data sets; set DARTKIT_DATA")
    return path


def make_problem(
    text: str, answer: str = "1", *, level: str | None = None, split: str = "train", row: int = 1
) -> Problem:
    """Return a problem with right ids."""
    return Problem(
        problem_id=ids.problem_id(text),
        text=text,
        source="hand",
        source_split=split,
        source_row=row,
        answer=answer,
        answer_id=ids.answer_id(answer),
        answer_kind="integer",
        level=level,
    )


def make_sample(
    problem: Problem, index: int, completion: str = r"\boxed{1}", *, sampler: str = "s" * 32
) -> Sample:
    """Return a finished draw of a problem."""
    return Sample(
        sample_id=ids.sample_id(problem.problem_id, sampler, index),
        problem_id=problem.problem_id,
        sampler_id=sampler,
        draw_index=index,
        phase="synth",
        completion=completion,
        finish_reason="stop",
        engine="hand",
        created_at=now_iso(),
        max_tokens=64,
        completion_tokens=10,
    )


def make_run(path: Path, problems: Iterable[Problem] = (), *, seed: int = 0) -> RunDir:
    """Return an open run directory that holds these problems."""
    RunDir.create(path, seed=seed)
    run = RunDir(path)
    for problem in problems:
        run.append(problem)
    return run
