"""p values against every sign pattern."""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dartkit.evaluate.sign_flip import holm, mcnemar_exact, sign_flip_test


def every_pattern(differences: list[float]) -> float:
    """The share of all sign patterns, zeros included, with a sum as far from zero as the one seen."""
    seen = abs(sum(differences)) - 1e-9
    sums = [
        abs(sum(sign * item for sign, item in zip(signs, differences, strict=True)))
        for signs in product((1, -1), repeat=len(differences))
    ]
    return sum(value >= seen for value in sums) / len(sums)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=1, max_size=9))
def test_counting_equals_every_pattern(whole: list[int]) -> None:
    """Multiples of a quarter, counted through the long integer."""
    differences = [item / 4 for item in whole]
    test = sign_flip_test(differences, step=0.25)
    assert test.way == "exact"
    assert test.p_value == pytest.approx(every_pattern(differences))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-1_000, 1_000), min_size=1, max_size=8))
def test_enumeration_equals_every_pattern(thousandths: list[int]) -> None:
    """Thousandths, so that no two sums that differ are as close as rounding."""
    differences = [item / 1_000 for item in thousandths]
    assert sign_flip_test(differences).p_value == pytest.approx(every_pattern(differences))


def test_monte_carlo_is_near_the_exact_value() -> None:
    """40 differences of 1/8 steps: 20,000 patterns have a standard error of at most 0.0036."""
    rng = random.Random(5)
    differences = [rng.choice((-2, -1, 1, 2, 3)) / 8 for _ in range(40)]
    exact, sampled = sign_flip_test(differences, step=1 / 8), sign_flip_test(differences)
    assert (exact.way, sampled.way) == ("exact", "monte-carlo")
    assert sampled.p_value == pytest.approx(exact.p_value, abs=0.015)
    assert sign_flip_test(differences) == sampled


@pytest.mark.parametrize(("only_a", "only_b"), [(0, 6), (3, 9), (7, 7), (0, 0), (40, 60)])
def test_one_draw_each_is_mcnemars_exact_test(only_a: int, only_b: int) -> None:
    """Differences of one sign pattern more or less: the sum is only_b - only_a, and problems that both solved say nothing."""
    differences = [-1.0] * only_a + [1.0] * only_b + [0.0] * 11
    assert sign_flip_test(differences, step=1.0).p_value == pytest.approx(mcnemar_exact(only_a, only_b))


def test_mcnemar_by_hand() -> None:
    """0 against 6: 2 / 2^6. 1 against 5: 2 (1 + 6) / 2^6."""
    assert mcnemar_exact(0, 6) == 2 / 64
    assert mcnemar_exact(5, 1) == 14 / 64


def test_differences_off_the_grid_are_not_counted_on_it() -> None:
    assert sign_flip_test([0.3, 0.3, 0.1], step=0.25).way == "enumeration"


def test_holm_by_hand() -> None:
    """0.01 x 3, then 0.02 x 2 raised to at least the one before, then 0.04 raised to it."""
    assert holm([0.04, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
