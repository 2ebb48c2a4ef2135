"""The table of policies in docs/verifier.md, row by row: the default outcome and the one with the option.

The expected outcomes were decided by hand from the labelling conventions, before the options were written.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dartkit.verify import Policy, equal

PAGE = Path(__file__).parents[3] / "docs" / "verifier.md"
ROW = re.compile(r"\| `(.+?)` \| `(.+?)` \| (\w+) \| `(\w+)=(\S+)` \| (\w+) \|")
ROWS = [
    found.groups() for line in PAGE.read_text(encoding="utf-8").splitlines() if (found := ROW.fullmatch(line))
]


def test_every_option_has_rows_that_flip() -> None:
    """Each option of the policy flips at least one documented case and leaves at least one as it was."""
    for option in ("percent", "units", "order", "decimals", "tolerance"):
        changed = {default != changed for _, _, default, name, _, changed in ROWS if name == option}
        assert changed == {True, False}, option


@pytest.mark.parametrize(("prediction", "reference", "default", "option", "value", "changed"), ROWS)
def test_row(prediction: str, reference: str, default: str, option: str, value: str, changed: str) -> None:
    """Both outcomes are as documented, in both directions."""
    setting: dict[str, Any] = {option: float(value) if option == "tolerance" else value}
    policy = replace(Policy(), **setting)
    for left, right in ((prediction, reference), (reference, prediction)):
        assert equal(left, right, form="answer").outcome == default
        assert equal(left, right, form="answer", policy=policy).outcome == changed
