"""The process that checks pairs: a chunk of pairs a line on standard input, verdicts on standard output.

Verdicts are sent every few milliseconds rather than at the end of a chunk, so that the parent sees a pair that hangs within
that pair's own allowance.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from dartkit.errors import EnvironmentProblem
from dartkit.termination import leave_termination_to_parent
from dartkit.verify.api import Pair, check
from dartkit.verify.batch.single import Check, judge
from dartkit.verify.batch.verdict_rows import verdict_columns
from dartkit.verify.child import Channel
from dartkit.verify.limits import Limits
from dartkit.verify.policy import Policy
from dartkit.verify.verdict import Verdict
from dartkit.verify.verifier import Verifier

SEND_SECONDS = 0.1
WARM_UP = Pair("1/2", "0.5")
GARBAGE = 20_000  # objects between two collections: some megabytes at most, and a twentieth of the time saved


def main(check: Check = check) -> None:
    """Serve chunks until standard input ends. The one argument is JSON: policy, limits, lifetime of a pair in seconds."""
    leave_termination_to_parent()
    settings = json.loads(sys.argv[1])
    limits = Limits(**settings["limits"])
    with Verifier(Policy(**settings["policy"]), limits) as verifier:
        judge(verifier, WARM_UP)  # imports what the first check imports, before the first deadline
        gc.freeze()  # all of this stays, so that collections need not look at it again
        gc.set_threshold(GARBAGE)
        channel = Channel(limits.memory_mib, float(settings["lifetime_seconds"]))
        for chunk in channel.tasks():
            try:
                serve(verifier, chunk, check, channel.reply)
            except EnvironmentProblem as error:
                channel.reply({"stop": [error.what, error.fix]})


def serve(verifier: Verifier, chunk: list[list[str]], check: Check, reply: Callable[[Any], None]) -> None:
    """Check the pairs in order and send their verdicts in as few replies as time allows."""
    verdicts: list[Verdict] = []
    sent = time.monotonic()
    for prediction, reference, form in chunk:
        verdicts.append(judge(verifier, Pair(prediction, reference, form), check))  # type: ignore[arg-type]  # as sent
        if time.monotonic() - sent > SEND_SECONDS:
            reply(verdict_columns(verdicts))
            verdicts, sent = [], time.monotonic()
    if verdicts:
        reply(verdict_columns(verdicts))


if __name__ == "__main__":
    main()
