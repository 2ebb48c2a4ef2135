"""Acceptance, sizing, curriculum and retirement, worked out by hand or by sampling."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dartkit.rl.data import RlProblem
from dartkit.rl.forecast import (
    AcceptanceForecast,
    acceptance_after,
    acceptance_of_rate,
    is_retired,
    useful_counts,
)
from dartkit.rl.prompt_order import PromptOrder


def problem(name: str, rate: float | None = None) -> RlProblem:
    return RlProblem(name, "p", "1", rate)


@given(st.floats(0, 1), st.integers(2, 16))
def test_without_a_band_it_is_the_formula_of_the_paper(rate: float, size: int) -> None:
    """1 - p^G - (1 - p)^G."""
    found = acceptance_of_rate(rate, size, useful_counts(size))
    assert found == pytest.approx(1 - rate**size - (1 - rate) ** size, abs=1e-12)


def test_band_by_hand() -> None:
    """Of 4 samples 0.25 to 0.5 means 1 or 2 right; at p = 1/2 that is (4 + 6) / 16."""
    assert useful_counts(4, 0.25, 0.5) == [1, 2]
    assert acceptance_of_rate(0.5, 4, [1, 2]) == pytest.approx(10 / 16)
    assert useful_counts(8, 0.4, 0.45) == []
    assert useful_counts(3, 0.0, 1.0) == [1, 2]


def test_after_observations_by_enumeration() -> None:
    """With Polya's urn: after r of n right the next is right with (r + 1) / (n + 2), and so on through all 2^4 sequences."""

    def urn(sequence: tuple[int, ...], right: int, drawn: int) -> float:
        chance = 1.0
        for hit in sequence:
            share = (right + 1) / (drawn + 2)
            chance *= share if hit else 1 - share
            right, drawn = right + hit, drawn + 1
        return chance

    for right, drawn in [(0, 0), (0, 8), (8, 8), (3, 8)]:
        expected = sum(urn(s, right, drawn) for s in itertools.product((0, 1), repeat=4) if 0 < sum(s) < 4)
        assert acceptance_after(right, drawn, 4, useful_counts(4)) == pytest.approx(expected)


def test_groups_are_begun_until_enough_useful_ones_are_expected() -> None:
    """G = 2: p = 1/2 is accepted with 1/2, p = 1 counts 0.05. Four halves make 2; with sure prompts between, more are taken."""
    forecast = AcceptanceForecast(2, [1], {}, overall=0.25)
    halves = PromptOrder(tuple(problem(str(n), 0.5) for n in range(9)), 0)
    assert forecast.groups_to_begin(halves.walk(0), 2, 100) == 4
    assert forecast.groups_to_begin(halves.walk(0), 2, 3) == 3
    unknown = PromptOrder((problem("a"), problem("b")), 0)
    assert forecast.groups_to_begin(unknown.walk(0), 2, 100) == 8
    solved = PromptOrder((problem("a", 1.0),), 0)
    assert forecast.groups_to_begin(solved.walk(0), 1, 100) == 20
    assert forecast.groups_to_begin(solved.walk(0), 0, 100) == 0


def test_training_outweighs_the_measured_rate() -> None:
    """P = 1/2 measured; then 4 of 4 right: Beta(5, 1), P(one of two right) = 2 * 5 * 1 / (6 * 7)."""
    forecast = AcceptanceForecast(2, [1], {"a": (4, 4)}, overall=0.25)
    assert forecast.of(problem("a", 0.5)) == pytest.approx(10 / 42)
    assert forecast.of(problem("b", 0.5)) == pytest.approx(0.5)
    assert forecast.of(problem("a")) == 0.25
    assert AcceptanceForecast(2, [1], {}, 0.25, by_rate=False).of(problem("b", 0.5)) == 0.25


def test_easy_prompts_come_first_in_every_epoch() -> None:
    """Tenths: 1.0 and 0.95 together, then 0.7, the unknown with 0.5, then 0.1 and 0.15 together, 0 last; epochs differ in between."""
    rates = [0.0, 0.1, 0.15, None, 0.5, 0.7, 0.95, 1.0]
    problems = tuple(problem(str(rate), rate) for rate in rates)
    order = PromptOrder(problems, 3, "easy-to-hard")
    epochs = [[order.at(8 * epoch + place).problem_id for place in range(8)] for epoch in range(6)]
    for epoch in epochs:
        assert [set(epoch[:2]), epoch[2], set(epoch[3:5]), set(epoch[5:7]), epoch[7]] == [
            {"1.0", "0.95"}, "0.7", {"None", "0.5"}, {"0.1", "0.15"}, "0.0",
        ]  # fmt: skip
    assert len({tuple(epoch) for epoch in epochs}) > 1
    plain = PromptOrder(problems, 3)
    assert sorted(plain.at(place).problem_id for place in range(8)) == sorted(map(str, rates))


def test_solved_prompts_are_retired() -> None:
    """0.9: 9 of 10 in training is enough and 8 of 10 is not, whatever was measured before; unseen, the measured rate counts."""
    assert is_retired(problem("a", 0.1), {"a": (9, 10)}, 0.9)
    assert not is_retired(problem("a", 1.0), {"a": (8, 10)}, 0.9)
    assert is_retired(problem("a", 0.9), {}, 0.9)
    assert not is_retired(problem("a"), {}, 0.9)
    assert not is_retired(problem("a", 1.0), {"a": (9, 9)}, None)


def test_retired_prompts_keep_their_positions() -> None:
    """Positions of the others do not change; when all are retired the walk ends instead of going on for ever."""
    order = PromptOrder(tuple(problem(str(n)) for n in range(4)), 5)
    names = [order.at(position).problem_id for position in range(8)]
    walked = list(itertools.islice(order.walk(1, frozenset({"2"})), 5))
    assert walked == [(p, order.at(p)) for p in range(1, 8) if names[p] != "2"][:5]
    assert list(order.walk(0, frozenset("0123"))) == []


def test_predicted_share_is_met_by_sampling() -> None:
    """10,000 groups of 4 at p = 0.2 from Python's own generator: within four standard errors."""
    chance = random.Random(1)
    kept = sum(0 < sum(chance.random() < 0.2 for _ in range(4)) < 4 for _ in range(10_000)) / 10_000
    assert acceptance_of_rate(0.2, 4, [1, 2, 3]) == pytest.approx(kept, abs=4 * 0.005)
