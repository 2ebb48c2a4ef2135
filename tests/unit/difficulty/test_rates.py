"""From verdicts to difficulty, by hand."""

from __future__ import annotations

import pytest

from dartkit.difficulty.rates import JudgedDraw, rate_problem
from dartkit.records import Outcome


def draws(*pairs: tuple[Outcome, str | None]) -> list[JudgedDraw]:
    return [JudgedDraw(outcome, answer, 10 * index) for index, (outcome, answer) in enumerate(pairs)]


def test_could_not_tell_leaves_the_denominator() -> None:
    """Two correct, one wrong, one truncated, one without answer, two undecided: 2 of 5 judged."""
    record = rate_problem(
        "p", "s", "v",
        draws(("correct", "4"), ("correct", "4.0"), ("incorrect", "5"), ("truncated", None), ("no_answer", None),
              ("undecided", "x"), ("timeout", "y")),
    )  # fmt: skip
    assert (record.n_samples, record.n_correct, record.n_undecided, record.n_truncated) == (7, 2, 2, 1)
    assert record.pass_rate == pytest.approx(0.4)
    assert record.fail_rate == pytest.approx(0.6)
    assert record.median_completion_tokens == 30
    assert (record.majority_answer, record.majority_agrees) == ("4", True)
    assert record.majority_share == pytest.approx(2 / 7)


def test_nothing_judged_has_no_rate() -> None:
    record = rate_problem("p", "s", "v", draws(("undecided", "x")))
    assert (record.pass_rate, record.fail_rate, record.ci_low, record.ci_high) == (None, None, 0.0, 1.0)


def test_majority_against_gold_is_a_suspect() -> None:
    """Three of four say 5 while the gold answer is 4."""
    record = rate_problem(
        "p", "s", "v", draws(("incorrect", "5"), ("incorrect", "5"), ("incorrect", "5"), ("correct", "4"))
    )
    assert (record.majority_answer, record.majority_share, record.majority_agrees) == ("5", 0.75, False)


def test_a_tie_has_no_majority() -> None:
    record = rate_problem("p", "s", "v", draws(("incorrect", "5"), ("correct", "4")))
    assert (record.majority_answer, record.majority_agrees) == (None, None)


def test_no_draws() -> None:
    record = rate_problem("p", "s", "v", [])
    assert (record.n_samples, record.pass_rate, record.median_completion_tokens) == (0, None, None)
