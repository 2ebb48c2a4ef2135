"""Endless word problems of graded difficulty with exact integer answers.

    Tom has 7 apples. Tom buys 5 more. How many apples does Tom have now?

A problem is a pure function of (family, level, split, seed, index): nothing here keeps state, and
the same arguments give the same problems on every machine. The bundled checkpoint was trained on
`FAMILIES` at `LEVELS` in the split `train`; everything else is new to it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dartkit.tiny.solutions import sample_solution
from dartkit.tiny.structure import CAPS, Split, final_value, sample_structure, split_of
from dartkit.tiny.wording import HELD_OUT, SEEN, tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FAMILIES: tuple[str, ...] = tuple(SEEN)
HELD_OUT_FAMILIES: tuple[str, ...] = tuple(HELD_OUT)
LEVELS: tuple[int, ...] = (1, 2, 3, 4, 5)
HELD_OUT_LEVELS: tuple[int, ...] = (6, 7)

_ALL_FAMILIES = SEEN | HELD_OUT
# So many draws in a row without a new text mean that a level has run dry.
_PATIENCE = 3000


@dataclass(frozen=True, slots=True)
class TinyProblem:
    """A word problem, its integer answer, one worked solution, and where it comes from."""

    text: str
    answer: str
    solution: str
    family: str
    level: int
    split: str


def make_problem(family: str, level: int, split: Split, seed: int, index: int) -> TinyProblem:
    """Make the problem at one address; two addresses may, seldom, hold the same text."""
    rng = random.Random(f"{family}/{level}/{split}/{seed}/{index}")
    structure = sample_structure(rng, level)
    while split_of(structure) != split:
        structure = sample_structure(rng, level)
    story = tell(structure, _ALL_FAMILIES[family], rng)
    solution = sample_solution(structure, story, rng)
    return TinyProblem(story.text, str(final_value(structure)), solution, family, level, split)


def generate_problems(
    *,
    families: Sequence[str],
    levels: Sequence[int],
    per_level: int,
    split: Split,
    seed: int,
) -> Iterator[TinyProblem]:
    """Yield `per_level` problems with distinct texts for every level, families taking turns.

    Raises:
        ValueError: If a family, level or split is unknown or given twice, if `per_level` is below
            one, or if a level has no more distinct problems to give.

    """
    _check_names("families", families, tuple(_ALL_FAMILIES))
    _check_names("levels", levels, tuple(CAPS))
    _check_names("split", (split,), ("train", "test"))
    if per_level < 1:
        raise ValueError(f"per_level must be at least 1, not {per_level}")
    return _generate(tuple(families), tuple(levels), per_level, split, seed)


def _generate(
    families: tuple[str, ...], levels: tuple[int, ...], per_level: int, split: Split, seed: int
) -> Iterator[TinyProblem]:
    for level in levels:
        seen: set[str] = set()
        next_index = dict.fromkeys(families, 0)
        while len(seen) < per_level:
            family = families[len(seen) % len(families)]
            for index in range(next_index[family], next_index[family] + _PATIENCE):
                problem = make_problem(family, level, split, seed, index)
                if problem.text not in seen:
                    break
            else:
                raise ValueError(
                    f"per_level={per_level} is more than level {level} of family {family!r} can "
                    f"give in split {split!r}: about {len(seen)} distinct problems"
                )
            next_index[family] = index + 1
            seen.add(problem.text)
            yield problem


def _check_names(field: str, given: Sequence[object], known: tuple[object, ...]) -> None:
    if not given:
        raise ValueError(f"{field} is empty; known: {', '.join(map(str, known))}")
    for value in given:
        if value not in known:
            raise ValueError(f"{field}: unknown {value!r}; known: {', '.join(map(str, known))}")
    if len(set(given)) < len(given):
        raise ValueError(f"{field}: {list(given)} names something twice")
