"""The whole corpus."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from tests.corpus import (
    bases,
    choices,
    complexes,
    dates,
    equations,
    expressions,
    fractions,
    inequalities,
    intervals,
    magnitudes,
    matrices,
    money,
    numbers,
    percents,
    responses,
    scripts,
    sets,
    times,
    tuples,
    units,
    words,
)
from tests.corpus.case import OWN, Case

BUILDERS: tuple[Callable[[], list[Case]], ...] = (
    numbers.build, magnitudes.build, bases.build, fractions.build, percents.build, money.build, units.build,
    expressions.build, equations.build, intervals.build, inequalities.build,
    sets.build, tuples.build, matrices.build, choices.build, words.build, dates.build, times.build, complexes.build,
    scripts.build, responses.build,
)  # fmt: skip


@lru_cache(maxsize=1)
def corpus() -> tuple[Case, ...]:
    """Return all cases, kind after kind, the same ones on every machine that has the same data under DARTKIT_DATA."""
    return tuple(case for build in BUILDERS for case in build())


def own(cases: tuple[Case, ...]) -> list[Case]:
    """Return the cases that need no data set."""
    return [case for case in cases if case.source == OWN]
