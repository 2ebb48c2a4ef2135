"""Where the program begins: it hears SIGTERM before anything slow is imported."""

from __future__ import annotations

import shlex
import sys

from .interrupts import hear_no_more, listen_for_termination

INTERRUPTED = 130  # as in dartkit.errors, which is not imported yet


def main() -> None:
    """Run the command line of this process and exit with the status of the command."""
    try:
        listen_for_termination()
        from .app import main as run_commands

        status = run_commands()
    except KeyboardInterrupt:
        status = INTERRUPTED
    if status == INTERRUPTED and hear_no_more():  # the interrupt came before or after the command's own work
        _say_how_to_go_on()
    _leave(status)


def _leave(status: int) -> None:
    from dartkit.ranks import leave

    leave(status)


def _say_how_to_go_on() -> None:
    from dartkit.ranks import is_first_rank

    if is_first_rank():
        line = shlex.join(["dartkit", *sys.argv[1:]])
        what = "Stopped: interrupted; everything that was finished is kept"
        sys.stderr.write(f"{what}\n  Go on with the same line: {line}\n")


if (
    __name__ == "__main__"
):  # python -m dartkit.cli.start, for launchers that start modules, such as torchrun -m
    main()
