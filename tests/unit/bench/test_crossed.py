"""The interval over seeds and problems that `make learn` prints: tables of Student's t, a table worked out by hand, simulated truths."""

from __future__ import annotations

import random

import pytest

from tests.bench.crossed import estimate_mean, student_quantile


@pytest.mark.parametrize(("freedom", "expected"), [(1, 12.7062), (2, 4.3027), (10, 2.2281), (120, 1.9799)])
def test_quantiles_are_those_of_the_printed_tables(freedom: int, expected: float) -> None:
    assert student_quantile(0.975, freedom) == pytest.approx(expected, abs=1e-4)


def test_by_hand() -> None:
    """Rows 1 2 and 3 6: mean squares 9 (seeds), 4 (problems), 1 (rest): variance 12 / 4, freedom 144 / (81 + 16 + 1)."""
    found = estimate_mean([[1, 2], [3, 6]])
    assert found.mean == 3
    assert found.high - 3 == pytest.approx(student_quantile(0.975, 144 / 98) * 3**0.5)
    assert found.low == pytest.approx(6 - found.high)


def test_equal_seeds_leave_the_variance_over_problems() -> None:
    """Rows 1 2 and 1 2: mean squares 0, 1, 0, so the variance is 1 / 4 with one degree of freedom."""
    found = estimate_mean([[1, 2], [1, 2]])
    assert found.high - found.mean == pytest.approx(12.7062 / 2, abs=1e-4)
    assert estimate_mean([[0.5] * 4] * 3) == (0.5, 0.5, 0.5)


@pytest.mark.parametrize(("seeds", "problems", "rest"), [(0.03, 0.3, 0.15), (0.1, 0.2, 0.1), (0.0, 0.3, 0.2)])
def test_covers_the_truth_as_often_as_it_says(seeds: float, problems: float, rest: float) -> None:
    """300 tables of 3 seeds and 40 problems with a known mean: 95 % of the intervals, or a few more, hold it."""
    draw, held = random.Random(5), 0
    for _ in range(300):
        effects = [draw.gauss(0, problems) for _ in range(40)]
        shifts = [draw.gauss(0, seeds) for _ in range(3)]
        table = [[0.4 + shift + effect + draw.gauss(0, rest) for effect in effects] for shift in shifts]
        found = estimate_mean(table)
        held += found.low <= 0.4 <= found.high
    assert 0.92 <= held / 300 <= 1.0
