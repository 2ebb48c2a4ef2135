"""The format reward on texts whose parts can be counted by eye."""

from __future__ import annotations

import pytest

from dartkit.reward_settings import FormatReward
from dartkit.rl.data import RlProblem
from dartkit.rl.rewards.format import FormatCheck, matches
from tests.unit.rl.rewards.samples import PROBLEM, make_sample

BOTH = ("think-tags", "answer-tags")


@pytest.mark.parametrize(
    ("text", "parts", "good"),
    [
        (r"so \boxed{2}", ("boxed",), True),
        (r"so \boxed{\frac{1}{2}} it is", ("boxed",), True),
        (r"\boxed{\}}", ("boxed",), True),
        (r"\boxed{2} or \boxed{3}", ("boxed",), False),
        (r"\boxed{ }", ("boxed",), False),
        (r"\boxed{2", ("boxed",), False),
        (r"\boxed{\}", ("boxed",), False),
        ("two", ("boxed",), False),
        ("", ("boxed",), False),
        ("well\nAnswer: 2\n", ("answer-line",), True),
        ("  answer: 2", ("answer-line",), True),
        ("Answer:", ("answer-line",), False),
        ("Answer: 2\nnow what", ("answer-line",), False),
        ("Answer: 1\nAnswer: 2", ("answer-line",), False),
        ("The answer: 2", ("answer-line",), False),
        ("<think>a</think>b", ("think-tags",), True),
        ("</think>a<think>", ("think-tags",), False),
        ("<think>a</think><think>b</think>", ("think-tags",), False),
        ("<answer>2</answer>\n", ("answer-tags",), True),
        ("<answer>2</answer> so", ("answer-tags",), False),
        ("<answer> </answer>", ("answer-tags",), False),
        ("<think>a</think><answer>2</answer>", BOTH, True),
        ("<think><answer>2</answer></think>", BOTH, False),
        ("<answer>2</answer><think>a</think>", BOTH, False),
        (r"<think>a</think> \boxed{2}", ("think-tags", "boxed"), True),
        (r"a \boxed{2}", ("think-tags", "boxed"), False),
    ],
)
def test_each_part_exactly_once(text: str, parts: tuple[str, ...], good: bool) -> None:
    assert matches(text, parts) is good


def test_values_and_a_prompt_that_opened_the_tag() -> None:
    reward = FormatCheck(FormatReward(parts=("think-tags",), match=0.5, mismatch=-0.25))
    opened = RlProblem("p" * 32, "Think.<think>\n", "2")
    assert reward.score(opened, [make_sample("hm</think>2")])[0].value == 0.5
    assert reward.score(PROBLEM, [make_sample("hm</think>2")])[0].value == -0.25
