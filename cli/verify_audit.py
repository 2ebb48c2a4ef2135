"""`dartkit verify audit RUN`: a verifier against another one, or the gold answers against what most draws say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dartkit.errors import UsageError

from .audit_tables import audit_tables, consensus_tables
from .command import command
from .console import Terminal
from .options import RunPath

if TYPE_CHECKING:
    from dartkit.run import RunDir
    from dartkit.settings import VerifierSettings


@command(
    "dartkit verify audit runs/demo --against dartkit:percent=strict,units=strict",
    "dartkit verify audit runs/demo --consensus",
)
def verify_audit(
    terminal: Terminal,
    run: RunPath,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="NAME[@VERSION][:OPTION=VALUE,...]",
            help="The verifier to compare with, its options after a colon. See docs/verifier.md.",
        ),
    ] = None,
    consensus: Annotated[
        bool, typer.Option("--consensus", help="Compare the gold answers with what most draws say.")
    ] = False,
    verifier: Annotated[
        str | None,
        typer.Option(
            metavar="NAME[@VERSION]", help="The verifier in use. Default: that of the run's last step."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write every disagreement to FILE as JSON lines."),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Add the verdicts that had to be computed to the run.")
    ] = False,
    workers: Annotated[int | None, typer.Option(metavar="N", help="Worker processes. Default: 1.")] = None,
) -> None:
    """Say where two verifiers differ on a run, or where its gold answers are suspect.

    The run is not altered. Disagreements are grouped by what caused them; the exit status does not depend on them.
    """
    if consensus == (against is not None):
        raise UsageError(
            "say what to compare: --against VERIFIER, or --consensus", fix="Example: --against math-dapo"
        )
    if consensus and write:
        raise UsageError("--consensus computes no verdicts to write", fix="Leave out --write.")
    from dartkit.run import RunDir
    from dartkit.verify.audit_choice import read_verifier, verifier_of_run

    opened = RunDir(run)
    chosen = read_verifier(verifier) if verifier else verifier_of_run(opened)
    chosen = chosen.model_copy(update={"workers": workers or chosen.workers})
    if against is None:
        _consensus(terminal, opened, chosen, out)
        return
    _against(terminal, opened, chosen, read_verifier(against), out, write=write)
    if write:
        opened.close()


def _against(
    terminal: Terminal,
    run: RunDir,
    chosen: VerifierSettings,
    other: VerifierSettings,
    out: Path | None,
    *,
    write: bool,
) -> None:
    from dartkit.verify import load_verifier
    from dartkit.verify.audit import audit_run
    from dartkit.verify.audit_choice import describe_verifier
    from dartkit.verify.audit_summary import summarize_audit

    with load_verifier(chosen) as first, load_verifier(other) as second, terminal.progress() as events:
        audit = audit_run(run, first, second, events, write=write, workers=chosen.workers)
        ids = (first.verifier_id, second.verifier_id)
    names = (describe_verifier(chosen), describe_verifier(other))
    value = {
        "run": str(run.path),
        "first": {"verifier": names[0], "verifier_id": ids[0]},
        "second": {"verifier": names[1], "verifier_id": ids[1]},
        **summarize_audit(audit),
    }
    if out is not None:
        _write(terminal, out, audit.disagreements)
    terminal.result(value, audit_tables(value))


def _consensus(terminal: Terminal, run: RunDir, chosen: VerifierSettings, out: Path | None) -> None:
    from dartkit.difficulty.consensus_audit import audit_consensus
    from dartkit.verify import load_verifier
    from dartkit.verify.audit_choice import describe_verifier

    with load_verifier(chosen) as verifier:
        audit = audit_consensus(run, verifier)
    disputes = [asdict(item) for item in audit.disputes]
    verifier_text = describe_verifier(chosen)
    value = {"run": str(run.path), "verifier": verifier_text, **audit.summary(), "disputes": disputes}
    if out is not None:
        _write(terminal, out, audit.disputes)
    terminal.result(value, consensus_tables(value))


def _write(terminal: Terminal, path: Path, items: Sequence[Any]) -> None:
    from dartkit.files import write_json_lines

    count = write_json_lines(path, (asdict(item) for item in items))
    terminal.say(f"{count:,} rows in {path}", event="Written")
