"""The help of every command and the schema of recipes, word for word; `DARTKIT_UPDATE_GOLDEN=1` writes them anew."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from dartkit.cli.app import app
from dartkit.cli.reference import walk_commands
from typer.testing import CliRunner

from dartkit.recipe import recipe_schema

HERE = Path(__file__).parent


def check(name: str, text: str) -> None:
    """Compare with the file, or write it where the person asked for that."""
    path = HERE / name
    if os.environ.get("DARTKIT_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, (
        "if this is wanted: DARTKIT_UPDATE_GOLDEN=1 pytest tests/golden"
    )


def test_help_of_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """All help texts in one file, at the 80 columns of typer's runner."""
    monkeypatch.delenv("COLUMNS", raising=False)
    parts = []
    for entry in walk_commands():
        done = CliRunner().invoke(app, [*entry.name.split()[1:], "--help"], prog_name="dartkit")
        assert done.exit_code == 0
        parts.append(f"$ {entry.name} --help\n{done.stdout}")
    check("help.txt", "\n".join(parts))


def test_schema_of_recipes() -> None:
    check("recipe-schema.json", json.dumps(recipe_schema(), indent=1, sort_keys=True) + "\n")
