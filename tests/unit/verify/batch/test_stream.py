"""Verdicts as they come: the same as by the verifier itself, one for each pair, whatever a completion does to its process."""

from __future__ import annotations

import os
import signal

import pytest

from dartkit.settings import VerifierSettings
from dartkit.verify import Limits, Verifier
from dartkit.verify.api import Pair
from dartkit.verify.batch.stream import ProcessStream, ThreadStream, VerdictStream, open_stream
from dartkit.verify.named import resolve
from dartkit.verify.policy import DEFAULT
from dartkit.verify.verdict import Verdict

PAIRS = [
    Pair("so \\boxed{\\frac12}", "0.5", "response"),
    Pair("so \\boxed{3}", "4", "response"),
    Pair("nothing here", "4", "response"),
    Pair("it is \\boxed{7} and then I", "7", "cut"),
    Pair("the answer is 7", "7", "cut"),
    Pair("x^2+2x+1", "(x+1)^2", "answer"),
]
OUTCOMES = ["correct", "incorrect", "no_answer", "correct", "truncated", "correct"]


def drain(stream: VerdictStream[int]) -> dict[int, Verdict]:
    found: dict[int, Verdict] = {}
    while stream.waiting:
        for ticket, verdict in stream.ready(wait=True):
            assert ticket not in found
            found[ticket] = verdict
    return found


@pytest.mark.parametrize("workers", [1, 2])
def test_processes_say_what_the_verifier_says(workers: int) -> None:
    """Six pairs with outcomes known by hand, 150 times over: each ticket once, and each outcome; a cut response counts only boxed."""
    stream: ProcessStream[int] = ProcessStream(DEFAULT, Limits(workers=workers))
    try:
        for ticket in range(900):
            stream.submit(ticket, PAIRS[ticket % 6])
        found = drain(stream)
    finally:
        stream.close()
    assert [found[ticket].outcome for ticket in range(900)] == OUTCOMES * 150


def test_nothing_waits_for_a_verdict_that_nobody_asked_for() -> None:
    """`ready` without `wait` returns at once, with nothing outstanding and with a worker that is still starting."""
    stream: ProcessStream[int] = ProcessStream(DEFAULT, Limits())
    try:
        assert stream.ready(wait=True) == []
        stream.submit(0, PAIRS[0])
        assert stream.ready() == []
        assert stream.waiting == 1
        assert drain(stream)[0].outcome == "correct"
    finally:
        stream.close()


def test_a_killed_worker_costs_no_other_pair() -> None:
    """The worker is killed while it holds chunks: all verdicts still come, and all are right."""
    stream: ProcessStream[int] = ProcessStream(DEFAULT, Limits())
    try:
        for ticket in range(600):
            stream.submit(ticket, PAIRS[ticket % 6])
        found = dict(stream.ready(wait=True))  # it works
        os.kill(stream._judge.pool.pids[0], signal.SIGKILL)
        found.update(drain(stream))
    finally:
        stream.close()
    assert [found[ticket].outcome for ticket in range(600)] == OUTCOMES * 100


def test_published_graders_judge_in_a_thread_and_pass_their_errors_on() -> None:
    stream: VerdictStream[int] = open_stream(resolve("math-dapo"), Limits())
    assert isinstance(stream, ThreadStream)
    stream.submit(1, Pair("Answer: 12", "12", "response"))
    assert drain(stream)[1].outcome == "correct"
    stream.close()

    class Broken(Verifier):
        def check(self, *args: object, **kwargs: object) -> Verdict:
            raise RuntimeError("broken")

    failing: VerdictStream[int] = open_stream(Broken(), Limits())
    failing.submit(1, Pair("x", "1", "response"))
    with pytest.raises(RuntimeError, match="broken"):
        drain(failing)
    failing.close()


def test_settings_give_the_number_of_processes() -> None:
    stream: VerdictStream[int] = open_stream(Verifier(), VerifierSettings(workers=3).limits())
    assert isinstance(stream, ProcessStream)
    assert len(stream._threads) == 3
    stream.close()
