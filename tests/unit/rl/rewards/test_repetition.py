"""Both repetition penalties against definitions written down directly, and their work against the length of the text."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.reward_settings import RepetitionReward, SparseRepetitionReward
from dartkit.rl.rewards.repetition import RepetitionPenalty, number_ngrams, repetition_stream
from dartkit.rl.rewards.sparse_repetition import SparseRepetition
from tests.unit.rl.rewards.samples import PROBLEM, make_sample

TEXTS = st.lists(st.integers(0, 3), max_size=60)


def quadratic(tokens: Sequence[int], size: int, penalty: float) -> list[float]:
    """Algorithm 1 by comparing every n-gram with every earlier one."""
    stream = [0.0] * len(tokens)
    for start in range(len(tokens) - size + 1):
        piece = tokens[start : start + size]
        if any(tokens[earlier : earlier + size] == piece for earlier in range(start)):
            stream[start : start + size] = [penalty] * size
    return stream


@given(TEXTS, st.integers(1, 13))
def test_dense_penalty_is_algorithm_1(tokens: list[int], size: int) -> None:
    """Against the quadratic definition on random strings over four tokens, which repeat a lot."""
    assert repetition_stream(tokens, ngram_tokens=size, penalty=-0.05) == quadratic(tokens, size, -0.05)


@given(TEXTS, st.integers(1, 13))
def test_ngrams_have_equal_numbers_exactly_where_they_are_equal(tokens: list[int], size: int) -> None:
    """Numbers against the tuples themselves, in order of first occurrence."""
    pieces = [tuple(tokens[start : start + size]) for start in range(len(tokens) - size + 1)]
    order = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    assert number_ngrams(tokens, size) == [order[piece] for piece in pieces]


@pytest.mark.parametrize(
    ("tokens", "size", "marked"),
    [
        # Two repeats that abut; the authors' only_start misses the second.
        ((1, 2, 9, 3, 4, 8, 1, 2, 3, 4), 2, {6, 7, 8, 9}),
        ((5, 5, 5, 5), 2, {1, 2, 3}),  # overlaps are assigned, not added
        ((1, 2, 3, 1, 2, 3), 3, {3, 4, 5}),
        ((1, 2, 3, 1, 2), 3, set()),
        ((1, 2), 3, set()),
        ((), 3, set()),
        ((7, 8, 7), 1, {2}),
    ],
)
def test_cases_by_hand(tokens: tuple[int, ...], size: int, marked: set[int]) -> None:
    reward = RepetitionPenalty(RepetitionReward(ngram_tokens=size, penalty=-0.05))
    score = reward.score(PROBLEM, [make_sample(tokens=tokens)])[0]
    assert score.stream == tuple(-0.05 if place in marked else 0.0 for place in range(len(tokens)))
    assert score.value == pytest.approx(-0.05 * len(marked))


def test_defaults_of_the_paper() -> None:
    """40-grams: 40 different tokens twice cost the second 40 of them 0.05 each; 39 twice cost nothing."""
    reward = RepetitionPenalty(RepetitionReward())
    (twice, short) = reward.score(
        PROBLEM, [make_sample(tokens=tuple(range(40)) * 2), make_sample(tokens=tuple(range(39)) * 2)]
    )
    assert twice.value == pytest.approx(-2.0)
    assert twice.stream == (0.0,) * 40 + (-0.05,) * 40
    assert short.value == 0.0


def lines_executed(tokens: Sequence[int]) -> int:
    """Count the lines that Python executes for one stream."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        repetition_stream(tokens, ngram_tokens=40, penalty=-0.05)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("distinct", [1, 50000])
def test_work_grows_with_the_text_and_no_faster(distinct: int) -> None:
    """200,000 tokens against 20,000, all equal (everything repeats) or random: ten times the executed lines, within 1 %.

    The n-grams are compared as numbers, so that no line does more work in a longer text.
    """
    draw = random.Random(1)
    tokens = [draw.randrange(distinct) for _ in range(200_000)]
    assert lines_executed(tokens) == pytest.approx(10 * lines_executed(tokens[:20_000]), rel=0.01)


@given(st.lists(st.sampled_from("ab"), max_size=30), st.integers(1, 5))
def test_sparse_penalty_of_open_r1_and_trl(words: list[str], size: int) -> None:
    """Theirs: (1 - distinct / all) * max_penalty over the n-grams, 0 for a text below n words."""
    pieces = [tuple(words[start : start + size]) for start in range(len(words) - size + 1)]
    expected = (1 - len(set(pieces)) / len(pieces)) * -1.0 if pieces else 0.0
    settings = SparseRepetitionReward(unit="words", ngram=size)
    score = SparseRepetition(settings).score(PROBLEM, [make_sample(" ".join(words).upper())])[0]
    assert score.value == pytest.approx(expected, abs=1e-12)
    assert score.stream is None


def test_sparse_penalty_over_tokens() -> None:
    """1 2 1 2 1 has the bigrams 12 21 12 21: half are new."""
    reward = SparseRepetition(SparseRepetitionReward(ngram=2, penalty=-0.4))
    assert reward.score(PROBLEM, [make_sample(tokens=(1, 2, 1, 2, 1))])[0].value == pytest.approx(-0.2)
