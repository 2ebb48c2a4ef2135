"""From verdicts to difficulty, by hand."""

from __future__ import annotations

from math import comb

import pytest

from dartkit.difficulty.prior import fit_prior
from dartkit.difficulty.rates import JudgedDraw, judged_counts, rate_problem, shrink
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


RIGHT: Outcome = "correct"
WRONG: Outcome = "incorrect"


def test_length_has_mean_and_deviation() -> None:
    """Tokens 0, 10, 20: mean 10, sample deviation 10."""
    record = rate_problem("p", "s", "v", draws((RIGHT, "4"), (WRONG, "5"), (RIGHT, "4")))
    assert (record.mean_completion_tokens, record.sd_completion_tokens) == (10.0, 10.0)


def test_a_second_round_stays_out_of_the_raw_rate() -> None:
    """0 of 2 in the probe, 1 of 2 judged in the second round: raw 0, the posterior has 1 of 4."""
    extra = draws((RIGHT, "4"), (WRONG, "5"), ("timeout", "5"))
    record = rate_problem("p", "s", "v", draws((WRONG, "5"), (WRONG, "6")), extra=extra)
    assert (record.n_samples, record.n_correct, record.pass_rate) == (2, 0, 0.0)
    assert (record.n_extra, record.n_extra_correct) == (2, 1)
    assert judged_counts(record) == (1, 4)


def test_shrunk_by_hand() -> None:
    """Under nine problems the prior is Jeffreys': 1 of 4 gives (0.5 + 1) / (1 + 4) = 0.3; nothing judged gives 0.5 and (0, 1)."""
    seen = rate_problem("p", "s", "v", draws((RIGHT, "4"), (WRONG, "5"), (WRONG, "5"), (WRONG, "5")))
    records, prior = shrink([seen, rate_problem("q", "s", "v", [])])
    assert prior == (0.5, 0.5)
    assert records[0].shrunk_pass_rate == pytest.approx(0.3)
    assert (records[1].shrunk_pass_rate, records[1].shrunk_low, records[1].shrunk_high) == (0.5, 0.0, 1.0)


def test_the_prior_is_of_all_problems() -> None:
    """Ten problems of 2 draws: the prior is the fit to their counts, and the posterior mean (a + k) / (a + b + 2)."""
    outcomes = [(RIGHT, RIGHT)] * 4 + [(RIGHT, WRONG)] * 2 + [(WRONG, WRONG)] * 4
    rated = [rate_problem(str(i), "s", "v", draws((x, "4"), (y, "4"))) for i, (x, y) in enumerate(outcomes)]
    records, prior = shrink(rated)
    assert prior == fit_prior([(2, 2)] * 4 + [(1, 2)] * 2 + [(0, 2)] * 4)
    for record in records:
        assert record.shrunk_pass_rate == pytest.approx((prior.a + record.n_correct) / (prior.strength + 2))


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.95])
def test_naive_pooling_of_two_rounds_is_biased_and_ours_is_not(rate: float) -> None:
    """Enumeration of 8 + 8 draws, the second eight only after 0 or 8 of the first eight.

    E[k / n over both rounds] is off by P(0) m p / (n + m) - P(8) m (1 - p) / (n + m); the stored raw rate has mean p.
    """
    n = m = 8
    naive = ours = 0.0
    for first in range(n + 1):
        weight = comb(n, first) * rate**first * (1 - rate) ** (n - first)
        probe = draws(*[(RIGHT, "4")] * first, *[(WRONG, "5")] * (n - first))
        for second in range(m + 1) if first in (0, n) else (None,):
            chance = (
                weight
                if second is None
                else weight * comb(m, second) * rate**second * (1 - rate) ** (m - second)
            )
            extra = draws(
                *[(RIGHT, "4")] * (second or 0), *[(WRONG, "5")] * (0 if second is None else m - second)
            )
            record = rate_problem("p", "s", "v", probe, extra=extra)
            correct, judged = judged_counts(record)
            naive += chance * correct / judged
            ours += chance * (record.pass_rate or 0.0)
    bias = (1 - rate) ** n * m * rate / (n + m) - rate**n * m * (1 - rate) / (n + m)
    assert ours == pytest.approx(rate, abs=1e-12)
    assert naive - rate == pytest.approx(bias, abs=1e-12)
    assert abs(bias) > 0.008


def test_a_posterior_does_not_mind_the_second_round() -> None:
    """Over rates from Beta(1, 1) the mean error of the posterior mean is 0 with the second round, by enumeration and exact integrals.

    E[error] = sum over outcomes of P(outcome) (posterior mean - E[p | outcome]); both are the Beta's mean with the counts pooled,
    because the choice of who gets a second round cancels from the posterior. Checked by numerical integration over p.
    """
    n = m = 4
    steps = 2000
    error = 0.0
    for step in range(steps):
        p = (step + 0.5) / steps
        for first in range(n + 1):
            weight = comb(n, first) * p**first * (1 - p) ** (n - first)
            if first in (0, n):
                for second in range(m + 1):
                    chance = weight * comb(m, second) * p**second * (1 - p) ** (m - second)
                    error += chance * ((1 + first + second) / (2 + n + m) - p) / steps
            else:
                error += weight * ((1 + first) / (2 + n) - p) / steps
    assert error == pytest.approx(0.0, abs=1e-6)
