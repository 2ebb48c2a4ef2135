"""The economy of the scheduler in virtual time; `make bench` measures the same at 15,000 problems.

The fewest draws are counted by a plain walk over each problem's draws, the published loop is a model written from its source's description.
"""

from __future__ import annotations

import pytest

from dartkit.dart.strategies import quota_of
from dartkit.strategy_settings import Prop2Diff, Uniform
from tests.simulation.sampler import fewest_draws, probe, run_published, run_scheduler
from tests.simulation.world import World, dart_rates, make_world

PROBLEMS = 500  # a thirtieth of the benchmark's; so are the slots, 256 / 30 and 4,096 / 30
MAX_DRAWS = 512


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(dart_rates(PROBLEMS))


@pytest.mark.parametrize(
    ("strategy", "probed"),
    [(Uniform(correct_per_problem=40), 0), (Prop2Diff(max_correct=192), 8)],
    ids=["uniform", "prop2diff"],
)
def test_few_draws_are_in_vain_and_no_slot_idles(
    world: World, strategy: Uniform | Prop2Diff, probed: int
) -> None:
    """Draws over the fewest possible at most 1.02 and 1.05; slots filled 97 %; far under the published loop."""
    passed = probe(world, 8)
    quotas = {
        key: quota_of(strategy, 1 - passed[key] / 8, max_draws=MAX_DRAWS, hopeless_pass_rate=0.005)
        for key in world.rates
    }
    fewest = fewest_draws(world, quotas, probed=probed)
    for slots, limit in ((9, 1.02), (137, 1.05)):
        spent = run_scheduler(world, quotas, slots, probed=probed)
        assert 1.0 <= spent.draws / fewest <= limit
        assert spent.busy / spent.slot_time >= 0.97
    # As published: eight processes, and for Prop2Diff, which the tool cannot express, k_p for every query.
    targets = dict.fromkeys(quotas, 40 if isinstance(strategy, Uniform) else 192)
    published = run_published(world, targets, 136, max_draws=MAX_DRAWS, processes=8)
    assert spent.slot_time <= 0.6 * published.slot_time
    assert spent.draws - fewest <= 0.1 * (published.draws - fewest)


def test_the_model_of_the_published_loop_by_hand() -> None:
    """One problem, one slot, target 1: 16,384 draws if always right, as counters change between batches only; if never, whole batches."""
    always, never = make_world([1.0]), make_world([0.0])
    for world, batches, limit in ((always, 1, 10**6), (never, 2, 20_000)):
        spent = run_published(world, dict.fromkeys(world.rates, 1), 1, max_draws=limit)
        assert spent.draws == batches * 16_384
        assert spent.slot_time == spent.busy
