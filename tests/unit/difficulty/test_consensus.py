"""Majorities counted by hand; equality is a table of the test, so that nothing depends on a verifier's skill."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.difficulty.consensus import MOST_COMPARED, Consensus, find_consensus
from dartkit.difficulty.rates import JudgedDraw
from dartkit.records import Outcome


def wrong(*answers: str) -> list[JudgedDraw]:
    return [JudgedDraw("incorrect", answer, None, answer) for answer in answers]


def right(*answers: str) -> list[JudgedDraw]:
    return [JudgedDraw("correct", answer, None, answer) for answer in answers]


def judged(outcome: Outcome, *answers: str | None) -> list[JudgedDraw]:
    return [JudgedDraw(outcome, answer, None, answer) for answer in answers]


class ByValue:
    """Equality of fractions written as text; counts how often it was asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, first: str, second: str) -> bool:
        self.calls += 1
        return Fraction(first) == Fraction(second)


def test_spellings_of_one_wrong_answer_are_one_answer() -> None:
    """By spelling 3 leads with two votes of six; by value 1/2, 0.5, 2/4 are three."""
    draws = wrong("3", "1/2", "0.5", "3", "2/4", "7")
    assert find_consensus(draws).answer == "3"
    found = find_consensus(draws, ByValue())
    assert found == Consensus("1/2", 3, 0.5, False)


def test_all_correct_draws_are_one_answer_whatever_their_spelling() -> None:
    """28, 28% and 0.28 may all match a gold answer of 28% although 28 is not 0.28: three votes for the gold answer against two."""
    found = find_consensus([*wrong("5", "5"), *right("28", "28%", "0.28")], lambda first, second: False)
    assert found == Consensus("28", 3, 0.6, True)


def test_a_tie_is_no_majority_until_spellings_are_joined() -> None:
    draws = [*wrong("5", "10/2"), *right("4")]
    assert find_consensus(draws).answer is None
    assert find_consensus(draws, ByValue()) == Consensus("5", 2, 2 / 3, False)
    assert find_consensus([*wrong("5"), *right("4")], ByValue()) == Consensus(None, 0, None, None)


def test_draws_without_an_answer_count_in_the_share() -> None:
    draws = [*wrong("5", "5"), *judged("truncated", None), *judged("no_answer", None)]
    assert find_consensus(draws, ByValue()) == Consensus("5", 2, 0.5, False)


def test_could_not_tell_is_not_disagreement() -> None:
    """Three draws say x, which the verifier cannot compare with the gold answer: whether they agree with it is unknown."""
    found = find_consensus(judged("undecided", "x", "x", "x"))
    assert found == Consensus("x", 3, 1.0, None)


def test_an_undecided_answer_takes_the_side_of_its_equal() -> None:
    """2/4 was undecided against the gold answer; it equals 1/2, which was found wrong (or right), so it is wrong (or right) too."""
    against = find_consensus([*wrong("1/2", "1/2"), *judged("undecided", "2/4")], ByValue())
    assert against == Consensus("1/2", 3, 1.0, False)
    with_gold = find_consensus([*judged("undecided", "2/4", "2/4"), *right("1/2")], ByValue())
    assert with_gold == Consensus("2/4", 3, 1.0, True)


def test_right_and_wrong_are_never_joined() -> None:
    """Even if the verifier says so: it has contradicted itself, and the verdicts against the gold answer count."""
    found = find_consensus([*wrong("5", "5", "5"), *right("4", "4")], lambda first, second: True)
    assert found == Consensus("5", 3, 0.6, False)


def test_a_clear_majority_asks_nothing() -> None:
    """Five correct of eight: nothing that the other three say can outvote them."""
    same = ByValue()
    found = find_consensus([*right("4", "4", "4", "8/2", "4"), *wrong("1", "2", "3")], same)
    assert (found.votes, found.agrees, same.calls) == (5, True, 0)


def test_equal_normal_forms_are_never_compared() -> None:
    """Two spellings with one normal form are one group: one comparison is left, between 1/2 and 3."""
    same = ByValue()
    draws = [
        JudgedDraw("incorrect", "1/2", None, "\\frac12"),
        JudgedDraw("incorrect", "1/2", None, "1/2"),
        JudgedDraw("incorrect", "3", None, "3"),
    ]

    def by_value(first: str, second: str) -> bool:
        return same("1/2" if first.startswith("\\") else first, second)

    found = find_consensus(draws, by_value)
    assert found == Consensus("\\frac12", 2, 2 / 3, False)
    assert same.calls == 1


def test_the_number_of_comparisons_is_bounded() -> None:
    """60 different answers: each is compared with at most 16 others."""
    same = ByValue()
    find_consensus(wrong(*(str(number) for number in range(60))), same)
    assert same.calls <= MOST_COMPARED * 60
    assert same.calls >= MOST_COMPARED * (60 - MOST_COMPARED)


@pytest.mark.parametrize("draws", [[], judged("truncated", None, None)])
def test_no_answers(draws: list[JudgedDraw]) -> None:
    assert find_consensus(draws, ByValue()) == Consensus(None, 0, None, None)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), min_size=1, max_size=12), st.integers(1, 4))
def test_against_brute_force(pairs: list[tuple[int, int]], gold: int) -> None:
    """Answers are n*k/k in several spellings; the majority by value is counted with exact fractions."""
    draws = []
    for value, factor in pairs:
        text = f"{value * factor}/{factor}"
        draws.append(JudgedDraw("correct" if value == gold else "incorrect", text, None, text))
    values = [value for value, _ in pairs]
    counts = sorted(((values.count(value), value) for value in set(values)), reverse=True)
    found = find_consensus(draws, ByValue())
    if len(counts) > 1 and counts[0][0] == counts[1][0]:
        assert found.answer is None
    else:
        assert found.answer is not None
        assert (Fraction(found.answer), found.votes) == (Fraction(counts[0][1]), counts[0][0])
        assert found.agrees is (counts[0][1] == gold)
        assert found.share == counts[0][0] / len(pairs)
