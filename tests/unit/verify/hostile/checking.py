"""Check a hostile pair in every form and order, under a limit of time."""

from __future__ import annotations

import time
from collections.abc import Callable

from dartkit.verify import Verdict, equal

LIMIT_SECONDS = 4.0  # of work in this process: tells a check that runs away; `make bench` measures the 1.2 s
_WALL_SECONDS = 30.0  # with the start of a worker on a busy machine
_REPEATS = 2
NOT_CORRECT = frozenset({"incorrect", "undecided", "no_answer", "timeout", "error"})


def timed(check: Callable[[], Verdict]) -> Verdict:
    """Return the verdict of a check that keeps to the limit; one that does not may try again, for machines stutter."""
    for _ in range(1 + _REPEATS):
        worked, waited = time.thread_time(), time.monotonic()
        verdict = check()
        worked, waited = time.thread_time() - worked, time.monotonic() - waited
        if worked <= LIMIT_SECONDS and waited <= _WALL_SECONDS:
            return verdict
    raise AssertionError(f"{worked:.2f} s of work, {waited:.2f} s in all for {verdict.rule}")


def in_time(check: Callable[[], Verdict]) -> Verdict:
    """Return the verdict of a check that takes a tenth of its allowance; a machine that stood still meanwhile may do it again."""
    for _ in range(_REPEATS):
        verdict = timed(check)
        if verdict.outcome != "timeout":
            return verdict
    return timed(check)


def outcomes(prediction: str, reference: str) -> list[str]:
    """Return the outcomes of a pair: as answers in both orders (which must agree), boxed in a response, and as a response."""
    forth = timed(lambda: equal(prediction, reference, form="answer"))
    back = timed(lambda: equal(reference, prediction, form="answer"))
    if "timeout" not in (
        forth.outcome,
        back.outcome,
    ):  # whether a worker is fast enough depends on the machine
        assert forth.outcome == back.outcome, (forth, back)
    boxed = timed(lambda: equal(f"So it is \\boxed{{{prediction}}}.", reference, form="response"))
    whole = timed(lambda: equal(prediction, reference, form="response"))
    return [forth.outcome, boxed.outcome, whole.outcome]


def answer_outcome(prediction: str, reference: str) -> str:
    """Return the one outcome of two answers in both orders."""
    return outcomes(prediction, reference)[0]


def assert_never_correct(prediction: str, reference: str) -> None:
    """Assert that a pair is not correct, in whatever form it comes."""
    found = outcomes(prediction, reference)
    assert set(found) <= NOT_CORRECT, found


def assert_equals_itself(text: str) -> None:
    """Assert that a text is correct against itself, also where white space is added."""
    for other in (text, f" {text}\n"):
        assert timed(lambda other=other: equal(text, other, form="answer")).outcome == "correct"  # type: ignore[misc]
