"""Options of the three `verify` commands: what counts as the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from dartkit.errors import UsageError

from .options import Flag

if TYPE_CHECKING:
    from dartkit.verify import Policy


InFile = Annotated[
    str,
    typer.Option(
        "--in",
        metavar="FILE",
        help="JSON lines (.gz) to read; `-`, the default, is stdin.",
        show_default=False,
    ),
]
OutFile = Annotated[
    str,
    typer.Option(
        "--out",
        metavar="FILE",
        help="JSON lines (.gz) to write; `-`, the default, is stdout.",
        show_default=False,
    ),
]
UndecidedAs = Annotated[
    str,
    typer.Option(
        metavar="null|false",
        help="Value of `equal` where nobody could tell. Default: null.",
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True)
class PolicyOptions:
    """On what careful graders differ; what is not given has the default of the library."""

    percent: Annotated[
        str | None,
        typer.Option(metavar="loose|strict", help="`loose`: `28%` also matches 28 and 0.28. Default: loose."),
    ] = None
    units: Annotated[
        str | None,
        typer.Option(metavar="drop|strict", help="`drop`: a unit on one side is ignored. Default: drop."),
    ] = None
    tolerance: Annotated[
        float | None,
        typer.Option(metavar="X", help="Relative difference of two numbers that is ignored. Default: 0."),
    ] = None
    order: Annotated[
        str | None,
        typer.Option(
            metavar="auto|ordered|unordered",
            help="`auto`: the order counts in round brackets only. Default: auto.",
        ),
    ] = None
    decimals: Annotated[
        str | None,
        typer.Option(
            metavar="exact|rounded",
            help="`rounded`: 0.333 matches 1/3 (three digits or more). Default: exact.",
        ),
    ] = None

    def flags(self) -> list[Flag]:
        """Return the flags of this group for the settings of the verifier."""
        return [Flag(f"--{name}", f"verifier.{name}", value) for name, value in self._values()]

    def policy(self) -> Policy:
        """Return the policy, without the settings classes, whose import takes longer than most verdicts.

        Raises:
            UsageError: for a value that does not exist.
        """
        from dartkit.verify import policy

        rules: dict[str, Any] = {
            "percent": policy.PercentRule, "units": policy.UnitRule, "order": policy.OrderRule,
            "decimals": policy.DecimalRule,
        }  # fmt: skip
        given = {name: value for name, value in self._values() if value is not None}
        for name, rule in rules.items():
            if name in given and given[name] not in get_args(rule):
                raise UsageError(
                    f"--{name} {given[name]}: expected {' or '.join(get_args(rule))}",
                    fix="Leave it out for the default.",
                )
        if not 0.0 <= given.get("tolerance", 0.0) < 1.0:
            raise UsageError(
                f"--tolerance {self.tolerance}: expected a number from 0 to below 1",
                fix="Example: --tolerance 0.01 is one percent.",
            )
        return policy.Policy(**given)

    def _values(self) -> list[tuple[str, Any]]:
        return [
            (name, getattr(self, name)) for name in ("percent", "units", "tolerance", "order", "decimals")
        ]
