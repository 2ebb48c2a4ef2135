"""What counts as the same answer: the choices on which careful graders differ, each a named option with a default.

The defaults follow how released labels are made: a percent sign, a unit or a currency may be left out, numbers may not
differ, and a list without brackets has no order.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

PercentRule = Literal["loose", "strict"]
UnitRule = Literal["drop", "strict"]
OrderRule = Literal["auto", "ordered", "unordered"]
DecimalRule = Literal["exact", "rounded"]


@dataclass(frozen=True, slots=True)
class Policy:
    r"""The options of a comparison. Each docstring names the cases that the option flips; docs/verifier.md has the table.

    Attributes:
        percent: `loose`: a side written with a percent sign stands for both readings, so `28\%` matches 28 and 0.28.
            `strict`: it stands for 0.28 only.
        units: `drop`: a unit on one side only is ignored, and two stated units must be convertible into equal values.
            `strict`: `5` no longer matches `5 cm`.
        tolerance: Largest relative difference of two numbers that still counts as equal; 0 is exact. At 0.01, 3.14
            matches `\pi`.
        order: `auto`: `(1, 2)` is ordered, `1, 2` and `\{1, 2\}` are not. `ordered`: lists without brackets keep their
            order too. `unordered`: `(1, 2)` matches `(2, 1)`.
        decimals: `exact`: a decimal matches a fraction or surd only if it is equal, or long (12 significant digits) and
            correctly rounded. `rounded`: from three significant digits on, so 0.333 matches 1/3.
    """

    percent: PercentRule = "loose"
    units: UnitRule = "drop"
    tolerance: float = 0.0
    order: OrderRule = "auto"
    decimals: DecimalRule = "exact"

    def as_dict(self) -> dict[str, Any]:
        """Return the options as plain data, for ids and reports."""
        return asdict(self)


DEFAULT = Policy()
