"""A run small enough to count on fingers: five problems, their draws, verdicts, targets and estimates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dartkit.run import RunDir
from tests.unit.export.counted_run import fill_run


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunDir]:
    """The run of `counted_run.fill_run`, opened."""
    RunDir.create(tmp_path / "demo", seed=1)
    with RunDir(tmp_path / "demo") as opened:
        fill_run(opened)
        yield opened
