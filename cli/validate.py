"""`dartkit validate RUN`: find the problems that can never be verified, before money is spent on them."""

from __future__ import annotations

from typing import Annotated

import typer

from .command import command
from .console import Terminal
from .options import Flag, More, RunPath
from .steps import run_step


@command("dartkit validate runs/demo")
def validate(
    terminal: Terminal,
    run: RunPath,
    more: More,
    max_drop_share: Annotated[
        float | None,
        typer.Option(metavar="X", help="Fail (exit status 3) if a larger share is dropped. Default: 1."),
    ] = None,
) -> None:
    """Find problems that can never be verified, and gold answers that need a look.

    Each gold answer is stated the way a right completion would, in many notations, and sent through the verifier. Dropped are
    problems that are empty, have no answer, or one that is not matched as it stands or that anything matches. Flagged and kept
    are gold answers that are matched in some forms only, that match a wrong answer, or that are unclear.
    """
    run_step(terminal, "validate", run, [Flag("--max-drop-share", "max_drop_share", max_drop_share)], more)
