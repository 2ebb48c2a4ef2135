"""The allocation of a token budget, against an exhaustive search and by hand."""

from __future__ import annotations

import itertools
import random

import pytest

from dartkit.dart.token_budget import Prospect, allocate

PRIOR = (0.5, 1.5)
PROSPECTS = [Prospect(0, 100.0, 4), Prospect(2, 50.0, 4), Prospect(8, 100.0, 3), Prospect(1, 400.0, 4)]


def price_and_worth(item: Prospect, draws: int) -> tuple[float, float]:
    """Expected tokens and expected worth (fail rate times chance of cover) of at most so many draws, term by term."""
    a, b = PRIOR
    fail_rate = (b + item.failed) / (a + b + item.failed)
    tokens = covered = 0.0
    needed = 1.0
    for n in range(draws):
        tokens += needed * item.tokens_per_draw
        chance = a / (a + b + item.failed + n)
        covered += needed * chance
        needed *= 1 - chance
    return tokens, fail_rate * covered


def totals(draws: tuple[int, ...]) -> tuple[float, float]:
    pairs = [price_and_worth(item, n) for item, n in zip(PROSPECTS, draws, strict=True)]
    return sum(tokens for tokens, _ in pairs), sum(worth for _, worth in pairs)


def test_no_other_allocation_is_worth_more() -> None:
    """At 40 budgets that the allocation uses up, none of all 5 * 5 * 4 * 5 ways that cost no more is worth more."""
    every = [totals(way) for way in itertools.product(*(range(item.most + 1) for item in PROSPECTS))]
    rng = random.Random(2)
    for _ in range(40):
        found = allocate(PROSPECTS, rng.uniform(0, 1500), PRIOR)
        tokens, worth = totals(tuple(found.draws))
        assert tokens == pytest.approx(found.expected_tokens)
        best = max(value for price, value in every if price <= tokens + 1e-9)
        # Cheap draws that fit into what dearer ones left may beat the order by less than one draw of the dearest kind.
        assert worth >= best - max(price_and_worth(item, 1)[1] for item in PROSPECTS) * 0.25


def test_one_more_draw_by_hand() -> None:
    """Two problems at the same price, 0 and 8 failures: chances 1/4 and 1/20, worth 3/4 and 19/20: the first draw is the first's.

    After n failures of the first its worth for a draw is 3/4 * 0.5 / (2 + n), which falls below 0.0475 at n = 6.
    """
    items = [Prospect(0, 1.0, 100), Prospect(8, 1.0, 100)]
    assert allocate(items, 1.0, PRIOR).draws == [1, 0]
    needed, spent = 1.0, 0.0
    for n in range(6):
        spent += needed
        needed *= 1 - 0.5 / (2 + n)
    assert allocate(items, spent + 1e-9, PRIOR).draws == [6, 0]
    assert allocate(items, spent + 1.0 + 1e-9, PRIOR).draws == [6, 1]


def test_limits() -> None:
    assert allocate([], 100, PRIOR).draws == []
    assert allocate([Prospect(0, 10.0, 0)], 100, PRIOR).draws == [0]
    assert allocate([Prospect(0, 10.0, 3)], 1e9, PRIOR).draws == [3]
    assert allocate([Prospect(0, 10.0, 3)], 9, PRIOR).draws == [0]
