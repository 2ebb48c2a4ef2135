"""The generation ledger of a step: where every group went that was generated in it or carried into it.

    generated + carried in = kept + all right + all wrong + out of band + surplus carried + expired + failed

in groups, in completion tokens and in microseconds of generation, each exactly. `kept` groups are in the training batch and can
teach. With dynamic sampling off, groups that are all right or all wrong are trained on as well; they count under their own
name, because their advantages are zero. A group carried on is `carried` in this step and `carried in` in the next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

if TYPE_CHECKING:
    from dartkit.rl.samples import RolloutGroup

Place = Literal["kept", "all_right", "all_wrong", "out_of_band", "carried", "expired", "failed"]
PLACES: tuple[Place, ...] = get_args(Place)


@dataclass(frozen=True, slots=True)
class Amount:
    """Groups, the completion tokens of their draws, and the time that their draws took in the engine."""

    groups: int = 0
    tokens: int = 0
    microseconds: int = 0

    @classmethod
    def total(cls, groups: Iterable[RolloutGroup]) -> Self:
        """Add up groups."""
        counted = list(groups)
        return cls(
            len(counted),
            sum(group.tokens for group in counted),
            sum(group.microseconds for group in counted),
        )

    def __add__(self, other: Amount) -> Amount:
        """Add the three numbers one by one."""
        return Amount(
            self.groups + other.groups, self.tokens + other.tokens, self.microseconds + other.microseconds
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """The amounts of one step. `begun` counts groups at the moment they were begun, so that none can be lost on the way."""

    begun: int
    generated: Amount
    carried_in: Amount
    places: dict[Place, Amount]

    @classmethod
    def settle(cls, placed: Iterable[tuple[RolloutGroup, Place]], *, begun: int, carried_in: Amount) -> Self:
        """Enter every group of a step under its place; those of age 0 were generated in it.

        Raises:
            AssertionError: if the sums do not agree.
        """
        rows = list(placed)
        ledger = cls(
            begun,
            Amount.total(group for group, _ in rows if group.age == 0),
            carried_in,
            {name: Amount.total(group for group, place in rows if place == name) for name in PLACES},
        )
        ledger.check()
        return ledger

    def check(self) -> None:
        """Assert that no group, token or microsecond is missing or counted twice."""
        parts = sum(self.places.values(), Amount())
        whole = self.generated + self.carried_in
        assert self.generated.groups == self.begun, f"{self.begun} groups begun, {self.generated} came back"
        assert whole == parts, f"{whole} generated and carried in, {parts} accounted for"

    @property
    def waste(self) -> float | None:
        """The share of tokens that taught nothing among those whose fate is settled; None where there are none.

        Tokens carried on are not settled yet: they count in the step that trains on them or lets them expire.
        """
        settled = self.generated.tokens + self.carried_in.tokens - self.places["carried"].tokens
        return (settled - self.places["kept"].tokens) / settled if settled else None

    def numbers(self) -> dict[str, Any]:
        """Return the step's metrics: `groups_*`, `tokens_*`, and the waste."""
        rows = self._rows()
        return {
            **{f"groups_{name}": amount.groups for name, amount in rows.items()},
            **{f"tokens_{name}": amount.tokens for name, amount in rows.items()},
            "waste": self.waste,
        }

    def seconds(self) -> dict[str, float]:
        """Return the engine's seconds under each name, added up over draws that may have run side by side."""
        return {name: amount.microseconds / 1e6 for name, amount in self._rows().items()}

    def _rows(self) -> dict[str, Amount]:
        named: dict[str, Amount] = {"generated": self.generated, "carried_in": self.carried_in}
        return named | {str(name): amount for name, amount in self.places.items()}
