"""How many draws may be in flight, against the exact law; when a problem is hopeless, against a plain search."""

from __future__ import annotations

import math
import random

import pytest

from dartkit.dart.pacing import ALLOWANCES, LARGEST_RISK, hopeless_after, risk_of, safe_in_flight
from dartkit.dart.progress import ProblemProgress
from dartkit.dart.strategies import Quota
from dartkit.difficulty.intervals import upper_bound
from tests.conftest import make_problem

POSTERIORS = [
    (1, 1), (1, 9), (1, 50), (1, 200), (2, 8), (2, 100), (5, 5), (9, 1), (5, 95), (21, 1000), (100, 10), (100, 900),
]  # fmt: skip


def exact_quantile(need: int, a: float, b: float, risk: float) -> int:
    """Largest m with P(N < m) <= risk, N beta-negative-binomial: P(N = n) = C(n-1, c-1) B(a + c, b + n - c) / B(a, b), summed up."""
    chance = math.exp(
        math.lgamma(a + need) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(a + b + need)
    )  # N = c: all correct
    total, n = 0.0, need
    while True:
        total += chance
        if total > risk:
            return n
        chance *= n / (n - need + 1) * (b + n - need) / (a + b + n)
        n += 1


@pytest.mark.parametrize("need", [1, 2, 3, 5, 10, 40, 100, 192])
def test_safe_in_flight_is_near_the_exact_quantile(need: int) -> None:
    """Within 30 % or one draw of the sum over the exact law, for 12 posteriors and 7 risks; and never less than needed."""
    for a, b in POSTERIORS:
        for risk in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.49):
            exact, found = exact_quantile(need, a, b, risk), safe_in_flight(need, a, b, risk)
            assert need <= found
            assert 0.7 * exact - 1 <= found <= 1.3 * exact + 1, (a, b, risk, exact, found)


@pytest.mark.parametrize(("target", "rate"), [(1, 0.1), (5, 0.1), (20, 0.5)])
def test_little_is_drawn_in_vain_while_there_is_other_work(target: int, rate: float) -> None:
    """One problem, always topped up, draws ending in random order, by brute force: at most 2.5 % in vain at first, half at last."""
    careful, eager = (
        _share_in_vain(allowance, target, rate) for allowance in (ALLOWANCES[0], ALLOWANCES[-1])
    )
    assert careful <= 0.025
    assert careful < eager <= 0.5


def _share_in_vain(allowance: float, target: int, rate: float) -> float:
    rng = random.Random(5)
    drawn = needed = 0
    for _ in range(60):
        item = ProblemProgress(make_problem("p"), "p", Quota(correct=target, max_draws=100_000))
        flying: list[int] = []
        while item.status == "open":
            flying += [item.take_index() for _ in range(item.wants(allowance))]
            index = flying.pop(rng.randrange(len(flying)))
            item.in_flight -= 1
            item.add_outcome(index, "correct" if rng.random() < rate else "incorrect")
            drawn += 1
        drawn += len(flying)
        needed += item.n_draws
    return (drawn - needed) / needed


def test_risk_grows_with_the_target_up_to_a_half() -> None:
    assert risk_of(0.005, 40) == pytest.approx(0.2)
    assert risk_of(0.02, 192) == LARGEST_RISK == 0.5


@pytest.mark.parametrize("threshold", [0.005, 0.02, 0.1, 0.3])
def test_hopeless_after_is_the_first_number_of_draws(threshold: float) -> None:
    """Against a search from 1 upwards with the rule as written: rate and upper 95 % bound under the threshold."""
    for correct in range(4):
        expected = next(
            n
            for n in range(max(correct, 1), 5_000)
            if correct / n < threshold and upper_bound(correct, n) < threshold
        )
        assert hopeless_after(correct, threshold) == expected
    assert hopeless_after(3, 0.0) is None


def test_certain_draws_are_always_wanted_and_unsure_ones_start_slowly() -> None:
    """Five wanted of a problem nobody knows: five may start, none more before one is seen, whatever the allowance."""
    item = ProblemProgress(make_problem("p"), "p", Quota(correct=5, max_draws=100))
    assert item.wants(0.0002) == item.wants(0.1) == 5


def test_no_more_in_flight_than_a_hopeless_problem_needs() -> None:
    """Threshold 0.1: 0 correct is hopeless after n draws (by the search above); with 10 seen at most n - 10 may fly."""
    item = ProblemProgress(
        make_problem("p"), "p", Quota(correct=500, max_draws=10_000, hopeless_pass_rate=0.1)
    )
    item.add_outcomes((index, "incorrect") for index in range(10))
    end = hopeless_after(0, 0.1)
    assert end is not None
    assert item.wants() == end - 10
