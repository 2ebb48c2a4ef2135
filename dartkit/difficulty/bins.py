"""Bins of the pass rate, for tables."""

from __future__ import annotations

BOUNDS = (0.1, 0.25, 0.5, 0.75)
BINS = ("0", "0 to 0.1", "0.1 to 0.25", "0.25 to 0.5", "0.5 to 0.75", "0.75 to 1", "1")
"""Names in order: exactly 0, then each up to and with its upper bound, the last but one without 1, and exactly 1."""


def pass_rate_bin(rate: float) -> str:
    """Return the name of the bin that holds a pass rate."""
    if rate <= 0.0:
        return BINS[0]
    if rate >= 1.0:
        return BINS[-1]
    return BINS[1 + sum(rate > bound for bound in BOUNDS)]
