r"""TRL: conversational and plain completions, None for what nobody could judge, columns for the log.

The first table holds the cases of TRL's own tests of `accuracy_reward` and `reasoning_accuracy_reward`, restated; two of them
differ on purpose: for gold answers in words TRL gives None because it cannot parse them, dartkit can.
"""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from dartkit.verify.adapters.trl import (
    AccuracyReward,
    Completion,
    accuracy_reward,
    last_text,
    reasoning_accuracy_reward,
)


def said(text: str) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text}]


@pytest.mark.parametrize(
    ("completion", "solution", "reward"),
    [
        (said("\\boxed{\\frac{63}{400}}"), "\\frac{63}{400}", 1.0),
        (said("\\boxed{\\frac{63}{400}}"), "63/400", 1.0),
        (said("\\boxed{\\frac{64}{400}}"), "\\frac{63}{400}", 0.0),
        (said("\\boxed{3}"), "6", 0.0),
        (said("My answer is \\boxed{\\frac{1}{3}}"), "We get $\\boxed{\\frac13}$.", 1.0),
        ("My answer is \\boxed{\\frac{1}{3}}", "\\frac{1}{3}", 1.0),
        ([{"content": "\\boxed{5}"}], "5", 1.0),
        (said("The answer is forty two."), "forty-two", 1.0),  # TRL: None
        (said("nothing"), "5", 0.0),
        ("", "5", 0.0),
        ([], "5", 0.0),
        (said("\\boxed{5}"), "", None),
        (said("\\boxed{5}"), None, None),
        (said("\\boxed{5}"), 5, 1.0),
    ],
)
def test_rewards(completion: Completion, solution: object, reward: float | None) -> None:
    assert accuracy_reward([completion], [solution]) == [reward]


def test_the_trainer_passes_more_than_is_used() -> None:
    """All columns and the trainer's own arguments come by keyword."""
    rewards = accuracy_reward(
        prompts=["p", "q"],
        completions=[said("\\boxed{1}"), said("\\boxed{2}")],
        completion_ids=[[1], [2]],
        solution=["1", "1"],
        level=["3", "5"],
        trainer_state=object(),
        log_metric=lambda name, value: None,
    )
    assert rewards == [1.0, 0.0]


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("plain", "plain"),
        (said("one"), "one"),
        ([*said("call a tool"), {"role": "tool", "content": "4"}, *said("final")], "final"),
        ([*said("first"), {"role": "user", "content": "more?"}], "first"),
        ([{"role": "assistant", "content": None}], ""),
        ([{"role": "assistant"}], ""),
        (
            [
                {
                    "role": "assistant",
                    "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
                }
            ],
            "ab",
        ),
        ([{"role": "tool", "content": "4"}], ""),
        ([], ""),
    ],
)
def test_the_last_message_by_the_assistant_is_judged(completion: Completion, text: str) -> None:
    """Upstream reads the first message only, which for one message is the same."""
    assert last_text(completion) == text


@pytest.mark.parametrize(
    ("completion", "ends", "reward"),
    [
        ("<think> work </think> \\boxed{\\frac{63}{400}}", None, 1.0),
        ("work </think> \\boxed{\\frac{63}{400}}", None, 1.0),
        ("<START> work </END> \\boxed{\\frac{63}{400}}", ["</END>"], 1.0),
        ("<think> work </think> \\boxed{\\frac{64}{400}}", None, 0.0),
        ("<think> \\boxed{\\frac{63}{400}} </think> Some other text.", None, 0.0),
        ("<think> \\boxed{\\frac{63}{400}} </think> Wrong: \\boxed{43}.", None, 0.0),
        ("<think> no end \\boxed{\\frac{63}{400}}", None, 0.0),
        ("\\boxed{\\frac{63}{400}} without reasoning", None, 0.0),
        ("a </b> \\boxed{1} </a> \\boxed{\\frac{63}{400}}", ["</a>", "</b>"], 1.0),
        ("a </b> \\boxed{1}", ["</a>", "</b>"], 0.0),
    ],
)
def test_only_what_follows_the_reasoning_counts(
    completion: str, ends: list[str] | None, reward: float
) -> None:
    """Reasoning without an end earns 0.0, not None: it is to be discouraged, as in TRL."""
    assert reasoning_accuracy_reward([said(completion)], ["\\frac{63}{400}"], ends) == [reward]


def test_columns_for_the_log() -> None:
    """Three columns in the order and under the names of TRL, one text for each completion."""
    logged: dict[str, list[Any]] = {}
    accuracy_reward([said("\\boxed{0.5}"), said("nothing")], ["\\frac12", "3"], log_extra=logged.__setitem__)
    assert list(logged) == ["solution", "gold_parsed", "answer_parsed"]
    assert logged["solution"] == ["\\frac12", "3"]
    assert [len(column) for column in logged.values()] == [2, 2, 2]
    assert logged["answer_parsed"][1] == "no_answer"
    assert all(isinstance(text, str) for column in logged.values() for text in column)


def test_thousands_of_completions_keep_their_order() -> None:
    """4,000 completions, alternating forms; the inputs stay as they were."""
    completions: list[Completion] = [
        said(f"\\boxed{{{number}}}") if number % 2 else f"It is \\boxed{{{number}}}."
        for number in range(4000)
    ]
    before = copy.deepcopy(completions)
    golds = [str(number if number % 5 else number + 1) for number in range(4000)]
    assert accuracy_reward(completions, golds) == [float(number % 5 > 0) for number in range(4000)]
    assert completions == before


def test_lists_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        accuracy_reward([said("1")], ["1", "2"])


def test_a_named_verifier_and_pickling() -> None:
    """Trainers read `__name__` and send reward functions to other processes."""
    reward = AccuracyReward("math-dapo")
    again = pickle.loads(pickle.dumps(reward))
    assert again.__name__ == "accuracy_reward"
    for function in (reward, again):
        assert function(["Answer: x-1=9", "\\boxed{9}"], ["x+1=9", "9"]) == [1.0, 0.0]
