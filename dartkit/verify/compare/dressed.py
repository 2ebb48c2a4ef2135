"""Compare answers whose words say no more than the number in them: `row 4`, `the 5th`, `half an hour`, `there are 21 ways`."""

from __future__ import annotations

import re
from collections.abc import Callable

from dartkit.verify.algebra.rational import exact_value
from dartkit.verify.compare.finding import Finding, differ, equal
from dartkit.verify.lexicon.labels import same_label
from dartkit.verify.reading.answer import Answer

_YEN = re.compile("[¥￥]")
Compare = Callable[[Answer, Answer], Finding]


def compare_dressed(left: Answer, right: Answer, compare: Compare) -> Finding | None:
    """Compare by what was read in the words beside the numbers; None where nothing was found out."""
    return (
        _labels(left, right)
        or _durations(left, right)
        or _yuan(left, right, compare)
        or _undressed(left, right, compare)
    )


def number_of(answer: Answer) -> object | None:
    """Return the number that an answer is, in words or in figures, or None."""
    if answer.spoken_number is not None:
        return answer.spoken_number
    tree = answer.form.tree
    return exact_value(tree) if tree is not None else None


def _labels(left: Answer, right: Answer) -> Finding | None:
    """Compare `row 4` with `4` and with `the 4th row`; `row 4` is not `column 4`, and not `4 km`."""
    first, second = left.label, right.label
    if first is None and second is None:
        return None
    if first is not None and second is not None:
        return (equal if same_label(first, second) else differ)("label", method="numeric", tier=1)
    label, other = (first, right) if first is not None else (second, left)
    quantity = other.form.quantity
    if label is None or (quantity is not None and (quantity.unit is not None or quantity.percent)):
        return None
    return equal("label", method="numeric", tier=1) if number_of(other) == label.number else None


def _durations(left: Answer, right: Answer) -> Finding | None:
    first, second = left.duration, right.duration
    if first is None or second is None:
        return None
    return (equal if first == second else differ)("duration", method="numeric", tier=1)


def _yuan(left: Answer, right: Answer, compare: Compare) -> Finding | None:
    """Compare `¥300` with `300 yuan`: the sign stands for two currencies."""
    for one, other in ((left, right), (right, left)):
        unit = other.form.quantity.unit if other.form.quantity is not None else None
        if unit is not None and unit.label == "CNY" and _YEN.search(one.text):
            found = compare(Answer(_YEN.sub("", one.text)), other)
            return found.within("yuan") if found.equal else None
    return None


def _undressed(left: Answer, right: Answer, compare: Compare) -> Finding | None:
    """Compare again without introductions and with figures for number words; only equality is worth anything then."""
    if left.undressed is None and right.undressed is None:
        return None
    first, second = left.undressed or left, right.undressed or right
    found = compare(first, second)
    return found.within("undressed") if found.equal and _may_be_one(_noun(first), _noun(second)) else None


def _noun(answer: Answer) -> str:
    """Return what a number counts; nothing where that is left out or a measure."""
    unit = answer.form.quantity.unit if answer.form.quantity is not None else None
    return "" if unit is None or unit.known else unit.label.lower()


def _may_be_one(first: str, second: str) -> bool:
    """Say whether two nouns are one, in the singular or the plural: `one line` is not `one point`."""
    return not first or not second or first.removesuffix("s") == second.removesuffix("s")
