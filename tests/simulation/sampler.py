"""Runs: the real scheduler, and a model of DART-Math's loop, over one world and one set of targets."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

from dartkit.budget import BudgetMeter
from dartkit.dart.pacing import hopeless_after
from dartkit.dart.progress import ProblemProgress
from dartkit.dart.scheduler import DrawContext, Scheduler
from dartkit.dart.strategies import Quota
from dartkit.events import SilentSink
from dartkit.records import Outcome, Sample
from dartkit.settings import Budget, SamplingSettings
from tests.simulation.engine import VirtualEngine
from tests.simulation.world import World

PUBLISHED_BATCH = 16_384  # --save_gen_path_bs of the published pipeline


@dataclass(frozen=True, slots=True)
class Spent:
    """What a sampler spent: draws, slots times time until the last draw ended, and of that the part in which a slot decoded."""

    draws: int
    slot_time: int
    busy: int


class _AtOnce:
    """Judging in no time."""

    def __init__(self) -> None:
        self._judged: list[tuple[str, Outcome]] = []

    @property
    def waiting(self) -> int:
        return len(self._judged)

    def submit(self, sample: Sample, gold: str) -> None:
        self._judged.append((sample.sample_id, "correct" if sample.completion == "right" else "incorrect"))

    def ready(self, *, wait: bool = False) -> list[tuple[str, Outcome]]:
        found, self._judged = self._judged, []
        return found


def probe(world: World, draws: int) -> dict[str, int]:
    """Return how many of the first draws of each problem are correct."""
    return {key: sum(world.draw(key, number)[0] for number in range(draws)) for key in world.rates}


def fewest_draws(world: World, quotas: dict[str, Quota], *, probed: int = 0) -> int:
    """Return the draws of one who makes one draw at a time and stops each problem at the first at which its rule says so."""
    total = 0
    for key, quota in quotas.items():
        correct = number = 0
        while (
            number < quota.max_draws
            and correct < (quota.correct or 0)
            and not _is_hopeless(quota, correct, number)
        ):
            correct += world.draw(key, number)[0]
            number += 1
        total += max(0, number - probed)
    return total


def _is_hopeless(quota: Quota, correct: int, drawn: int) -> bool:
    end = hopeless_after(correct, quota.hopeless_pass_rate)
    return end is not None and drawn >= end


def run_scheduler(world: World, quotas: dict[str, Quota], slots: int, *, probed: int = 0) -> Spent:
    """Draw with dartkit's scheduler; the first `probed` draws of each problem exist and cost nothing."""
    progress = [ProblemProgress(item, item.text, quotas[item.problem_id]) for item in world.problems]
    for item in progress:
        key = item.problem.problem_id
        item.add_outcomes(
            (number, "correct" if world.draw(key, number)[0] else "incorrect") for number in range(probed)
        )
    engine = VirtualEngine(world, slots)
    Scheduler(
        engine,
        DrawContext("synth", "synth", "s" * 32, SamplingSettings(), 1, "virtual"),
        progress,
        store=lambda sample: None,
        judging=_AtOnce(),
        meter=BudgetMeter(Budget()),
        events=SilentSink(),
    ).run()
    assert all(item.status != "open" for item in progress)
    return Spent(engine.draws, slots * engine.now, engine.busy)


def run_published(
    world: World,
    targets: dict[str, int],
    slots: int,
    *,
    max_draws: int,
    processes: int = 1,
    probed: int = 0,
    one_seed: bool = False,
) -> Spent:
    """Draw with a model of the published loop (dart_math/gen.py), kind to it where it can be.

    As published: several processes that share the slots and know nothing of each other, each with its part of the target; batches of
    16,384 prompts filled by cycling through the unfinished queries; counters that change only between batches; one correct
    answer more than asked for (a strict `>`); no rule for hopeless queries but the limit of trials. Kinder than published: a
    limit of trials at all (the README has none), a target for each query, judging in no time, and, unless `one_seed`, different
    noise for every draw. Published is one seed in a process, with which a prompt that is asked again gets the same completion.
    """
    runs = [
        _one_process(
            world, targets, slots // processes, max_draws // processes, (first, processes), probed, one_seed
        )
        for first in range(processes)
    ]
    longest = max(run.slot_time for run in runs)
    return Spent(sum(run.draws for run in runs), processes * longest, sum(run.busy for run in runs))


def _one_process(
    world: World,
    targets: dict[str, int],
    slots: int,
    max_draws: int,
    share: tuple[int, int],
    probed: int,
    one_seed: bool,
) -> Spent:
    first, step = share
    each = 0 if one_seed else step
    wanted = {key: -(-target // step) for key, target in targets.items()}
    correct = {
        key: sum(world.draw(key, first + each * trial)[0] for trial in range(probed)) for key in targets
    }
    trials = dict.fromkeys(targets, probed)
    unfinished = list(targets)
    now = busy = draws = 0
    while True:
        unfinished = [key for key in unfinished if trials[key] < max_draws and correct[key] <= wanted[key]]
        if not unfinished:
            return Spent(draws, slots * now, busy)
        ends = [now] * slots
        for index in range(PUBLISHED_BATCH):
            key = unfinished[index % len(unfinished)]
            right, tokens = world.draw(key, first + each * trials[key])
            trials[key] += 1
            correct[key] += right
            busy += tokens
            heapq.heapreplace(ends, ends[0] + tokens)
        draws += PUBLISHED_BATCH
        now = max(ends)
