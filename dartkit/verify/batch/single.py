"""One pair, whatever happens: a check that raises gives a verdict with outcome `error`."""

from __future__ import annotations

import time
from collections.abc import Callable

from dartkit.errors import DataError, boundary
from dartkit.verify import api
from dartkit.verify.api import Pair
from dartkit.verify.verdict import Verdict
from dartkit.verify.verifier import Verifier

Check = Callable[[Verifier, Pair], Verdict]


def judge(verifier: Verifier, pair: Pair, check: Check = api.check) -> Verdict:
    """Check a pair.

    Raises:
        EnvironmentProblem: when this machine cannot start a worker process for the symbolic tier.
    """
    begun = time.perf_counter()
    try:
        with boundary("check this pair", kind=DataError):
            return check(verifier, pair)
    except DataError as error:
        return Verdict("error", "none", "check-failed", time.perf_counter() - begun, detail=error.what)
