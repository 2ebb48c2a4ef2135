"""Compare two regions of the line: brackets, end points and number of parts must agree."""

from __future__ import annotations

from dartkit.verify.algebra.identity import same_value
from dartkit.verify.algebra.regions import Interval, Region, Unordered, normalise
from dartkit.verify.algebra.tree import INFINITY, MINUS_INFINITY
from dartkit.verify.compare.finding import Finding, conjunction, differ, equal, mutual, untold
from dartkit.verify.compare.values import as_finding

MAX_PARTS = 16
_INFINITIES = (INFINITY, MINUS_INFINITY)


def compare_regions(left: Region, right: Region) -> Finding:
    """Say whether two regions are the same set."""
    try:
        left, right = normalise(left), normalise(right)
    except Unordered:
        return _unordered(left, right)
    if len(left) != len(right):
        return differ("region-parts")
    return _in_order(left, right)


def _in_order(left: Region, right: Region) -> Finding:
    found: list[Finding] = [equal("region")]
    for first, second in zip(left, right, strict=True):
        one = _interval(first, second)
        if one.equal is False:
            return one.within("region")
        found.append(one)
    return conjunction(found, "region")


def _unordered(left: Region, right: Region) -> Finding:
    """Match the parts of regions with variables in their ends, which have no order."""
    if len(left) != len(right):
        return differ("region-parts")
    if len(left) > MAX_PARTS:
        return equal("region") if left == right else untold("too-many-parts")
    return mutual(left, right, right, left, _interval, "region")


def _interval(left: Interval, right: Interval) -> Finding:
    if (left.low_closed, left.high_closed) != (right.low_closed, right.high_closed):
        return differ("brackets-differ")
    for one, other in ((left.low, right.low), (left.high, right.high)):
        if one != other and (one in _INFINITIES or other in _INFINITIES):
            return differ("ends-differ")
    ends = [
        as_finding(same_value(left.low, right.low)),
        as_finding(same_value(left.high, right.high)),
    ]
    for end in ends:
        if end.equal is False:
            return end.within("ends")
    return conjunction(ends, "ends")
