"""`dartkit recipes ls|cp|schema|check`: the bundled recipes, and recipes of your own."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from dartkit.errors import DartkitError, RecipeError, UsageError

from .bundled import bundled_recipes, find_recipe
from .command import command
from .console import Terminal, TextTable


@command("dartkit recipes ls")
def list_recipes(terminal: Terminal) -> None:
    """List the bundled recipes."""
    from dartkit.recipe import load_recipe

    found = {name: load_recipe([path]) for name, path in bundled_recipes().items()}
    value = [
        {"name": name, "description": item.description, "steps": [step.stage for step in item.steps]}
        for name, item in found.items()
    ]
    rows = tuple((name, str(len(item.steps)), item.description) for name, item in found.items())
    table = TextTable("Recipes", ("name", "steps", "what it does"), rows, "Run one: dartkit run NAME")
    terminal.result({"recipes": value}, [table])


@command("dartkit recipes cp smoke my-recipe.yaml")
def copy_recipe(
    terminal: Terminal,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a bundled recipe.")],
    destination: Annotated[
        Path | None, typer.Argument(metavar="DEST", help="File or folder. Default: NAME.yaml here.")
    ] = None,
) -> None:
    """Copy a bundled recipe to change it; an existing file is not overwritten."""
    from dartkit.files import write_bytes

    source = find_recipe(name)
    target = destination or Path(source.name)
    if target.is_dir():
        target /= source.name
    if target.exists():
        raise UsageError(
            "this file exists", where=str(target), fix="Name another DEST, or move the file away."
        )
    write_bytes(target, source.read_bytes())
    following = f"dartkit run {shlex.quote(str(target))}"
    table = TextTable("Copied", ("recipe", "file"), ((source.stem, str(target)),))
    terminal.result({"recipe": source.stem, "file": str(target), "next": following}, [table])
    terminal.say(f"next: {following}", event="Next")


@command("dartkit recipes schema")
def print_schema(terminal: Terminal) -> None:
    """Print the JSON Schema of a recipe file, for editors and other programs."""
    from dartkit.recipe import recipe_schema

    terminal.print_json(recipe_schema())


@command("dartkit recipes check my-recipe.yaml")
def check_recipes(
    terminal: Terminal,
    recipes: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Recipe files, or names of bundled ones.")
    ],
) -> None:
    """Check recipe files, each by itself, and report every problem of all of them."""
    from dartkit.recipe import load_recipe

    good, problems = [], []
    for text in recipes:
        try:
            recipe = load_recipe([find_recipe(text)])
        except DartkitError as error:
            problems.append(f"{text}: {error.paragraph()}")
        else:
            good.append(
                {"file": text, "name": recipe.name, "steps": len(recipe.steps), "id": recipe.fingerprint()}
            )
    if problems:
        raise RecipeError("\n".join(problems), fix="All keys: docs/recipe.md or `dartkit recipes schema`.")
    rows = tuple((str(item["file"]), str(item["name"]), str(item["steps"])) for item in good)
    terminal.result({"recipes": good}, [TextTable("Valid", ("file", "name", "steps"), rows)])
