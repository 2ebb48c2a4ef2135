"""Diversity of completions, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.evaluate.diversity import measure_diversity, similarity, word_runs


def test_similarity_by_hand() -> None:
    """Runs of a b c d e: abcd, bcde; of a b c d f: abcd, bcdf: one shared of three."""
    first, second = word_runs(("a", "b", "c", "d", "e")), word_runs(("a", "b", "c", "d", "f"))
    assert similarity(first, second) == pytest.approx(1 / 3)
    assert similarity(first, first) == 1.0


def test_three_completions_by_hand() -> None:
    """Two the same but for spaces, one that shares nothing: pairs 1, 0, 0, so 1 - 1/3; effective 9 / (3 + 2 * 1) = 1.8."""
    found = measure_diversity(["a b c d e", "a  b c d\ne", "v w x y z"])
    assert (found.completions, found.distinct) == (3, 2)
    assert found.mean_distance == pytest.approx(2 / 3)
    assert found.effective == pytest.approx(1.8)


def test_short_completions_are_one_run() -> None:
    """Under four words: equal or not at all; an empty one is a completion too."""
    found = measure_diversity(["42", "42", "43", ""])
    assert found.mean_distance == pytest.approx(5 / 6)
    assert found.effective == pytest.approx(16 / (4 + 2))


@pytest.mark.parametrize(("count", "distance", "effective"), [(0, None, 0.0), (1, None, 1.0)])
def test_fewer_than_two(count: int, distance: float | None, effective: float) -> None:
    found = measure_diversity(["a b c d e"] * count)
    assert (found.mean_distance, found.effective) == (distance, effective)


@given(st.lists(st.text("ab ", max_size=12), min_size=1, max_size=6))
def test_effective_number_lies_between_one_and_all(texts: list[str]) -> None:
    """And it is the number itself where all are the same."""
    found = measure_diversity(texts)
    assert 1 - 1e-9 <= found.effective <= found.completions + 1e-9
    assert measure_diversity([texts[0]] * len(texts)).effective == pytest.approx(1.0)
