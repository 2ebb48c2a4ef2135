"""Reward functions of a user's own: what they may return, and that none of them can stop or crash the trainer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dartkit.errors import UsageError
from dartkit.reward_settings import PythonReward
from dartkit.rl.rewards.compose import RewardSet
from dartkit.rl.rewards.score import Score
from dartkit.rl.rewards.user_function import UserFunction
from tests.unit.rl.rewards.samples import PROBLEM, make_sample

SOURCE = """
import asyncio, os, time
from fractions import Fraction
import beside

arrived = 0

def number(completion, answer):
    return len(completion) + float(answer)

def mapping(completion, tokens, **others):
    return {"score": Fraction(1, 2), "tokens": tokens, "outcome_known": others["outcome"] == "correct"}

def verl(data_source, solution_str, ground_truth, extra_info=None):
    return float(solution_str == ground_truth and extra_info["problem"] == "What is 1 + 1?")

def sibling(problem):
    print("noise that must not reach the channel")
    return beside.VALUE

class Scorer:
    async def __call__(self, completion):
        return 3

scorer = Scorer()

async def together(completion):
    global arrived
    arrived += 1
    while arrived < 4:
        await asyncio.sleep(0.001)
    return arrived

async def waits(completion):
    await asyncio.sleep(3600 if completion == "bad" else 0)
    return 1

async def blocks(completion):
    if completion == "bad":
        time.sleep(3600)
    return 1

def hangs(completion):
    while completion == "bad":
        pass
    return 1

def raises(completion):
    return 1 / (completion != "bad")

def dies(completion):
    if completion == "bad":
        os._exit(3)
    return 1

def exits(completion):
    if completion == "bad":
        raise SystemExit
    return 1

def text(completion):
    return "1"

def infinite(completion):
    return {"score": 1.0, "more": float("inf")}

def no_score(completion):
    return {"reward": 1.0}

def asks(completion, weather):
    return 1

VALUE = 7
"""

Build = Callable[..., UserFunction]


@pytest.fixture
def build(tmp_path: Path) -> Any:
    """Opens functions of the file above and closes them."""
    (tmp_path / "mine.py").write_text(SOURCE)
    (tmp_path / "beside.py").write_text("VALUE = 0.25\n")
    opened: list[UserFunction] = []

    def open_function(name: str, **changes: Any) -> UserFunction:
        values = {"timeout_seconds": 20.0} | changes
        found = UserFunction(PythonReward(function=f"{tmp_path / 'mine.py'}:{name}", **values))
        opened.append(found)
        return found

    yield open_function
    for item in opened:
        item.close()


def ask(function: UserFunction, *completions: str) -> list[Score]:
    return function.score(PROBLEM, [make_sample(text, tokens=3) for text in completions])


def test_a_number(build: Build) -> None:
    """The length of each completion plus the gold answer 2, in order, over two processes."""
    scores = ask(build("number", workers=2), "a", "", "abcd", "ab")
    assert [score.value for score in scores] == [3.0, 2.0, 6.0, 4.0]
    assert [score.error for score in scores] == [None] * 4


def test_a_mapping(build: Build) -> None:
    (score,) = ask(build("mapping"), "x")
    assert (score.value, dict(score.extra)) == (0.5, {"tokens": 3.0, "outcome_known": 1.0})


def test_a_function_written_for_verl(build: Build) -> None:
    assert [score.value for score in ask(build("verl"), "2", "3")] == [1.0, 0.0]


def test_modules_beside_the_file_and_prints(build: Build) -> None:
    assert ask(build("sibling"), "x")[0].value == 0.25


def test_an_installed_module() -> None:
    """`posixpath.basename` is found and refused for what it asks for; nothing is imported into this process by path."""
    with pytest.raises(UsageError, match="asks for 'p'"):
        UserFunction(PythonReward(function="posixpath:basename"))


def test_async_calls_of_a_group_run_at_once(build: Build) -> None:
    """Each call waits until four have begun: one after another they would never end."""
    assert [score.value for score in ask(build("together"), *"abcd")] == [4.0] * 4


def test_an_async_callable_object(build: Build) -> None:
    assert [score.value for score in ask(build("scorer"), "a", "b")] == [3.0, 3.0]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("raises", "ZeroDivisionError: division by zero"),
        ("dies", "its process ended"),
        ("exits", "its process ended"),
        ("hangs", "no result within 2 s"),
        ("waits", "no result within 2 s"),
        ("blocks", "no result within 2 s"),
    ],
)
def test_what_fails_is_recorded_and_the_rest_is_scored(build: Build, name: str, why: str) -> None:
    """The second of three fails in each way there is; its neighbours earn their 1 all the same, and so does a later group."""
    function = build(name, timeout_seconds=2.0, on_error=-0.5)
    scores = ask(function, "good", "bad", "fine")
    assert [score.value for score in scores] == [1.0, -0.5, 1.0]
    assert [score.error for score in scores] == [None, why, None]
    assert ask(function, "again")[0].value == 1.0


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("text", "the result is '1' (str), not a finite number"),
        ("infinite", "more is 'inf' (float), not a finite number"),
        ("no_score", "it returned a mapping without 'score'"),
    ],
)
def test_what_is_no_number_is_an_error(build: Build, name: str, why: str) -> None:
    (score,) = ask(build(name), "x")
    assert (score.value, score.error) == (0.0, why)


@pytest.mark.parametrize(
    ("name", "why"),
    [("asks", "asks for 'weather'"), ("absent", "absent"), ("VALUE", "VALUE is a int, not a function")],
)
def test_what_cannot_be_used_is_said_before_anything_is_drawn(build: Build, name: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        build(name)


def test_a_file_that_does_not_import(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("import nothing_of_this_name\n")
    (tmp_path / "ends.py").write_text("raise SystemExit\n")
    with pytest.raises(UsageError, match="nothing_of_this_name"):
        UserFunction(PythonReward(function=f"{tmp_path}/broken.py:f"))
    with pytest.raises(UsageError, match="there is no file"):
        UserFunction(PythonReward(function=f"{tmp_path}/missing.py:f"))
    with pytest.raises(UsageError, match="cannot be used"):
        UserFunction(PythonReward(function=f"{tmp_path}/ends.py:f"))


def test_errors_reach_the_sample(tmp_path: Path) -> None:
    """One of two raises: recorded by the reward's name, and its stated value is in the sum with its weight."""
    (tmp_path / "mine.py").write_text(SOURCE)
    (tmp_path / "beside.py").write_text("VALUE = 0\n")
    settings = PythonReward(function=f"{tmp_path}/mine.py:raises", name="mine", weight=2.0, on_error=-1.0)
    with RewardSet((settings,), max_tokens=8) as chosen:
        good, bad = chosen.score(PROBLEM, [make_sample("good"), make_sample("bad")])
    assert (good.reward, dict(good.reward_errors)) == (2.0, {})
    assert (bad.reward, dict(bad.rewards)) == (-2.0, {"mine": -1.0})
    assert dict(bad.reward_errors) == {"mine": "ZeroDivisionError: division by zero"}
