"""The `dartkit` command: registers every command and runs one.

Nothing heavy is imported here or by any command module at import time, so that `dartkit --help` answers at once.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from dartkit import __version__
from dartkit.threads import wait_passively

from . import (
    algos,
    card,
    doctor,
    estimate,
    eval_compare,
    eval_tasks,
    evaluate,
    export,
    load,
    load_generated,
    load_samples,
    plan,
    recipes,
    replay,
    report,
    reward_lint,
    run,
    show,
    status,
    synth,
    train_rl,
    train_sft,
    tune_sampling,
    validate,
    verify,
    verify_audit,
    verify_explain,
    verify_pairs,
)
from .command import Body, example_block
from .default_group import DEFAULT, DefaultGroup

SETTINGS = {"help_option_names": ["-h", "--help"]}


ORDER = (
    "run", "load", "validate", "tune-sampling", "estimate", "plan", "synth", "verify", "export", "card", "reward", "train-sft", "train-rl", "algos", "replay", "eval",
    "status", "report", "show", "recipes", "doctor",
)  # fmt: skip


class _InOrder(TyperGroup):
    """Lists the commands in the order of the work; typer would put groups last."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands."""
        return sorted(self.commands, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))


def _group(text: str, kind: type[TyperGroup] = _InOrder) -> typer.Typer:
    return typer.Typer(
        cls=kind,
        help=text,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=SETTINGS,
    )


app = _group(
    "From problems with checkable answers to trained reasoning models: difficulty, DART sampling, verification, SFT and RL data, "
    "and a bundled DAPO trainer."
)
verify_app = _group("Judge the samples of a run that have no verdict yet, or pairs of answers.", DefaultGroup)
eval_app = _group("Measure a model, compare two measurements, list the benchmarks.", DefaultGroup)
load_app = _group("Read problems or model outputs into a run directory.")
export_app = _group("Write training data.")
reward_app = _group("Look at rewards before they are trained on.")
recipes_app = _group("List, copy and check recipes.")
GROUPS = {
    "load": load_app,
    "verify": verify_app,
    "eval": eval_app,
    "export": export_app,
    "reward": reward_app,
    "recipes": recipes_app,
}


@reward_app.callback()
def _keep_group() -> None:
    """Keep a group of one command a group."""


def _add(group: typer.Typer, name: str, body: Body) -> None:
    group.command(name, epilog=example_block(body), context_settings=SETTINGS)(body)


_add(app, "run", run.run)
_add(load_app, "files", load.load_files)
_add(load_app, "hub", load.load_hub)
_add(load_app, "generated", load_generated.load_generated)
_add(load_app, "samples", load_samples.load_samples)
_add(app, "validate", validate.validate)
_add(app, "tune-sampling", tune_sampling.tune_sampling)
_add(app, "estimate", estimate.estimate)
_add(app, "plan", plan.plan)
_add(app, "synth", synth.synth)
_add(verify_app, DEFAULT, verify.verify)
_add(verify_app, "pairs", verify_pairs.verify_pairs)
_add(verify_app, "explain", verify_explain.verify_explain)
_add(verify_app, "audit", verify_audit.verify_audit)
_add(export_app, "sft", export.export_sft)
_add(export_app, "rl", export.export_rl)
_add(app, "card", card.card)
_add(reward_app, "lint", reward_lint.reward_lint)
_add(app, "train-sft", train_sft.train_sft)
_add(app, "train-rl", train_rl.train_rl)
_add(app, "algos", algos.list_algorithms)
_add(app, "replay", replay.replay)
_add(eval_app, DEFAULT, evaluate.evaluate)
_add(eval_app, "compare", eval_compare.compare)
_add(eval_app, "tasks", eval_tasks.list_tasks)
_add(app, "status", status.status)
_add(app, "report", report.report)
_add(app, "show", show.show)
_add(recipes_app, "ls", recipes.list_recipes)
_add(recipes_app, "cp", recipes.copy_recipe)
_add(recipes_app, "schema", recipes.print_schema)
_add(recipes_app, "check", recipes.check_recipes)
_add(app, "doctor", doctor.doctor)
for _name, _group_app in GROUPS.items():
    app.add_typer(_group_app, name=_name)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dartkit {__version__}")
        raise typer.Exit


@app.callback()
def _global_options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main() -> int:
    """Run the command line of this process and return the status of the command; interrupts are heard by `start.main`."""
    wait_passively()
    try:
        status_code = _run(sys.argv[1:])
    except typer.TyperException as error:
        status_code = _report_usage(error)
    return status_code if isinstance(status_code, int) else 0


def _run(words: list[str]) -> Any:
    """Run a command; where the first words name a group and a command of it, only that group is made, which takes less time."""
    group = GROUPS.get(words[0]) if len(words) > 1 else None
    names = {item.name for item in group.registered_commands} - {DEFAULT} if group is not None else set()
    if group is None or words[1] not in names:
        return app(words, prog_name="dartkit", standalone_mode=False)
    return group(words[1:], prog_name=f"dartkit {words[0]}", standalone_mode=False)


def _report_usage(error: typer.TyperException) -> int:
    """Say what is wrong with the command line: usage and message on stderr, JSON on stdout where it was asked for."""
    show_usage = getattr(error, "show", None)
    if show_usage is not None:
        show_usage()
    if "--json" in sys.argv[1:]:
        import json

        what = error.format_message()
        body = {
            "kind": "UsageError",
            "what": what,
            "where": "",
            "fix": "See --help.",
            "status": error.exit_code,
        }
        sys.stdout.write(json.dumps({"error": body}, indent=2) + "\n")
    return error.exit_code
