"""From an exception to one paragraph and an exit status, at the only place where a command may end badly.

Known stops are `DartkitError`s. An interrupt says the line that goes on. Anything else is a bug, says so, and keeps its
traceback for `--debug`.
"""

from __future__ import annotations

import os
import shlex
import sys
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from dartkit.errors import DartkitError, ExitStatus, RankStopped, UsageError

from .interrupts import hear_no_more

if TYPE_CHECKING:
    from .console import Terminal

TOLD_ALIKE = (ExitStatus.USAGE, ExitStatus.GATE, ExitStatus.BUDGET, ExitStatus.INTERRUPTED)
"""Stops that all ranks of a training come to by themselves: the first one tells them."""
FIX_BY_STATUS = {
    ExitStatus.USAGE: "See the command's --help.",
    ExitStatus.GATE: "The data is kept. Change the settings or the gate and run the same command again.",
    ExitStatus.ENVIRONMENT: "See what is installed and found: dartkit doctor",
    ExitStatus.DATA: "Correct the data and run the same command again.",
    ExitStatus.BUDGET: "Raise the limit and run the same command: it goes on from here.",
}


def guard(terminal: Terminal, body: Callable[..., None], arguments: dict[str, Any]) -> None:
    """Call a command's body and end the command by status if it does not return.

    Raises:
        typer.Exit: with the exit status of what stopped it.
    """
    try:
        if terminal.log_format not in ("text", "json"):
            raise UsageError(
                f"--log-format {terminal.log_format}: expected text or json", fix="Leave it out for text."
            )
        body(terminal, **arguments)
        sys.stdout.flush()
    except typer.Exit:
        raise
    except DartkitError as error:
        _stop(
            terminal,
            error,
            error.status,
            error.what,
            error.where,
            error.fix or FIX_BY_STATUS.get(error.status, ""),
        )
    except KeyboardInterrupt as error:
        hear_no_more()
        fix = f"Go on with the same line: {command_line()}"
        _stop(
            terminal,
            error,
            ExitStatus.INTERRUPTED,
            "interrupted; everything that was finished is kept",
            "",
            fix,
        )
    except BrokenPipeError:
        silence_stdout()
    except Exception as error:  # noqa: BLE001  (the edge of the program: whatever is left is a bug and is reported as one)
        what = f"this is a bug in dartkit: {type(error).__name__}: {' '.join(str(error).split())[:500]}"
        fix = f"Please report it with the output of: {command_line('--debug')}"
        _stop(terminal, error, ExitStatus.BUG, what, "", fix)


def _stop(
    terminal: Terminal, error: BaseException, status: ExitStatus, what: str, where: str, fix: str
) -> NoReturn:
    told = isinstance(error, RankStopped) or status in TOLD_ALIKE
    if told and not terminal.is_first:  # the first rank says the same
        raise typer.Exit(int(status)) from error
    if terminal.debug:
        terminal.complain("".join(traceback.format_exception(error)).rstrip(), event="Traceback")
    paragraph = DartkitError(what, where=where, fix=fix).paragraph()
    resumable = status in (ExitStatus.BUDGET, ExitStatus.INTERRUPTED)
    terminal.complain(f"{'Stopped' if resumable else 'Error'}: {paragraph}")
    if terminal.json:
        kind = "Interrupted" if status is ExitStatus.INTERRUPTED else type(error).__name__
        terminal.print_json(
            {"error": {"kind": kind, "what": what, "where": where, "fix": fix, "status": int(status)}}
        )
        sys.stdout.flush()
    raise typer.Exit(int(status)) from error


def command_line(*extra: str) -> str:
    """Return the command line as it was typed, quoted for a shell, with `extra` options at its end."""
    arguments = [item for item in sys.argv[1:] if item not in extra]
    return shlex.join(["dartkit", *arguments, *extra])


def silence_stdout() -> None:
    """Point stdout nowhere: its reader went away, and the interpreter would complain when it flushes at exit."""
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  (a file descriptor is wanted, not a path's content)
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
