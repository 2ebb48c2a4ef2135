"""Verdicts as columns of plain values, to travel between processes: one list for each field, and what repeats only once.

Outcome, rule and the other words of a verdict are few and repeat, so they travel as a table of distinct heads and the place of
each verdict in it; the decoder then makes no list and no word twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dartkit.verify.verdict import Head, Verdict, make_verdict

Columns = list[list[Any]]


def verdict_columns(verdicts: Sequence[Verdict]) -> Columns:
    """Return heads, places in them, seconds, extracted answers and both normal forms."""
    heads: dict[Head, int] = {}
    places = [
        heads.setdefault(
            (item.outcome, item.method, item.rule, item.tier, item.flags, item.detail), len(heads)
        )
        for item in verdicts
    ]
    return [
        list(heads),
        places,
        [item.seconds for item in verdicts],
        [item.extracted for item in verdicts],
        [item.prediction_form for item in verdicts],
        [item.reference_form for item in verdicts],
    ]


def verdicts_of(columns: Columns) -> list[Verdict]:
    """Return the verdicts of columns that went through JSON."""
    heads, places, *rest = columns
    kept: list[Head] = [
        (outcome, method, rule, tier, tuple(flags), detail)
        for outcome, method, rule, tier, flags, detail in heads
    ]
    return [
        make_verdict(kept[place], seconds, extracted, prediction_form, reference_form)
        for place, seconds, extracted, prediction_form, reference_form in zip(places, *rest, strict=True)
    ]
