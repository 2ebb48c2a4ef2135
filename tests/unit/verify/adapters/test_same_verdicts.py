"""Every adapter says what the core says, from any thread, in order, without touching signals.

The reference is `dartkit.verify.equal` on the same pair; what the verdicts ought to be is tested with the core.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from dartkit.verify import equal
from dartkit.verify.adapters import math_verify, nemo_rl, trl, verl

RESPONSES = (
    ("so \\boxed{\\frac{3}{4}}", "0.75"), ("so \\boxed{75\\%}", "\\frac34"), ("The answer is $x=5$.", "5"), ("#### 1,234", "1234"),
    ("\\boxed{(1,2)}", "(2,1)"), ("\\boxed{\\{1,2\\}}", "\\{2,1\\}"), ("\\boxed{x>2}", "(2,\\infty)"), ("\\boxed{B}", "(B)"),
    ("\\boxed{2x+1}", "1+2x"), ("\\boxed{3x-7y=12}", "3x+7y=12"), ("no idea", "5"), ("", "5"), ("\\boxed{5}", ""),
    ("<think>\\boxed{1}</think> so \\boxed{2}", "2"), ("It is 6 or 8", "6"), ("答案是 12", "12"), ("\\boxed{\\sqrt{8}}", "2\\sqrt2"),
)  # fmt: skip


@pytest.mark.parametrize(("response", "gold"), RESPONSES)
def test_one_pair_through_all_adapters(response: str, gold: str) -> None:
    """None becomes 0.0 where the library knows two values only."""
    core = equal(response, gold, form="response")
    assert trl.accuracy_reward([response], [gold]) == [core.reward]
    assert verl.compute_score("x", response, gold)["score"] == (core.reward or 0.0)
    assert verl.compute_score("x", response, gold)["undecided"] == float(core.reward is None)
    assert nemo_rl.verify([response], [gold], True) == ([core.reward or 0.0], [core.extracted])


@pytest.mark.parametrize(
    ("gold", "answer"), [(gold, other) for (_, gold), (_, other) in pairwise(RESPONSES) if gold and other]
)
def test_bare_answers_through_math_verify(gold: str, answer: str) -> None:
    """`verify` of two bare answers is the core's comparison of answers."""
    core = equal(answer, gold, form="answer")
    assert math_verify.verify(gold, answer) is (core.equal is True)


def test_many_threads_and_tasks_keep_order() -> None:
    """3,000 calls from 8 threads and 300 awaited ones give the rewards of one thread."""
    pairs = [RESPONSES[number % len(RESPONSES)] for number in range(3000)]
    alone = trl.accuracy_reward([response for response, _ in pairs], [gold for _, gold in pairs])
    with ThreadPoolExecutor(8) as pool:
        shared = list(pool.map(lambda pair: trl.accuracy_reward([pair[0]], [pair[1]])[0], pairs))
    assert shared == alone

    async def gather() -> list[float]:
        calls = [asyncio.to_thread(verl.compute_score, "x", response, gold) for response, gold in pairs[:300]]
        return [float(result["score"]) for result in await asyncio.gather(*calls)]

    assert asyncio.run(gather()) == [reward or 0.0 for reward in alone[:300]]


def test_no_signal_handler_is_installed() -> None:
    """Math-Verify sets SIGALRM, which fails outside the main thread; nothing here does. In a process without pytest's timer."""
    code = (
        "import signal\nfrom dartkit.verify.adapters import math_verify, trl\n"
        "signal.signal = signal.alarm = signal.setitimer = None\n"  # any use would now raise
        "assert trl.accuracy_reward([r'\\boxed{1}', r'\\boxed{2}'], ['1', '1']) == [1.0, 0.0]\n"
        "assert math_verify.verify(math_verify.parse('1/2'), '0.5')\n"
        "assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_importing_the_adapters_is_cheap() -> None:
    """No torch, sympy, pydantic or peer is imported, and nothing is printed."""
    code = (
        "import sys\nfrom dartkit.verify.adapters import math_verify, nemo_rl, openrlhf, trl, verl\n"
        "heavy = {'torch', 'sympy', 'pydantic', 'pyarrow', 'trl', 'verl'} & set(sys.modules)\n"
        "assert 'math_verify' not in sys.modules\nassert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ""
