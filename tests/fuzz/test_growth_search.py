"""The search for super-linear time finds what it looks for, and finds nothing in a sample of families."""

from __future__ import annotations

import random

from tests.fuzz import growth


def _quadratic(text: str) -> int:
    """Take a quarter of a second for 19,200 characters, four times less for half of it."""
    return sum(1 for _ in range(len(text) // 80) for _ in range(len(text) // 2))


def test_quadratic_work_is_suspected() -> None:
    """Each doubling costs four times as much: above the ratio of three wherever it can be measured."""
    costs = [growth.seconds(_quadratic, "x" * size) for size in growth.SIZES[1]]
    assert "largest ratio" in growth.suspicion(costs)


def test_linear_and_fast_work_is_not() -> None:
    """Ratios of two pass; so do ratios of ten between times too short to mean anything; a long time does not."""
    assert growth.suspicion([0.05, 0.10, 0.20, 0.40]) == ""
    assert growth.suspicion([0.001, 0.01, 0.01, 0.02]) == ""
    assert growth.suspicion([0.05, 0.10, 0.40, 0.60]) == "0.050 0.100 0.400 0.600 s, largest ratio 4.0"
    assert growth.suspicion([0.30, 0.50, 0.70, 0.90]).startswith("0.300 0.500 0.700 0.900 s")


def test_a_sample_of_families_grows_no_faster_than_its_length() -> None:
    """Three families through everything that is timed; the script does all of them, and longer texts."""
    assert list(growth.suspects(("nested pairs", "answer phrases", "units"), growth.SIZES[:1])) == []


def test_random_repetitions_have_the_size_they_are_asked_for() -> None:
    """Within two pieces of it."""
    source = random.Random(3)
    for _ in range(200):
        assert 900 <= len(growth.random_repetition(source, 1_000)) <= 1_060


def test_random_search_ends_in_time() -> None:
    """One second of random repetitions: nothing slow."""
    assert list(growth.random_suspects(1.0, seed=4)) == []
