"""The arithmetic behind a tiny problem: a start value and a chain of operations on it.

The structure knows no words. The split of a problem is a function of its structure alone, so a
problem cannot stand in `train` while its twin, told with another name or in another family, stands
in `test`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import random

Kind = Literal["add", "subtract", "times", "half", "share", "packs"]
Split = Literal["train", "test"]

KINDS: tuple[Kind, ...] = ("add", "subtract", "times", "half", "share", "packs")

# No value of a problem, intermediate ones included, is larger than the cap of its level.
CAPS: dict[int, int] = {1: 20, 2: 30, 3: 50, 4: 99, 5: 200, 6: 200, 7: 250}

_TEST_ONE_IN = 5
_MAX_FACTOR = 9
# Values and amounts start at 2, so that every noun in the text is a plural.
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Step:
    """One operation on the running value.

    `amount` is the number added, taken, or multiplied or divided by; for `packs` it is the number
    of packs, each of which adds `size`.
    """

    kind: Kind
    amount: int
    size: int = 1


@dataclass(frozen=True, slots=True)
class Structure:
    """A start value and the operations that follow; the level of a problem is their number."""

    start: int
    steps: tuple[Step, ...]


def apply_step(value: int, step: Step) -> int:
    """Return the running value after `step`; divisions are exact by construction."""
    match step.kind:
        case "add":
            return value + step.amount
        case "subtract":
            return value - step.amount
        case "times":
            return value * step.amount
        case "half" | "share":
            return value // step.amount
        case "packs":
            return value + step.amount * step.size


def final_value(structure: Structure) -> int:
    """Run the chain to its end."""
    value = structure.start
    for step in structure.steps:
        value = apply_step(value, step)
    return value


def split_of(structure: Structure) -> Split:
    """Return the split that this structure belongs to, from a hash of its numbers and operations.

    Operations that are the same arithmetic get the same key: a half is a division by two, and three
    packs of four are four packs of three. One structure in five is a test structure.
    """
    parts = [str(structure.start)]
    for step in structure.steps:
        if step.kind == "packs":
            low, high = sorted((step.amount, step.size))
            parts.append(f"+{low}*{high}")
        else:
            sign = {"add": "+", "subtract": "-", "times": "*"}.get(step.kind, "/")
            parts.append(f"{sign}{step.amount}")
    digest = hashlib.sha256(" ".join(parts).encode()).digest()
    return "test" if int.from_bytes(digest[:8], "big") % _TEST_ONE_IN == 0 else "train"


def sample_structure(rng: random.Random, level: int) -> Structure:
    """Draw a chain of `level` operations whose values all stay within the cap of the level."""
    cap = CAPS[level]
    start = value = rng.randint(_LEAST, cap)
    steps: list[Step] = []
    for _ in range(level):
        step = _sample_step(rng, value, cap)
        steps.append(step)
        value = apply_step(value, step)
    return Structure(start, tuple(steps))


def _sample_step(rng: random.Random, value: int, cap: int) -> Step:
    """Draw kinds until one is possible here: adding is while there is room, taking otherwise."""
    while True:
        kind = rng.choice(KINDS)
        options = _options(kind, value, cap)
        if options:
            amount, size = rng.choice(options)
            return Step(kind, amount, size)


def _options(kind: Kind, value: int, cap: int) -> list[tuple[int, int]]:
    """List every legal (amount, size) of an operation on `value`."""
    match kind:
        case "add":
            return [(n, 1) for n in range(_LEAST, cap - value + 1)]
        case "subtract":
            return [(n, 1) for n in range(_LEAST, value - _LEAST + 1)]
        case "times":
            return [(k, 1) for k in range(2, min(_MAX_FACTOR, cap // value) + 1)]
        case "half":
            return [(2, 1)] if value % 2 == 0 and value >= 2 * _LEAST else []
        case "share":
            factors = range(3, _MAX_FACTOR + 1)
            return [(k, 1) for k in factors if value % k == 0 and value // k >= _LEAST]
        case "packs":
            sizes = range(2, _MAX_FACTOR + 1)
            return [(a, b) for a in sizes for b in sizes if value + a * b <= cap]
