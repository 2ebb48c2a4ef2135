"""The search for super-linear work finds what it looks for, and finds nothing in a sample of families. Calls are counted, not seconds."""

from __future__ import annotations

import random

from tests.fuzz import growth

SIZES = (2_400, 4_800, 9_600)


def _quadratic(text: str) -> int:
    """Call `len` a quarter of a million times for 9,600 characters, four times less for half of it."""
    return sum(len(text) for _ in range(len(text) // 20) for _ in range(len(text) // 20))


def test_calls_are_counted_the_same_each_time() -> None:
    """`len` is called ten times (and each generator step is a call of its own): 10 calls more for 10 more turns."""
    ten, twenty = (
        growth.calls(lambda text: [len(text) for _ in range(int(text))], text) for text in ("10", "20")
    )
    assert twenty - ten == 10
    assert growth.calls(_quadratic, "x" * 200) == growth.calls(_quadratic, "x" * 200)


def test_quadratic_work_is_suspected() -> None:
    """Each doubling costs four times as much: above the ratio of three wherever there are enough calls."""
    costs = [growth.calls(_quadratic, "x" * size) for size in SIZES]
    assert "largest ratio 4.0" in growth.suspicion(costs, growth.CALLS)


def test_linear_and_fast_work_is_not() -> None:
    """Ratios of two pass; so do ratios of ten between costs too small to mean anything; a large cost does not."""
    assert growth.suspicion([0.05, 0.10, 0.20, 0.40]) == ""
    assert growth.suspicion([0.001, 0.01, 0.01, 0.02]) == ""
    assert growth.suspicion([0.05, 0.10, 0.40, 0.60]) == "0.050 0.100 0.400 0.600 s, largest ratio 4.0"
    assert growth.suspicion([0.30, 0.50, 0.70, 0.90]).startswith("0.300 0.500 0.700 0.900 s")
    assert growth.suspicion([30_000, 60_000, 120_000], growth.CALLS) == ""


def test_a_sample_of_families_grows_no_faster_than_its_length() -> None:
    """Three families through everything there is; the script does all of them, longer texts, and seconds."""
    assert list(growth.counted_suspects(("nested pairs", "answer phrases", "units"), SIZES)) == []


def test_random_repetitions_have_the_size_they_are_asked_for() -> None:
    """Within two pieces of it."""
    source = random.Random(3)
    for _ in range(200):
        assert 900 <= len(growth.random_repetition(source, 1_000)) <= 1_060


def test_random_repetitions_grow_no_faster_than_their_length() -> None:
    """Sixty of them, doubled."""
    assert list(growth.counted_random_suspects(60, seed=4)) == []
