"""An empty run to load into, and a way to write small files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dartkit.run import RunDir


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunDir]:
    """A new, empty run."""
    RunDir.create(tmp_path / "run")
    with RunDir(tmp_path / "run") as opened:
        yield opened
