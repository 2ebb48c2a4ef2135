"""Math-Verify in its best configuration, as a program: pairs come as JSON lines on stdin, verdicts go as JSON lines to stdout.

A child process of its own keeps its signals and its memory away from the tests. The configuration is the one that scores best on our
data: the answer in a box, boxes before everything else, relations compared with sets.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.corpus.case import Case

ROOT = Path(__file__).parents[2]
REASON = "Math-Verify is not installed: pip install 'dartkit[parity]'"


@dataclass(frozen=True, slots=True)
class PeerVerdict:
    """What the peer said, None for an exception, and the CPU seconds it took."""

    equal: bool | None
    seconds: float


def is_installed() -> bool:
    """Say whether the peer can be asked."""
    return find_spec("math_verify") is not None


def ask(cases: Sequence[Case]) -> list[PeerVerdict]:
    """Return the verdicts of the peer, in order."""
    lines = "".join(json.dumps([case.prediction, case.reference, case.form]) + "\n" for case in cases)
    done = subprocess.run(
        [sys.executable, "-m", "tests.corpus.peer"],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return [PeerVerdict(*json.loads(line)) for line in done.stdout.splitlines()]


def boxed(text: str) -> str:
    """Put an answer where the peer looks first."""
    return text if "\\boxed" in text else f"\\boxed{{{text}}}"


def compare(peer: Any, prediction: str, reference: str, form: str) -> bool:
    """Ask once."""
    settings = [peer.LatexExtractionConfig(boxed_match_priority=0), peer.ExprExtractionConfig()]
    gold = peer.parse(boxed(reference), settings)
    answer = peer.parse(boxed(prediction) if form == "answer" else prediction, settings)
    return bool(gold and answer and peer.verify(gold, answer, allow_set_relation_comp=True))


def main() -> None:
    """Answer every line."""
    logging.disable(logging.CRITICAL)
    peer = import_module("math_verify")

    compare(peer, "x+1", "1+x", "answer")  # grammar tables and sympy are loaded before the clock runs
    for line in sys.stdin:
        began = time.process_time()
        try:
            equal = compare(peer, *json.loads(line))
        except Exception:  # noqa: BLE001 - whatever it raises is its verdict
            equal = None
        sys.stdout.write(json.dumps([equal, time.process_time() - began]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
