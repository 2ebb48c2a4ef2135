"""`dartkit run RECIPE`: every step of a recipe in order, skipping what is done."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .bundled import find_recipe
from .command import command
from .console import Terminal
from .options import DryRun, ShardOption, read_shard

if TYPE_CHECKING:
    from dartkit.recipe import Recipe
    from dartkit.runner import StepResult


@command("dartkit run smoke", "dartkit run demo --dry-run --set steps.synth.max_draws_per_problem=32")
def run(
    terminal: Terminal,
    recipes: Annotated[
        list[str],
        typer.Argument(
            metavar="RECIPE", help="Recipe file or name of a bundled one; later ones win over earlier ones."
        ),
    ],
    into: Annotated[
        Path | None,
        typer.Option("--run", metavar="DIR", help="Run directory. Default: runs/NAME of the recipe."),
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Change a setting, for example steps.synth.budget.max_draws=1000; repeatable.",
        ),
    ] = None,
    shard: ShardOption = None,
    dry_run: DryRun = False,
) -> None:
    """Run every step of a recipe, skipping what is done.

    Stop it at any time: the same line goes on where it stopped.
    """
    from dartkit.recipe import load_recipe

    recipe = load_recipe([find_recipe(text) for text in recipes], sets or [])
    part = read_shard(shard)
    path = into or Path("runs") / recipe.name
    if dry_run:
        terminal.print_json({"run": str(path), "shard": list(part), "recipe": recipe.resolved()})
        return
    steps = _run(terminal, recipe, path, part)
    _print_summary(terminal, path, steps)


def _run(terminal: Terminal, recipe: Recipe, path: Path, shard: tuple[int, int]) -> list[StepResult]:
    from dartkit.runner import open_run, run_recipe

    with open_run(recipe, path, shard=shard) as opened, terminal.progress() as events:
        return run_recipe(recipe, opened, events)


def _print_summary(terminal: Terminal, path: Path, steps: list[StepResult]) -> None:
    from dartkit.report.summary import summarize, summary_tables
    from dartkit.run import RunDir

    summary: dict[str, Any] = summarize(RunDir(path))
    did = [{"step": item.key, "seconds": round(item.seconds, 3), "skipped": item.skipped} for item in steps]
    terminal.result({**summary, "this_call": did}, summary_tables(summary))
    terminal.say(f"next: dartkit status {shlex.quote(str(path))}", event="Next")
