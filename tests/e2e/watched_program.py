"""The program with small segments and a list of the draws it starts: `python -m tests.e2e.watched_program LIST ARGUMENTS...`.

Segments of 40 rows are compacted all the time and their parts merged, so that kills hit that too. Every draw's id is added to LIST
before the engine is asked for it, so that a test can say what a killed process had in flight.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from dartkit.cli.start import main

import dartkit.run
from dartkit.engines.base import DrawRequest
from dartkit.engines.scripted import ScriptedEngine
from dartkit.store import merge
from dartkit.tables import Table

ROWS_PER_SEGMENT = 40
MERGE_AT = 4


def watch(listing: Path) -> None:
    """Make segments small and have every draw listed."""
    submit = ScriptedEngine.submit

    def listed(engine: ScriptedEngine, requests: Sequence[DrawRequest]) -> None:
        with listing.open("ab", buffering=0) as file:
            file.write("".join(f"{request.sample_id}\n" for request in requests).encode())
        submit(engine, requests)

    ScriptedEngine.submit = listed  # type: ignore[method-assign,assignment]
    vars(dartkit.run)["Table"] = partial(Table, rows_per_segment=ROWS_PER_SEGMENT)
    merge.MERGE_AT = MERGE_AT


if __name__ == "__main__":
    watch(Path(sys.argv.pop(1)))
    main()
