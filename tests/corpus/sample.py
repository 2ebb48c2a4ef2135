"""A small part of the corpus with the same number of pairs of every kind, for peers that are slow."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.corpus.case import SEED, Case


def sample(cases: Sequence[Case], of_each_kind: int) -> list[Case]:
    """Return so many cases of every kind, half of them to be accepted; the same ones for the same cases."""
    groups: dict[tuple[str, bool], list[Case]] = {}
    for case in cases:
        groups.setdefault((case.kind, case.label), []).append(case)
    found = []
    for (kind, label), group in groups.items():
        rng = random.Random(f"{SEED} sample {kind} {label}")
        found += rng.sample(group, min(of_each_kind // 2, len(group)))
    return found
