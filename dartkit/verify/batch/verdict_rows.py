"""Verdicts as lists of plain values, to travel between processes."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from dartkit.verify.verdict import Verdict

_NAMES = tuple(spec.name for spec in fields(Verdict))
_FLAGS = _NAMES.index("flags")


def verdict_row(verdict: Verdict) -> list[Any]:
    """Return the values of a verdict in the order of its fields."""
    return [getattr(verdict, name) for name in _NAMES]


def verdict_of_row(row: list[Any]) -> Verdict:
    """Return the verdict of a row that went through JSON."""
    row[_FLAGS] = tuple(row[_FLAGS])
    return Verdict(*row)
