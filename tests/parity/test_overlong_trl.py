"""The soft overlong punishment against the installed TRL's reward function, and against verl's line without a floor."""

from __future__ import annotations

import pytest

from dartkit.rl.rewards.overlong import overlong_penalty
from tests.parity.peers import TOLERANCE, require


@pytest.mark.parametrize(("limit", "buffer"), [(20, 5), (20480, 4096), (8, 8)])
def test_floored_as_in_trl(limit: int, buffer: int) -> None:
    """Around both ends of the buffer, and beyond the limit."""
    require("trl")
    from trl.rewards import get_soft_overlong_punishment

    lengths = sorted(
        {1, limit - buffer, limit - buffer + 1, limit - buffer // 2, limit - 1, limit, limit + 1, 2 * limit}
        - {0}
    )
    theirs = get_soft_overlong_punishment(limit, buffer)([[0] * length for length in lengths])
    ours = [overlong_penalty(length, max_tokens=limit, buffer_tokens=buffer) for length in lengths]
    assert ours == pytest.approx(theirs, abs=TOLERANCE)


@pytest.mark.parametrize("length", [1, 15, 16, 18, 20])
def test_verls_line_agrees_up_to_the_limit(length: int) -> None:
    """verl: min(-(n - (L - C)) / C * factor, 0), with no floor; its manager needs a tokenizer, so the line is restated."""
    theirs = min(-(length - (20 - 5)) / 5 * 1.0, 0.0)
    assert overlong_penalty(length, max_tokens=20, buffer_tokens=5) == pytest.approx(theirs, abs=TOLERANCE)
