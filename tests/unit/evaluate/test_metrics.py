"""Metrics by hand."""

from __future__ import annotations

from itertools import combinations

import pytest

from dartkit.difficulty.intervals import wilson_interval
from dartkit.difficulty.rates import JudgedDraw
from dartkit.evaluate.metrics import (
    chance_figure,
    mean_figure,
    paired_difference,
    pass_chance,
    share_correct,
)
from dartkit.records import Outcome


def draws(text: str) -> list[JudgedDraw]:
    """`+` correct, a letter an incorrect answer of that name, `?` undecided, `.` no answer."""
    kinds: dict[str, tuple[Outcome, str | None]] = {
        "+": ("correct", "7"),
        "?": ("undecided", "q"),
        ".": ("no_answer", None),
    }
    return [JudgedDraw(*kinds.get(char, ("incorrect", char)), 5) for char in text]


def test_share_correct_counts_undecided_as_not_correct() -> None:
    assert share_correct(draws("++a?")) == 0.5


@pytest.mark.parametrize("draws_made", range(1, 7))
def test_pass_chance_is_the_share_of_subsets_with_a_correct_draw(draws_made: int) -> None:
    """Every subset of k draws is tried: 1 - C(n - c, k) / C(n, k) counts those without a correct one."""
    for correct in range(draws_made + 1):
        marks = [True] * correct + [False] * (draws_made - correct)
        for k in range(1, draws_made + 1):
            subsets = [any(chosen) for chosen in combinations(marks, k)]
            assert pass_chance(correct, draws_made, k) == pytest.approx(sum(subsets) / len(subsets))


@pytest.mark.parametrize("k", [0, 5])
def test_pass_chance_needs_enough_draws(k: int) -> None:
    with pytest.raises(ValueError, match="needs 1 to 4 draws"):
        pass_chance(1, 4, k)


def test_chances_that_are_all_equal_have_wilsons_width() -> None:
    """The bootstrap of ten ones is one point; Wilson's interval of 10 of 10 reaches down to 1 / (1 + z^2 / 10) = 0.7225."""
    figure = chance_figure([1.0] * 10)
    assert (figure.value, figure.high) == (1.0, 1.0)
    assert figure.low == pytest.approx(0.7225, abs=1e-4)


def test_one_draw_per_problem_is_the_plain_wilson_interval() -> None:
    """For 0/1 values m(1-m)/s^2 = n - 1 with the sample variance, so the interval is Wilson's at n - 1 (n = 10, 4 correct)."""
    figure = mean_figure([1.0] * 4 + [0.0] * 6)
    assert (figure.low, figure.high) == pytest.approx(wilson_interval(0.4 * 9, 9))


def test_all_correct_still_has_a_width() -> None:
    figure = mean_figure([1.0] * 20)
    assert figure.high == 1.0
    assert figure.low == pytest.approx(wilson_interval(20, 20)[0])
    assert figure.low < 0.9


def test_more_draws_narrow_the_interval_when_problems_agree() -> None:
    """Per-problem means of 0.5 have no spread; the effective sample is capped by n, not infinite."""
    assert mean_figure([0.5] * 30).low == pytest.approx(wilson_interval(15, 30)[0])


def test_paired_difference_by_hand() -> None:
    """Gains 1, 0, 0, 1: mean 0.5, standard deviation 0.57735, half width 1.96 * 0.57735 / 2 = 0.5658."""
    figure = paired_difference([1, 0, 1, 1], [0, 0, 1, 0])
    assert (figure.value, figure.low, figure.high) == pytest.approx(
        (0.5, 0.5 - 0.5658, 0.5 + 0.5658), abs=1e-4
    )


def test_unpaired_values_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot pair"):
        paired_difference([1.0], [1.0, 0.0])
