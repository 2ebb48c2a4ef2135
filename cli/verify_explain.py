"""`dartkit verify explain PREDICTION REFERENCE`: one verdict with everything that led to it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from .command import command
from .console import Terminal, TextTable, format_value
from .verify_options import PolicyOptions

if TYPE_CHECKING:
    from dartkit.verify import Verdict

TIERS = (
    "same text",
    "numbers and words",
    "structure",
    "canonical form",
    "identity test",
    "symbolic worker",
    "judge",
)


@command("dartkit verify explain 1/2 0.5", "dartkit verify explain --json -- -3 '3 - 6'")
def verify_explain(
    terminal: Terminal,
    prediction: Annotated[
        str,
        typer.Argument(
            metavar="PREDICTION", help="What a model wrote; after `--` it may begin with a minus."
        ),
    ],
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="The gold answer.")],
    policy: PolicyOptions,
    response: Annotated[
        bool, typer.Option("--response", help="Find the answer in PREDICTION first, whatever it looks like.")
    ] = False,
) -> None:
    """Compare two answers and say what decided, with the normal forms of both.

    A PREDICTION with a box, an answer tag, a line break or more than 300 characters is read as a whole response.
    """
    from dartkit.verify import Pair, Verifier
    from dartkit.verify.batch.single import judge

    with Verifier(policy.policy()) as verifier:
        verdict = judge(verifier, Pair(prediction, reference, "response" if response else "auto"))
    value = {**asdict(verdict), "equal": verdict.equal}
    terminal.result(value, [TextTable("verdict", ("what", "value"), tuple(_rows(verdict)))])


def _rows(verdict: Verdict) -> list[tuple[str, str]]:
    rows = [
        ("outcome", verdict.outcome),
        ("method", verdict.method),
        ("tier", "-" if verdict.tier is None else f"{verdict.tier}, {TIERS[verdict.tier]}"),
        ("rule", verdict.rule),
        ("answer found", format_value(verdict.extracted)),
        ("its normal form", format_value(verdict.prediction_form)),
        ("the reference's", format_value(verdict.reference_form)),
        ("flags", ", ".join(verdict.flags) or "-"),
        ("seconds", f"{verdict.seconds:.6f}"),
    ]
    return [*rows, ("detail", verdict.detail)] if verdict.detail else rows
