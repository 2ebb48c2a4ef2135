"""The documentation is what the program says, and the program says something about everything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from dartkit.cli.app import ORDER, app
from dartkit.cli.recipe_reference import type_text
from dartkit.cli.reference import CommandEntry, examples_of, main, pages, walk_commands
from typer.testing import CliRunner

from dartkit.settings import Settings
from dartkit.stage_settings import STEP_CLASSES

DOCS = Path(__file__).parents[3] / "docs"
ENTRIES = list(walk_commands())
COMMANDS = [entry for entry in ENTRIES if not hasattr(entry.node, "commands")]


def test_the_pages_are_current() -> None:
    """If this fails: python -m dartkit.cli.reference."""
    assert main(["--check"], DOCS) == 0


def test_check_notices_a_change_and_says_what_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check"], tmp_path) == 1
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0
    (tmp_path / "recipe.md").write_text("old")
    assert main(["--check"], tmp_path) == 1
    assert "recipe.md\n  Write them again: python -m dartkit.cli.reference" in capsys.readouterr().err


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_command_and_option_has_help(entry: CommandEntry) -> None:
    assert entry.node.help
    for item in entry.node.params:
        assert item.help, f"{entry.name} {item.name}"
        assert item.help[0].isupper() or item.help[0] == "`"
        assert item.help.rstrip("`").endswith(".")


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_help_ends_with_an_example_on_lines_of_its_own(entry: CommandEntry) -> None:
    shown = CliRunner().invoke(app, [*entry.name.split()[1:], "--help"]).stdout
    block = [line.strip() for line in shown.rstrip().split("Example:\n")[1].split("\n")]
    assert block == examples_of(entry.node)
    assert all(line.startswith(entry.name + " ") or line == entry.name for line in block)


def test_the_order_of_the_help_names_every_command() -> None:
    top = {entry.name.split()[1] for entry in ENTRIES if entry.name.count(" ")}
    assert top == set(ORDER)


def test_one_flag_means_one_thing() -> None:
    """An option of a name has the same value and type in every command that has it (--set and --name speak of their command)."""
    seen: dict[str, tuple[str, bool]] = {}
    for entry in COMMANDS:
        for item in entry.node.params:
            if item.param_type_name == "option" and item.opts[0] not in ("--split", "--strategy", "--run"):
                shape = (str(item.metavar), bool(item.is_flag))
                assert seen.setdefault(item.opts[0], shape) == shape, f"{entry.name} {item.opts[0]}"


def test_every_setting_is_described() -> None:
    """Each field of each settings class has the string under it, and stands in docs/recipe.md."""
    text = pages()["recipe.md"]
    kinds: set[type[Settings]] = set(Settings.__subclasses__())
    assert set(STEP_CLASSES.values()) < kinds
    for kind in kinds:
        if kind.__module__ not in (
            "dartkit.settings",
            "dartkit.stage_settings",
            "dartkit.training_settings",
            "dartkit.recipe",
        ):
            continue
        assert kind.__doc__
        for name, spec in kind.model_fields.items():
            if name not in ("kind", "stage"):
                assert spec.description, f"{kind.__name__}.{name}"
                assert f"| `{name}` |" in text, f"{kind.__name__}.{name}"


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (int, "whole number"),
        (str | None, "text or nothing"),
        (tuple[Literal["a", "b"], ...], "list of `a` or `b`"),
        (dict[str, float], "mapping of text to number"),
        (Annotated[bool, "x"], "true or false"),
    ],
)
def test_types_in_words(annotation: object, expected: str) -> None:
    assert type_text(annotation) == expected
