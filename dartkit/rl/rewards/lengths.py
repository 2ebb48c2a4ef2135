"""Lengths that know their unit: comparing tokens with characters is an error, not a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dartkit.reward_settings import Unit
    from dartkit.rl.samples import RolloutSample


class UnitMismatch(TypeError):
    """Two lengths of different units were to be compared."""


@dataclass(frozen=True, slots=True)
class Measure:
    """So many tokens or so many characters."""

    amount: int
    unit: Unit

    def share_of(self, whole: Measure) -> float:
        """Return this length divided by another one.

        Raises:
            UnitMismatch: when they count different things.
        """
        return self.amount / self._same(whole).amount

    def reaches(self, limit: Measure) -> bool:
        """Say whether this length is at least `limit`.

        Raises:
            UnitMismatch: when they count different things.
        """
        return self.amount >= self._same(limit).amount

    def _same(self, other: Measure) -> Measure:
        if self.unit != other.unit:
            raise UnitMismatch(f"{self.amount} {self.unit} against {other.amount} {other.unit}")
        return other


def measure(sample: RolloutSample, unit: Unit) -> Measure:
    """Return a completion's length: its tokens with the end token, or the characters (code points) of its text."""
    return Measure(len(sample.token_ids) if unit == "tokens" else len(sample.completion), unit)
