"""Loading into a run directory, which is made where the command is the first one to name it."""

from __future__ import annotations

from pathlib import Path

from dartkit.errors import UsageError

from .console import Terminal
from .options import Flag, More
from .steps import run_step


def create_run(path: Path, seed: int | None) -> None:
    """Create the run directory if it is not there; `seed` is 0 where none is given.

    Raises:
        UsageError: when it exists with another seed than the one that was asked for.
        EnvironmentProblem: when the place is not writable.
    """
    from dartkit.run import RunDir

    RunDir.create(path, seed=seed or 0)
    held = RunDir(path).seed
    if seed is not None and held != seed:
        raise UsageError(
            f"this run directory has seed {held}, not {seed}",
            where=str(path),
            fix="Leave --run-seed out, or use another directory.",
        )


def load_problems(
    terminal: Terminal, path: Path, seed: int | None, kind: str, flags: list[Flag], more: More
) -> None:
    """Run the stage `load` with a source of this kind.

    Raises:
        DartkitError: whatever stops the stage.
    """
    all_flags = [Flag(f"load {kind}", "source.kind", kind), *flags]
    run_step(terminal, "load", path, all_flags, more, prepare=lambda: create_run(path, seed))
