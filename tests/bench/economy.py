"""Draws and slot time of the scheduler at full size, in virtual time: 15,000 problems, two sets of pass rates, two numbers of slots.

The fewest draws are those of one who draws one at a time. The published loop is run as its documentation says: eight processes, each with an eighth
of the target, and k_p correct ones of every query where Prop2Diff is wanted, which the tool cannot express.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from dartkit.dart.strategies import quota_of
from dartkit.strategy_settings import Prop2Diff, Uniform
from tests.bench.row import Row
from tests.simulation.sampler import fewest_draws, probe, run_published, run_scheduler
from tests.simulation.world import World, dart_rates, make_world, rollout_rates

PROBLEMS = int(os.environ.get("DARTKIT_BENCH_PROBLEMS", "15000"))
MAX_DRAWS = 2048  # n_max with which the paper reached 90 % of the targets of Uniform
HOPELESS = 0.005
PROBE = 8
LIMITS = {256: 1.02, 4096: 1.05}
UNIFORM, PROP2DIFF = Uniform(correct_per_problem=40), Prop2Diff(max_correct=192)


def rows() -> list[Row]:
    """Return the rows; those of the rollouts are left out where the data is absent."""
    worlds = {"DART's levels": make_world(dart_rates(PROBLEMS))}
    data = os.environ.get("DARTKIT_DATA")
    if data and (Path(data) / "outputs_polaris_rollouts16").is_dir():
        worlds["Polaris rollouts"] = make_world(rollout_rates(Path(data), PROBLEMS))
    return [row for name, world in worlds.items() for row in _rows(name, world)]


def _rows(name: str, world: World) -> Iterator[Row]:
    passed = probe(world, PROBE)
    for label, strategy, probed in (("uniform 40", UNIFORM, 0), ("prop2diff 192", PROP2DIFF, PROBE)):
        quotas = {
            key: quota_of(strategy, 1 - passed[key] / PROBE, max_draws=MAX_DRAWS, hopeless_pass_rate=HOPELESS)
            for key in world.rates
        }
        fewest = fewest_draws(world, quotas, probed=probed)
        targets = dict.fromkeys(quotas, 40 if strategy is UNIFORM else 192)
        for slots, limit in LIMITS.items():
            began = time.perf_counter()
            spent = run_scheduler(world, quotas, slots, probed=probed)
            seconds = time.perf_counter() - began
            published = run_published(world, targets, slots, max_draws=MAX_DRAWS, processes=8)
            as_read = run_published(world, targets, slots, max_draws=MAX_DRAWS, processes=8, one_seed=True)
            what = f"{name}, {label}, {slots} slots"
            share = spent.draws / fewest
            vain, theirs = spent.draws - fewest, published.draws - fewest
            yield Row(f"draws over the fewest, {what}", share, "x", (share - 1) / (limit - 1), f"the waste allowed by {limit}")  # fmt: skip
            yield Row(f"slots filled, {what}", spent.busy / spent.slot_time, "share", spent.slot_time / published.slot_time, "the published loop's slot time with other noise for each draw (limit 0.6)")  # fmt: skip
            yield Row(f"slot time, {what}", spent.slot_time, "tokens", spent.slot_time / as_read.slot_time, "the published loop's with its one seed (limit 0.6)")  # fmt: skip
            yield Row(
                f"draws in vain, {what}", vain, "draws", vain / theirs, "the published loop's (limit 0.1)"
            )
            yield Row(f"scheduler, {what}", 1e6 * seconds / spent.draws, "us/draw", 1e4 * seconds / spent.draws, "the limit of 100 us, store aside")  # fmt: skip
