"""The scripted engine: contract, exact pass rates, determinism, wrong answers that are wrong."""

from __future__ import annotations

import importlib
import re
import time
from fractions import Fraction
from typing import Any

import pytest

from dartkit.engines import open_engine
from dartkit.engines.base import DrawRequest, FinishedDraw
from dartkit.engines.scripted import ScriptedEngine, wrong_answer
from dartkit.ids import draw_seed
from dartkit.records import Problem
from dartkit.settings import SamplingSettings
from dartkit.settings import ScriptedEngine as Script

contract: Any = importlib.import_module("engine_contract")  # beside this file
SAMPLING = SamplingSettings(max_tokens=512)
PROBLEM = Problem("p", "What is 6 times 7?", "test", "train", 0, answer="42", level="3")
OTHER = Problem("q", "What is 1 + 1?", "test", "train", 1, answer="2", level="1")


def ask(index: int, problem: Problem = PROBLEM, sampling: SamplingSettings = SAMPLING) -> DrawRequest:
    """Ask for one draw with the seed that a run would use."""
    seed = draw_seed(0, problem.problem_id, index)
    return DrawRequest(str(index), problem.problem_id, index, problem.text, seed, sampling)


def draw(script: Script, count: int, problem: Problem = PROBLEM, **more: Any) -> list[FinishedDraw]:
    """Draw `count` times in the order of submission."""
    engine = ScriptedEngine(script, [PROBLEM, OTHER], **more)
    engine.submit([ask(index, problem) for index in range(count)])
    return sorted(contract.drain(engine), key=lambda done: int(done.request.sample_id))


def boxed(text: str) -> str:
    """Return what the last box holds."""
    found = re.findall(r"\\boxed\{(.*)\}", text)
    return str(found[-1])


@pytest.mark.parametrize(
    "check",
    [
        contract.check_every_request_returns_once,
        contract.check_refill_in_flight,
        contract.check_abort_forgets,
    ],
)
def test_contract(check: Any) -> None:
    """The engine keeps the contract."""
    check(open_engine(Script(capacity=8), None, problems=[PROBLEM]), ask)


def test_unknown_problem_is_a_row() -> None:
    """A problem that the engine was not given is an error row."""
    engine = ScriptedEngine(Script(), [PROBLEM])
    contract.check_bad_prompt_is_a_row(engine, ask, DrawRequest("bad", "nobody", 0, "?", 1, SAMPLING))


def test_pass_rate_is_the_stated_probability() -> None:
    """Of 4,000 draws at 0.3, 1,200 are expected with standard deviation 29: within 4.5 of those."""
    done = draw(Script(pass_rate=0.3), 4000)
    right = sum(boxed(item.completion) == "42" for item in done)
    assert abs(right - 1200) < 130


def test_problem_wins_over_level_wins_over_general() -> None:
    """Rates of 0 and 1 leave no room for chance."""
    script = Script(pass_rate=0.0, pass_rate_by_level={"3": 1.0, "1": 0.0}, pass_rate_by_problem={"q": 1.0})
    assert all(boxed(item.completion) == "42" for item in draw(script, 50))
    assert all(boxed(item.completion) == "2" for item in draw(script, 50, OTHER))


def test_draws_are_a_function_of_seed_and_not_of_batching() -> None:
    """Another capacity changes the order only; another run seed changes the draws."""
    first = [item.completion for item in draw(Script(capacity=4), 64)]
    again = [item.completion for item in draw(Script(capacity=50), 64)]
    other = [item.completion for item in draw(Script(capacity=4), 64, seed=1)]
    assert first == again
    assert first != other
    assert len(set(first)) > 50


def test_order_is_scrambled() -> None:
    """Draws do not end in the order they were submitted."""
    engine = ScriptedEngine(Script(capacity=16), [PROBLEM])
    engine.submit([ask(index) for index in range(64)])
    order = [int(item.request.sample_id) for item in contract.drain(engine)]
    assert order != sorted(order)


def test_long_draws_are_cut_without_their_answer() -> None:
    """Mean 60 tokens, from 30 to 90: a limit of 40 cuts some, and those have no box."""
    engine = ScriptedEngine(Script(), [PROBLEM])
    engine.submit([ask(index, sampling=SamplingSettings(max_tokens=40)) for index in range(200)])
    done = contract.drain(engine)
    cut = [item for item in done if item.finish_reason == "length"]
    assert 100 < len(cut) < 200
    assert all("boxed" not in item.completion and item.completion_tokens == 40 for item in cut)
    assert all("boxed" in item.completion for item in done if item.finish_reason == "stop")


@pytest.mark.parametrize(
    "gold",
    [
        "42",
        "-3",
        "0.5",
        "3/4",
        r"\frac{3}{4}",
        r"-\dfrac{1}{2}",
        "1,000",
        "$7$",
        "B",
        "Yes",
        "x^2+1",
        "[1,2)",
        "1/0",
    ],
)
def test_wrong_answers_differ_in_value(gold: str) -> None:
    """For numbers the values differ as fractions; for the rest the texts do."""
    for noise in range(40):
        wrong = wrong_answer(gold, noise)
        assert wrong.strip().lower() != gold.strip().lower()
    values = {
        "0.5": Fraction(1, 2),
        "3/4": Fraction(3, 4),
        r"\frac{3}{4}": Fraction(3, 4),
        "1,000": Fraction(1000),
    }
    if gold in values:
        found = re.fullmatch(r"(?:\\frac\{(-?\d+)\}\{(\d+)\}|(-?\d+))", wrong_answer(gold, 4))
        assert found is not None
        value = Fraction(int(found[1]), int(found[2])) if found[1] else Fraction(int(found[3]))
        assert value == values[gold] + 5


def test_pretended_time_is_capacity_over_seconds() -> None:
    """40 draws of 20 ms on 8 slots take 100 ms by arithmetic; durations vary by half, so from 60 ms on."""
    engine = ScriptedEngine(Script(capacity=8, seconds_per_draw=0.02), [PROBLEM])
    started = time.monotonic()
    engine.submit([ask(index) for index in range(40)])
    assert len(contract.drain(engine)) == 40
    assert 0.06 < time.monotonic() - started < 2.0
