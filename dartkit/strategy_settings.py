"""Settings of the strategies; what they do is in `dart.strategies`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dartkit.settings import Settings


class Vanilla(Settings):
    """The same number of draws for every problem, right or wrong (the paper's VRT)."""

    kind: Literal["vanilla"] = "vanilla"
    draws_per_problem: int = Field(16, ge=1)
    """Raw draws of each problem."""


class Uniform(Settings):
    """Draw until every problem has the same number of correct samples (DARS-Uniform, the paper's k_u)."""

    kind: Literal["uniform"] = "uniform"
    correct_per_problem: int = Field(40, ge=1)
    """Correct samples wanted of each problem."""


class Prop2Diff(Settings):
    """Correct samples in proportion to difficulty: ceil(k_p * fail rate), at least one (DARS-Prop2Diff)."""

    kind: Literal["prop2diff"] = "prop2diff"
    max_correct: int = Field(192, ge=1)
    """Correct samples wanted of a problem that always fails (the paper's k_p)."""
    cover: bool = True
    """Want at least one sample of every problem; without it a problem with fail rate 0 gets none."""


class TokenBudget(Settings):
    """Spend a fixed number of tokens where they cover most hard problems; one correct sample of each is wanted."""

    kind: Literal["budget"] = "budget"
    tokens: int = Field(1_000_000, ge=1)
    """Completion tokens of this stage over the whole run; unlike `budget.max_tokens`, spending them is the end and no interruption."""


class CustomStrategy(Settings):
    """A strategy of your own, registered by an installed package under the entry point group `dartkit.strategies`."""

    kind: Literal["custom"] = "custom"
    name: str = Field(min_length=1)
    """Name of the entry point."""
    options: dict[str, bool | int | float | str] = Field(default_factory=dict)
    """What the strategy is told besides the difficulty of a problem."""


StrategySettings = Annotated[
    Vanilla | Uniform | Prop2Diff | TokenBudget | CustomStrategy, Field(discriminator="kind")
]
