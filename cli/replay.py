"""`dartkit replay RUN --step K`: a training step computed again from its recorded tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from dartkit.errors import GateFailed

from .command import command
from .console import Terminal, TextTable
from .options import RunPath


@command("dartkit replay runs/demo --step 1")
def replay(
    terminal: Terminal,
    run: RunPath,
    step: Annotated[int, typer.Option(metavar="K", help="Step to compute again, from 1.", min=1)],
    name: Annotated[
        str, typer.Option(metavar="NAME", help="Name of the training inside the run directory.")
    ] = "rl",
    tolerance: Annotated[
        float,
        typer.Option(
            metavar="X",
            min=0.0,
            help="Largest relative difference that counts as equal; above 0 the weights are not compared. Default: 0.",
        ),
    ] = 0.0,
) -> None:
    """Compute a step of train-rl again from its recorded tokens, and compare loss, gradient norm and weights.

    Nothing is drawn and nothing is written. Exit status 3 where a number differs from what was recorded.
    """
    from dartkit.rl.replay import replay_step
    from dartkit.run import RunDir

    with RunDir(run) as opened:
        found = replay_step(opened, name, step)
    rows = [
        (item.step, item.name, item.recorded, item.computed, item.agrees(tolerance))
        for item in found.comparisons
    ]
    columns = ("step", "what", "recorded", "computed", "equal")
    table = TextTable(
        f"replay {run} {name}, from {found.began_at}",
        columns,
        tuple(
            (str(row[0]), row[1], _shown(row[2]), _shown(row[3]), "yes" if row[4] else "NO") for row in rows
        ),
    )
    terminal.result(
        {
            "run": str(run),
            "name": name,
            "from": found.began_at,
            "comparisons": [dict(zip(columns, row, strict=True)) for row in rows],
        },
        [table],
    )
    wrong = [row for row in rows if not row[4]]
    if wrong:
        _stop(terminal, wrong[0], run / "models" / name)


def _stop(terminal: Terminal, row: tuple[int, str, object, object, bool], folder: Path) -> NoReturn:
    """End by status 3. The comparison is on stdout already, so that the error is not to be printed there as well."""
    step, what, recorded, computed, _ = row
    error = GateFailed(
        f"{what} of step {step} is {_shown(computed)}, and {_shown(recorded)} was recorded",
        where=str(folder),
        fix="On another machine, with another number of threads or on a GPU, give a --tolerance such as 1e-4.",
    )
    terminal.complain(f"Error: {error.paragraph()}")
    raise typer.Exit(int(error.status))


def _shown(value: object) -> str:
    return "-" if value is None else repr(value) if isinstance(value, float) else str(value)
