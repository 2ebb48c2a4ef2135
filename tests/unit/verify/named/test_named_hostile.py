"""Named verifiers on hostile text: no exception, no waiting, nothing executed, the same verdict from any thread.

Times are generous for a loaded machine; the texts are of 64 KB, so that anything quadratic would take minutes.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.verify.named import names, resolve

NAMES = [entry.name for entry in names() if entry.name != "dartkit"]
SIZE = 64_000
MAX_SECONDS = 10.0
UNITS = (
    "(", "[", "{", "\\{", "\\(", "$", "oxed{", "\\boxed{", "a,", "}", "|", "x_", "\\frac", "\\frac{", "\\sqrt{", "sqrt(",
    "sqrt(a)", "1/", "1", "1.", ".0", "1\\pm", "=", "\\text{", "or", "1circ", "2^", "-", "5!", "\\sin", "\\log_2", "f(", "x(",
    "1<", "'", "\\", "&", "\\begin{matrix}", "(1,2)\\cup", "is the answer", "herefore", "####", "\n", "d", "1,234,", "\u0661",
    "\u3000", "9**", "10^{", "\\sum_{i=1}", "|x", "1:", "Answer:", "\\overline{", "\x00", "1 ", "\\mid",
)  # fmt: skip
PIECES = st.sampled_from(
    ["\\frac", "{", "}", "(", ")", "[", "]", "\\sqrt", "1", "23", "x", "y", "+", "-", "*", "/", "^", "_", ",", "=", "<", "\\pm",
     "\\cup", "\\infty", "\\sin", "\\log", "!", "|", " or ", "\\text", "\\{", "\\}", "$", "\\boxed{", "Answer: ", "\\\\", "&",
     "\\begin{pmatrix}", "\\end{pmatrix}", "%", ".", "5 cm", "no", "\\pi", "i", "j", "½", "\\int", "\\lim"]
)  # fmt: skip
WILD = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map("".join))


@pytest.mark.parametrize("name", ["dart-math", "math-dapo"])  # the others share their code
@pytest.mark.parametrize("unit", UNITS)
def test_64_kilobytes_of_anything_are_judged_in_time(name: str, unit: str) -> None:
    """Against a short gold answer and against a long one that differs at its end."""
    text = (unit * (SIZE // len(unit) + 1))[:SIZE]
    grader = resolve(name)
    begun = time.perf_counter()
    grader.check("\\boxed{" + text + "}", "5")
    grader.check_answer(text, text[:-3] + "7")
    assert time.perf_counter() - begun < MAX_SECONDS


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=150, deadline=None)
@given(answer=WILD, gold=WILD)
def test_no_text_raises(name: str, answer: str, gold: str) -> None:
    """Any pair gives one of the named outcomes, and every verdict carries a rule and a time."""
    grader = resolve(name)
    for verdict in (grader.check(answer, gold), grader.check_answer(answer, gold)):
        assert verdict.outcome in ("correct", "incorrect", "no_answer", "undecided")
        assert verdict.rule
        assert verdict.seconds >= 0


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=100, deadline=None)
@given(answer=WILD, gold=WILD)
def test_the_same_pair_gets_the_same_verdict(name: str, answer: str, gold: str) -> None:
    """Nothing is kept between calls and nothing is random."""
    first, second = (resolve(name).check_answer(answer, gold) for _ in range(2))
    assert (first.outcome, first.rule, first.prediction_form) == (
        second.outcome,
        second.rule,
        second.prediction_form,
    )


def test_code_in_an_answer_is_not_run(tmp_path: object) -> None:
    """What upstream would evaluate (calls, attributes, imports) only fails to be equal."""
    target = f"{tmp_path}/touched"
    for code in (
        f"open('{target}','w')", f"__import__('os').system('touch {target}')", "exit(1)", "9**9**9**9", "Symbol('x').func",
        "[x for x in range(9**9)]", "factorial(10**9)", "Sum(x,(x,1,10**9))", "zeros(10**5)", "10**10**10",
    ):  # fmt: skip
        for name in NAMES:
            begun = time.perf_counter()
            found = resolve(name).check_answer(code, "5").outcome
            # theorem-qa compares as we do, which may be unable to tell
            assert found == "incorrect" or (found == "undecided" and name == "theorem-qa")
            assert time.perf_counter() - begun < 5
    assert not any(True for _ in _files(tmp_path))


def _files(folder: object) -> list[str]:
    from pathlib import Path

    return [path.name for path in Path(str(folder)).iterdir()]


@pytest.mark.parametrize("name", NAMES)
def test_threads_and_tasks_give_the_verdicts_of_one_thread(name: str) -> None:
    """2,000 checks shared by 8 threads, and 200 awaited in an event loop, in the order of the calls."""
    pairs = [(f"Answer: {number % 7} so \\boxed{{{number % 7}}}", str(number % 5)) for number in range(2000)]
    grader = resolve(name)
    alone = [grader.check(answer, gold).outcome for answer, gold in pairs]
    with ThreadPoolExecutor(8) as pool:
        shared = list(pool.map(lambda pair: grader.check(*pair).outcome, pairs))
    assert shared == alone

    async def awaited() -> list[str]:
        checks = (asyncio.to_thread(grader.check, answer, gold) for answer, gold in pairs[:200])
        return [verdict.outcome for verdict in await asyncio.gather(*checks)]

    assert asyncio.run(awaited()) == alone[:200]
