"""Hostile answers and hanging workers: bounded time, never `correct`, never an exception, and the next check works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dartkit.verify import Limits, Verifier
from dartkit.verify.pool import TASKS_PER_WORKER, WorkerDied, WorkerPool, WorkerTimedOut

HOSTILE = {
    "tower": "9^{9^{9^9}}",
    "tower with a variable": "x^{9^{9^{9^9}}}",
    "factorials": "((9!)!)!",
    "large binomial": "\\binom{10^{9}}{5 \\cdot 10^{8}}",
    "nested braces": "{" * 50_000 + "5" + "}" * 50_000,
    "nested parentheses": "(" * 9_000 + "5" + ")" * 9_000,
    "nested fractions": "\\frac{1}{" * 900 + "5" + "}" * 900,
    "nested commands": "\\frac" * 1_900,
    "nested functions": "\\sin " * 1_900 + "x",
    "signs": "-" * 1_999 + "5",
    "unbalanced": "\\frac{1}{(2", "closers": ")}]" * 600,
    "code": "__import__('os').system('x')",
    "lambda": "(lambda: 5)()",
    "huge integer": "7" * 19_000,
    "huge exponent": "1e99999",
    "huge decimal": "0." + "3" * 15_000,
    "long sum": "+".join(["x"] * 900),
    "long division": "/".join(["x"] * 900),
    "many powers": "x^" * 400 + "x",
    "deep tuple": "(" + "(1," * 300 + "2" + ")" * 301,
    "large set": ",".join(f"\\sqrt{{{n}}}" for n in range(2, 62)),
    "null bytes": "\x005\x00", "surrogate": "\ud8005", "right to left": "5\u202e", "empty box": "\\boxed{}",
    "many text wrappers": "\\text{" * 2_000 + "5", "slow log": "\\log_{0} 5", "division by zero": "\\frac{5}{0}",
}  # fmt: skip


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    """A verifier whose worker is warm, so that times are times of checks."""
    with Verifier(limits=Limits(timeout_seconds=2.0)) as shared:
        assert shared.check_answer("\\lim_{x\\to 0} \\frac{\\sin x}{x}", "1").outcome in (
            "correct",
            "timeout",
        )
        yield shared


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_answer(verifier: Verifier, name: str) -> None:
    """None of these is 5 or 7; each is answered within the deadline and a margin for a busy machine."""
    answer = HOSTILE[name]
    begun = time.perf_counter()
    against = [verifier.check_answer(answer, "7").outcome, verifier.check_answer("7", answer).outcome]
    whole = verifier.check(f"The answer is \\boxed{{{answer}}}", "7").outcome
    assert time.perf_counter() - begun < 3 * 5
    assert "correct" not in [*against, whole]
    assert verifier.check_answer(answer, answer).outcome == "correct"


def test_code_is_not_run(verifier: Verifier, tmp_path: Path) -> None:
    """The answer would create a file if anybody evaluated it."""
    target = tmp_path / "made"
    verifier.check(f"\\boxed{{__import__('pathlib').Path('{target}').touch()}}", "5")
    assert not target.exists()


def test_stopped_worker_is_killed_and_replaced() -> None:
    """A worker stopped by SIGSTOP answers nothing, as one that hangs in C code: timeout, then business as usual."""
    with Verifier(limits=Limits(timeout_seconds=1.0)) as verifier:
        for _ in range(30):  # the first symbolic call of a fresh worker can be slow on a busy machine
            if verifier.check_answer("\\lim_{x\\to 0} \\frac{\\sin x}{x}", "1").outcome == "correct":
                break
        (stopped,) = verifier._symbolic._pool.pids
        os.kill(stopped, signal.SIGSTOP)
        begun = time.perf_counter()
        hung = verifier.check_answer("\\lim_{x\\to 0} \\frac{\\sin 4x}{x}", "4")
        assert hung.outcome == "timeout"
        assert time.perf_counter() - begun < 10.0  # the worker would stand still for ever
        assert verifier._symbolic._pool.pids != [stopped]  # another is starting already
        for _ in range(30):
            found = verifier.check_answer("\\lim_{x\\to 0} \\frac{\\sin 9x}{x}", "9").outcome
            if found != "timeout":
                break
        assert found == "correct"


def test_killed_worker_is_an_error_and_replaced() -> None:
    """A worker that dies, as at its memory limit, gives `error`; the next check has a new one."""
    with Verifier(limits=Limits(timeout_seconds=20.0)) as verifier:
        assert verifier.check_answer("\\lim_{x\\to 0} \\frac{\\sin x}{x}", "1").outcome == "correct"
        os.kill(verifier._symbolic._pool.pids[0], signal.SIGKILL)
        assert verifier.check_answer("\\lim_{x\\to 0} \\frac{\\sin 4x}{x}", "4").outcome == "error"
        assert verifier.check_answer("\\lim_{x\\to 0} \\frac{\\sin 4x}{x}", "4").outcome == "correct"


SERVER = """
import json, sys, time
print('{}', flush=True)
for line in sys.stdin:
    task = json.loads(line)
    if task.get('do') == 'hang':
        time.sleep(60)
    if task.get('do') == 'die':
        sys.exit(1)
    print(json.dumps({'count': task['count']}), flush=True)
"""


def test_pool_survives_hanging_and_dying_workers() -> None:
    """A stand-in worker program that hangs or exits when told to, under the real pool."""
    pool = WorkerPool([sys.executable, "-c", SERVER], size=1)
    begun = time.perf_counter()
    with pytest.raises(WorkerTimedOut):
        pool.run({"do": "hang"}, 0.3)
    assert time.perf_counter() - begun < 10.0  # it sleeps for a minute
    with pytest.raises(WorkerDied):
        pool.run({"do": "die"}, 5.0)
    assert pool.run({"count": 1}, 5.0)[0] == {"count": 1}
    pool.close()
    assert pool.pids == []


def test_memory_is_limited() -> None:
    """Under a limit of 64 MiB above the start, 512 MiB cannot be had: Python ends with a MemoryError, status 1."""
    program = "from dartkit.verify.worker import limit_memory; limit_memory(64); bytearray(512 * 1024 * 1024)"
    ended = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, timeout=60)
    assert ended.returncode == 1
    assert b"MemoryError" in ended.stderr


def test_worker_is_recycled() -> None:
    """After its share of tasks a worker makes room for a new one, and no task is lost."""
    pool = WorkerPool([sys.executable, "-c", SERVER], size=1)
    seen = set()
    for count in range(TASKS_PER_WORKER + 2):
        assert pool.run({"count": count}, 5.0)[0] == {"count": count}
        seen.update(pool.pids)
    pool.close()
    assert len(seen) == 2
