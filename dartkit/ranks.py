"""Which of several processes this one is, as torchrun's environment variables say. Imports nothing heavy."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple, NoReturn

from dartkit.errors import EnvironmentProblem, UsageError

VARIABLES = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT")
PARALLEL_STAGES = ("train-sft", "train-rl")
START = "torchrun --nproc-per-node N --no-python dartkit ..."


class RankPlace(NamedTuple):
    """Who this process is: its number among all, how many there are, and its number on this node."""

    rank: int
    size: int
    local_rank: int


def read_place(variables: Mapping[str, str]) -> RankPlace | None:
    """Return this process's place from the variables of torchrun; None where there is one process alone.

    Raises:
        EnvironmentProblem: when some of the variables are missing or no numbers.
    """
    if variables.get("WORLD_SIZE", "") in ("", "1"):
        return None
    wrong = [name for name in VARIABLES if not variables.get(name)]
    wrong += [name for name in VARIABLES[:3] if variables.get(name) and not variables[name].isdecimal()]
    if not wrong:
        place = RankPlace(*(int(variables[name]) for name in VARIABLES[:3]))
        if place.rank < place.size:
            return place
        wrong = ["RANK"]
    raise EnvironmentProblem(
        f"WORLD_SIZE={variables['WORLD_SIZE']} says that this is one of several ranks, but {', '.join(wrong)} "
        f"{'is' if len(wrong) == 1 else 'are'} missing or no such number",
        fix=f"Start with: {START}, or unset WORLD_SIZE.",
    )


def is_first_rank() -> bool:
    """Say whether this process is the one that writes and prints: the first of several, or one alone."""
    return os.environ.get("WORLD_SIZE", "") in ("", "1") or os.environ.get("RANK", "0") == "0"


def leave(status: int) -> NoReturn:
    """End this process with a status; as one of several ranks, without taking the interpreter apart.

    Threads of a process group may still hold Python objects then, and a rank that did all its work would abort.
    """
    if os.environ.get("WORLD_SIZE", "") in ("", "1"):
        sys.exit(status)
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def require_parallel(stage: str) -> None:
    """Refuse to run a stage several times at once.

    Raises:
        UsageError: when this is one of several ranks and the stage does not share its work with the others.
    """
    place = read_place(os.environ)
    if place is not None and stage not in PARALLEL_STAGES:
        raise UsageError(
            f"the stage {stage} would run {place.size} times here: torchrun starts only {' and '.join(PARALLEL_STAGES)}",
            fix="Run it without torchrun; for many draws there are --shard and the engine 'ray'.",
        )
