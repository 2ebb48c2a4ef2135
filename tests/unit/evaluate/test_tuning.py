"""The figures of a sampling setting, and the choice between settings, by hand."""

from __future__ import annotations

import random

import pytest

from dartkit.evaluate.tuning import (
    ProblemScore,
    TriedDraw,
    describe_setting,
    hard_problems,
    recommend,
    score_problem,
)
from dartkit.records import Outcome


def draw(outcome: Outcome, completion: str, tokens: int, answer: str | None) -> TriedDraw:
    return TriedDraw(outcome, completion, tokens, answer)


EASY = [
    draw("correct", "a b c d e", 10, "4"),
    draw("correct", "a b c d e", 10, "4.0"),
    draw("correct", "v w x y z", 20, "4"),
    draw("incorrect", "p q r s t", 10, "5"),
]
HARD = [
    draw("correct", "k l m n o", 25, "7"),
    draw("truncated", "k k k k k", 50, None),
    draw("incorrect", "k l m n p", 25, "8"),
    draw("timeout", "k l m", 50, "9"),
]


def test_one_problem_by_hand() -> None:
    """Easy: 3 of 4, effective 9 / (3 + 2) = 1.8, answers 4 and 5 of four. Hard: 1 of 3 judged, answers 7, 8, 9 of three."""
    easy, hard = score_problem(EASY), score_problem(HARD)
    assert (easy.judged, easy.correct, easy.tokens, easy.truncated, easy.draws) == (4, 3, 50, 0, 4)
    assert (easy.distinct_correct, easy.distinct_answers, easy.answers) == (2, 2, 4)
    assert easy.effective == pytest.approx(1.8)
    assert easy.distance == pytest.approx(2 / 3)
    assert (hard.judged, hard.correct, hard.tokens, hard.truncated) == (3, 1, 150, 1)
    assert (hard.distance, hard.effective) == (None, 1.0)
    assert hard.rate == pytest.approx(1 / 3)


def test_a_setting_by_hand() -> None:
    """Accuracy (3/4 + 1/3) / 2; 1 of 8 cut; 4 correct in 200 tokens = 20; new 2.8 / 0.2 = 14; hard 1 / 0.15 = 6.667."""
    scores = {"easy": score_problem(EASY), "hard": score_problem(HARD)}
    found = describe_setting(scores, ["hard"])
    assert (found["draws"], found["tokens"]) == (8, 200)
    assert found["accuracy"][0] == pytest.approx(13 / 24, abs=1e-4)
    assert found["coverage"][0] == 1.0
    assert found["truncated"] == 0.125
    assert found["distinct_answers"] == pytest.approx((2 / 4 + 3 / 3) / 2)
    assert found["distinct_correct"] == 0.75
    assert found["diversity"] == pytest.approx(2 / 3, abs=1e-4)
    assert (found["yield"], found["new_yield"]) == (20.0, 14.0)
    assert found["new_yield_hard"] == pytest.approx(6.6667)


def test_nothing_correct_and_nothing_drawn() -> None:
    found = describe_setting(
        {"p": score_problem([]), "q": score_problem([draw("no_answer", "x", 5, None)])}, ["p"]
    )
    assert (found["diversity"], found["distinct_correct"], found["distinct_answers"]) == (None, None, None)
    assert (found["yield"], found["new_yield_hard"], found["accuracy"][0]) == (0.0, None, 0.0)


def score(correct: int, effective: float, tokens: int = 100) -> ProblemScore:
    return ProblemScore(8, correct, tokens, 0, 8, correct, effective, None, 1, 8)


def test_hard_problems_are_hard_over_all_settings() -> None:
    """Rates 6/8 and 1/8 have mean 0.44: hard. 8/8 and 1/8 have 0.56: not. Without any hard one all decide."""
    first = {"p": score(6, 6), "q": score(8, 8)}
    second = {"p": score(1, 1), "q": score(1, 1)}
    assert hard_problems([first, second], 0.5) == ["p"]
    assert hard_problems([first], 0.5) == ["p", "q"]


def test_a_clear_best_and_a_tie() -> None:
    """40 problems: setting 0 has 3 effective each; 1 has 1 each, always less; 2 scatters around 2.9 far more than the gap of 0.1."""
    rng = random.Random(5)
    keys = [str(i) for i in range(40)]
    best = {key: score(3, 3.0) for key in keys}
    worse = {key: score(1, 1.0) for key in keys}
    noise = [rng.uniform(0.0, 5.8) for _ in keys]
    shift = 2.9 - sum(noise) / len(noise)
    close = {key: score(3, value + shift) for key, value in zip(keys, noise, strict=True)}
    assert recommend([best, worse, close], keys) == (0, [2])


def test_tokens_are_the_price() -> None:
    """Four different solutions for 400 tokens lose to two for 100."""
    keys = [str(i) for i in range(20)]
    long, short = {key: score(4, 4.0, 400) for key in keys}, {key: score(2, 2.0, 100) for key in keys}
    assert recommend([long, short], keys) == (1, [])
