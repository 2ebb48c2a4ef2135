"""An interrupt waits for the end of the block."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from dartkit.termination import interrupts_held


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_interrupts_wait(number: signal.Signals) -> None:
    before = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)]
    done: list[str] = []

    def work() -> None:
        with interrupts_held():
            os.kill(os.getpid(), number)
            done.append("first")
            os.kill(os.getpid(), number)
            done.append("second")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["first", "second"]
    assert [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)] == before


def test_an_error_inside_is_not_hidden() -> None:
    def fail() -> None:
        with interrupts_held():
            os.kill(os.getpid(), signal.SIGTERM)
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        fail()


def test_other_threads_hear_no_signals_anyway() -> None:
    seen: list[bool] = []

    def work() -> None:
        with interrupts_held():
            seen.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [True]
