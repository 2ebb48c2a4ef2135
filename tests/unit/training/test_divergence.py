"""The first update that is not finite is found and described."""

from __future__ import annotations

from pathlib import Path

import pytest

from dartkit.errors import ExitStatus
from dartkit.training.divergence import diverged, first_not_finite

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("losses", "norms", "expected"),
    [
        ([], [], None),
        ([1.0, 2.0], [0.0, 3.0], None),
        ([1.0, NAN], [1.0, 1.0], 1),
        ([1.0, NAN], [INF, 1.0], 0),
    ],
)
def test_first(losses: list[float], norms: list[float], expected: int | None) -> None:
    assert first_not_finite(losses, norms) == expected


def test_message_says_batch_dump_and_way_out() -> None:
    stop = diverged(
        step=3, mini_batch="2 of 4", loss=NAN, grad_norm=INF, names=[f"problem {n}" for n in range(10)],
        dump=Path("d"), last_good=Path("c/step-2"),
    )  # fmt: skip
    assert stop.status is ExitStatus.GATE
    assert "step 3, mini-batch 2 of 4: loss nan, gradient norm inf" in stop.what
    assert "problem 0, " in stop.what
    assert "problem 7 and 2 more" in stop.what
    assert "--fork c/step-2" in stop.fix
    assert stop.where == "d"
