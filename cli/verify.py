"""`dartkit verify RUN`: judge the samples that have no verdict yet."""

from __future__ import annotations

from typing import Annotated

import typer

from .command import command
from .console import Terminal
from .options import Flag, More, RunPath, ShardOption
from .steps import run_step
from .verify_options import PolicyOptions


@command("dartkit verify runs/demo --workers 2")
def verify(
    terminal: Terminal,
    run: RunPath,
    policy: PolicyOptions,
    more: More,
    verifier: Annotated[
        str | None,
        typer.Option(
            metavar="NAME[@VERSION]", help="Which verifier; see docs/verifier.md. Default: dartkit."
        ),
    ] = None,
    workers: Annotated[int | None, typer.Option(metavar="N", help="Worker processes. Default: 1.")] = None,
    timeout_seconds: Annotated[
        float | None, typer.Option(metavar="X", help="Longest symbolic comparison, in seconds. Default: 1.")
    ] = None,
    judge: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="Ask this model about what the rules cannot tell. Default: none."),
    ] = None,
    judge_votes: Annotated[
        int | None, typer.Option(metavar="N", help="Votes on each answer. Default: 3.")
    ] = None,
    shard: ShardOption = None,
) -> None:
    """Judge the samples that have no verdict yet.

    These are loaded samples, and those whose verdict was lost by a kill. `dartkit verify pairs` and `dartkit verify explain`
    judge answers without a run directory.
    """
    flags = [
        Flag("--verifier", "verifier.name", verifier),
        Flag("--workers", "verifier.workers", workers),
        Flag("--timeout-seconds", "verifier.timeout_seconds", timeout_seconds),
        Flag("--judge", "judge.model.path", judge),
        Flag("--judge-votes", "judge.votes", judge_votes),
        *policy.flags(),
    ]
    run_step(terminal, "verify", run, flags, more, shard=shard)
