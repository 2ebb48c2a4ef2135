"""The real worker program with a check that hangs, crashes or raises where the prediction asks for it. Run by path."""

from __future__ import annotations

import os
import time

from dartkit.errors import EnvironmentProblem
from dartkit.verify import Pair, Verdict, Verifier
from dartkit.verify.api import check
from dartkit.verify.batch.worker import main


def troubled(verifier: Verifier, pair: Pair) -> Verdict:
    """Do what the prediction says, or check it."""
    match pair.prediction:
        case "HANG":
            time.sleep(1000)
        case "SPIN":  # in C, with the interpreter's lock
            sum(range(10**13))
        case "DIE":
            os._exit(9)
        case "EAT":
            bytearray(64 * 1024**3)
        case "RAISE":
            raise ValueError("a bug\nin a rule")
        case "NO SYMPY":
            raise EnvironmentProblem("the symbolic worker did not start", fix="Install it.")
    return check(verifier, pair)


if __name__ == "__main__":
    main(troubled)
