"""The endless order of prompts: epoch after epoch, each shuffled by its own seed, addressed by position.

The curriculum `easy-to-hard` asks, within each epoch, the prompts of the highest measured pass rate first: tenths of the scale in
falling order (1.0 belongs to the highest), shuffled within each; a prompt without a measured rate stands with those of 0.5.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Set
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dartkit.rl.data import RlProblem

Curriculum = Literal["none", "easy-to-hard"]
BANDS = 10
UNKNOWN_RATE = 0.5


class PromptOrder:
    """Prompts by position. A resumed run needs nothing but the next position.

    Args:
        problems: At least one.
        seed: Of the shuffling.
        curriculum: Whether pass rates order an epoch.
    """

    def __init__(self, problems: tuple[RlProblem, ...], seed: int, curriculum: Curriculum = "none") -> None:
        self.problems = problems
        self._seed = seed
        self._curriculum = curriculum
        self._epoch = -1
        self._order: list[int] = []

    def at(self, position: int) -> RlProblem:
        """Return the problem at a position, counted from 0 over all epochs."""
        epoch, place = divmod(position, len(self.problems))
        if epoch != self._epoch:
            self._order = list(range(len(self.problems)))
            random.Random(f"rl order {self._seed} {epoch}").shuffle(self._order)
            if self._curriculum == "easy-to-hard":
                self._order.sort(key=lambda index: -_band(self.problems[index].pass_rate))
            self._epoch = epoch
        return self.problems[self._order[place]]

    def walk(self, position: int, retired: Set[str] = frozenset()) -> Iterator[tuple[int, RlProblem]]:
        """Yield positions and problems from a position on, without retired ones; ends after an epoch of only such."""
        passed = 0
        while passed <= len(self.problems):
            problem = self.at(position)
            if problem.problem_id in retired:
                passed += 1
            else:
                passed = 0
                yield position, problem
            position += 1


def _band(rate: float | None) -> int:
    return min(int((UNKNOWN_RATE if rate is None else rate) * BANDS), BANDS - 1)
